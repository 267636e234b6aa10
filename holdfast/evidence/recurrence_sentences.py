"""Assessments of recurring incidents in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["RECURRENCE_SENTENCES"]

_MAJOR = {"yes": "major", "no": "not major", "unknown": "major or not: unknown"}


def _assessed(_: Event, payload: JsonObject) -> str:
    findings = payload["findings"]
    exempt = [f"{one['entity']} exempt ({one['exempt']})" for one in findings if one["exempt"]]
    series = [_series(one) for finding in findings for one in finding["series"]]
    found = "; ".join(series) or "nothing recurs"
    about = f"{payload['incidents']} incident(s)"
    return f"Recurrence in {payload['month']}: {'; '.join([f'{about}, {found}', *exempt])}"


def _series(series: JsonObject) -> str:
    decided = f", decided by {before}" if (before := series["decided_before"]) else ""
    return f"{', '.join(series['incidents'])} together {_MAJOR[series['major']]}{decided}"


def _decided(_: Event, payload: JsonObject) -> str:
    what = "one major incident" if payload["major"] else "no major incident"
    how = f"overriding '{payload['proposed']}'" if payload["overridden"] else "as proposed"
    return f"{', '.join(payload['incidents'])} are together {what}, {how}"


RECURRENCE_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.RECURRENCE_ASSESSED: _assessed,
    EventKind.RECURRENCE_DECIDED: _decided,
}
