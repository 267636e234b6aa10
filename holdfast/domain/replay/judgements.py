"""The registry: which kinds of entries are judgements and how each is made again; and the loop.

Every kind is in exactly one of `JUDGED` and `NOT_JUDGED` (a test holds it), and a kind that is in
neither is reported as not replayable: no judgement is passed over in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.domain.events import EventKind
from holdfast.domain.recurrence.recording import INPUTS
from holdfast.domain.replay import (
    classification,
    deadlines,
    decisions,
    drills,
    escalations,
    recurrence,
    severity,
    signing_off,
)
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.folding import take_in
from holdfast.domain.replay.playbooks import NOT_JUDGED_OF_PLAYBOOKS
from holdfast.domain.replay.recovery import JUDGED_OF_RECOVERY
from holdfast.domain.replay.remediation import (
    JUDGED_OF_REMEDIATION,
    NOT_JUDGED_OF_REMEDIATION,
)
from holdfast.domain.replay.reporting import JUDGED_OF_REPORTING, NOT_JUDGED_OF_REPORTING
from holdfast.domain.replay.rules import Rule
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_judgements import JUDGED_OF_THIRD_PARTIES
from holdfast.domain.replay.threats import JUDGED_OF_THREATS, NOT_JUDGED_OF_THREATS
from holdfast.domain.replay.verdicts import (
    Contradicted,
    JudgedEvent,
    Judgement,
    KnownEntry,
    NotReplayable,
    ReplayReport,
    Verdict,
)
from holdfast.domain.values import JsonObject, canonical_json

__all__ = ["JUDGED", "NOT_JUDGED", "Rule", "replay"]


_RUNG = Rule(deadlines.rang, "warnings, deadline and ladder by the pinned schedule")

JUDGED: dict[EventKind, Rule] = {
    EventKind.SEVERITY_PROPOSED: Rule(
        severity.proposed, "the pinned severity tree over the facts stated until then"
    ),
    EventKind.SEVERITY_ASSIGNED: Rule(
        severity.assigned, "the severity that follows from the decision and the proposal"
    ),
    EventKind.CLASSIFICATION_EVALUATED: Rule(
        classification.evaluated,
        "the pinned thresholds over the facts stated until then, and the register",
        stated=frozenset({"evaluated_at"}),
    ),
    EventKind.CLASSIFICATION_DECIDED: Rule(
        classification.decided, "the class that follows from the decision and the evaluation"
    ),
    EventKind.RECURRENCE_ASSESSED: Rule(
        recurrence.assessed,
        "the pinned thresholds over the incidents recorded in it, as they recur together",
        stated=INPUTS | {"pins"},
    ),
    EventKind.RECURRENCE_DECIDED: Rule(
        recurrence.decided, "whether it is major, as follows from the decision and the series"
    ),
    EventKind.ESCALATION_TRIGGERED: Rule(
        escalations.triggered, "the pinned escalation policy over facts, severity and time"
    ),
    EventKind.DECISION_REQUESTED: Rule(
        decisions.requested, "question, roles, options, bypass and deadline by the pinned matrix"
    ),
    EventKind.DECISION_ANSWERED: Rule(
        decisions.answered,
        "whether the answer counts, towards which quorum, and whether it settles",
        stated=frozenset({"option", "data", "rationale", "exception_code"}),
    ),
    EventKind.DECISION_DECIDED: Rule(decisions.decided, "the outcome of the answers given"),
    EventKind.DECISION_BYPASSED: Rule(
        decisions.bypassed, "whether the pinned matrix allows the bypass"
    ),
    EventKind.COMMUNICATION_SUBMITTED: Rule(
        signing_off.submitted,
        "which version it is, who wrote in it, and who signs it off by the matrix it began under",
        stated=frozenset({"severity"}),
    ),
    EventKind.COMMUNICATION_CLEARED: Rule(
        signing_off.cleared, "whether everybody who had to has cleared exactly this message"
    ),
    EventKind.COMMUNICATION_APPROVED: Rule(
        signing_off.approved,
        "whether a decision about exactly this message stands, or the matrix lets it leave unasked",
    ),
    EventKind.COMMUNICATION_RELEASED: Rule(
        signing_off.released, "whether an approval of exactly this message stands as it leaves"
    ),
    EventKind.CLOCK_ARMED: Rule(deadlines.armed, "the deadline by the pinned schedule"),
    EventKind.CLOCK_WARNED: _RUNG,
    EventKind.CLOCK_MISSED: _RUNG,
    EventKind.CLOCK_ESCALATED: _RUNG,
    EventKind.CLOCK_MET: Rule(deadlines.met, "whether it was met in time"),
    EventKind.CLOCK_CANCELLED: Rule(deadlines.cancelled, "whether the deadline had passed"),
    EventKind.DRILL_INJECTED: Rule(
        drills.injected, "which part of the drill's script is due, at the pace of the drill"
    ),
    EventKind.DRILL_SCORED: Rule(
        drills.score, "the figures of the drill, counted from what its process has recorded"
    ),
    **JUDGED_OF_THIRD_PARTIES,
    **JUDGED_OF_RECOVERY,
    **JUDGED_OF_REMEDIATION,
    **JUDGED_OF_REPORTING,
    **JUDGED_OF_THREATS,
}
"""The judgements, by kind. Whoever adds a judgement to the process adds how it is made again."""

_STATED = "people or programs state it"
_FOLLOWS = "it says in which state a recorded decision or milestone leaves the incident"
_KEEPING = "it is about the keeping of evidence, not about the incident"
_POLICIES = "it is about a policy, not about an incident"
_DOCUMENTS = "it is about a document of the process, not about an incident"
_CONTACTS = "it is about the keeping of contacts, not about an incident"
_CHANNELS = "it says what channels have answered, or what people know of it by hand"

NOT_JUDGED: dict[EventKind, str] = {
    EventKind.INCIDENT_OPENED: _STATED,
    EventKind.ALERTS_JOINED: _STATED,
    EventKind.ALERTS_DECLINED: _STATED,
    EventKind.FACTS_CHANGED: _STATED,
    EventKind.ACTION_PROPOSED: _STATED,
    EventKind.ACTION_PERFORMED: _STATED,
    EventKind.MILESTONE_REACHED: _STATED,
    EventKind.CHECK_RECORDED: _STATED,
    EventKind.REVIEW_RECORDED: _STATED,
    EventKind.LESSON_ASSESSED: _STATED,
    EventKind.AVAILABILITY_REPORTED: _STATED,
    EventKind.CONTINUITY_ACTIVATED: _STATED,
    EventKind.CONTINUITY_DEACTIVATED: _STATED,
    EventKind.RESPONSE_STOOD_DOWN: _FOLLOWS,
    EventKind.RECONSIDERATION_REQUESTED: _STATED,
    EventKind.REPINNING_REQUESTED: _STATED,
    EventKind.INCIDENT_CONFIRMED: _FOLLOWS,
    EventKind.INCIDENT_CLOSED: _FOLLOWS,
    EventKind.PHASE_ENTERED: _FOLLOWS,
    EventKind.POLICY_REPINNED: _FOLLOWS,
    EventKind.DECISION_VOIDED: _FOLLOWS,
    EventKind.ACTION_APPROVED: _FOLLOWS,
    EventKind.ACTION_REJECTED: _FOLLOWS,
    EventKind.COMMUNICATION_OPENED: "people ask for it, or a recorded escalation or deadline does",
    EventKind.COMMUNICATION_DRAFTED: _STATED,
    EventKind.COMMUNICATION_RETURNED: "it repeats a recorded answer with its reasons",
    EventKind.COMMUNICATION_DELIVERED: _CHANNELS,
    EventKind.COMMUNICATION_PUBLISHED: _CHANNELS,
    EventKind.COMMUNICATION_CANCELLED: "people state it, or nothing is there that could leave",
    EventKind.COMMUNICATION_CLOSED: _CHANNELS,
    EventKind.REPLY_RECEIVED: _STATED,
    EventKind.INVOCATION_REQUESTED: _STATED,
    EventKind.THIRD_PARTY_STATED: _STATED,
    EventKind.THIRD_PARTY_RELAPSED: _STATED,
    EventKind.THIRD_PARTY_WITHDRAWN: "people state it, the incident ends, or no terms are there",
    EventKind.ORIGIN_STATED: _STATED,
    EventKind.VENDOR_LINK_REFUSED: "whether a link is good only its key can tell, which is secret",
    EventKind.VENDOR_MAIL_RECEIVED: _STATED,
    EventKind.SUBMISSION_REFUSED: "evidence keeps only the digest of what was refused",
    EventKind.POLICY_INSTALLED: _POLICIES,
    EventKind.POLICY_DRAFTED: _POLICIES,
    EventKind.POLICY_TRIED: _POLICIES,
    EventKind.POLICY_PUBLISHED: _POLICIES,
    EventKind.CONTACT_RECORDED: _CONTACTS,
    EventKind.DOCUMENT_DRAFTED: _DOCUMENTS,
    EventKind.DOCUMENT_APPROVED: _DOCUMENTS,
    EventKind.DOCUMENT_PUBLISHED: _DOCUMENTS,
    EventKind.DOCUMENT_ACKNOWLEDGED: _DOCUMENTS,
    EventKind.TRAINING_RECORDED: "it is about a person's training, not about an incident",
    EventKind.EVIDENCE_EXPORTED: _KEEPING,
    EventKind.EVIDENCE_CHECKED: _KEEPING,
    EventKind.LOG_KEY_ROTATED: _KEEPING,
    EventKind.LOG_KEY_RETIRED: _KEEPING,
    EventKind.PERSONAL_DATA_DISCLOSED: _KEEPING,
    EventKind.PERSONAL_DATA_ERASED: _KEEPING,
    EventKind.ATTACHMENT_COLLECTED: _KEEPING,
    EventKind.ATTACHMENT_ACCESSED: _KEEPING,
    EventKind.ATTACHMENT_TRANSFERRED: _KEEPING,
    EventKind.ATTACHMENT_EXPORTED: _KEEPING,
    EventKind.HOLD_PLACED: _KEEPING,
    EventKind.HOLD_LIFTED: _KEEPING,
    EventKind.RETENTION_PROPOSED: _KEEPING,
    EventKind.RETENTION_DISPOSED: _KEEPING,
    **NOT_JUDGED_OF_PLAYBOOKS,
    **NOT_JUDGED_OF_REMEDIATION,
    **NOT_JUDGED_OF_REPORTING,
    **NOT_JUDGED_OF_THREATS,
}
"""The kinds in which the process judges nothing, each with the reason why not."""

_PACED = frozenset(
    {
        EventKind.DECISION_REQUESTED,
        *(kind for kind in EventKind if kind.startswith("clock.")),
    }
)
"""What follows from how fast time runs."""

_UNSEEN = "whether it is a judgement at all"


def replay(events: Sequence[JudgedEvent], policies: Mapping[str, str]) -> ReplayReport:
    """Make every judgement of one incident again, and compare it byte for byte.

    Args:
        events: all entries of the incident, in order; withheld ones without their event.
        policies: contents of policies by their digest (`sha256:…`).

    Returns:
        A verdict on each judgement. It is `same` only where the canonical JSON of the payload that
        the rules give now, on the inputs that are recorded, is the recorded one; this says nothing
        of whether the entries are the original ones, which is for the log to prove.
    """
    course, shelf, judgements = Course(), Shelf(policies), list[Judgement]()
    for index, judged in enumerate(events):
        course.index = index
        if judgement := _judge(course, shelf, judged):
            judgements.append(judgement)
        take_in(course, judged)
    return ReplayReport(entries=len(events), judgements=tuple(judgements))


def _judge(course: Course, shelf: Shelf, judged: JudgedEvent) -> Judgement | None:
    known = judged.known
    kind = known.event.kind if known else judged.kind
    if kind in NOT_JUDGED:
        return None
    rule = JUDGED.get(kind) if kind else None
    if known is None:
        compared = rule.compared if rule else _UNSEEN
        return _unjudged(judged.entry, kind, compared, "its content is withheld")
    if rule is None:
        return _unjudged(judged.entry, kind, _UNSEEN, f"no rule is known here for {kind}")
    return _judge_again(course, shelf, known, rule)


def _judge_again(course: Course, shelf: Shelf, entry: KnownEntry, rule: Rule) -> Judgement:
    recorded, rejudged, reason = entry.event.payload, None, None
    verdict = Verdict.DIFFERENT
    try:
        rejudged = rule.judge(course, shelf, entry)
    except NotReplayable as error:
        verdict, reason = Verdict.NOT_REPLAYABLE, str(error)
    except Contradicted as error:
        reason = str(error)
    except (LookupError, ValueError, TypeError, OverflowError) as error:
        reason = f"the rules give nothing for such content: {str(error).splitlines()[0]}"
    else:
        if canonical_json(rejudged) == canonical_json(recorded):
            verdict = Verdict.SAME
        else:
            reason = _differing(recorded, rejudged)
    if verdict is Verdict.DIFFERENT and _may_be_of_a_drill(course, entry.event.kind):
        reason = f"{course.losses[Aspect.OPENING].why}; time may run faster, as in a drill"
        verdict = Verdict.NOT_REPLAYABLE
    return Judgement(
        entry.entry, entry.event.kind, verdict, rule.compared, reason, recorded, rejudged
    )


def _may_be_of_a_drill(course: Course, kind: EventKind) -> bool:
    """Whether its moments may follow from a pace that a withheld entry says."""
    unknown = course.opening is None and Aspect.OPENING in course.losses
    return unknown and kind in _PACED


def _differing(recorded: JsonObject, rejudged: JsonObject) -> str:
    names = sorted(
        name
        for name in {*recorded, *rejudged}
        if canonical_json([recorded.get(name), name in recorded])
        != canonical_json([rejudged.get(name), name in rejudged])
    )
    return f"the rules give another {', '.join(names)}"


def _unjudged(entry: str, kind: EventKind | None, compared: str, reason: str) -> Judgement:
    return Judgement(entry, kind, Verdict.NOT_REPLAYABLE, compared, reason)
