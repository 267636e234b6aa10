"""How far providers kept the times of their contracts, as the doors answer it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.third_party.quarters import Quarter
from holdfast.domain.values import Instant
from holdfast.store.third_parties.attainment import Attained

__all__ = [
    "AttainedQuarter",
    "AttainedTime",
    "Attainment",
    "SettledTime",
    "attained_quarter",
    "attained_time",
]

_PER_MILLE = "In time, in whole per mille of what was counted, rounded down; null: nothing was."


class AttainedQuarter(BaseModel):
    """The times that were due in a quarter (UTC), and how many were kept."""

    quarter: str = Field(examples=["2026-Q1"])
    met: int = Field(description="In time.")
    met_late: int
    missed: int = Field(description="Not met, as long as they are not; what is cancelled is not.")
    per_mille: int | None = Field(description=_PER_MILLE)


class SettledTime(BaseModel):
    """A time that was counted, with the entries that say what became of it."""

    model_config = ConfigDict(from_attributes=True)

    incident_id: str
    number: int
    clock_id: str
    due_at: Instant
    met_at: Instant | None
    outcome: str
    entries: list[str]


class AttainedTime(AttainedQuarter):
    """The times of one kind that were due under a contract in a quarter."""

    provider: str
    contract: str
    clock: str
    clocks: list[SettledTime] | None = Field(
        default=None, description="Each that was counted; null where they were not asked for."
    )


class Attainment(BaseModel):
    """How far providers kept the times of their contracts."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "first": "2026-Q1",
                "last": "2026-Q1",
                "times": [
                    {
                        "provider": "core-ledger",
                        "contract": "CA-2024-014",
                        "quarter": "2026-Q1",
                        "clock": "restore",
                        "met": 2,
                        "met_late": 0,
                        "missed": 1,
                        "per_mille": 666,
                        "clocks": None,
                    }
                ],
            }
        }
    )

    first: str
    last: str
    times: list[AttainedTime]


def attained_quarter(attained: Attained | None, quarter: Quarter) -> AttainedQuarter:
    """What was counted in a quarter; nothing, if it was."""
    if attained is None:
        return AttainedQuarter(quarter=quarter.name, met=0, met_late=0, missed=0, per_mille=None)
    return AttainedQuarter(
        quarter=quarter.name,
        met=attained.met,
        met_late=attained.met_late,
        missed=attained.missed,
        per_mille=attained.per_mille,
    )


def attained_time(attained: Attained) -> AttainedTime:
    """What was counted of one kind of time under one contract in a quarter."""
    return AttainedTime(
        provider=attained.provider,
        contract=attained.contract or "",
        clock=attained.clock or "",
        **attained_quarter(attained, attained.quarter).model_dump(),
    )
