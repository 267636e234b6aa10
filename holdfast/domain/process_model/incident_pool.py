"""The process of one incident: its five phases in turn, from the first report to the end."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.incident.state import Phase
from holdfast.domain.process_model.beside_the_incident import ASIDES, BESIDE, BESIDE_FLOWS
from holdfast.domain.process_model.shapes import (
    Flow,
    Node,
    NodeKind,
    Pool,
    Trigger,
    Way,
    decision,
    phase,
)
from holdfast.domain.roles import Role

__all__ = ["INCIDENT"]

_SYSTEM, _RESPONDER, _COMMANDER = Role.SYSTEM, Role.RESPONDER, Role.INCIDENT_COMMANDER
_COMPLIANCE, _BODY = Role.COMPLIANCE, Role.MANAGEMENT_BODY

_MAIN = (
    phase(NodeKind.START, Phase.AWAITED, "Reported or alerted", 0, trigger=Trigger.MESSAGE),
    phase(NodeKind.THROW, Phase.DETECT, "Detect", 1),
    decision(DecisionKind.INCIDENT_CONFIRMATION, "Confirm the incident", _RESPONDER, 2),
    Node("is-incident", NodeKind.EXCLUSIVE, "Is it an incident?", _RESPONDER, 3),
    phase(NodeKind.THROW, Phase.TRIAGE, "Triage", 4),
    Node(
        *("propose-severity", NodeKind.RULE, "Propose the severity", _SYSTEM, 5),
        says="The pinned severity tree over the facts stated; again whenever facts change.",
    ),
    decision(DecisionKind.SEVERITY_ASSIGNMENT, "Assign the severity", _COMMANDER, 6),
    phase(NodeKind.THROW, Phase.CONTAIN, "Contain", 7),
    Node(
        *("contain", NodeKind.PEOPLE, "Contain: actions and playbooks", _RESPONDER, 8),
        says="What disrupts takes an approval first; a failover always does.",
    ),
    Node(
        *("clock.containment", NodeKind.BOUNDARY, "Containment is due", _RESPONDER, 8),
        trigger=Trigger.TIMER,
        on="contain",
    ),
    Node(
        *("late.containment", NodeKind.END, "Ladder of escalation", _RESPONDER, 9),
        trigger=Trigger.ESCALATION,
        lower=40,
    ),
    phase(NodeKind.THROW, Phase.RECOVER, "Recover", 9),
    Node(
        *("recover", NodeKind.PEOPLE, "Recover: playbooks, checks, availability", _RESPONDER, 10),
        says="The named checks have passed or are waived with a reason (DORA Art. 12(7)).",
    ),
    Node(
        *("compute-downtime", NodeKind.RULE, "Compute downtime and duration", _SYSTEM, 11),
        says="From what was stated of each service (2024/1772 Art. 3).",
    ),
    decision(DecisionKind.RECOVERY_VALIDATION, "Validate the recovery", _COMMANDER, 12),
    Node("is-recovered", NodeKind.EXCLUSIVE, "Recovered?", _COMMANDER, 13),
    phase(NodeKind.THROW, Phase.LEARN, "Learn", 14),
    Node("learn-split", NodeKind.PARALLEL, "", _SYSTEM, 15),
    decision(DecisionKind.RECOVERY_STAND_DOWN, "Stand down", _COMMANDER, 16),
    Node("stood-down", NodeKind.EXCLUSIVE, "Stand down?", _COMMANDER, 17),
    Node(
        *("review", NodeKind.PEOPLE, "Record the post-incident review", _RESPONDER, 18),
        says="Timeline, root causes, lessons, and the questions of DORA Art. 13(2).",
    ),
    Node(
        *("clock.review", NodeKind.BOUNDARY, "The review is due", _RESPONDER, 18),
        trigger=Trigger.TIMER,
        on="review",
    ),
    Node(
        *("late.review", NodeKind.END, "Ladder of escalation", _RESPONDER, 19),
        trigger=Trigger.ESCALATION,
        lower=40,
    ),
    decision(DecisionKind.REVIEW_SIGN_OFF, "Sign the review off", _COMMANDER, 19),
    Node("signed-off", NodeKind.EXCLUSIVE, "Does it stand?", _COMMANDER, 20),
    Node("learn-join", NodeKind.PARALLEL, "", _SYSTEM, 21),
    decision(
        DecisionKind.INCIDENT_CLOSURE,
        "Close the incident",
        _COMMANDER,
        22,
        says="Refused over open decisions, messages, escalations and mandatory remediation.",
    ),
    Node("may-close", NodeKind.EXCLUSIVE, "Close?", _COMMANDER, 23),
    phase(NodeKind.END, Phase.CLOSED, "Closed", 24),
)

_MAIN_FLOWS = (
    Flow("phase.awaited", "phase.detect"),
    Flow("phase.detect", "decision.incident.confirmation"),
    Flow("decision.incident.confirmation", "is-incident"),
    Flow("is-incident", "phase.triage", "confirmed"),
    Flow("is-incident", "phase.closed", "false positive or duplicate", Way.OVER),
    Flow("phase.triage", "propose-severity"),
    Flow("propose-severity", "decision.severity.assignment"),
    Flow("decision.severity.assignment", "phase.contain"),
    Flow("phase.contain", "contain"),
    Flow("contain", "phase.recover", "contained"),
    Flow("clock.containment", "late.containment"),
    Flow("phase.recover", "recover"),
    Flow("recover", "compute-downtime", "declared"),
    Flow("compute-downtime", "decision.recovery.validation"),
    Flow("decision.recovery.validation", "is-recovered"),
    Flow("is-recovered", "phase.learn", "validated", Way.UPRIGHT),
    Flow("is-recovered", "recover", "rejected", Way.BACK),
    Flow("phase.learn", "learn-split"),
    Flow("learn-split", "decision.recovery.stand_down"),
    Flow("decision.recovery.stand_down", "stood-down"),
    Flow("stood-down", "decision.recovery.stand_down", "stay", Way.BACK),
    Flow("stood-down", "learn-join", "stood down", Way.UPRIGHT),
    Flow("learn-split", "review"),
    Flow("review", "decision.review.sign_off"),
    Flow("clock.review", "late.review"),
    Flow("decision.review.sign_off", "signed-off"),
    Flow("signed-off", "review", "returned", Way.BACK),
    Flow("signed-off", "learn-join", "signed off"),
    Flow("learn-join", "decision.incident.closure"),
    Flow("decision.incident.closure", "may-close"),
    Flow("may-close", "decision.incident.closure", "keep open", Way.BACK),
    Flow("may-close", "phase.closed", "close", Way.UPRIGHT),
)

INCIDENT = Pool(
    id="incident",
    name="ICT-related incident",
    says="One incident from its detection to its closure (DORA Art. 17).",
    lanes=(_SYSTEM, _RESPONDER, _COMMANDER, _COMPLIANCE, _BODY),
    nodes=(*_MAIN, *BESIDE),
    flows=(*_MAIN_FLOWS, *BESIDE_FLOWS),
    asides=ASIDES,
)
"""The incident's own process, which one workflow runs from its first report to its closure."""
