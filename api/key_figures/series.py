"""The course of key figures: what each came to in the last eight months or quarters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.key_figures.definitions import KEY_FIGURES, KeyFigure
from holdfast.domain.key_figures.kinds import Grouping, Unit
from holdfast.domain.key_figures.periods import Step, buckets, last_steps
from holdfast.domain.key_figures.statistics import Summary
from holdfast.store.key_figures.reading import Asked, compute

__all__ = ["Series", "read_series"]

_SHOWN = 8
_GROUPINGS = {Step.MONTH: Grouping.MONTH, Step.QUARTER: Grouping.QUARTER}


@dataclass(frozen=True, slots=True)
class Series:
    """One value a month or quarter, None where there is none; `what` says which value it is."""

    figure: KeyFigure
    what: str
    unit: Unit
    names: Sequence[str]
    values: Sequence[int | None]


async def read_series(connection: AsyncConnection, asked: Asked, step: Step) -> list[Series]:
    """Read the course of every figure up to the period that is asked for."""
    window = last_steps(asked.window.until, step, _SHOWN)
    of_course, names = asked.of(window), buckets(window, step)
    series = []
    for figure in KEY_FIGURES.values():
        computed = await compute(connection, figure, of_course, _GROUPINGS[step])
        found = {group.bucket: group.summary for group in computed.groups}
        values = [_value(figure, found.get(name)) for name in names]
        series.append(Series(figure, _what(figure), figure.unit, names, values))
    return series


def _what(figure: KeyFigure) -> str:
    if figure.unit is Unit.NONE:
        return "share"
    return "total" if figure.compared else "median"


def _value(figure: KeyFigure, summary: Summary | None) -> int | None:
    if summary is None:
        return None
    if figure.unit is Unit.NONE:
        return summary.share
    return summary.total if figure.compared else summary.median
