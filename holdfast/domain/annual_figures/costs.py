"""What incidents add to the costs of a year (JC 2024 34; a reading, see docs/annual-figures.md).

In the year of its final report an incident counts with everything that is known of it by the end
of the year; in later years with what has changed in them. So the years of an incident add up to
what is known of it, and no year that was told is ever told anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from holdfast.domain.annual_figures.document import CostLine, TakenInto, WaitingCosts
from holdfast.domain.annual_figures.histories import (
    IncidentHistory,
    ReportingHistory,
    Statement,
)
from holdfast.domain.annual_figures.years import FigureYear
from holdfast.dora.report_stages import ReportStage

__all__ = ["cost_line", "waiting_costs"]

_GROSS, _RECOVERIES = "costs_eur", "recoveries_eur"
_AMOUNT_FIELDS = ("4.13", "4.14")


def cost_line(
    history: IncidentHistory, mine: list[ReportingHistory], year: FigureYear, cut: datetime
) -> CostLine | None:
    """What an incident adds to a year, as far as it had gone by `cut`; None if nothing."""
    final_at = _final_at(mine)
    if final_at is None or final_at >= cut:
        return None
    fresh = final_at >= year.since
    if fresh and _void(mine, cut):
        return None
    amounts = [
        _amount(history, mine, fact, year, cut, fresh=fresh) for fact in (_GROSS, _RECOVERIES)
    ]
    if not fresh and not any(amounts):
        return None
    behind = _behind(history, year, cut, fresh=fresh)
    return CostLine(
        incident=history.incident,
        reference=_reference(mine) or history.incident,
        authority_references=tuple(each for one in mine for each in one.references),
        title=history.title,
        entities=tuple(one.entity for one in mine),
        taken=TakenInto.FINAL_REPORT if fresh else TakenInto.ADJUSTMENT,
        final_report_at=final_at,
        gross_eur=amounts[0],
        recoveries_eur=amounts[1],
        estimate=any(each.estimate for each in _standing(history, cut)),
        supplied=_supplied(mine, cut),
        entries=(*_final_entries(mine), *behind),
    )


def waiting_costs(
    history: IncidentHistory, mine: list[ReportingHistory], cut: datetime
) -> WaitingCosts | None:
    """What is stated of a major incident whose final report had not left by `cut`."""
    first, final_at = history.first_major, _final_at(mine)
    if first is None or first.at >= cut or not history.major or _void(mine, cut):
        return None
    if final_at is not None and final_at < cut:
        return None
    gross, recoveries = (history.last(fact, cut) for fact in (_GROSS, _RECOVERIES))
    return WaitingCosts(
        incident=history.incident,
        title=history.title,
        gross_eur=_whole(gross),
        recoveries_eur=_whole(recoveries),
        entries=(first.entry, *(each.entry for each in (gross, recoveries) if each)),
    )


def _final_at(mine: Iterable[ReportingHistory]) -> datetime | None:
    """When the first final report of the incident was submitted."""
    return min((one.submitted[ReportStage.FINAL][0] for one in _final(mine)), default=None)


def _final(mine: Iterable[ReportingHistory]) -> list[ReportingHistory]:
    return [one for one in mine if ReportStage.FINAL in one.submitted]


def _final_entries(mine: Iterable[ReportingHistory]) -> list[str]:
    return [one.submitted[ReportStage.FINAL][1] for one in _final(mine)]


def _void(mine: list[ReportingHistory], before: datetime) -> bool:
    """Whether every reporting was taken back before a moment: the incident was never major."""
    return bool(mine) and all(
        one.reclassified_at is not None and one.reclassified_at < before for one in mine
    )


def _amount(
    history: IncidentHistory,
    mine: list[ReportingHistory],
    fact: str,
    year: FigureYear,
    cut: datetime,
    *,
    fresh: bool,
) -> int | None:
    now = 0 if _void(mine, cut) else _whole(history.last(fact, cut))
    if fresh:
        return now
    before = 0 if _void(mine, year.since) else _whole(history.last(fact, year.since))
    return (now or 0) - (before or 0)


def _standing(history: IncidentHistory, cut: datetime) -> list[Statement]:
    told = (history.last(fact, cut) for fact in (_GROSS, _RECOVERIES))
    return [each for each in told if each]


def _behind(history: IncidentHistory, year: FigureYear, cut: datetime, *, fresh: bool) -> list[str]:
    """What the figures rest on: the last statements, for adjustments also those of before."""
    found = [] if fresh else _standing(history, year.since)
    return list(dict.fromkeys(each.entry for each in (*found, *_standing(history, cut))))


def _supplied(mine: Iterable[ReportingHistory], cut: datetime) -> tuple[str, ...]:
    told = (one.supplied.get(number) for one in mine for number in _AMOUNT_FIELDS)
    return tuple(each.entry for each in told if each and each.value is not None and each.at < cut)


def _reference(mine: Iterable[ReportingHistory]) -> str | None:
    """Field 2.1 where somebody has put another one in."""
    for one in mine:
        said = one.supplied.get("2.1")
        if said is not None and isinstance(said.value, str):
            return said.value
    return None


def _whole(statement: Statement | None) -> int | None:
    return statement.value if statement and isinstance(statement.value, int) else None
