"""What the API answers where a rule of the process refuses, by the reason that evidence has."""

from __future__ import annotations

from http import HTTPStatus

from api.problem_kind import ProblemKind
from holdfast.domain.refusals import RefusalReason

__all__ = ["REFUSALS"]

_FORBIDDEN = HTTPStatus.FORBIDDEN
_MISSING = HTTPStatus.NOT_FOUND
_CONFLICT = HTTPStatus.CONFLICT
_CONTENT = HTTPStatus.UNPROCESSABLE_ENTITY

REFUSALS: dict[RefusalReason, ProblemKind] = {
    RefusalReason.MALFORMED: ProblemKind(_CONTENT, "It cannot be read", "Correct the content."),
    RefusalReason.BAD_SIGNATURE: ProblemKind(
        _FORBIDDEN, "The signature is not this API's", "Send it through this API."
    ),
    RefusalReason.WRONG_ADDRESS: ProblemKind(
        _CONFLICT, "It is addressed to another incident", "Send it to the right incident."
    ),
    RefusalReason.INCIDENT_NOT_OPEN: ProblemKind(
        _CONFLICT, "The incident is not open", "Nothing can be added to it any more."
    ),
    RefusalReason.ALREADY_OPEN: ProblemKind(
        _CONFLICT, "The incident is open already", "Add to it instead of opening it."
    ),
    RefusalReason.UNKNOWN_REQUEST: ProblemKind(
        _MISSING, "There is no such decision request", "List the decisions of the incident."
    ),
    RefusalReason.DECISION_NOT_OPEN: ProblemKind(
        _CONFLICT, "The decision is settled or voided", "Read it; a new request may stand instead."
    ),
    RefusalReason.STALE_DIGEST: ProblemKind(
        _CONFLICT,
        "The subject is not the one you decided on",
        "Read the decision again, look at what changed, and decide with its digest.",
    ),
    RefusalReason.SELF_APPROVAL: ProblemKind(
        _FORBIDDEN,
        "Nobody decides on what they drafted or asked for",
        "Let somebody else decide. No role and no exception code changes this.",
    ),
    RefusalReason.ALREADY_ANSWERED: ProblemKind(
        _CONFLICT, "You have answered already", "Another person has to answer."
    ),
    RefusalReason.ROLE_NOT_ENTITLED: ProblemKind(
        _FORBIDDEN, "Your role may not decide this", "Ask somebody with one of the roles named."
    ),
    RefusalReason.UNKNOWN_OPTION: ProblemKind(
        _CONTENT, "There is no such option", "Choose one of the request's options."
    ),
    RefusalReason.RATIONALE_REQUIRED: ProblemKind(
        _CONTENT, "A rationale is required", "Say why, in `rationale`."
    ),
    RefusalReason.DATA_INVALID: ProblemKind(
        _CONTENT, "The data do not fit the option", "Give exactly the data that the option names."
    ),
    RefusalReason.EXCEPTION_NOT_ALLOWED: ProblemKind(
        _FORBIDDEN,
        "The approval matrix does not allow this exception",
        "Decide without the code, or let a role decide for which the matrix allows it.",
    ),
    RefusalReason.UNKNOWN_ACTION: ProblemKind(
        _MISSING, "There is no such action", "Read the incident's actions."
    ),
    RefusalReason.ACTION_NOT_APPROVED: ProblemKind(
        _CONFLICT, "The action is not approved", "Have it approved first."
    ),
    RefusalReason.UNKNOWN_CHECK: ProblemKind(
        _MISSING, "There is no such check", "Use a check of the incident's recovery policy."
    ),
    RefusalReason.CHECKS_UNFINISHED: ProblemKind(
        _CONFLICT, "Checks are unfinished", "Let every check pass, or waive it with a reason."
    ),
    RefusalReason.WRONG_PHASE: ProblemKind(
        _CONFLICT, "The incident is in another phase", "Read the incident's phase."
    ),
    RefusalReason.DECISIONS_PENDING: ProblemKind(
        _CONFLICT, "Decisions are pending", "Settle them first."
    ),
    RefusalReason.NOTHING_TO_RECONSIDER: ProblemKind(
        _CONFLICT, "Nothing is proposed yet", "Ask again once there is a first proposal."
    ),
    RefusalReason.FACTS_CONTRADICT: ProblemKind(
        _CONTENT, "Facts contradict each other", "Correct the fact that `detail` begins with."
    ),
    RefusalReason.NOTIFICATION_NOT_DUE: ProblemKind(
        HTTPStatus.CONFLICT,
        "No notification is due",
        "It follows from the classification as major.",
    ),
    RefusalReason.ALREADY_PINNED: ProblemKind(
        _CONFLICT, "It goes by these versions already", "Ask for other versions."
    ),
    RefusalReason.NO_COMMUNICATION_RULES: ProblemKind(
        _CONFLICT,
        "The incident has no rules for communications",
        "Let it go on under an approval matrix with rules for this audience, then ask again.",
    ),
    RefusalReason.UNKNOWN_COMMUNICATION: ProblemKind(
        _MISSING, "There is no such communication", "List the communications of the incident."
    ),
    RefusalReason.WRONG_STAGE: ProblemKind(
        _CONFLICT,
        "It is at another stage",
        "Read it; what was published is corrected by a new communication, never changed.",
    ),
    RefusalReason.DRAFT_INCOMPLETE: ProblemKind(
        _CONFLICT, "The draft lacks values", "State what `detail` names, in a new version."
    ),
    RefusalReason.NOTHING_CHANGED: ProblemKind(
        _CONFLICT, "The draft is the one that stands", "Hand it in as it is, or change something."
    ),
    RefusalReason.COMMUNICATIONS_PENDING: ProblemKind(
        _CONFLICT, "Communications are pending", "Let each be published or cancelled first."
    ),
    RefusalReason.NO_THIRD_PARTY_RULES: ProblemKind(
        _CONFLICT,
        "The incident has no rules for third parties",
        "Let it go on under an approval matrix with rules for third parties, then ask again.",
    ),
    RefusalReason.UNKNOWN_CONTRACT: ProblemKind(
        _MISSING,
        "The incident's register has no such contract",
        "Use one of `contracts`, which carry what is affected, or another of that register.",
    ),
    RefusalReason.ALREADY_ESCALATED: ProblemKind(
        _CONFLICT, "The contract is escalated already", "Add to the escalation that is open."
    ),
    RefusalReason.UNKNOWN_THIRD_PARTY: ProblemKind(
        _MISSING, "There is no such escalation", "List the third parties of the incident."
    ),
    RefusalReason.PAUSE_NOT_ALLOWED: ProblemKind(
        _CONFLICT,
        "The clocks cannot be paused so",
        "Read the contract's terms, and whether a pause stands already.",
    ),
    RefusalReason.THIRD_PARTIES_PENDING: ProblemKind(
        _CONFLICT,
        "Escalations to third parties are pending",
        "Let each be reviewed and signed off, or withdraw it, first.",
    ),
    RefusalReason.TIMES_CONTRADICT: ProblemKind(
        _CONFLICT,
        "The times contradict what was told before",
        "Correct the moment, or say which earlier statement it `replaces`.",
    ),
    RefusalReason.ALREADY_ACTIVATED: ProblemKind(
        _CONFLICT, "The plan is active already", "Deactivate it before it is activated again."
    ),
    RefusalReason.UNKNOWN_PLAN: ProblemKind(
        _MISSING, "No such plan is active", "List the continuity plans of the incident."
    ),
    RefusalReason.CONTINUITY_ACTIVE: ProblemKind(
        _CONFLICT, "Continuity plans are active", "Let each be deactivated first."
    ),
    RefusalReason.SERVICES_NOT_RESTORED: ProblemKind(
        _CONFLICT,
        "Services are not restored",
        "Report when each of those that `detail` names was restored.",
    ),
    RefusalReason.REVIEW_INCOMPLETE: ProblemKind(
        _CONFLICT,
        "The review does not say all it has to",
        "Say what `detail` names; the draft says what the evidence already holds.",
    ),
    RefusalReason.NOT_A_DRILL: ProblemKind(
        _MISSING, "There is no such drill", "List drills, or the scripts of the policy `drills`."
    ),
    RefusalReason.NO_PLAYBOOKS: ProblemKind(
        _CONFLICT,
        "The incident has no playbooks",
        "Let it go on under the playbooks in force: ask for a re-pinning.",
    ),
    RefusalReason.UNKNOWN_PLAYBOOK: ProblemKind(
        _MISSING, "There is no such playbook or play", "List the playbooks of the incident."
    ),
    RefusalReason.UNKNOWN_STEP: ProblemKind(
        _MISSING, "There is no such step", "List the playbooks of the incident, with their steps."
    ),
    RefusalReason.STEP_NOT_READY: ProblemKind(
        _CONFLICT, "It is not the step's turn", "Do first what `detail` says, then ask again."
    ),
    RefusalReason.EVIDENCE_MISSING: ProblemKind(
        _CONTENT, "The step must leave more evidence", "Give what `detail` names as well."
    ),
    RefusalReason.NO_REMEDIATION_RULES: ProblemKind(
        _CONFLICT,
        "The incident has no rules of remediation",
        "Let it go on under the policies in force: ask for a re-pinning.",
    ),
    RefusalReason.UNKNOWN_TASK: ProblemKind(
        _MISSING, "There is no such task", "List the remediation of the incident."
    ),
    RefusalReason.DUE_IN_THE_PAST: ProblemKind(
        _CONTENT, "The day has passed", "Name a day that lies ahead, in UTC."
    ),
    RefusalReason.TOO_MANY_EXTENSIONS: ProblemKind(
        _CONFLICT,
        "It was put off too often",
        "Let it be done, or ask that its risk be accepted for a time.",
    ),
    RefusalReason.ACCEPTANCE_TOO_LONG: ProblemKind(
        _CONTENT,
        "The risk would be accepted for too long",
        "Name a day that the policy allows; the risk can be accepted anew then.",
    ),
    RefusalReason.REMEDIATION_PENDING: ProblemKind(
        _CONFLICT,
        "Mandatory remediation is pending",
        "Let each be validated as effective, or its risk be accepted, first.",
    ),
    RefusalReason.NO_REPORTING_RULES: ProblemKind(
        _CONFLICT,
        "The incident has no rules for reports to authorities",
        "Report by hand, or let it go on under a matrix and a policy `reporting` with such rules.",
    ),
    RefusalReason.UNKNOWN_REPORT: ProblemKind(
        _MISSING, "There is no such report", "List the reports of the incident."
    ),
    RefusalReason.UNKNOWN_FIELD: ProblemKind(
        _MISSING,
        "No report has such a field, or it is not for people to fill",
        "Use a field of Annex I to (EU) 2025/302, as the report lists them.",
    ),
    RefusalReason.FIELD_INVALID: ProblemKind(
        _CONTENT, "The value does not fit the field", "Give what `detail` says the field takes."
    ),
    RefusalReason.REPORT_NOT_DUE: ProblemKind(
        _CONFLICT,
        "That report cannot be submitted now",
        "Submit the reports in the order of the law; a correction follows what it corrects.",
    ),
    RefusalReason.NOT_COMBINABLE: ProblemKind(
        _CONFLICT,
        "These reports cannot be submitted together",
        "Only what is not submitted yet, one stage after the other (2025/302 Art. 2).",
    ),
    RefusalReason.EXCEPTION_REQUIRED: ProblemKind(
        _CONFLICT,
        "This option is open by exception only",
        "Supply what is missing, or decide with an `exception_code` and say why.",
    ),
    RefusalReason.REPORTING_PENDING: ProblemKind(
        _CONFLICT,
        "Reports to competent authorities are pending",
        "Let each final report be submitted, or write a reporting off, first.",
    ),
    RefusalReason.UNKNOWN_THREAT: ProblemKind(
        _MISSING, "There is no such cyber threat", "List the threats, or record it first."
    ),
    RefusalReason.THREAT_NOT_SIGNIFICANT: ProblemKind(
        _CONFLICT,
        "The cyber threat is not significant",
        "State the facts of (EU) 2024/1772 Art. 10 that make it so, or close it.",
    ),
    RefusalReason.SUBMISSION_ID_REUSED: ProblemKind(
        _CONFLICT, "The id was used for something else", "Choose a new id."
    ),
}
