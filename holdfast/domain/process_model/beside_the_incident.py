"""What may happen at any time while an incident runs: parts beside its main flow."""

from __future__ import annotations

from dataclasses import replace

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.process_model.shapes import Aside, Flow, Node, NodeKind, Trigger, Way, decision
from holdfast.domain.roles import Role

__all__ = ["ASIDES", "BESIDE", "BESIDE_FLOWS"]

_SYSTEM, _COMMANDER = Role.SYSTEM, Role.INCIDENT_COMMANDER
_COMPLIANCE, _BODY = Role.COMPLIANCE, Role.MANAGEMENT_BODY


def _aside(which: str, lane: Role, row: int, *nodes: Node) -> tuple[Node, ...]:
    """Put nodes into a part beside the main flow: into its lane, from that row on."""
    return tuple(replace(node, aside=which, lane=lane, row=row + node.row) for node in nodes)


def _start(which: str, name: str, column: int, trigger: Trigger, row: int = 0) -> Node:
    return Node(f"start.{which}", NodeKind.START, name, _SYSTEM, column, row, trigger=trigger)


def _end(which: str, name: str, column: int, trigger: Trigger | None = None, row: int = 0) -> Node:
    return Node(f"end.{which}", NodeKind.END, name, _SYSTEM, column, row, trigger=trigger)


_ACTIONS = _aside(
    "actions",
    _COMMANDER,
    1,
    _start("actions", "Action proposed", 1, Trigger.MESSAGE, 1),
    Node("which-action", NodeKind.EXCLUSIVE, "What would it do?", _SYSTEM, 2, 1),
    decision(DecisionKind.CONTAINMENT_APPROVAL, "Approve containment", _SYSTEM, 3),
    decision(DecisionKind.FAILOVER_APPROVAL, "Approve the failover", _SYSTEM, 3, row=1),
    decision(DecisionKind.RECOVERY_APPROVAL, "Approve recovery", _SYSTEM, 3, row=2),
    Node("action-answered", NodeKind.EXCLUSIVE, "Approved?", _SYSTEM, 4, 1),
    Node("perform-action", NodeKind.PEOPLE, "Carry the action out", _SYSTEM, 5, 1),
    _end("actions", "", 6, row=1),
)

BESIDE = (
    *_ACTIONS,
    *_aside(
        "invocation",
        _COMMANDER,
        1,
        _start("invocation", "A provider is concerned", 9, Trigger.CONDITION),
        decision(DecisionKind.THIRD_PARTY_INVOCATION, "Escalate to the provider", _SYSTEM, 10),
        _end("invocation", "Escalation opened", 11, Trigger.MESSAGE),
    ),
    *_aside(
        "proposal",
        _COMMANDER,
        2,
        _start("proposal", "A weakness or a lesson", 8, Trigger.CONDITION),
        Node("propose-task", NodeKind.PEOPLE, "Propose a remediation task", _SYSTEM, 9),
        _end("proposal", "Task opened", 10, Trigger.MESSAGE),
    ),
    *_aside(
        "telling",
        _COMMANDER,
        1,
        _start("telling", "Somebody is to be told", 13, Trigger.CONDITION),
        Node("choose-audience", NodeKind.RULE, "Choose audience and template", _SYSTEM, 14),
        _end("telling", "Communication opened", 15, Trigger.MESSAGE),
    ),
    *_aside(
        "automation",
        _COMMANDER,
        2,
        _start("automation", "An automated step", 12, Trigger.CONDITION),
        Node("start-step", NodeKind.SERVICE, "Start it as the playbook says", _SYSTEM, 13),
        _end("automation", "Step started", 14, Trigger.MESSAGE),
    ),
    *_aside(
        "repinning",
        _COMMANDER,
        3,
        _start("repinning", "Other rules asked for", 7, Trigger.MESSAGE),
        decision(DecisionKind.POLICY_REPINNING, "Go on under other policies", _SYSTEM, 8),
        _end("repinning", "Answered", 9),
    ),
    *_aside(
        "classification",
        _COMPLIANCE,
        0,
        _start("classification", "Facts or time changed", 1, Trigger.CONDITION),
        Node("evaluate", NodeKind.RULE, "Evaluate the criteria of 2024/1772", _SYSTEM, 2),
        decision(DecisionKind.CLASSIFICATION_CONFIRMATION, "Confirm whether major", _SYSTEM, 3),
        Node("is-major", NodeKind.EXCLUSIVE, "Major?", _SYSTEM, 4),
        Node("open-reporting", NodeKind.SERVICE, "Open a reporting for each", _SYSTEM, 5, 1),
        _end("reporting", "Reporting opened", 6, Trigger.MESSAGE, 1),
        Node("notify", NodeKind.PEOPLE, "Notify the authority by hand", _SYSTEM, 5),
        Node(
            *("clock.initial-notification", NodeKind.BOUNDARY, "Notification is due", _SYSTEM, 5),
            trigger=Trigger.TIMER,
            on="notify",
        ),
        _end("classification", "", 6),
        Node(
            *("late.notification", NodeKind.END, "", _SYSTEM, 6),
            trigger=Trigger.ESCALATION,
            lower=40,
        ),
    ),
    *_aside(
        "reversal",
        _COMPLIANCE,
        0,
        _start("reversal", "Reversal asked for", 7, Trigger.MESSAGE),
        decision(DecisionKind.CLASSIFICATION_REVERSAL, "Were the criteria never met?", _SYSTEM, 8),
        _end("reversal", "Answered", 9),
    ),
    *_aside(
        "acknowledgement",
        _BODY,
        0,
        _start("acknowledgement", "A trigger escalates", 1, Trigger.ESCALATION),
        decision(DecisionKind.ESCALATION_ACKNOWLEDGEMENT, "Take note of it", _SYSTEM, 2),
        _end("acknowledgement", "Noted", 3),
    ),
    *_aside(
        "ratification",
        _BODY,
        0,
        _start("ratification", "A rule was bypassed", 7, Trigger.CONDITION),
        decision(DecisionKind.BYPASS_RATIFICATION, "Ratify the bypass", _SYSTEM, 8),
        _end("ratification", "Answered", 9),
    ),
)

