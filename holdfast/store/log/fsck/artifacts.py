"""Artifacts: each hashes to its name, each that is needed is there, none was emptied in silence."""

from __future__ import annotations

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.evidence.check_report import FindingCode
from holdfast.store.custody.artifact_check import check_artifacts
from holdfast.store.log.fsck.disposals import Disposals
from holdfast.store.log.fsck.findings import Findings

__all__ = ["check_artifact_page", "check_needed_artifacts"]

_PAGE = 200

_EMPTY = """
    SELECT digest FROM evidence.artifact
    WHERE content IS NULL AND digest > $1 AND ($2::text IS NULL OR digest <= $2)
"""
_NEEDED = """
    SELECT digest, incident_id FROM evidence.artifact_use
    WHERE NOT EXISTS (SELECT FROM evidence.artifact WHERE artifact.digest = artifact_use.digest)
    ORDER BY digest, incident_id LIMIT 1000
"""


async def check_artifact_page(
    connection: AsyncConnection,
    driver: asyncpg.Connection,
    cursor: str,
    disposals: Disposals,
    findings: Findings,
) -> str | None:
    """Hash a page of artifacts again; return where the next one begins, None at the end."""
    page = await check_artifacts(connection, cursor, _PAGE)
    for digest in page.damaged:
        words = f"artifact {digest} has other content than its name says"
        findings.add(FindingCode.ARTIFACT_CHANGED, f"artifact {digest}", words)
    for row in await driver.fetch(_EMPTY, cursor, page.last):
        if not await disposals.allow_empty_artifact(row["digest"]):
            words = f"artifact {row['digest']} has no content, and no disposal names it"
            findings.add(FindingCode.ARTIFACT_EMPTIED, f"artifact {row['digest']}", words)
    return page.last


async def check_needed_artifacts(driver: asyncpg.Connection, findings: Findings) -> None:
    """Check that what incidents still need is there."""
    for row in await driver.fetch(_NEEDED):
        words = f"artifact {row['digest']}, which {row['incident_id']} needs, is gone"
        findings.add(FindingCode.ARTIFACT_REMOVED, f"artifact {row['digest']}", words)
