"""The annual figures, computed from the histories of incidents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from holdfast.domain.annual_figures.costs import cost_line, waiting_costs
from holdfast.domain.annual_figures.document import (
    AnnualFigures,
    MajorIncident,
    NoticeGiven,
    Share,
)
from holdfast.domain.annual_figures.due_reports import due_reports
from holdfast.domain.annual_figures.histories import (
    IncidentHistory,
    ReportingHistory,
    Statement,
)
from holdfast.domain.annual_figures.years import FigureYear

__all__ = ["annual_figures"]


def annual_figures(
    histories: Iterable[IncidentHistory],
    year: FigureYear,
    as_of: datetime,
    entity: str | None = None,
) -> AnnualFigures:
    """Compute the figures of a year, of one financial entity or of all, as of a moment."""
    cut = min(year.until, as_of)
    real = sorted((each for each in histories if not each.drill), key=lambda each: each.incident)
    told = [(history, mine) for history in real if (mine := _of(history, entity)) is not None]
    lines = [line for history, mine in told if (line := cost_line(history, mine, year, cut))]
    waiting = [each for history, mine in told if (each := waiting_costs(history, mine, cut))]
    classified = [(history, mine) for history, mine in told if _in_year(history, year, cut)]
    major = [_incident(history, mine, as_of) for history, mine in classified if history.major]
    reports = [
        report for history, mine in told for one in mine
        for report in due_reports(history, one, year, as_of)
    ]  # fmt: skip
    missed = [report for report in reports if not report.on_time]
    unnoticed = sum(report.notice is NoticeGiven.NONE for report in missed)
    return AnnualFigures(
        year=year.name,
        since=year.since,
        until=year.until,
        as_of=as_of,
        entity=entity,
        gross_eur=sum(line.gross_eur or 0 for line in lines),
        recoveries_eur=sum(line.recoveries_eur or 0 for line in lines),
        unquantified=sum(line.gross_eur is None for line in lines),
        costs=tuple(lines),
        waiting=tuple(waiting),
        major_incidents=len(major),
        incidents=tuple(major),
        reclassified=tuple(history.incident for history, _ in classified if not history.major),
        third_party_origin=_share([each.third_party_origin for each in major]),
        cross_border=_share([each.cross_border for each in major]),
        on_time=_share([report.on_time for report in reports]),
        missed_with_notice=len(missed) - unnoticed,
        missed_without_notice=unnoticed,
        reports=tuple(reports),
    )


def _of(history: IncidentHistory, entity: str | None) -> list[ReportingHistory] | None:
    """The reportings that count; None where the incident is none of that entity's."""
    found = [one for one in history.reportings.values() if entity in (None, one.entity)]
    return found if found or entity is None else None


def _in_year(history: IncidentHistory, year: FigureYear, cut: datetime) -> bool:
    first = history.first_major
    return first is not None and year.holds(first.at) and first.at < cut


def _incident(
    history: IncidentHistory, mine: list[ReportingHistory], as_of: datetime
) -> MajorIncident:
    first = history.first_major
    assert first is not None  # noqa: S101 - narrows the type for mypy only
    origin = _origin(history, mine, as_of)
    states = _states(history, mine, as_of)
    return MajorIncident(
        incident=history.incident,
        title=history.title,
        entities=tuple(one.entity for one in mine),
        classified_at=first.at,
        third_party_origin=None if origin is None else bool(origin.value),
        member_states=None if states is None else _split(states),
        entries=(first.entry, *(each.entry for each in (origin, states) if each)),
    )


def _origin(
    history: IncidentHistory, mine: list[ReportingHistory], before: datetime
) -> Statement | None:
    """Field 2.8 as supplied, else the fact."""
    return _supplied(mine, "2.8", before) or history.last("third_party_origin", before)


def _states(
    history: IncidentHistory, mine: list[ReportingHistory], before: datetime
) -> Statement | None:
    """Field 2.6 as supplied, else the fact."""
    return _supplied(mine, "2.6", before) or history.last("member_states", before)


def _supplied(mine: list[ReportingHistory], field: str, before: datetime) -> Statement | None:
    told = (one.supplied.get(field) for one in mine)
    found = [each for each in told if each and each.value is not None and each.at < before]
    return max(found, key=lambda each: each.at, default=None)


def _split(states: Statement) -> tuple[str, ...]:
    if isinstance(states.value, tuple):
        return states.value
    told = str(states.value)
    return () if told == "none" else tuple(told.split(" "))


def _share(answers: list[bool | None]) -> Share:
    known = [answer for answer in answers if answer is not None]
    count, of = sum(known), len(known)
    points = (2 * count * 10_000 + of) // (2 * of) if of else None
    return Share(count=count, of=of, unknown=len(answers) - of, basis_points=points)
