"""What leaves stand on: the leaf before in each chain, the record before of each writer.

Ends of chains are kept from block to block, up to a bound; what is not kept is read again. So
memory does not grow with the number of incidents, and a check can begin anywhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

import asyncpg

from holdfast.evidence.check_report import FindingCode
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.recomputation import ChainHead
from holdfast.store.log.fsck.rows import Row

__all__ = ["Chains", "Writers"]

_MOST_KEPT = 50_000
_NUMBER = re.compile(r"[0-9]{1,18}")

_BEFORE = """
    SELECT incident_id, incident_seq, leaf FROM evidence.log_entry
    WHERE (incident_id, incident_seq) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))
        AND index < $3
"""
_WITHOUT_HEAD = """
    SELECT incident_id FROM unnest($1::text[]) AS started (incident_id)
    WHERE NOT EXISTS (
        SELECT FROM evidence.incident_head WHERE incident_head.incident_id = started.incident_id
    )
"""
# A record that is gone, of which the leaf is left, is told by that leaf.
_MISSING = """
    SELECT entry_id FROM unnest($1::text[]) AS wanted (entry_id)
    WHERE NOT EXISTS (SELECT FROM evidence.record WHERE record.entry_id = wanted.entry_id)
        AND NOT EXISTS (SELECT FROM evidence.log_entry WHERE log_entry.entry_id = wanted.entry_id)
"""


class Chains:
    """The ends of the incidents' chains before a block."""

    def __init__(
        self, connection: asyncpg.Connection, heads: dict[str, ChainHead], findings: Findings
    ) -> None:
        """Fill those heads."""
        self._connection = connection
        self._heads = heads
        self._findings = findings

    async def prepare(self, first: int, rows: Sequence[Row]) -> None:
        """Read the end of each chain that goes on in this block, as of before leaf `first`."""
        if len(self._heads) > _MOST_KEPT:
            self._heads.clear()
        wanted: dict[str, int] = {}
        for row in rows:
            if row.incident_id not in self._heads:
                wanted.setdefault(row.incident_id, row.incident_seq)
        await self._read(first, {incident: seq for incident, seq in wanted.items() if seq > 0})
        await self._require_heads([incident for incident, seq in wanted.items() if seq == 0])

    async def _read(self, first: int, wanted: dict[str, int]) -> None:
        if not wanted:
            return
        numbers = [seq - 1 for seq in wanted.values()]
        for row in await self._connection.fetch(_BEFORE, list(wanted), numbers, first):
            own = hashlib.sha256(b"\x00" + row["leaf"]).hexdigest()
            self._heads[row["incident_id"]] = (row["incident_seq"] + 1, f'"{own}"')

    async def _require_heads(self, started: list[str]) -> None:
        if not started:
            return
        for row in await self._connection.fetch(_WITHOUT_HEAD, started):
            incident = row["incident_id"]
            words = f"the chain of {incident} has leaves, but no head to go on from"
            self._findings.add(FindingCode.INCIDENT_HEAD, f"chain {incident}", words)


class Writers:
    """Whether each writer's numbers have no gap: every record but the first has one before it."""

    def __init__(self, connection: asyncpg.Connection, findings: Findings) -> None:
        """Start without knowing any writer."""
        self._connection = connection
        self._findings = findings
        self._last: dict[str, int] = {}

    async def check(self, entry_ids: Iterable[str]) -> None:
        """Check the records of these ids."""
        if len(self._last) > _MOST_KEPT:
            self._last.clear()
        wanted: dict[str, str] = {}
        for entry_id in entry_ids:
            writer, _, number = entry_id.rpartition("#")
            if not _NUMBER.fullmatch(number):
                continue  # its row is told to differ from the record
            if (sequence := int(number)) and self._last.get(writer) != sequence - 1:
                wanted[f"{writer}#{sequence - 1}"] = entry_id
            self._last[writer] = sequence
        if not wanted:
            return
        for row in await self._connection.fetch(_MISSING, list(wanted)):
            missing, follower = row["entry_id"], wanted[row["entry_id"]]
            words = f"there is no record {missing}, though there is {follower} after it"
            self._findings.add(FindingCode.SEQUENCE_GAP, f"record {missing}", words, record=missing)
