"""Judgements made again in tests: verdicts looked up, entries changed and withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hypothesis import strategies as st

from holdfast.domain.events import Event, EventKind
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import JudgedEvent, Judgement, ReplayReport, Verdict
from holdfast.domain.values import JsonObject, JsonValue
from tests.judged_walks import CONTENTS, TimedWalk

__all__ = [
    "NEW_VALUES",
    "Change",
    "judged_with",
    "leaves",
    "number_of",
    "of",
    "replaced",
    "saying",
    "verdicts",
    "with_event",
    "withheld",
]


Change = Callable[[Event], Event]


def verdicts(report: ReplayReport) -> dict[str, Verdict]:
    """The verdicts by entry."""
    return {judgement.entry: judgement.verdict for judgement in report.judgements}


def of(report: ReplayReport, entry: str) -> Judgement:
    """The judgement on that entry."""
    return next(judgement for judgement in report.judgements if judgement.entry == entry)


def with_event(events: list[JudgedEvent], number: int, event: Event) -> list[JudgedEvent]:
    """The entries, one of them with another event."""
    judged = events[number]
    changed = JudgedEvent(judged.entry, judged.occurred_at, event)
    return [*events[:number], changed, *events[number + 1 :]]


def number_of(walk: TimedWalk, kind: EventKind, which: int = 0) -> int:
    """The number of an entry of that kind."""
    return [number for number, found in enumerate(walk.kinds()) if found is kind][which]


def judged_with(walk: TimedWalk, kind: EventKind, change: Change, which: int = -1) -> Judgement:
    """The judgement on an entry of that kind, once it is changed."""
    number = number_of(walk, kind, which)
    events = with_event(walk.judged(), number, change(walk.events[number]))
    return of(replay(events, CONTENTS), events[number].entry)


def saying(**members: object) -> Change:
    """Let an event say something else."""

    def change(event: Event) -> Event:
        payload: JsonObject = {**event.payload, **members}
        return event.model_copy(update={"payload": payload})

    return change


def withheld(judged: JudgedEvent, *, kind_known: bool) -> JudgedEvent:
    """The entry without its content."""
    if judged.event is None or not kind_known:
        return JudgedEvent(judged.entry, None, None)
    return JudgedEvent(judged.entry, judged.occurred_at, None, judged.event.kind)


def leaves(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value that holds no others."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from leaves(member, (*path, name))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


def replaced(value: JsonValue, path: tuple[str | int, ...], new: JsonValue) -> JsonValue:
    """The value with another one at that path."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


NEW_VALUES: st.SearchStrategy[JsonValue] = (
    st.none()
    | st.booleans()
    | st.integers(0, 9)
    | st.sampled_from(["SEV1", "SEV4", "P1", "approved", "2026-03-04T12:00:00.000000Z", "system"])
    | st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=5)
    | st.just([])
    | st.just({"x": 1})
)
