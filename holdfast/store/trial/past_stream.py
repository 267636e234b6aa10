"""The past of every incident, one after the other: read through one cursor, never all at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.trial.candidates import Scope
from holdfast.domain.trial.past import Past, PastEntry

__all__ = ["ROWS_AT_ONCE", "Chain", "slices_of_incidents"]

ROWS_AT_ONCE = 2_000

_KINDS = {str(kind): kind for kind in EventKind}

_PINNING = frozenset({str(EventKind.INCIDENT_OPENED), str(EventKind.POLICY_REPINNED)})

# The index gives this order, and the first rows at once; a sort would need all of them first.
_BY_INDEX = tuple(
    text(f"SET LOCAL {setting} = off") for setting in ("enable_sort", "enable_bitmapscan", "jit")
)

# Drills are no past that a policy could have changed, and time runs otherwise in them.
_ENTRIES = text("""
    SELECT incident_id, entry_id, kind, occurred_at,
        CASE WHEN kind = ANY(CAST(:read AS text[])) THEN body END AS body
    FROM evidence.record
    WHERE kind = ANY(CAST(:kinds AS text[])) AND incident_id NOT IN (
        SELECT incident_id FROM projection.incident WHERE drill IS NOT NULL
    )
    ORDER BY incident_id, position
""")

_Row: TypeAlias = tuple[str, str, str, datetime, bytes | None]


@dataclass(slots=True)
class Chain:
    """Entries that belong together, as they are kept: cheap to hand to another process."""

    name: str
    rows: list[_Row]

    def past(self, only: Collection[str] | None = None) -> Past:
        """The entries as a trial takes them, or only those of these kinds."""
        return Past(
            self.name,
            tuple(
                PastEntry(entry_id, _KINDS[kind], at, body)
                for _, entry_id, kind, at, body in self.rows
                if only is None or kind in only
            ),
        )

    @property
    def pinnings(self) -> Past:
        """The entries that say to which policies the incident is pinned."""
        return self.past(_PINNING)

    @property
    def is_incident(self) -> bool:
        """Whether an incident begins here, or something else that has entries."""
        return any(kind == EventKind.INCIDENT_OPENED for _, _, kind, _, _ in self.rows)


async def slices_of_incidents(
    connection: AsyncConnection, scope: Scope, rows_at_once: int
) -> AsyncGenerator[list[Chain], None]:
    """Read all incidents with what a candidate of that scope is tried on, by id.

    Each slice has some `rows_at_once` rows, and whole incidents only.
    """
    for setting in _BY_INDEX:
        await connection.execute(setting)
    stream = await connection.stream(
        _ENTRIES.execution_options(yield_per=rows_at_once),
        {"read": sorted(scope.read), "kinds": sorted(scope.read | scope.noted)},
    )
    kept = list[Chain]()
    async for rows in stream.partitions(rows_at_once):
        _add(kept, (tuple(row) for row in rows))
        # The last one may go on in the rows that come next.
        if incidents := [chain for chain in kept[:-1] if chain.is_incident]:
            yield incidents
        del kept[:-1]
    if incidents := [chain for chain in kept if chain.is_incident]:
        yield incidents


def _add(chains: list[Chain], rows: Iterator[_Row]) -> None:
    for row in rows:
        if not chains or chains[-1].name != row[0]:
            chains.append(Chain(row[0], []))
        chains[-1].rows.append(row)
