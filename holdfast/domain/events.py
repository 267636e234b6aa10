"""What can happen, as events; the journal makes each an evidence entry."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from pydantic import Field

from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import CanonicalObject, Digest, Frozen, Identifier, Line, Token

__all__ = ["Event", "EventKind", "PolicyPin", "Record", "Subject"]


class EventKind(StrEnum):
    """Every kind of entry, in the grammar `subject.action`.

    The subject is the thing that the entry is about, the action is a past participle of what
    became of it; both are lower case with underscores. A kind is never renamed or reused: old
    entries are read for as long as the law keeps them.
    """

    INCIDENT_OPENED = "incident.opened"
    INCIDENT_CONFIRMED = "incident.confirmed"
    INCIDENT_CLOSED = "incident.closed"
    PHASE_ENTERED = "phase.entered"
    ALERTS_JOINED = "alerts.joined"
    ALERTS_DECLINED = "alerts.declined"
    FACTS_CHANGED = "facts.changed"
    SEVERITY_PROPOSED = "severity.proposed"
    SEVERITY_ASSIGNED = "severity.assigned"
    CLASSIFICATION_EVALUATED = "classification.evaluated"
    CLASSIFICATION_DECIDED = "classification.decided"
    RECONSIDERATION_REQUESTED = "reconsideration.requested"
    ESCALATION_TRIGGERED = "escalation.triggered"
    DECISION_REQUESTED = "decision.requested"
    DECISION_ANSWERED = "decision.answered"
    DECISION_DECIDED = "decision.decided"
    DECISION_BYPASSED = "decision.bypassed"
    DECISION_VOIDED = "decision.voided"
    SUBMISSION_REFUSED = "submission.refused"
    CLOCK_ARMED = "clock.armed"
    CLOCK_WARNED = "clock.warned"
    CLOCK_MISSED = "clock.missed"
    CLOCK_ESCALATED = "clock.escalated"
    CLOCK_MET = "clock.met"
    CLOCK_CANCELLED = "clock.cancelled"
    CLOCK_PAUSED = "clock.paused"
    CLOCK_RESUMED = "clock.resumed"
    ACTION_PROPOSED = "action.proposed"
    ACTION_APPROVED = "action.approved"
    ACTION_REJECTED = "action.rejected"
    ACTION_PERFORMED = "action.performed"
    MILESTONE_REACHED = "milestone.reached"
    CHECK_RECORDED = "check.recorded"
    REVIEW_RECORDED = "review.recorded"
    REPINNING_REQUESTED = "repinning.requested"
    POLICY_REPINNED = "policy.repinned"
    POLICY_INSTALLED = "policy.installed"
    POLICY_DRAFTED = "policy.drafted"
    POLICY_TRIED = "policy.tried"
    POLICY_PUBLISHED = "policy.published"
    RECURRENCE_ASSESSED = "recurrence.assessed"
    RECURRENCE_DECIDED = "recurrence.decided"
    COMMUNICATION_OPENED = "communication.opened"
    COMMUNICATION_DRAFTED = "communication.drafted"
    COMMUNICATION_SUBMITTED = "communication.submitted"
    COMMUNICATION_CLEARED = "communication.cleared"
    COMMUNICATION_RETURNED = "communication.returned"
    COMMUNICATION_APPROVED = "communication.approved"
    COMMUNICATION_RELEASED = "communication.released"
    COMMUNICATION_DELIVERED = "communication.delivered"
    COMMUNICATION_PUBLISHED = "communication.published"
    COMMUNICATION_CANCELLED = "communication.cancelled"
    COMMUNICATION_CLOSED = "communication.closed"
    REPLY_RECEIVED = "reply.received"
    CONTACT_RECORDED = "contact.recorded"
    INVOCATION_REQUESTED = "invocation.requested"
    THIRD_PARTY_OPENED = "third_party.opened"
    THIRD_PARTY_TERMS_READ = "third_party.terms_read"
    THIRD_PARTY_ASKED = "third_party.asked"
    THIRD_PARTY_CALLED = "third_party.called"
    THIRD_PARTY_STATED = "third_party.stated"
    THIRD_PARTY_BREACHED = "third_party.breached"
    THIRD_PARTY_RESTORED = "third_party.restored"
    THIRD_PARTY_RELAPSED = "third_party.relapsed"
    THIRD_PARTY_WITHDRAWN = "third_party.withdrawn"
    THIRD_PARTY_REVIEWED = "third_party.reviewed"
    THIRD_PARTY_CLOSED = "third_party.closed"
    PAUSE_REQUESTED = "pause.requested"
    PAUSE_ENDED = "pause.ended"
    ORIGIN_STATED = "origin.stated"
    WEAKNESS_FOUND = "weakness.found"
    REMEDIATION_PROPOSED = "remediation.proposed"
    REMEDIATION_OPENED = "remediation.opened"
    REMEDIATION_ACCEPTED = "remediation.accepted"
    REMEDIATION_DECLINED = "remediation.declined"
    REMEDIATION_REASSIGNED = "remediation.reassigned"
    REMEDIATION_EXTENDED = "remediation.extended"
    REMEDIATION_IMPLEMENTED = "remediation.implemented"
    REMEDIATION_VALIDATED = "remediation.validated"
    REMEDIATION_RETURNED = "remediation.returned"
    REMEDIATION_RISK_ACCEPTED = "remediation.risk_accepted"
    REMEDIATION_REOPENED = "remediation.reopened"
    REMEDIATION_LINKED = "remediation.linked"
    REMEDIATION_CLOSED = "remediation.closed"
    EXTENSION_REQUESTED = "extension.requested"
    RISK_ACCEPTANCE_REQUESTED = "risk_acceptance.requested"
    PLAYBOOK_STARTED = "playbook.started"
    PLAYBOOK_FINISHED = "playbook.finished"
    STEP_ADDED = "step.added"
    STEP_STARTED = "step.started"
    STEP_TRIED = "step.tried"
    STEP_PERFORMED = "step.performed"
    STEP_FAILED = "step.failed"
    STEP_SKIPPED = "step.skipped"
    STEP_REPEATED = "step.repeated"
    AVAILABILITY_REPORTED = "availability.reported"
    DOWNTIME_COMPUTED = "downtime.computed"
    CONTINUITY_ACTIVATED = "continuity.activated"
    CONTINUITY_DEACTIVATED = "continuity.deactivated"
    RESPONSE_STOOD_DOWN = "response.stood_down"
    LESSON_ASSESSED = "lesson.assessed"
    DOCUMENT_DRAFTED = "document.drafted"
    DOCUMENT_APPROVED = "document.approved"
    DOCUMENT_PUBLISHED = "document.published"
    DOCUMENT_ACKNOWLEDGED = "document.acknowledged"
    DRILL_INJECTED = "drill.injected"
    DRILL_SCORED = "drill.scored"
    TRAINING_RECORDED = "training.recorded"
    REPORTING_OPENED = "reporting.opened"
    DEADLINES_COMPUTED = "deadlines.computed"
    REPORT_FIELD_SUPPLIED = "report_field.supplied"
    REPORT_DRAFTED = "report.drafted"
    REPORT_PUT_FORWARD = "report.put_forward"
    REPORT_CLEARED = "report.cleared"
    REPORT_RETURNED = "report.returned"
    REPORT_APPROVED = "report.approved"
    REPORT_SUBMITTED = "report.submitted"
    REPORT_REFUSED = "report.refused"
    REPORT_RECEIPTED = "report.receipted"
    REPORT_UPDATE_REQUIRED = "report_update.required"
    DELAY_EXPLAINED = "delay.explained"
    REPORTING_CLOSED = "reporting.closed"
    THREAT_RECORDED = "threat.recorded"
    THREAT_ASSESSED = "threat.assessed"
    THREAT_FIELD_SUPPLIED = "threat_field.supplied"
    THREAT_PUT_FORWARD = "threat.put_forward"
    THREAT_RETURNED = "threat.returned"
    THREAT_APPROVED = "threat.approved"
    THREAT_NOTIFIED = "threat.notified"
    THREAT_REFUSED = "threat.refused"
    THREAT_RECEIPTED = "threat.receipted"
    THREAT_CLOSED = "threat.closed"
    VENDOR_LINK_REFUSED = "vendor_link.refused"
    VENDOR_MAIL_RECEIVED = "vendor_mail.received"
    EVIDENCE_EXPORTED = "evidence.exported"
    EVIDENCE_CHECKED = "evidence.checked"
    LOG_KEY_ROTATED = "log_key.rotated"
    LOG_KEY_RETIRED = "log_key.retired"
    PERSONAL_DATA_DISCLOSED = "personal_data.disclosed"
    PERSONAL_DATA_ERASED = "personal_data.erased"
    ATTACHMENT_COLLECTED = "attachment.collected"
    ATTACHMENT_ACCESSED = "attachment.accessed"
    ATTACHMENT_TRANSFERRED = "attachment.transferred"
    ATTACHMENT_EXPORTED = "attachment.exported"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    RETENTION_PROPOSED = "retention.proposed"
    RETENTION_DISPOSED = "retention.disposed"


class Subject(Frozen):
    """What an event is about, and the digest of its exact content where it has content."""

    type: Line
    id: Identifier
    digest: Digest | None = None


class PolicyPin(Frozen):
    """One exact version of one policy."""

    name: Identifier
    version: Identifier
    digest: Digest


class Event(Frozen):
    """One thing that happened.

    `answers` names the submission whose receipt this event is; `causes` name what led to it
    (entry ids, `submission:…`, `alert:…`). `sealed` holds personal data, each field as ciphertext.
    """

    kind: EventKind
    subject: Subject
    actor: Actor = SYSTEM
    payload: CanonicalObject = Field(default_factory=dict)
    policy: PolicyPin | None = None
    causes: tuple[Identifier, ...] = ()
    answers: Identifier | None = None
    sealed: dict[Token, SealedValue] = Field(default_factory=dict)


class Record(Protocol):
    """How the rules write: hand over an event, get the id of the entry that it becomes."""

    def __call__(self, event: Event) -> str:
        """Put the event into the journal, in order."""
        ...
