"""What key figures come to: PostgreSQL selects and sorts, the pure statistics say what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.key_figures.definitions import KeyFigure
from holdfast.domain.key_figures.kinds import Grouping, KeyFigureName
from holdfast.domain.key_figures.periods import Window, bucket_before
from holdfast.domain.key_figures.statistics import (
    Counts,
    Reduction,
    Summary,
    reduction,
    summarise,
)
from holdfast.store.key_figures.selections import SELECTIONS

__all__ = ["Asked", "Computed", "Group", "Place", "compute", "list_observations", "statement"]

_BUCKETS = {
    Grouping.MONTH: "to_char(o.at AT TIME ZONE 'UTC', 'YYYY-MM')",
    Grouping.QUARTER: "to_char(o.at AT TIME ZONE 'UTC', 'YYYY-\"Q\"Q')",
    Grouping.SEVERITY: "o.severity",
    Grouping.SERVICE: "hit.name",
    Grouping.ENTITY: "hit.name",
    Grouping.KIND: "o.kind",
}
_SPREAD = {
    Grouping.SERVICE: "LEFT JOIN LATERAL unnest(o.services) AS hit (name) ON true",
    Grouping.ENTITY: "LEFT JOIN LATERAL unnest(o.entities) AS hit (name) ON true",
}
"""An incident of two services is among the observations of each."""

_OF_TIME = frozenset({Grouping.MONTH, Grouping.QUARTER})

Place = tuple[datetime, str, str]
"""Where a page of observations ended: the instant, the incident, and what of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which period, as of when, and of which incidents only."""

    window: Window
    now: datetime
    severity: str | None = None
    service: str | None = None
    entity: str | None = None

    @property
    def conditions(self) -> list[str]:
        """What an observation fulfils, in SQL."""
        found = []
        if self.severity is not None:
            found.append("o.severity = :severity")
        if self.service is not None:
            found.append("o.services @> ARRAY[CAST(:service AS text)]")
        if self.entity is not None:
            found.append("o.entities @> ARRAY[CAST(:entity AS text)]")
        return found

    @property
    def parameters(self) -> dict[str, Any]:
        """The values that the statements name."""
        named = {"severity": self.severity, "service": self.service, "entity": self.entity}
        window = {"since": self.window.since, "until": self.window.until, "now": self.now}
        return {**window, **{name: value for name, value in named.items() if value is not None}}

    def of(self, window: Window) -> Asked:
        """The same of another period."""
        return Asked(window, self.now, self.severity, self.service, self.entity)


@dataclass(frozen=True, slots=True)
class Group:
    """What a figure comes to for one month, severity, service, entity or kind; None: for none."""

    bucket: str | None
    summary: Summary
    reduction: Reduction | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """What a figure comes to in the period, in the one before where it is compared, and apart."""

    figure: KeyFigure
    summary: Summary
    before: Summary | None = None
    reduction: Reduction | None = None
    groups: Sequence[Group] = field(default_factory=tuple)


async def compute(
    connection: AsyncConnection, figure: KeyFigure, asked: Asked, by: Grouping | None = None
) -> Computed:
    """Compute one figure, and what it comes to apart, if `by` says by what."""
    before = asked.of(asked.window.before)
    (whole,) = await _summaries(connection, figure, asked)
    earlier = (await _summaries(connection, figure, before))[0][1] if figure.compared else None
    groups = list[Group]()
    if by is not None and by in figure.groupings:
        apart = await _summaries(connection, figure, asked, by)
        past = await _summaries(connection, figure, before, by) if figure.compared else []
        groups = _groups(figure, apart, past, by)
    return Computed(
        figure=figure,
        summary=whole[1],
        before=earlier,
        reduction=reduction(whole[1], earlier) if earlier is not None else None,
        groups=groups,
    )


async def list_observations(
    connection: AsyncConnection,
    name: KeyFigureName,
    asked: Asked,
    limit: int,
    after: Place | None = None,
) -> Sequence[RowMapping]:
    """Read what a figure counts, in order, at most `limit` after a place."""
    conditions, parameters = asked.conditions, asked.parameters
    if after is not None:
        conditions.append("(o.at, o.incident_id, o.subject) > (:at, :incident_id, :subject)")
        parameters |= dict(zip(("at", "incident_id", "subject"), after, strict=True))
    query = f"""
        SELECT o.* FROM ({SELECTIONS[name]}) o {_where(conditions)}
        ORDER BY o.at, o.incident_id, o.subject LIMIT :limit
    """  # noqa: S608 - constants; what callers give is bound
    return await _read(connection, query, {**parameters, "limit": limit})


def statement(name: KeyFigureName, conditions: Sequence[str], by: Grouping | None) -> str:
    """The statement that counts the observations of a figure and sorts their values."""
    bucket, spread = ("NULL", "") if by is None else (_BUCKETS[by], _SPREAD.get(by, ""))
    group = "" if by is None else "GROUP BY 1 ORDER BY 1 NULLS LAST"
    return f"""
        SELECT {bucket} AS bucket,
            count(*) FILTER (WHERE o.state = 'measured') AS measured,
            count(*) FILTER (WHERE o.state = 'open') AS open,
            count(*) FILTER (WHERE o.state = 'unmeasured') AS unmeasured,
            count(o.marked) AS judged,
            count(*) FILTER (WHERE o.marked) AS marked,
            min(o.at) FILTER (WHERE o.state = 'open') AS oldest_open_at,
            array_agg(o.value ORDER BY o.value) FILTER (WHERE o.value IS NOT NULL) AS values
        FROM ({SELECTIONS[name]}) o {spread} {_where(conditions)} {group}
    """  # noqa: S608 - constants; what callers give is bound


async def _summaries(
    connection: AsyncConnection, figure: KeyFigure, asked: Asked, by: Grouping | None = None
) -> list[tuple[str | None, Summary]]:
    query = statement(figure.name, asked.conditions, by)
    rows = await _read(connection, query, asked.parameters)
    return [(row["bucket"], _summary(row, figure)) for row in rows]


async def _read(
    connection: AsyncConnection, query: str, parameters: Mapping[str, Any]
) -> Sequence[RowMapping]:
    named = text(query)
    wanted = named.compile().params.keys() & parameters.keys()
    given = {name: parameters[name] for name in wanted}
    return (await connection.execute(named, given)).mappings().all()


def _summary(row: RowMapping, figure: KeyFigure) -> Summary:
    names = ("measured", "open", "unmeasured", "judged", "marked", "oldest_open_at")
    counts = Counts(**{name: row[name] for name in names})
    return summarise(row["values"] or (), counts, figure.better)


def _groups(
    figure: KeyFigure,
    apart: Iterable[tuple[str | None, Summary]],
    past: Iterable[tuple[str | None, Summary]],
    by: Grouping,
) -> list[Group]:
    found, earlier = dict(apart), dict(past)
    if not figure.compared:
        return [Group(bucket, summary) for bucket, summary in found.items()]
    in_time = by in _OF_TIME
    known = {**earlier, **found} if in_time else earlier
    groups = []
    for bucket, summary in found.items():
        former = known.get(bucket_before(bucket) if in_time and bucket else bucket)
        fallen = reduction(summary, former) if former else None
        groups.append(Group(bucket, summary, fallen))
    return groups


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
