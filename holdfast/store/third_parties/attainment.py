"""How far providers kept the times of their contracts: counted by the quarter of the deadline.

What was cancelled, or runs still, is not counted: it was neither kept nor missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.third_party.quarters import Quarter
from holdfast.dora.register.terms import VendorClock

__all__ = ["Attained", "Window", "count_attainment", "list_settled"]

_PER_MILLE = 1_000
_SETTLED = "c.outcome IN ('met', 'met_late', 'missed')"
_QUARTER = """
    CAST(extract(year FROM c.due_at AT TIME ZONE 'UTC') AS integer) AS year,
    CAST(extract(quarter FROM c.due_at AT TIME ZONE 'UTC') AS integer) AS quarter
"""
_FROM = """
    FROM projection.vendor_clock c JOIN projection.third_party t USING (incident_id, number)
    LEFT JOIN projection.incident i ON i.incident_id = c.incident_id
"""
_ORDER_OF_CLOCKS = {str(clock): place for place, clock in enumerate(VendorClock)}


@dataclass(frozen=True, slots=True)
class Window:
    """Which times are counted: due in these quarters; of one provider or contract, if named."""

    first: Quarter
    last: Quarter
    provider: str | None = None
    contract: str | None = None

    @property
    def condition(self) -> str:
        """The condition in SQL, with the names of its parameters."""
        named = {"provider": self.provider, "contract": self.contract}
        # What a provider was held to in a drill it never knew of.
        more = ["i.drill IS NULL"]
        more += [f"t.{name} = :{name}" for name, value in named.items() if value is not None]
        return " AND ".join([_SETTLED, "c.due_at >= :since AND c.due_at < :until", *more])

    @property
    def parameters(self) -> dict[str, datetime | str]:
        """The values of these parameters."""
        named = {"provider": self.provider, "contract": self.contract}
        given = {name: value for name, value in named.items() if value is not None}
        return {"since": self.first.begins, "until": self.last.ends, **given}


@dataclass(frozen=True, slots=True)
class Attained:
    """How many times of one kind were due in a quarter: met in time, met late, missed altogether.

    `contract` and `clock` are None where all of a provider's are counted together.
    """

    provider: str
    contract: str | None
    quarter: Quarter
    clock: str | None
    met: int
    met_late: int
    missed: int

    @property
    def counted(self) -> int:
        """All of them."""
        return self.met + self.met_late + self.missed

    @property
    def per_mille(self) -> int:
        """The part that was met in time, in whole per mille: 1000 only where all were."""
        return _PER_MILLE * self.met // self.counted


async def count_attainment(
    connection: AsyncConnection, window: Window, *, by_clock: bool = True
) -> Sequence[Attained]:
    """Count by provider and quarter; with `by_clock` by contract and clock too, else together."""
    names = ("t.provider", "t.contract", "c.clock") if by_clock else ("t.provider",)
    query = text(f"""
        SELECT {", ".join(names)}, {_QUARTER},
            count(*) FILTER (WHERE c.outcome = 'met') AS met,
            count(*) FILTER (WHERE c.outcome = 'met_late') AS met_late,
            count(*) FILTER (WHERE c.outcome = 'missed') AS missed
        {_FROM} WHERE {window.condition} GROUP BY {", ".join(names)}, year, quarter
    """)
    rows = (await connection.execute(query, window.parameters)).mappings().all()
    return sorted((_attained(row) for row in rows), key=_place)


async def list_settled(
    connection: AsyncConnection, window: Window, limit: int
) -> Sequence[RowMapping]:
    """Read what is counted, at most `limit`, by deadline: each with the entries that say so."""
    query = text(f"""
        SELECT t.provider, t.contract, c.clock, {_QUARTER}, c.incident_id, c.number, c.clock_id,
            c.due_at, c.met_at, c.outcome, c.entries
        {_FROM} WHERE {window.condition}
        ORDER BY c.due_at, c.incident_id, c.clock_id, c.armed_entry LIMIT :limit
    """)
    parameters = {**window.parameters, "limit": limit}
    return (await connection.execute(query, parameters)).mappings().all()


def _attained(row: RowMapping) -> Attained:
    return Attained(
        provider=row["provider"],
        contract=row.get("contract"),
        quarter=Quarter(row["year"], row["quarter"]),
        clock=row.get("clock"),
        met=row["met"],
        met_late=row["met_late"],
        missed=row["missed"],
    )


def _place(attained: Attained) -> tuple[str, str, Quarter, int]:
    clock = _ORDER_OF_CLOCKS[attained.clock] if attained.clock else 0
    return attained.provider, attained.contract or "", attained.quarter, clock
