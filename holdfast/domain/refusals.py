"""Why a submission is refused: a closed set of reasons, each recorded as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Refusal", "RefusalReason"]


class RefusalReason(StrEnum):
    """The reasons; the same codes stand in receipts and in problem answers."""

    MALFORMED = "malformed"
    BAD_SIGNATURE = "bad_signature"
    WRONG_ADDRESS = "wrong_address"
    INCIDENT_NOT_OPEN = "incident_not_open"
    ALREADY_OPEN = "already_open"
    UNKNOWN_REQUEST = "unknown_request"
    DECISION_NOT_OPEN = "decision_not_open"
    STALE_DIGEST = "stale_digest"
    SELF_APPROVAL = "self_approval"
    ALREADY_ANSWERED = "already_answered"
    ROLE_NOT_ENTITLED = "role_not_entitled"
    UNKNOWN_OPTION = "unknown_option"
    RATIONALE_REQUIRED = "rationale_required"
    DATA_INVALID = "data_invalid"
    EXCEPTION_NOT_ALLOWED = "exception_not_allowed"
    UNKNOWN_ACTION = "unknown_action"
    ACTION_NOT_APPROVED = "action_not_approved"
    UNKNOWN_CHECK = "unknown_check"
    CHECKS_UNFINISHED = "checks_unfinished"
    WRONG_PHASE = "wrong_phase"
    DECISIONS_PENDING = "decisions_pending"
    NOTHING_TO_RECONSIDER = "nothing_to_reconsider"
    FACTS_CONTRADICT = "facts_contradict"
    NOTIFICATION_NOT_DUE = "notification_not_due"
    ALREADY_PINNED = "already_pinned"
    NO_COMMUNICATION_RULES = "no_communication_rules"
    UNKNOWN_COMMUNICATION = "unknown_communication"
    WRONG_STAGE = "wrong_stage"
    DRAFT_INCOMPLETE = "draft_incomplete"
    NOTHING_CHANGED = "nothing_changed"
    COMMUNICATIONS_PENDING = "communications_pending"
    NO_THIRD_PARTY_RULES = "no_third_party_rules"
    UNKNOWN_CONTRACT = "unknown_contract"
    ALREADY_ESCALATED = "already_escalated"
    UNKNOWN_THIRD_PARTY = "unknown_third_party"
    PAUSE_NOT_ALLOWED = "pause_not_allowed"
    THIRD_PARTIES_PENDING = "third_parties_pending"
    NO_REMEDIATION_RULES = "no_remediation_rules"
    UNKNOWN_TASK = "unknown_task"
    DUE_IN_THE_PAST = "due_in_the_past"
    TOO_MANY_EXTENSIONS = "too_many_extensions"
    ACCEPTANCE_TOO_LONG = "acceptance_too_long"
    REMEDIATION_PENDING = "remediation_pending"
    NO_PLAYBOOKS = "no_playbooks"
    UNKNOWN_PLAYBOOK = "unknown_playbook"
    UNKNOWN_STEP = "unknown_step"
    STEP_NOT_READY = "step_not_ready"
    EVIDENCE_MISSING = "evidence_missing"
    TIMES_CONTRADICT = "times_contradict"
    ALREADY_ACTIVATED = "already_activated"
    UNKNOWN_PLAN = "unknown_plan"
    CONTINUITY_ACTIVE = "continuity_active"
    SERVICES_NOT_RESTORED = "services_not_restored"
    REVIEW_INCOMPLETE = "review_incomplete"
    NOT_A_DRILL = "not_a_drill"
    NO_REPORTING_RULES = "no_reporting_rules"
    UNKNOWN_REPORT = "unknown_report"
    UNKNOWN_FIELD = "unknown_field"
    FIELD_INVALID = "field_invalid"
    REPORT_NOT_DUE = "report_not_due"
    NOT_COMBINABLE = "not_combinable"
    EXCEPTION_REQUIRED = "exception_required"
    REPORTING_PENDING = "reporting_pending"
    UNKNOWN_THREAT = "unknown_threat"
    THREAT_NOT_SIGNIFICANT = "threat_not_significant"
    SUBMISSION_ID_REUSED = "submission_id_reused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal: the reason, and one sentence with the values in it."""

    reason: RefusalReason
    detail: str
