"""The periods of a time zone rule in which its offset from UTC stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from holdfast.domain.time_zones import local_time

__all__ = ["OffsetPeriod", "offset_periods"]

_SAMPLED_EVERY = timedelta(hours=6)
"""Shorter than any summer or winter time of any law."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OffsetPeriod:
    """From `begin` until before `end`, both in UTC, local time is ahead of UTC by `offset`."""

    begin: datetime
    end: datetime
    offset: timedelta


# Few rules and few years: what a clock of a contract asks for, it asks for again.
@lru_cache(maxsize=512)
def offset_periods(rule: str, year: int) -> tuple[OffsetPeriod, ...]:
    """The periods of a year in UTC, in order and without gaps.

    Raises:
        OverflowError: the year is at the end of all years.
        ValueError: it is no such rule.
    """
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    changes = [begin, *_changes(rule, begin, end), end]
    return tuple(
        OffsetPeriod(since, until, _offset(rule, since)) for since, until in pairwise(changes)
    )


def _changes(rule: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    at = begin
    while at < end:
        following = min(at + _SAMPLED_EVERY, end)
        if _offset(rule, at) != _offset(rule, following):
            change = _change_between(rule, at, following)
            if change < end:
                yield change
        at = following


def _change_between(rule: str, before: datetime, after: datetime) -> datetime:
    """The first second with the later offset: rules change at whole seconds."""
    was = _offset(rule, before)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _offset(rule, middle) == was:
            before = middle
        else:
            after = middle
    return after


def _offset(rule: str, at: datetime) -> timedelta:
    return local_time(rule, at).utcoffset() or timedelta(0)
