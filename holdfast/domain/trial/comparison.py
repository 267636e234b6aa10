"""Two courses of one incident held beside each other: where they differ, and since when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from holdfast.domain.trial.report import Change, Judged
from holdfast.domain.trial.tracks import FIRES, Key, Mark, Tracks, Value, alike, untold

__all__ = ["differences"]

When: TypeAlias = Callable[[Mark], tuple[datetime, int]]


def differences(stood: Tracks, would_stand: Tracks) -> tuple[Change, ...]:
    """Tell each difference once, when it begins, in the order of time."""
    found = list[tuple[Mark, Change]]()
    for key, these, those in stood.beside(would_stand):
        compare = _whether_and_when if key[0] is Judged.ESCALATION else _since_when
        found.extend(compare(key, these, those))
    found.sort(key=lambda difference: _moment_of(difference[0]))
    return tuple(change for _, change in found)


def _whether_and_when(
    key: Key, these: list[Mark], those: list[Mark]
) -> Iterator[tuple[Mark, Change]]:
    """A trigger fires once an incident, and escalates to the same contracts or to others."""
    was, would_be = next(iter(these), None), next(iter(those), None)
    if was and would_be and was.value == would_be.value and _at_once(was, would_be):
        return
    first = min((mark for mark in (was, would_be) if mark), key=_moment_of)
    yield first, _change(key, first, _firing(key, was), _firing(key, would_be))


def _at_once(one: Mark, other: Mark) -> bool:
    return alike(one.place.at, other.place.at)


def _since_when(key: Key, these: list[Mark], those: list[Mark]) -> Iterator[tuple[Mark, Change]]:
    told: tuple[object, object] | None = None
    # Within one turn of the workflow, a clock is set again by more than one entry.
    when = _instant_of if key[0] is Judged.DEADLINE else _moment_of
    for here in sorted((*these, *those), key=_moment_of):
        was, would_be = _latest(these, here, when), _latest(those, here, when)
        if _stand_alike(key, was, would_be):
            told = None
            continue
        # A clock that is set again and again is another by the same length of time each time.
        if (pair := (_essence(was), _essence(would_be))) != told:
            told = pair
            yield here, _change(key, here, _standing(key, was), _standing(key, would_be))


def _latest(marks: list[Mark], here: Mark, when: When) -> Mark | None:
    number = bisect_right(marks, when(here), key=when)
    return marks[number - 1] if number else None


def _moment_of(mark: Mark) -> tuple[datetime, int]:
    return mark.place.at, mark.place.order


def _instant_of(mark: Mark) -> tuple[datetime, int]:
    return mark.place.at, 0


def _stand_alike(key: Key, was: Mark | None, would_be: Mark | None) -> bool:
    """Whether they say the same; nothing said yet is what is untold."""
    one = was.value if was else untold(*key)
    return alike(one, would_be.value if would_be else untold(*key))


def _essence(mark: Mark | None) -> Value | timedelta | None:
    if mark is None:
        return None
    return mark.value if isinstance(mark.value, str) else mark.value - mark.place.at


def _change(key: Key, here: Mark, was: str, would_be: str) -> Change:
    judged, about = key
    return Change(
        judged=judged,
        about=about,
        entry=here.place.entry,
        at=here.place.at,
        was=was,
        would_be=would_be,
    )


def _firing(key: Key, mark: Mark | None) -> str:
    if mark is None:
        return untold(*key)
    contracts = str(mark.value).removeprefix(FIRES)
    return f"{FIRES} at {_in_words(mark.place.at)}{contracts}"


def _standing(key: Key, mark: Mark | None) -> str:
    if mark is None:
        return untold(*key)
    return f"due {_in_words(mark.value)}" if isinstance(mark.value, datetime) else mark.value


def _in_words(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
