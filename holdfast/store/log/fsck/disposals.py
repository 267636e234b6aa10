"""What was disposed of properly: records without content, and artifacts, that a record speaks for.

`retention.disposed` records are the only excuse for content that is gone. They are never disposed
of themselves; each says how many records it emptied, and which artifacts.
"""

from __future__ import annotations

from collections import defaultdict

import asyncpg

from holdfast.domain.events import EventKind
from holdfast.evidence.check_report import FindingCode
from holdfast.store.log.fsck.distrust import read_json
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.rows import Row

__all__ = ["Disposals"]

# As `evidence.dispose` has it: what says why content was kept, shown or taken away stays.
_NEVER_EMPTIED = frozenset({"hold", "retention", "evidence", "personal_data", "attachment"})

# Written out, so that the index of just these records is used.
_DISPOSALS = f"""
    SELECT incident_id, position, body FROM evidence.record
    WHERE kind = '{EventKind.RETENTION_DISPOSED}'
"""  # noqa: S608 - constant
_EMPTY = """
    SELECT incident_id, count(*) AS empty FROM evidence.record
    WHERE incident_id = ANY($1) AND body IS NULL GROUP BY incident_id
"""


class Disposals:
    """The disposals that were recorded; read once, when the first content is missing."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Read them through that connection."""
        self._connection = connection
        self._read = False
        self._latest: dict[str, int] = {}
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._artifacts: set[str] = set()
        self._unreadable: set[str] = set()

    async def judge(self, emptied: list[Row], findings: Findings) -> None:
        """Tell which of these records without content are gone, or emptied by no disposal."""
        if emptied:
            await self._ensure_read()
        for row in emptied:
            if row.position is None:
                # A leaf that was altered, or the column beside it, may name no record at all.
                if f'"record":"{row.entry_id}","sha256"'.encode() in row.leaf:
                    words = f"record {row.entry_id}, which leaf {row.leaf_index} is of, is gone"
                    _record(findings, FindingCode.RECORD_REMOVED, row, words)
            elif not self._speaks_for(row):
                words = f"record {row.entry_id} (leaf {row.leaf_index}) has no content any more, "
                words += "and no disposal speaks for it"
                _record(findings, FindingCode.RECORD_EMPTIED, row, words)

    async def check_counts(self, findings: Findings) -> None:
        """Check that as many records are empty, an incident, as its disposals say."""
        await self._ensure_read()
        rows = await self._connection.fetch(_EMPTY, list(self._counts))
        empty = {row["incident_id"]: row["empty"] for row in rows}
        for incident, count in self._counts.items():
            if incident not in self._unreadable and empty.get(incident, 0) != count:
                words = (
                    f"{empty.get(incident, 0)} records of {incident} have no content; "
                    f"its disposals speak for {count}"
                )
                findings.add(FindingCode.DISPOSAL, f"chain {incident}", words)

    async def allow_empty_artifact(self, digest: str) -> bool:
        """Whether a disposal names that artifact."""
        await self._ensure_read()
        return digest in self._artifacts or bool(self._unreadable)

    def _speaks_for(self, row: Row) -> bool:
        if row.kind is None or row.kind.split(".")[0] in _NEVER_EMPTIED:
            return False
        latest = self._latest.get(row.record_incident or "")
        return latest is not None and row.position is not None and latest > row.position

    async def _ensure_read(self) -> None:
        if self._read:
            return
        self._read = True
        for row in await self._connection.fetch(_DISPOSALS):
            incident = row["incident_id"]
            self._latest[incident] = max(self._latest.get(incident, 0), row["position"])
            try:
                payload = read_json(row["body"] or b"")["payload"]
                count, artifacts = int(payload["count"]), list(payload["artifacts"])
            except (ValueError, KeyError, TypeError):
                # It is told itself; what it spoke of is not told on top.
                self._unreadable.add(incident)
                continue
            self._counts[incident] += count
            self._artifacts.update(str(digest) for digest in artifacts)


def _record(findings: Findings, code: FindingCode, row: Row, words: str) -> None:
    findings.add(code, f"record {row.entry_id}", words, record=row.entry_id, index=row.leaf_index)
