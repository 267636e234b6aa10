"""Key figures, as the doors ask for them and answer them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.problem_catalogue import DoorCode
from api.problems import Problem
from holdfast.domain.key_figures.definitions import KeyFigure
from holdfast.domain.key_figures.kinds import Better, Grouping, KeyFigureName, Measured, Unit
from holdfast.domain.key_figures.periods import window_of
from holdfast.domain.key_figures.statistics import Reduction, Summary
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.quarters import QUARTER_PATTERN
from holdfast.domain.values import Identifier, Instant
from holdfast.store.key_figures.reading import Asked, Computed

__all__ = [
    "AskedOf",
    "AskedPeriod",
    "Figure",
    "FigureGroup",
    "FigureReduction",
    "FigureSummary",
    "Figures",
    "Observation",
    "ObservationPage",
    "SeveralFigures",
    "asked_of",
    "figure_of",
]


class AskedOf(BaseModel):
    """Of which period, and of which incidents only."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    quarter: str | None = Field(
        default=None, pattern=QUARTER_PATTERN, description="`2026-Q3`; this one, if all is left out"
    )
    since: Instant | None = Field(
        default=None, alias="from", description="`2026-07-01T00:00:00Z`; with `to`, any period."
    )
    until: Instant | None = Field(
        default=None, alias="to", description="Not included; now, if left out with `from` there."
    )
    severity: Severity | None = None
    service: Identifier | None = None
    entity: Identifier | None = None


class AskedPeriod(AskedOf):
    """The same, and by what the figures are broken down."""

    by: Grouping | None = Field(
        default=None, description="`kind`: of a decision or a provider's time, a task's priority."
    )


class FigureSummary(BaseModel):
    """What a figure comes to; null where there is no value."""

    model_config = ConfigDict(from_attributes=True)

    measured: int = Field(description="Observations that have come to their end.")
    open: int = Field(description="Observations that still run.")
    oldest_open_at: Instant | None = Field(description="When the oldest of these began.")
    unmeasured: int = Field(description="Observations without a value that they could have.")
    median: int | None
    mean: int | None = Field(description="Rounded down.")
    p90: int | None = Field(description="Nine in ten are as good or better (nearest rank).")
    worst: int | None
    total: int | None
    judged: int = Field(description="Observations of which the share is taken.")
    marked: int = Field(description="Those of them that the share is about.")
    share_basis_points: int | None = Field(description="10,000 is all of them; rounded down.")


class FigureReduction(BaseModel):
    """By how much it fell against the period before; negative: it grew; null: there was nothing."""

    total_basis_points: int | None
    median_basis_points: int | None


class FigureGroup(BaseModel):
    """What a figure comes to for one month, severity, service, entity or kind."""

    name: str | None = Field(description="Null for observations that have none.")
    summary: FigureSummary
    reduction: FigureReduction | None


class Figure(BaseModel):
    """A key figure: its definition, and what it comes to."""

    name: KeyFigureName
    title: str
    meaning: str
    unit: Unit
    better: Better
    begins: str = Field(description="The entry from which it is measured.")
    ends: str = Field(description="The entry up to which it is measured.")
    falls_by: str = Field(description="The instant by which an observation falls into a period.")
    unfinished: str = Field(description="What is done with what has not ended.")
    share_of: str | None
    summary: FigureSummary
    before: FigureSummary | None = Field(description="Of the period before, where it is compared.")
    reduction: FigureReduction | None
    groups: list[FigureGroup]


class Figures(BaseModel):
    """Which period it is, and of which incidents only."""

    since: Instant
    until: Instant
    computed_at: Instant
    by: Grouping | None


class SeveralFigures(Figures):
    """All key figures of a period."""

    figures: list[Figure]


class Observation(BaseModel):
    """One observation that a figure counts, with the entries behind it."""

    model_config = ConfigDict(from_attributes=True)

    incident_id: str
    subject: str = Field(description="What of the incident: a decision, a clock, a task, a service")
    kind: str | None
    at: Instant
    ended_at: Instant | None
    value: int | None
    state: Measured
    marked: bool | None
    severity: str | None
    services: list[str]
    entities: list[str]
    entries: list[str]


class ObservationPage(BaseModel):
    """Some observations of a figure, in order of their beginning."""

    name: KeyFigureName
    unit: Unit
    since: Instant
    until: Instant
    observations: list[Observation]
    next_cursor: str | None


def asked_of(query: AskedOf, now: datetime) -> Asked:
    """Say what is asked for.

    Raises:
        Problem: it is no period.
    """
    try:
        window = window_of(query.quarter, query.since, query.until, now)
    except ValueError as error:
        raise Problem(DoorCode.INVALID_INPUT, str(error)) from error
    severity = str(query.severity) if query.severity else None
    return Asked(window, now, severity, query.service, query.entity)


def figure_of(computed: Computed) -> Figure:
    """A figure as it was computed."""
    return Figure(
        **_definition(computed.figure),
        summary=_summary(computed.summary),
        before=_summary(computed.before) if computed.before else None,
        reduction=_reduction(computed.reduction),
        groups=[
            FigureGroup(
                name=group.bucket,
                summary=_summary(group.summary),
                reduction=_reduction(group.reduction),
            )
            for group in computed.groups
        ],
    )


def _definition(figure: KeyFigure) -> Mapping[str, Any]:
    names = (
        *("name", "title", "meaning", "unit", "better", "begins", "ends", "falls_by"),
        *("unfinished", "share_of"),
    )
    return {name: getattr(figure, name) for name in names}


def _summary(summary: Summary) -> FigureSummary:
    counts = summary.counts
    return FigureSummary(
        measured=counts.measured,
        open=counts.open,
        oldest_open_at=counts.oldest_open_at,
        unmeasured=counts.unmeasured,
        median=summary.median,
        mean=summary.mean,
        p90=summary.p90,
        worst=summary.worst,
        total=summary.total,
        judged=counts.judged,
        marked=counts.marked,
        share_basis_points=summary.share,
    )


def _reduction(reduction: Reduction | None) -> FigureReduction | None:
    if reduction is None:
        return None
    return FigureReduction(total_basis_points=reduction.total, median_basis_points=reduction.median)
