"""Supplying fields: what people know that neither facts nor entries say, or say better."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.asking import SupplyField
from holdfast.domain.reporting.kinds import CLIENT_INTERESTS, VersionState
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, digest_of
from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.values import FieldInvalid, check_value

__all__ = ["supply"]

_BY_THE_SYSTEM = frozenset({"1.1", "2.1"})
_CONTACTS = frozenset(f"1.{number}" for number in range(7, 13))
"""Names, addresses and numbers of people stand in the directory, never in evidence."""


def supply(
    work: ReportingWork, submission: Submission, body: SupplyField, now: datetime
) -> Refusal | None:
    """Record a field's value; whoever is asked about a version without it, is asked no more."""
    del now
    state = work.state
    if refusal := _refuse(work, body):
        return refusal
    if body.value is None and body.field not in state.supplied:
        detail = f"nothing was supplied for field {body.field}"
        return Refusal(RefusalReason.NOTHING_CHANGED, detail)
    value = None if body.value is None else check_value(body.field, body.value)
    content: JsonObject = {
        "field": body.field,
        "value": list(value) if isinstance(value, tuple) else value,
        "estimate": body.estimate,
        "because": body.because,
        "replaces": state.supplied.get(body.field),
    }
    about = Subject(
        type="report_field", id=f"{state.opening.id}/{body.field}", digest=digest_of(content)
    )
    entry = work.receipt(EventKind.REPORT_FIELD_SUPPLIED, submission, content, subject=about)
    if body.value is None:
        del state.supplied[body.field]
    else:
        state.supplied[body.field] = entry
    _withdraw(work, body.field, entry)
    if body.field == CLIENT_INTERESTS:
        work.tell(entry)
    return None


def _refuse(work: ReportingWork, body: SupplyField) -> Refusal | None:
    if work.state.outcome is not None:
        detail = f"{work.state.opening.id} has ended as {work.state.outcome}"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    if body.field not in FIELDS:
        detail = f"Implementing Regulation (EU) 2025/302 has no field {body.field}"
        return Refusal(RefusalReason.UNKNOWN_FIELD, detail)
    if problem := _problem(body):
        return Refusal(RefusalReason.FIELD_INVALID, problem)
    return None


def _problem(body: SupplyField) -> str | None:
    """What is wrong with the value, in words."""
    if body.field in _BY_THE_SYSTEM:
        return f"field {body.field} follows from the report itself"
    if body.field in _CONTACTS:
        return f"field {body.field} is a contact of the directory: PUT it at /v1/directory"
    try:
        if body.value is not None:
            check_value(body.field, body.value)
    except FieldInvalid as problem:
        return str(problem)
    return None


def _withdraw(work: ReportingWork, field: str, entry: str) -> None:
    """Void what is asked about versions that do not have it: they have to be put forward anew."""
    state = work.state
    work.void_questions(f"field {field} has changed", entry)
    for version in list(state.versions):
        if version.state.asked:
            state.keep(version.model_copy(update={"state": VersionState.SUPERSEDED}))
