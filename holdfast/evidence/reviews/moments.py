"""The key moments of an incident, and how long it took from each to the next that counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.evidence.entry import Entry
from holdfast.evidence.reviews.document import KeyMoment, MomentName, Span
from holdfast.evidence.reviews.sources import Chain, seconds_between

__all__ = ["key_moments", "spans_between"]

_OCCURRED = "occurred_at"

_SPANS = (
    (MomentName.OCCURRED, MomentName.DETECTED),
    (MomentName.DETECTED, MomentName.CONFIRMED),
    (MomentName.DETECTED, MomentName.CLASSIFIED),
    (MomentName.DETECTED, MomentName.CONTAINED),
    (MomentName.DETECTED, MomentName.RECOVERED),
    (MomentName.OCCURRED, MomentName.RECOVERED),
)


def key_moments(chain: Chain) -> tuple[KeyMoment, ...]:
    """The moments as far as they are known; of a repeated one the last, of deciding the first."""
    found = [
        _occurred(chain),
        _detected(chain),
        _of(MomentName.CONFIRMED, chain.first(EventKind.INCIDENT_CONFIRMED)),
        _of(MomentName.CLASSIFIED, chain.first(EventKind.CLASSIFICATION_DECIDED)),
        _of(MomentName.CONTAINED, chain.first(EventKind.MILESTONE_REACHED, milestone="contained")),
        _of(MomentName.RECOVERED, _validated(chain)),
        _of(MomentName.CLOSED, chain.last(EventKind.INCIDENT_CLOSED)),
    ]
    return tuple(moment for moment in found if moment is not None)


def spans_between(moments: Iterable[KeyMoment]) -> tuple[Span, ...]:
    """How long it took, for each pair of moments that are both known, and in that order."""
    known = {moment.name: moment for moment in moments}
    return tuple(
        Span(since=first, until=last, seconds=seconds, entries=_entries(known[first], known[last]))
        for first, last in _SPANS
        if first in known and last in known
        if (seconds := seconds_between(known[first].at, known[last].at)) >= 0
    )


def _entries(*moments: KeyMoment) -> tuple[str, ...]:
    return tuple(dict.fromkeys(moment.entry for moment in moments))


def _of(name: MomentName, entry: Entry | None) -> KeyMoment | None:
    return None if entry is None else KeyMoment(name=name, at=entry.occurred_at, entry=entry.id)


def _validated(chain: Chain) -> Entry | None:
    kind = str(DecisionKind.RECOVERY_VALIDATION)
    return chain.last(EventKind.DECISION_DECIDED, kind=kind, outcome="validated")


def _detected(chain: Chain) -> KeyMoment | None:
    opened = chain.first(EventKind.INCIDENT_OPENED)
    if opened is None:
        return None
    at = datetime.fromisoformat(opened.event.payload["aware_at"])
    return KeyMoment(name=MomentName.DETECTED, at=at, entry=opened.id)


def _occurred(chain: Chain) -> KeyMoment | None:
    """As it was stated last; None while nobody has stated it, or it was withdrawn."""
    stated = list(_stated(chain))
    if not stated or stated[-1][0] is None:
        return None
    value, entry = stated[-1]
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return KeyMoment(name=MomentName.OCCURRED, at=at, entry=entry.id)


def _stated(chain: Chain) -> Iterator[tuple[object, Entry]]:
    for entry in chain.of(EventKind.INCIDENT_OPENED, EventKind.FACTS_CHANGED):
        payload = entry.event.payload
        for change in (*payload.get("facts", ()), *payload.get("changes", ())):
            if change["fact"] == _OCCURRED:
                yield change["value"], entry