BESIDE_FLOWS = (
    Flow("start.actions", "which-action"),
    Flow("which-action", "decision.containment.approval", "disruptive", Way.UPRIGHT),
    Flow("which-action", "decision.failover.approval", "failover"),
    Flow("which-action", "decision.recovery.approval", "disruptive", Way.UPRIGHT),
    Flow("decision.containment.approval", "action-answered"),
    Flow("decision.failover.approval", "action-answered"),
    Flow("decision.recovery.approval", "action-answered"),
    Flow("action-answered", "perform-action", "approved"),
    Flow("action-answered", "end.actions", "rejected", Way.BACK),
    Flow("perform-action", "end.actions"),
    Flow("start.invocation", "decision.third_party.invocation"),
    Flow("decision.third_party.invocation", "end.invocation"),
    Flow("start.proposal", "propose-task"),
    Flow("propose-task", "end.proposal"),
    Flow("start.telling", "choose-audience"),
    Flow("choose-audience", "end.telling"),
    Flow("start.automation", "start-step"),
    Flow("start-step", "end.automation"),
    Flow("start.repinning", "decision.policy.repinning"),
    Flow("decision.policy.repinning", "end.repinning"),
    Flow("start.classification", "evaluate"),
    Flow("evaluate", "decision.classification.confirmation"),
    Flow("decision.classification.confirmation", "is-major"),
    Flow("is-major", "open-reporting", "entities of the register", Way.UPRIGHT),
    Flow("open-reporting", "end.reporting"),
    Flow("is-major", "notify", "none of the register"),
    Flow("is-major", "end.classification", "no", Way.OVER),
    Flow("notify", "end.classification"),
    Flow("clock.initial-notification", "late.notification"),
    Flow("start.reversal", "decision.classification.reversal"),
    Flow("decision.classification.reversal", "end.reversal"),
    Flow("start.acknowledgement", "decision.escalation.acknowledgement"),
    Flow("decision.escalation.acknowledgement", "end.acknowledgement"),
    Flow("start.ratification", "decision.bypass.ratification"),
    Flow("decision.bypass.ratification", "end.ratification"),
)

ASIDES = (
    Aside("actions", "What disrupts is approved first", _COMMANDER),
    Aside("invocation", "A provider is escalated to", _COMMANDER),
    Aside("proposal", "Something is to be remedied", _COMMANDER),
    Aside("telling", "Somebody is told", _COMMANDER),
    Aside("automation", "A step is carried out by a program", _COMMANDER),
    Aside("repinning", "Other versions of policies", _COMMANDER),
    Aside("classification", "Classification", _COMPLIANCE),
    Aside("reversal", "Reversal of a classification", _COMPLIANCE),
    Aside("acknowledgement", "Escalation", _BODY),
    Aside("ratification", "Bypass under urgency", _BODY),
)
