"""Records that have no leaf: each waits for the log, or was kept out of it."""

from __future__ import annotations

import hashlib

import asyncpg

from holdfast.evidence.check_report import FindingCode
from holdfast.store.log.fsck.distrust import believable_time
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.neighbours import Writers
from holdfast.store.log.fsck.records import record_problems
from holdfast.store.log.fsck.rows import Row

__all__ = ["check_pending", "check_unlogged"]

_PAGE = 2_000

_END_OF_PAGE = f"""
    SELECT max(position) AS position, count(*) AS records FROM (
        SELECT position FROM evidence.record WHERE position > $1 ORDER BY position LIMIT {_PAGE}
    ) AS page
"""  # noqa: S608 - constant
_UNLOGGED = f"""
    SELECT r.entry_id, r.incident_id, r.body, r.body_hash, r.position,
        {believable_time("r.recorded_at")} AS recorded_at, r.workflow_id, r.sequence, r.kind,
        {believable_time("r.occurred_at")} AS occurred_at,
        EXISTS (
            SELECT FROM evidence.pending p
            WHERE p.position = r.position AND p.entry_id = r.entry_id
        ) AS waits
    FROM evidence.record r
    WHERE r.position > $1 AND r.position <= $2
        AND NOT EXISTS (SELECT FROM evidence.log_entry e WHERE e.entry_id = r.entry_id)
    ORDER BY r.position
"""  # noqa: S608 - our own names
_PENDING = """
    SELECT p.entry_id, e.index FROM evidence.pending p
    LEFT JOIN evidence.log_entry e USING (entry_id)
    LEFT JOIN evidence.record r ON r.entry_id = p.entry_id AND r.position = p.position
    WHERE e.index IS NOT NULL OR r.entry_id IS NULL
    ORDER BY p.position LIMIT 1000
"""
_FIRST_POSITION = -(2**63)


async def check_unlogged(
    connection: asyncpg.Connection, cursor: str, writers: Writers, findings: Findings
) -> tuple[str | None, int]:
    """Check a page of records without leaves; return the next page's cursor, and how many wait."""
    after = int(cursor) if cursor else _FIRST_POSITION
    page = await connection.fetchrow(_END_OF_PAGE, after)
    end = after if page["position"] is None else page["position"]
    rows = await connection.fetch(_UNLOGGED, after, end)
    for each in rows:
        row = _row(each)
        if not each["waits"]:
            words = f"record {row.entry_id} is not in the log, and does not wait for it either"
            _tell(findings, FindingCode.RECORD_UNLOGGED, row, words)
        _check_record(row, findings)
    await writers.check(row["entry_id"] for row in rows)
    waiting = sum(row["waits"] for row in rows)
    return (str(end) if page["records"] == _PAGE else None), waiting


async def check_pending(connection: asyncpg.Connection, findings: Findings) -> None:
    """Check that what waits for the log is there, and not in the log already."""
    for row in await connection.fetch(_PENDING):
        name, index = row["entry_id"], row["index"]
        words = (
            f"record {name} waits for the log, but there is no such record at that position"
            if index is None
            else f"record {name} waits for the log, but is leaf {index} of it already"
        )
        findings.add(FindingCode.PENDING, f"record {name}", words, record=name, index=index)


def _check_record(row: Row, findings: Findings) -> None:
    name = row.entry_id
    if row.body is None:
        words = f"record {name}, which is not in the log, has no content"
        _tell(findings, FindingCode.RECORD_EMPTIED, row, words)
        return
    if row.body_hash != hashlib.sha256(row.body).digest():
        words = f"the hash stored beside record {name} is not its own"
        _tell(findings, FindingCode.STORED_HASH, row, words)
    for code, words in record_problems(row):
        _tell(findings, code, row, f"record {name} {words}")


def _tell(findings: Findings, code: FindingCode, row: Row, words: str) -> None:
    findings.add(code, f"record {row.entry_id}", words, record=row.entry_id)


def _row(each: asyncpg.Record) -> Row:
    """Make a row of a record alone: nothing of a leaf is there."""
    columns = {name: value for name, value in each.items() if name != "waits"}
    columns["record_incident"] = columns["incident_id"]
    return Row(leaf_index=-1, incident_seq=-1, leaf=b"", leaf_hash=b"", **columns)
