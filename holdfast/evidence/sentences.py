"""Entries in words: one sentence each, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject
from holdfast.evidence.classification_sentences import CLASSIFICATION_SENTENCES
from holdfast.evidence.communication_sentences import COMMUNICATION_SENTENCES
from holdfast.evidence.directory_sentences import DIRECTORY_SENTENCES
from holdfast.evidence.document_sentences import DOCUMENT_SENTENCES
from holdfast.evidence.drill_sentences import DRILL_SENTENCES
from holdfast.evidence.playbook_sentences import PLAYBOOK_SENTENCES
from holdfast.evidence.recovery_sentences import RECOVERY_SENTENCES
from holdfast.evidence.recurrence_sentences import RECURRENCE_SENTENCES
from holdfast.evidence.remediation_sentences import REMEDIATION_SENTENCES
from holdfast.evidence.reporting_sentences import REPORTING_SENTENCES
from holdfast.evidence.review_sentences import REVIEW_SENTENCES
from holdfast.evidence.third_party_sentences import THIRD_PARTY_SENTENCES
from holdfast.evidence.threat_sentences import THREAT_SENTENCES
from holdfast.evidence.vendor_sentences import VENDOR_SENTENCES

__all__ = ["sentence"]


def sentence(event: Event) -> str:
    """Say in one sentence what happened, from the event alone."""
    return _SENTENCES[event.kind](event, event.payload)


def _opened(_: Event, payload: JsonObject) -> str:
    services = ", ".join(payload["services"]) or "no service named"
    alerts = f", {payload['alerts']['count']} alert(s)" if payload["alerts"] else ""
    return f"Opened from {_words(payload['origin'])}: {payload['title']} ({services}{alerts})"


def _facts(_: Event, payload: JsonObject) -> str:
    said = (
        f"{change['key']} = {_value(change['value'])} ({change['quality']}, {change['source']}"
        f"; before: {_value(change['before']['value'] if change['before'] else None)})"
        for change in payload["changes"]
    )
    return f"Facts stated: {'; '.join(said)}"


def _proposed(_: Event, payload: JsonObject) -> str:
    path = " → ".join(f"{step['fact']} {step['answer']}" for step in payload["path"])
    return f"Severity {payload['severity']} proposed: {payload['because']} [{path}]"


def _assigned(_: Event, payload: JsonObject) -> str:
    how = f"overriding {payload['proposed']}" if payload["overridden"] else "as proposed"
    involved = payload["response"]["involve"] if "response" in payload else ()
    roles = f"; involves {', '.join(involved)}" if involved else ""
    return f"Severity {payload['severity']} assigned, {how}{roles}"


def _requested(event: Event, payload: JsonObject) -> str:
    return (
        f"{event.subject.id} asked: {payload['question']} "
        f"({', '.join(payload['roles'])}; due {_minute(payload['due_at'])})"
    )


def _answered(event: Event, payload: JsonObject) -> str:
    code = f" under exception {payload['exception_code']}" if payload["exception_code"] else ""
    why = f": {payload['rationale']}" if payload["rationale"] else ""
    count = f" ({payload['agreeing']} of {payload['quorum']})" if payload["quorum"] > 1 else ""
    return f"{event.subject.id} answered '{payload['option']}'{code}{count}{why}"


def _decided(event: Event, payload: JsonObject) -> str:
    bypass = ", bypassing the rule" if payload["bypassed"] else ""
    return f"{event.subject.id} decided: {payload['outcome']}{bypass}"


def _bypassed(event: Event, payload: JsonObject) -> str:
    return f"{event.subject.id} bypassed with {payload['exception_code']}: {payload['rationale']}"


def _action(event: Event, payload: JsonObject) -> str:
    disruptive = "disruptive " if payload["disruptive"] else ""
    result = f": {payload['result']}" if payload.get("result") else ""
    return (
        f"{event.subject.id} {payload['state']}: {disruptive}{payload['category']}"
        f": {payload['action']}{result}"
    )


def _clock(event: Event, payload: JsonObject) -> str:
    said = {
        EventKind.CLOCK_ARMED: f"armed, due {_minute(payload['due_at'])}",
        EventKind.CLOCK_WARNED: f"warned, {_length(payload.get('remaining_seconds', 0))} left",
        EventKind.CLOCK_MISSED: f"missed, was due {_minute(payload['due_at'])}",
        EventKind.CLOCK_ESCALATED: f"escalated to {_reached(payload)}",
        EventKind.CLOCK_MET: "met" + _how_met(payload),
        EventKind.CLOCK_CANCELLED: "cancelled",
        EventKind.CLOCK_PAUSED: "paused",
        EventKind.CLOCK_RESUMED: f"resumed, due {_minute(payload['due_at'])}",
    }[event.kind]
    return f"Clock '{payload['title']}' {said}"


def _reached(payload: JsonObject) -> str:
    rung = payload.get("rung")
    roles = ", ".join(payload.get("roles", ()))
    return roles if rung is None else f"rung {rung + 1} of the provider's ladder"


def _how_met(payload: JsonObject) -> str:
    late = " late" if payload.get("after_deadline") else ""
    return late + (f", as of {_minute(payload['as_of'])}" if "as_of" in payload else "")


def _refused(_: Event, payload: JsonObject) -> str:
    return f"Refused ({payload['reason']}): {payload['detail']}"


def _exported(event: Event, payload: JsonObject) -> str:
    withheld = ", ".join(payload["withheld_kinds"])
    less = f", without the content of {withheld}" if withheld else ""
    keys = ", with the keys of personal data" if payload.get("personal_data") else ""
    by = f" by {payload['operator']}" if payload.get("operator") else ""
    return (
        f"{event.subject.id} exported{by} for {payload['purpose']}: {payload['count']} record(s), "
        f"as of log size {payload['as_of_size']}{less}{keys}"
    )


def _checked(_: Event, payload: JsonObject) -> str:
    found = payload.get("count", len(payload["findings"]))
    verdict = f"{found} finding(s)" if found else "everything holds"
    return f"Evidence checked, leaves {payload['first']} to {payload['end']}: {verdict}"


def _attachment(event: Event, payload: JsonObject) -> str:
    whom = f" to {payload['recipient']}" if payload.get("recipient") else ""
    why = payload.get("purpose") or payload.get("description")
    why = f": {why}" if why else ""
    return f"Attachment {event.subject.id} {event.kind.split('.')[1]}{whom}{why}"


def _closed(_: Event, payload: JsonObject) -> str:
    other = f" of {payload['duplicate_of']}" if payload["duplicate_of"] else ""
    return f"Closed as {_words(payload['outcome'])}{other}"


def _policy(event: Event, payload: JsonObject) -> str:
    said = {
        EventKind.POLICY_INSTALLED: "installed",
        EventKind.POLICY_DRAFTED: f"drafted: {payload.get('reason')}",
        EventKind.POLICY_TRIED: "tried on the past",
        EventKind.POLICY_PUBLISHED: f"published: {payload.get('rationale')}",
    }[event.kind]
    begins = payload.get("effective_at")
    since = f" (in force from {_minute(begins)})" if begins else ""
    return f"Policy {payload['name']} {payload['version']} {said}{since}"


def _words(token: str) -> str:
    return token.replace("_", " ")


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC"


def _length(seconds: int) -> str:
    hours, rest = divmod(seconds, 3_600)
    minutes = rest // 60
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _value(value: object) -> str:
    return "unknown" if value is None else str(value)


_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    **CLASSIFICATION_SENTENCES,
    **COMMUNICATION_SENTENCES,
    **PLAYBOOK_SENTENCES,
    **DIRECTORY_SENTENCES,
    **DOCUMENT_SENTENCES,
    **DRILL_SENTENCES,
    **RECOVERY_SENTENCES,
    **RECURRENCE_SENTENCES,
    **REMEDIATION_SENTENCES,
    **REPORTING_SENTENCES,
    **REVIEW_SENTENCES,
    **THIRD_PARTY_SENTENCES,
    **THREAT_SENTENCES,
    **VENDOR_SENTENCES,
    EventKind.INCIDENT_OPENED: _opened,
    EventKind.INCIDENT_CONFIRMED: lambda *_: "Confirmed as an incident",
    EventKind.INCIDENT_CLOSED: _closed,
    EventKind.PHASE_ENTERED: lambda _, payload: f"Phase {payload['phase']} entered",
    EventKind.ALERTS_JOINED: lambda _, payload: (
        f"{payload['count']} alert(s) joined from {payload['source']}"
    ),
    EventKind.ALERTS_DECLINED: lambda _, payload: (
        f"{payload['count']} alert(s) came too late and are routed anew"
    ),
    EventKind.FACTS_CHANGED: _facts,
    EventKind.SEVERITY_PROPOSED: _proposed,
    EventKind.SEVERITY_ASSIGNED: _assigned,
    EventKind.ESCALATION_TRIGGERED: lambda _, payload: (
        f"Escalated to {', '.join(payload['roles'])}: {payload['because']}"
    ),
    EventKind.DECISION_REQUESTED: _requested,
    EventKind.DECISION_ANSWERED: _answered,
    EventKind.DECISION_DECIDED: _decided,
    EventKind.DECISION_BYPASSED: _bypassed,
    EventKind.DECISION_VOIDED: lambda event, payload: (
        f"{event.subject.id} voided: {payload['because']}"
    ),
    EventKind.SUBMISSION_REFUSED: _refused,
    EventKind.CLOCK_ARMED: _clock,
    EventKind.CLOCK_WARNED: _clock,
    EventKind.CLOCK_MISSED: _clock,
    EventKind.CLOCK_ESCALATED: _clock,
    EventKind.CLOCK_MET: _clock,
    EventKind.CLOCK_CANCELLED: _clock,
    EventKind.CLOCK_PAUSED: _clock,
    EventKind.CLOCK_RESUMED: _clock,
    EventKind.ACTION_PROPOSED: _action,
    EventKind.ACTION_APPROVED: _action,
    EventKind.ACTION_REJECTED: _action,
    EventKind.ACTION_PERFORMED: _action,
    EventKind.MILESTONE_REACHED: lambda _, payload: (
        f"Declared {payload['milestone']}: {payload['statement']}"
    ),
    EventKind.CHECK_RECORDED: lambda _, payload: (
        f"Check '{payload['check']}' {payload['result']}: {payload['statement']}"
    ),
    EventKind.POLICY_INSTALLED: _policy,
    EventKind.POLICY_DRAFTED: _policy,
    EventKind.POLICY_TRIED: _policy,
    EventKind.POLICY_PUBLISHED: _policy,
    EventKind.EVIDENCE_EXPORTED: _exported,
    EventKind.EVIDENCE_CHECKED: _checked,
    EventKind.LOG_KEY_ROTATED: lambda _, payload: (
        f"The log is signed with {payload['new_key']} as well as with {payload['old_key']}"
    ),
    EventKind.LOG_KEY_RETIRED: lambda _, payload: (
        f"The log is signed with {payload['key']} no longer: {payload['reason']}"
    ),
    EventKind.PERSONAL_DATA_DISCLOSED: lambda event, payload: (
        f"Sealed personal data of {event.subject.id} read: {payload['purpose']}"
    ),
    EventKind.PERSONAL_DATA_ERASED: lambda event, payload: (
        f"The key {event.subject.id} of a person's data erased: {payload['legal_basis']}"
    ),
    EventKind.ATTACHMENT_COLLECTED: _attachment,
    EventKind.ATTACHMENT_ACCESSED: _attachment,
    EventKind.ATTACHMENT_TRANSFERRED: _attachment,
    EventKind.ATTACHMENT_EXPORTED: _attachment,
    EventKind.HOLD_PLACED: lambda event, payload: (
        f"Hold {event.subject.id} placed ({payload['type']}): {payload['reason']}"
    ),
    EventKind.HOLD_LIFTED: lambda event, payload: (
        f"Hold {event.subject.id} lifted: {payload['reason']}"
    ),
    EventKind.RETENTION_PROPOSED: lambda _, payload: (
        f"Disposal of the content of {payload['count']} record(s) proposed: {payload['reason']}"
    ),
    EventKind.RETENTION_DISPOSED: lambda event, payload: (
        f"The content of {payload['count']} record(s) disposed of, as {event.subject.id} proposed"
    ),
}
