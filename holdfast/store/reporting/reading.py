"""Reading reports to authorities: a reporting with its deadlines, versions and supplied fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.reporting.kinds import VersionState
from holdfast.dora.report_stages import ReportStage
from holdfast.store.authorities.ledger import SubmissionAttempt
from holdfast.store.authorities.reading import list_attempts
from holdfast.store.reporting.tables import (
    report_deadline,
    report_field,
    report_version,
    reporting,
)

__all__ = [
    "StoredReporting",
    "fetch_reporting",
    "list_open_reportings",
    "list_reportings",
    "standing_of",
    "supplied_fields",
]

_REPLACED = frozenset({VersionState.DRAFTED, VersionState.REVIEW, VersionState.APPROVAL})
"""What a newer version of the same kind takes the place of: nobody decides on it any more."""

_STAGES = [str(stage) for stage in ReportStage]


@dataclass(frozen=True, slots=True)
class StoredReporting:
    """The reporting of one entity: its row, its three deadlines and its versions, in order.

    `attempts` are all those to hand one of the versions over, in order.
    """

    row: RowMapping
    deadlines: Sequence[RowMapping]
    versions: Sequence[RowMapping]
    attempts: Sequence[SubmissionAttempt] = ()

    @property
    def number(self) -> int:
        """Which reporting of the incident it is."""
        return int(self.row["number"])

    def deadline(self, stage: str) -> RowMapping:
        """The deadline of a report, which may not run yet."""
        return next(each for each in self.deadlines if each["stage"] == stage)

    def version(self, number: int) -> RowMapping | None:
        """The version of that number, if there is one."""
        return next((each for each in self.versions if each["version"] == number), None)


async def fetch_reporting(
    connection: AsyncConnection, incident_id: str, number: int
) -> RowMapping | None:
    """The row of the reporting of that number; None if there is none."""
    statement = select(reporting).where(
        reporting.c.incident_id == incident_id, reporting.c.number == number
    )
    return (await connection.execute(statement)).mappings().first()


async def list_open_reportings(connection: AsyncConnection, incident_id: str) -> list[str]:
    """The ids of the reportings of an incident that are not closed yet."""
    statement = (
        select(reporting.c.reporting_id)
        .where(reporting.c.incident_id == incident_id, reporting.c.closed_at.is_(None))
        .order_by(reporting.c.number)
    )
    return list((await connection.execute(statement)).scalars())


async def list_reportings(
    connection: AsyncConnection, incident_id: str
) -> Sequence[StoredReporting]:
    """The reportings of an incident by number, whole."""

    async def rows(statement: Select[Any]) -> list[RowMapping]:
        return list((await connection.execute(statement)).mappings())

    mine = reporting.c.incident_id == incident_id
    found = await rows(select(reporting).where(mine).order_by(reporting.c.number))
    if not found:
        return []
    limits = await rows(select(report_deadline).where(report_deadline.c.incident_id == incident_id))
    versions = await rows(
        select(report_version)
        .where(report_version.c.incident_id == incident_id)
        .order_by(report_version.c.version)
    )
    attempts = await list_attempts(connection, [each["report_id"] for each in versions])
    return [
        StoredReporting(
            row,
            sorted(
                (each for each in limits if each["reporting_id"] == row["reporting_id"]),
                key=lambda each: _STAGES.index(each["stage"]),
            ),
            [each for each in versions if each["reporting_id"] == row["reporting_id"]],
            [each for each in attempts if each.subject.startswith(f"{row['reporting_id']}/")],
        )
        for row in found
    ]


def standing_of(version: RowMapping, versions: Sequence[RowMapping]) -> VersionState:
    """Where a version stands beside the others: a newer one of its kind may have its place."""
    state = VersionState(version["state"])
    newer = any(
        each["kind"] == version["kind"] and each["version"] > version["version"]
        for each in versions
    )
    return VersionState.SUPERSEDED if newer and state in _REPLACED else state


async def supplied_fields(connection: AsyncConnection, reporting_id: str) -> dict[str, RowMapping]:
    """What people have supplied, by field: the latest of each, also where it was withdrawn."""
    statement = select(report_field).where(report_field.c.reporting_id == reporting_id)
    rows = (await connection.execute(statement)).mappings().all()
    return {row["field"]: row for row in rows}
