"""What the doors of recurring incidents answer with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from api.models import Clock, Decision
from holdfast.domain.recurrence.periods import CHAIN_PREFIX
from holdfast.domain.values import Instant, JsonObject

__all__ = [
    "Recurrence",
    "RecurrenceList",
    "RecurrenceSummary",
    "recurrence_in_full",
    "recurrence_in_short",
]


class RecurrenceSummary(BaseModel):
    """An assessment in short."""

    assessment: str = Field(description="Its name: the month, and its number from 2 on.")
    month: str
    number: int
    workflow_id: str = Field(description="Its workflow in the Temporal Web UI.")
    assessed_at: Instant
    incidents: int = Field(description="How many were looked at, once for each entity hit.")
    series: int = Field(description="How many series recur, whether they are major or not.")
    to_decide: int = Field(description="How many of them people were asked about.")
    outcomes: JsonObject = Field(description="What people decided, by series.")


class RecurrenceList(BaseModel):
    """Assessments, the latest month first."""

    assessments: list[RecurrenceSummary]


class Recurrence(RecurrenceSummary):
    """An assessment in full."""

    since: Instant = Field(description="From when on incidents were looked at.")
    until: Instant
    findings: list[JsonObject] = Field(
        description="For each financial entity: the clause that exempts it, or the series found."
    )
    parts: list[JsonObject] = Field(
        description="For each financial entity: what the findings rest on."
    )
    decisions: list[Decision]
    clocks: list[Clock]


def recurrence_in_short(row: RowMapping | dict[str, Any]) -> RecurrenceSummary:
    """The summary of a row of the list."""
    return RecurrenceSummary(
        assessment=row["incident_id"].removeprefix(CHAIN_PREFIX),
        month=row["period"],
        number=int(row["number"]),
        workflow_id=row["workflow_id"],
        assessed_at=row["assessed_at"],
        incidents=int(row["incidents"]),
        series=int(row["series"]),
        to_decide=int(row["to_decide"]),
        outcomes=row["outcomes"],
    )


def recurrence_in_full(
    row: RowMapping, decisions: list[Decision], clocks: Iterable[object]
) -> Recurrence:
    """One assessment with its decisions and clocks."""
    counted = {name: row["assessment"][name] for name in _COUNTED}
    short = recurrence_in_short({**row, **counted})
    return Recurrence(
        **short.model_dump(),
        since=row["assessment"]["since"],
        until=row["assessment"]["until"],
        findings=row["assessment"]["findings"],
        parts=row["assessment"]["parts"],
        decisions=decisions,
        clocks=[Clock.model_validate(clock) for clock in clocks],
    )


_COUNTED = ("number", "incidents", "series", "to_decide")
