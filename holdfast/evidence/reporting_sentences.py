"""Entries about reports to competent authorities in words (DORA Art. 19)."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["REPORTING_SENTENCES"]

_MOST_WORDS = 300
"""Characters of what people and authorities say that one line repeats."""


def _opened(event: Event, payload: JsonObject) -> str:
    return (
        f"{_reporting(event)} of {payload['entity']} opened: aware at"
        f" {_minute(payload['aware_at'])}, major at {_minute(payload['classified_at'])}"
    )


def _computed(event: Event, payload: JsonObject) -> str:
    limits = "; ".join(
        _limit(stage, deadline) for stage, deadline in payload["deadlines"].items() if deadline
    )
    said = limits or "no limit runs yet"
    return f"{_reporting(event)}: deadlines computed, as {payload['because']}: {said}"


def _limit(stage: str, deadline: JsonObject) -> str:
    relief = deadline["relief"]
    moved = f", not {_minute(deadline['strict_due_at'])}: {relief['reason']}" if relief else ""
    return f"{stage} by {_minute(deadline['due_at'])} ({deadline['clause']}{moved})"


def _supplied(event: Event, payload: JsonObject) -> str:
    what = "withdrawn" if payload["value"] is None else "supplied"
    again = ", in place of what was said" if payload["replaces"] and payload["value"] else ""
    why = f": {_short(payload['because'])}" if payload["because"] else ""
    return f"{_reporting(event)}: field {payload['field']} {what}{again}{why}"


def _drafted(event: Event, payload: JsonObject) -> str:
    if payload["content"] is None:
        return f"{_version(event, payload)} could not be filled: {_short(payload['because'])}"
    fields = list(dict.fromkeys(gap["field"] for gap in payload["gaps"]))
    gaps = f"; {len(fields)} field(s) missing: {', '.join(fields)}" if fields else "; complete"
    ahead = " ahead of time" if payload["ahead"] else ""
    corrects = f", corrects version {payload['corrects']}" if payload["corrects"] else ""
    return f"{_version(event, payload)} drafted{ahead}{corrects}{gaps[:_MOST_WORDS]}"


def _put_forward(event: Event, payload: JsonObject) -> str:
    comment = f": {_short(payload['comment'])}" if payload["comment"] else ""
    if "version" in payload:
        return f"{_version(event, payload)} to be sent again{comment}"
    return f"{_reporting(event)}: {_kind(payload)} put forward{comment}"


def _cleared(event: Event, payload: JsonObject) -> str:
    by = ", ".join(actor["role"] for actor in payload["by"])
    return f"{_version(event, payload)} cleared by {by}"


def _returned(event: Event, payload: JsonObject) -> str:
    return (
        f"{_reporting(event)}: version {payload['version']} given back in {payload['of']}"
        f" by {payload['by']['role']}: {_short(payload['comments'])}"
    )


def _approved(event: Event, payload: JsonObject) -> str:
    by = ", ".join(actor["role"] for actor in payload["by"])
    code = f" under exception {payload['exception_code']}" if payload["exception_code"] else ""
    lacking = f", without {', '.join(payload['gaps'])}" if payload["gaps"] else ""
    whom = payload["authority"] or "no configured authority"
    return f"{_version(event, payload)} approved by {by}{code}{lacking}, for {whom}"


def _submitted(event: Event, payload: JsonObject) -> str:
    means = payload["channel"] if payload["means"] == "channel" else payload["means"]
    again = " again" if payload["again"] else ""
    diverted = ", diverted: it has reached no authority" if payload["diverted"] else ""
    reference = f", reference {payload['reference']}" if payload["reference"] else ""
    return (
        f"{_version(event, payload)} submitted{again} at {_minute(payload['submitted_at'])}"
        f" ({means}){reference}{diverted}"
    )


def _refused(event: Event, payload: JsonObject) -> str:
    return (
        f"{_reporting(event)}: version {payload['version']} not taken by {payload['channel']}"
        f" after {payload['attempts']} attempt(s): {_short(payload['because'])}"
    )


def _receipted(event: Event, payload: JsonObject) -> str:
    reference = f" under {payload['reference']}" if payload["reference"] else ""
    return (
        f"{_reporting(event)}: the authority has version {payload['version']}{reference} since"
        f" {_minute(payload['received_at'])}: {_short(payload['statement'])}"
    )


def _update(event: Event, payload: JsonObject) -> str:
    because = _short(payload["because"])
    return f"{_reporting(event)}: an updated intermediate report is due: {because}"


def _delayed(event: Event, payload: JsonObject) -> str:
    late = ", said after the limit" if payload["late"] else ""
    return (
        f"{_reporting(event)}: the {payload['stage']} report, due {_minute(payload['due_at'])},"
        f" is expected at {_minute(payload['expected_at'])}{late}: {_short(payload['because'])}"
    )


def _closed(event: Event, payload: JsonObject) -> str:
    why = f": {_short(payload['because'])}" if payload.get("because") else ""
    return f"{_reporting(event)} closed as {payload['outcome'].replace('_', ' ')}{why}"


def _reporting(event: Event) -> str:
    return "Reporting " + event.subject.id.split("/")[1].removeprefix("reporting-")


def _version(event: Event, payload: JsonObject) -> str:
    return f"{_reporting(event)}: {_kind(payload)}, version {payload['version']},"


def _kind(payload: JsonObject) -> str:
    """The report by its kind; of a combined one, all that it is at once."""
    kind, covers = payload["kind"], payload["covers"]
    if kind == "delay_notice":
        return f"notice that the {' and '.join(covers)} report is late"
    if kind == "reclassification":
        return "reclassification as not major"
    return f"{' and '.join(covers)} report"


def _short(words: str | None) -> str:
    said = words or "no reason given"
    return said if len(said) <= _MOST_WORDS else f"{said[: _MOST_WORDS - 1]}…"


def _minute(instant: str) -> str:
    return f"{instant[:16]}Z"


REPORTING_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.REPORTING_OPENED: _opened,
    EventKind.DEADLINES_COMPUTED: _computed,
    EventKind.REPORT_FIELD_SUPPLIED: _supplied,
    EventKind.REPORT_DRAFTED: _drafted,
    EventKind.REPORT_PUT_FORWARD: _put_forward,
    EventKind.REPORT_CLEARED: _cleared,
    EventKind.REPORT_RETURNED: _returned,
    EventKind.REPORT_APPROVED: _approved,
    EventKind.REPORT_SUBMITTED: _submitted,
    EventKind.REPORT_REFUSED: _refused,
    EventKind.REPORT_RECEIPTED: _receipted,
    EventKind.REPORT_UPDATE_REQUIRED: _update,
    EventKind.DELAY_EXPLAINED: _delayed,
    EventKind.REPORTING_CLOSED: _closed,
}
"""By kind; part of the registry of all sentences."""
