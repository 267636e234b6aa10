"""The processes towards competent authorities: a report of an incident, and a cyber threat."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.process_model.shapes import Flow, Node, NodeKind, Pool, Trigger, Way, decision
from holdfast.domain.roles import Role

__all__ = ["CYBER_THREAT", "REPORTING"]

_SYSTEM, _COMPLIANCE, _COMMANDER = Role.SYSTEM, Role.COMPLIANCE, Role.INCIDENT_COMMANDER

REPORTING = Pool(
    id="reporting",
    name="Reporting to a competent authority",
    says="One financial entity: first, intermediate and final report, each in time (DORA Art. 19).",
    lanes=(_SYSTEM, _COMPLIANCE, _COMMANDER),
    nodes=(
        Node(*("reporting.begins", NodeKind.START, "Opened", _SYSTEM, 0), trigger=Trigger.MESSAGE),
        Node("compute-limits", NodeKind.RULE, "Compute the limits of 2025/301", _SYSTEM, 1),
        Node("fill-report", NodeKind.SERVICE, "Fill a draft from the evidence", _SYSTEM, 2),
        Node("put-forward", NodeKind.PEOPLE, "Complete it, put it forward", _COMPLIANCE, 3),
        Node(
            *("clock.report", NodeKind.BOUNDARY, "Its limit nears", _COMPLIANCE, 3),
            trigger=Trigger.TIMER,
            on="put-forward",
        ),
        Node(
            *("late.report", NodeKind.END, "Ladder, delay notice", _COMPLIANCE, 4),
            trigger=Trigger.ESCALATION,
            lower=40,
        ),
        decision(DecisionKind.REPORT_REVIEW, "Review the report", _COMPLIANCE, 5),
        Node("is-report-cleared", NodeKind.EXCLUSIVE, "Cleared?", _COMPLIANCE, 6),
        decision(DecisionKind.REPORT_APPROVAL, "Approve exactly this report", _COMMANDER, 7),
        Node("is-report-approved", NodeKind.EXCLUSIVE, "Approved?", _COMMANDER, 8),
        Node("submit-report", NodeKind.SERVICE, "Submit it by its channel", _SYSTEM, 12),
        Node(
            *("clock.channel", NodeKind.BOUNDARY, "The channel is down", _SYSTEM, 12),
            trigger=Trigger.TIMER,
            on="submit-report",
        ),
        Node(
            *("late.channel", NodeKind.END, "Submitted by other means", _SYSTEM, 13),
            trigger=Trigger.ESCALATION,
            lower=40,
        ),
        Node("hear-authority", NodeKind.RECEIVE, "Keep receipt and reference", _SYSTEM, 15),
        Node("is-last-report", NodeKind.EXCLUSIVE, "Final, or reclassified?", _SYSTEM, 16),
        Node("reporting.ends", NodeKind.END, "Closed", _SYSTEM, 17),
    ),
    flows=(
        Flow("reporting.begins", "compute-limits"),
        Flow("compute-limits", "fill-report"),
        Flow("fill-report", "put-forward"),
        Flow("put-forward", "decision.report.review"),
        Flow("clock.report", "late.report"),
        Flow("decision.report.review", "is-report-cleared"),
        Flow("is-report-cleared", "decision.report.approval", "cleared"),
        Flow("is-report-cleared", "put-forward", "returned", Way.BACK),
        Flow("decision.report.approval", "is-report-approved"),
        Flow("is-report-approved", "submit-report", "approved", Way.UPRIGHT),
        Flow("is-report-approved", "put-forward", "returned", Way.BACK),
        Flow("submit-report", "hear-authority"),
        Flow("clock.channel", "late.channel"),
        Flow("hear-authority", "is-last-report"),
        Flow("is-last-report", "reporting.ends", "yes"),
        Flow("is-last-report", "compute-limits", "no", Way.BACK),
    ),
)
"""What one financial entity sends of one incident, from the first limit to the last receipt."""

CYBER_THREAT = Pool(
    id="cyber_threat",
    name="Significant cyber threat",
    says="Assessed by 2024/1772 Art. 10, and notified voluntarily (DORA Art. 19(2)).",
    lanes=(_SYSTEM, _COMPLIANCE),
    nodes=(
        Node(*("threat.begins", NodeKind.START, "Noted", _SYSTEM, 0), trigger=Trigger.MESSAGE),
        Node("assess-threat", NodeKind.RULE, "Assess whether significant", _SYSTEM, 1),
        Node("describe-threat", NodeKind.PEOPLE, "Fill in the form of Annex III", _COMPLIANCE, 2),
        Node("is-to-notify", NodeKind.EXCLUSIVE, "To be notified?", _COMPLIANCE, 3),
        decision(DecisionKind.THREAT_NOTIFICATION, "Approve exactly this form", _COMPLIANCE, 4),
        Node("is-form-approved", NodeKind.EXCLUSIVE, "Approved?", _COMPLIANCE, 5),
        Node("submit-threat", NodeKind.SERVICE, "Submit it by its channel", _SYSTEM, 6),
        Node("threat.ends", NodeKind.END, "Notified", _SYSTEM, 7),
        Node("threat.kept", NodeKind.END, "Closed, not notified", _SYSTEM, 4),
    ),
    flows=(
        Flow("threat.begins", "assess-threat"),
        Flow("assess-threat", "describe-threat"),
        Flow("describe-threat", "is-to-notify"),
        Flow("is-to-notify", "decision.threat.notification", "yes"),
        Flow("is-to-notify", "threat.kept", "no", Way.UPRIGHT),
        Flow("decision.threat.notification", "is-form-approved"),
        Flow("is-form-approved", "submit-threat", "approved", Way.UPRIGHT),
        Flow("is-form-approved", "describe-threat", "returned", Way.BACK),
        Flow("submit-threat", "threat.ends"),
    ),
)
"""What has not harmed anybody yet, and may."""
