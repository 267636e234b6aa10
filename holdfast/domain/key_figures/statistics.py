"""The statistics of a key figure: pure, exact, and in whole numbers.

Quantiles are nearest-rank: each is a value that was observed, and none is made up between two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.key_figures.kinds import Better

__all__ = ["BASIS_POINTS", "Counts", "Reduction", "Summary", "reduction", "share", "summarise"]

BASIS_POINTS = 10_000
_HALF, _NINE_IN_TEN, _PERCENT = 50, 90, 100


@dataclass(frozen=True, slots=True)
class Counts:
    """How many observations there are, and of what sort.

    `marked` of `judged` are those that the share of the figure is about; `oldest_open_at` is when
    the one began that has been open longest.
    """

    measured: int = 0
    open: int = 0
    unmeasured: int = 0
    judged: int = 0
    marked: int = 0
    oldest_open_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a key figure comes to: the counts, and the statistics of the values there are.

    None where there is no value. `share` is in basis points of what was judged.
    """

    counts: Counts
    median: int | None
    mean: int | None
    p90: int | None
    worst: int | None
    total: int | None
    share: int | None


@dataclass(frozen=True, slots=True)
class Reduction:
    """By how much impact fell against the period before, in basis points; negative: it grew.

    None where there was nothing before that could have fallen.
    """

    total: int | None
    median: int | None


def summarise(values: Sequence[int], counts: Counts, better: Better) -> Summary:
    """Summarise values that come sorted, the least first."""
    good_first = values if better is Better.LESS else values[::-1]
    there = bool(values)
    return Summary(
        counts=counts,
        median=_nearest_rank(good_first, _HALF),
        # The value of a mean lies between seconds; it is rounded down.
        mean=sum(values) // len(values) if there else None,
        p90=_nearest_rank(good_first, _NINE_IN_TEN),
        worst=good_first[-1] if there else None,
        total=sum(values) if there else None,
        share=share(counts.marked, counts.judged),
    )


def share(part: int, whole: int) -> int | None:
    """A part in basis points of the whole, rounded down; None of nothing."""
    return BASIS_POINTS * part // whole if whole else None


def reduction(now: Summary, before: Summary) -> Reduction:
    """Compare a period with the one before it."""
    return Reduction(_fallen(now.total, before.total), _fallen(now.median, before.median))


def _fallen(now: int | None, before: int | None) -> int | None:
    """A period without a value had no impact, as far as the evidence knows."""
    if not before:
        return None
    return BASIS_POINTS * (before - (now or 0)) // before


def _nearest_rank(values: Sequence[int], percent: int) -> int | None:
    """The value that so many percent of the others do not exceed."""
    if not values:
        return None
    return values[-(-percent * len(values) // _PERCENT) - 1]
