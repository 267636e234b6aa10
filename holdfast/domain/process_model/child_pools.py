"""The processes that an incident begins, each a workflow of its own, and the monthly assessment."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.process_model.shapes import Flow, Node, NodeKind, Pool, Trigger, Way, decision
from holdfast.domain.roles import Role

__all__ = ["AUTOMATED_STEP", "COMMUNICATION", "RECURRENCE", "THIRD_PARTY"]

_SYSTEM, _COMMANDER, _COMPLIANCE = Role.SYSTEM, Role.INCIDENT_COMMANDER, Role.COMPLIANCE
_LEGAL, _VENDORS = Role.LEGAL, Role.VENDOR_MANAGER

COMMUNICATION = Pool(
    id="communication",
    name="Communication",
    says="One message to one audience, from its draft until it has arrived (DORA Art. 14).",
    lanes=(_SYSTEM, _LEGAL, _COMMANDER),
    nodes=(
        Node(
            *("communication.begins", NodeKind.START, "Opened", _SYSTEM, 0), trigger=Trigger.MESSAGE
        ),
        Node("draft", NodeKind.PEOPLE, "Draft it by its template", _COMMANDER, 1),
        decision(DecisionKind.COMMUNICATION_REVIEW, "Review the message", _LEGAL, 2),
        Node("is-cleared", NodeKind.EXCLUSIVE, "Cleared?", _LEGAL, 3),
        decision(DecisionKind.COMMUNICATION_APPROVAL, "Approve exactly this text", _COMMANDER, 4),
        Node("is-approved", NodeKind.EXCLUSIVE, "Approved?", _COMMANDER, 5),
        Node("deliver", NodeKind.SERVICE, "Deliver it by its channels", _SYSTEM, 6),
        Node("is-delivered", NodeKind.EXCLUSIVE, "Taken by all?", _SYSTEM, 7),
        decision(DecisionKind.COMMUNICATION_DELIVERY, "Say what is known by hand", _COMMANDER, 8),
        Node("communication.ends", NodeKind.END, "Published or cancelled", _SYSTEM, 9),
    ),
    flows=(
        Flow("communication.begins", "draft"),
        Flow("draft", "decision.communication.review"),
        Flow("decision.communication.review", "is-cleared"),
        Flow("is-cleared", "decision.communication.approval", "cleared"),
        Flow("is-cleared", "draft", "returned", Way.BACK),
        Flow("decision.communication.approval", "is-approved"),
        Flow("is-approved", "deliver", "approved"),
        Flow("is-approved", "draft", "returned", Way.BACK),
        Flow("deliver", "is-delivered"),
        Flow("is-delivered", "communication.ends", "yes"),
        Flow("is-delivered", "decision.communication.delivery", "no", Way.UPRIGHT),
        Flow("decision.communication.delivery", "communication.ends"),
    ),
)
"""What is told to somebody, and by whose leave."""

THIRD_PARTY = Pool(
    id="third_party",
    name="Escalation to a third party",
    says="One provider held to the times of its contract until it has restored (DORA Art. 28-30).",
    lanes=(_SYSTEM, _COMMANDER, _VENDORS),
    nodes=(
        Node(
            *("third_party.begins", NodeKind.START, "Escalated to", _SYSTEM, 0),
            trigger=Trigger.MESSAGE,
        ),
        Node("call-provider", NodeKind.SERVICE, "Read its terms, call the provider", _SYSTEM, 1),
        Node("hear-provider", NodeKind.RECEIVE, "Hear the provider", _VENDORS, 2),
        Node(
            *("clock.provider", NodeKind.BOUNDARY, "A time passes", _VENDORS, 2),
            trigger=Trigger.TIMER,
            on="hear-provider",
        ),
        Node(
            *("late.provider", NodeKind.END, "Next rung of its ladder", _VENDORS, 3),
            trigger=Trigger.ESCALATION,
            lower=40,
        ),
        Node("provider-says", NodeKind.EXCLUSIVE, "What does it say?", _VENDORS, 4),
        decision(DecisionKind.THIRD_PARTY_PAUSE, "May its times stand still?", _VENDORS, 5),
        decision(DecisionKind.THIRD_PARTY_RESTORATION, "Is the service restored?", _COMMANDER, 6),
        Node("is-restored", NodeKind.EXCLUSIVE, "Restored?", _COMMANDER, 7),
        decision(DecisionKind.THIRD_PARTY_REVIEW, "Review how it performed", _VENDORS, 8),
        Node("third_party.ends", NodeKind.END, "Closed", _VENDORS, 9),
    ),
    flows=(
        Flow("third_party.begins", "call-provider"),
        Flow("call-provider", "hear-provider"),
        Flow("clock.provider", "late.provider"),
        Flow("hear-provider", "provider-says"),
        Flow("provider-says", "decision.third_party.pause", "asks for a pause"),
        Flow("decision.third_party.pause", "hear-provider", "answered", Way.BACK),
        Flow("provider-says", "decision.third_party.restoration", "restored", Way.UPRIGHT),
        Flow("decision.third_party.restoration", "is-restored"),
        Flow("is-restored", "hear-provider", "no", Way.BACK),
        Flow("is-restored", "decision.third_party.review", "yes"),
        Flow("decision.third_party.review", "third_party.ends"),
    ),
)
"""One provider and one contract, in one incident."""

RECURRENCE = Pool(
    id="recurrence",
    name="Assessment of recurring incidents",
    says="Each month, whether incidents are together a major one (2024/1772 Art. 8(2)).",
    lanes=(_SYSTEM, _COMPLIANCE),
    nodes=(
        Node(
            *("recurrence.begins", NodeKind.START, "Each month", _SYSTEM, 0), trigger=Trigger.TIMER
        ),
        Node("find-recurring", NodeKind.RULE, "Find the same apparent root cause", _SYSTEM, 1),
        Node("has-recurred", NodeKind.EXCLUSIVE, "Found?", _SYSTEM, 2),
        decision(DecisionKind.RECURRENCE_CONFIRMATION, "Confirm a recurrence", _COMPLIANCE, 3),
        Node("recurrence.ends", NodeKind.END, "Assessed", _SYSTEM, 4),
    ),
    flows=(
        Flow("recurrence.begins", "find-recurring"),
        Flow("find-recurring", "has-recurred"),
        Flow("has-recurred", "recurrence.ends", "no"),
        Flow("has-recurred", "decision.recurrence.confirmation", "yes", Way.UPRIGHT),
        Flow("decision.recurrence.confirmation", "recurrence.ends"),
    ),
)
"""What looks over all incidents rather than at one."""

AUTOMATED_STEP = Pool(
    id="automated_step",
    name="Automated step of a playbook",
    says="What a program carries out: never without its dry run, nor before its approval.",
    lanes=(_SYSTEM,),
    nodes=(
        Node(
            *("automated_step.begins", NodeKind.START, "Started", _SYSTEM, 0),
            trigger=Trigger.MESSAGE,
        ),
        Node("dry-run", NodeKind.SERVICE, "Try it dry", _SYSTEM, 1),
        Node("is-for-real", NodeKind.EXCLUSIVE, "To be carried out?", _SYSTEM, 2),
        Node("carry-out", NodeKind.SERVICE, "Carry it out", _SYSTEM, 3),
        Node("automated_step.ends", NodeKind.END, "Performed, tried or failed", _SYSTEM, 4),
    ),
    flows=(
        Flow("automated_step.begins", "dry-run"),
        Flow("dry-run", "is-for-real"),
        Flow("is-for-real", "carry-out", "yes"),
        Flow("is-for-real", "automated_step.ends", "no", Way.OVER),
        Flow("carry-out", "automated_step.ends"),
    ),
)
"""One step of a playbook in the hands of a program."""
