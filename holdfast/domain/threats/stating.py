"""Recording a threat, its facts, what people put into its form, and its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import Submission
from holdfast.domain.threats.asking import (
    CloseThreat,
    RecordThreat,
    StateThreatFacts,
    SupplyThreatField,
)
from holdfast.domain.threats.recording import assessed_payload
from holdfast.domain.threats.state import Supplied
from holdfast.domain.threats.work import ThreatWork
from holdfast.domain.values import JsonObject, digest_of, rfc3339
from holdfast.dora.cyber_threats import CyberThreatFacts, assess_threat
from holdfast.dora.report.values import FieldInvalid
from holdfast.dora.threat_form import THREAT_CONTACT_FIELDS, THREAT_FIELDS, check_threat_value
from holdfast.dora.three_valued import Answer

__all__ = ["begin", "close", "refuse_report", "state_facts", "supply"]

_AHEAD = timedelta(minutes=5)


def refuse_report(body: RecordThreat, now: datetime) -> Refusal | None:
    """Why a threat cannot be recorded so: it was detected in the future."""
    if body.detected_at <= now + _AHEAD:
        return None
    detail = f"detected_at {rfc3339(body.detected_at)} lies in the future"
    return Refusal(RefusalReason.TIMES_CONTRADICT, detail)


def begin(work: ThreatWork, submission: Submission, body: RecordThreat) -> None:
    """Record the threat (DORA Art. 17(2)), and assess it by the facts that were stated with it."""
    state = work.state
    state.report, state.reporter = body, submission.principal
    payload = {
        "title": body.title,
        "description": body.description,
        "detected_at": rfc3339(body.detected_at),
        "entity": body.entity,
        "incidents": list(body.incidents),
        "facts": body.facts.model_dump(mode="json"),
        "pins": [pin.model_dump(mode="json") for pin in work.terms.pins],
    }
    state.recorded = work.note(EventKind.THREAT_RECORDED, payload, submission=submission)
    stated = [name for name, value in body.facts if value is not None]
    if stated:
        state.fact_authors.append(submission.principal.id)
    content = assessed_payload(state.threat, body.facts, stated)
    _assessed(work, body.facts, _note_assessed(work, content, causes=(state.recorded,)))


def state_facts(
    work: ThreatWork, submission: Submission, body: StateThreatFacts, now: datetime
) -> Refusal | None:
    """Assess the threat anew (2024/1772 Art. 10); what waits for approval has to be asked anew."""
    del now
    state = work.state
    changed = [
        name for name, value in body.changes.items() if getattr(state.facts, name) is not value
    ]
    if not changed:
        return Refusal(RefusalReason.NOTHING_CHANGED, "the facts are stated so already")
    facts = state.facts.model_copy(update={str(name): body.changes[name] for name in body.changes})
    content = assessed_payload(state.threat, facts, sorted(changed))
    entry = _note_assessed(work, content, submission=submission)
    if submission.principal.id not in state.fact_authors:
        state.fact_authors.append(submission.principal.id)
    _assessed(work, facts, entry)
    work.withdraw("the facts have changed", entry)
    return None


def supply(
    work: ThreatWork, submission: Submission, body: SupplyThreatField, now: datetime
) -> Refusal | None:
    """Record a field's value; whoever is asked about a version without it, is asked no more."""
    del now
    state = work.state
    if problem := _problem(body):
        return Refusal(RefusalReason.FIELD_INVALID, problem)
    before = state.supplied.get(body.field)
    value = None if body.value is None else check_threat_value(body.field, body.value)
    if value == (before.value if before else None):
        detail = f"field {body.field} is supplied so already, or was not supplied"
        return Refusal(RefusalReason.NOTHING_CHANGED, detail)
    payload: JsonObject = {
        "field": body.field,
        "value": list(value) if isinstance(value, tuple) else value,
        "because": body.because,
        "replaces": before.entry if before else None,
    }
    about = Subject(
        type="threat_field", id=f"{state.threat}/{body.field}", digest=digest_of(payload)
    )
    entry = work.note(
        EventKind.THREAT_FIELD_SUPPLIED, payload, subject=about, submission=submission
    )
    if value is None:
        del state.supplied[body.field]
    else:
        state.supplied[body.field] = Supplied(value=value, by=submission.principal, entry=entry)
    work.withdraw(f"field {body.field} has changed", entry)
    return None


def close(
    work: ThreatWork, submission: Submission, body: CloseThreat, now: datetime
) -> Refusal | None:
    """Close it: nothing is asked or sent any more. What is on its way is waited for."""
    del now
    state = work.state
    if state.to_submit:
        detail = f"{state.to_submit[0].subject} is on its way to {state.to_submit[0].authority}"
        return Refusal(RefusalReason.WRONG_STAGE, detail)
    notified_at = state.notified_at
    payload = {
        "status": "inactive",
        "significant": str(state.significant),
        "notified_at": rfc3339(notified_at) if notified_at else None,
        "because": body.because,
    }
    entry = work.note(EventKind.THREAT_CLOSED, payload, submission=submission)
    work.withdraw("the threat was closed", entry)
    for request in work.desk.open_requests():
        work.desk.void(request, "the threat was closed", causes=(entry,))
    state.closed = True
    return None


def _note_assessed(
    work: ThreatWork,
    content: JsonObject,
    *,
    submission: Submission | None = None,
    causes: tuple[str, ...] = (),
) -> str:
    payload = {name: value for name, value in content.items() if name != "threat"}
    return work.note(EventKind.THREAT_ASSESSED, payload, submission=submission, causes=causes)


def _assessed(work: ThreatWork, facts: CyberThreatFacts, entry: str) -> None:
    work.state.facts, work.state.assessed = facts, entry
    work.state.significant = Answer(assess_threat(facts).significant)


def _problem(body: SupplyThreatField) -> str | None:
    """What is wrong with the value, in words."""
    if body.field not in THREAT_FIELDS:
        return f"Annex III to Implementing Regulation (EU) 2025/302 has no field {body.field}"
    if body.field in THREAT_CONTACT_FIELDS:
        return f"field {body.field} is a contact of the directory: PUT it at /v1/directory"
    try:
        if body.value is not None:
            check_threat_value(body.field, body.value)
    except FieldInvalid as problem:
        return str(problem)
    return None
