"""The process of one remediation task, which outlives its incident."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.process_model.shapes import Flow, Node, NodeKind, Pool, Trigger, Way, decision
from holdfast.domain.roles import Role

__all__ = ["REMEDIATION"]

_SYSTEM, _OWNER, _COMMANDER = Role.SYSTEM, Role.RESPONDER, Role.INCIDENT_COMMANDER
_COMPLIANCE, _BODY = Role.COMPLIANCE, Role.MANAGEMENT_BODY

REMEDIATION = Pool(
    id="remediation",
    name="Remediation task",
    says="One task, done and shown to work by somebody else, or accepted as a risk for a time.",
    lanes=(_SYSTEM, _COMMANDER, _OWNER, _COMPLIANCE, _BODY),
    nodes=(
        Node(
            *("remediation.begins", NodeKind.START, "Proposed", _SYSTEM, 0), trigger=Trigger.MESSAGE
        ),
        decision(DecisionKind.REMEDIATION_ACCEPTANCE, "Accept the task", _COMMANDER, 1),
        Node("is-accepted", NodeKind.EXCLUSIVE, "To be done?", _COMMANDER, 2),
        Node("remediation.declined", NodeKind.END, "Declined", _SYSTEM, 3),
        Node(
            *("implement", NodeKind.PEOPLE, "Implement it, with evidence", _OWNER, 3),
            says="By its owner, who may be any of our people.",
        ),
        Node(
            *("clock.remediation", NodeKind.BOUNDARY, "The task is due", _OWNER, 3),
            trigger=Trigger.TIMER,
            on="implement",
        ),
        Node(
            *("late.remediation", NodeKind.END, "Ladder up to the management body", _OWNER, 4),
            trigger=Trigger.ESCALATION,
            lower=40,
        ),
        Node("owner-says", NodeKind.EXCLUSIVE, "What does its owner say?", _OWNER, 5),
        Node(
            *("clock.observation", NodeKind.CATCH, "Observation ends", _SYSTEM, 6),
            trigger=Trigger.TIMER,
        ),
        decision(
            DecisionKind.REMEDIATION_VALIDATION,
            "Is it effective?",
            _COMPLIANCE,
            7,
            says="By somebody who did not implement it.",
        ),
        Node("is-effective", NodeKind.EXCLUSIVE, "Effective?", _COMPLIANCE, 8),
        decision(DecisionKind.REMEDIATION_EXTENSION, "Extend the time", _COMPLIANCE, 5),
        decision(DecisionKind.REMEDIATION_RISK_ACCEPTANCE, "Accept the risk", _BODY, 6),
        Node("is-risk-accepted", NodeKind.EXCLUSIVE, "Accepted?", _BODY, 7),
        Node(
            *("clock.acceptance", NodeKind.CATCH, "The acceptance expires", _BODY, 8),
            trigger=Trigger.TIMER,
        ),
        Node("remediation.ends", NodeKind.END, "Closed", _SYSTEM, 9),
    ),
    flows=(
        Flow("remediation.begins", "decision.remediation.acceptance"),
        Flow("decision.remediation.acceptance", "is-accepted"),
        Flow("is-accepted", "remediation.declined", "declined", Way.UPRIGHT),
        Flow("is-accepted", "implement", "accepted"),
        Flow("implement", "owner-says"),
        Flow("clock.remediation", "late.remediation"),
        Flow("owner-says", "clock.observation", "implemented", Way.UPRIGHT),
        Flow("owner-says", "decision.remediation.extension", "later", Way.UPRIGHT),
        Flow("owner-says", "decision.remediation.risk_acceptance", "not at all"),
        Flow("clock.observation", "decision.remediation.validation"),
        Flow("decision.remediation.validation", "is-effective"),
        Flow("is-effective", "remediation.ends", "effective", Way.UPRIGHT),
        Flow("is-effective", "implement", "not effective", Way.BACK),
        Flow("decision.remediation.extension", "implement", "", Way.BACK),
        Flow("decision.remediation.risk_acceptance", "is-risk-accepted"),
        Flow("is-risk-accepted", "clock.acceptance", "accepted"),
        Flow("is-risk-accepted", "implement", "refused", Way.BACK),
        Flow("clock.acceptance", "implement", "", Way.BACK),
    ),
)
"""One task of one incident, from its proposal until it is validated, declined or replaced."""
