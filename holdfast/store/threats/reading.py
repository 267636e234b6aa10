"""Cyber threats as they stand, and the numbers of new ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.threats.content import ThreatContent
from holdfast.store.artifacts import fetch_artifact

__all__ = ["allocate_threat", "fetch_notifications", "fetch_threat", "list_threats", "read_form"]

# A number is spent where two race under one id; the row that was first is the one.
_ALLOCATE = text("""
    INSERT INTO intake.threat (submission_id, threat_id)
    SELECT :submission_id, 'THR-' || to_char(clock_timestamp(), 'YYYY') || '-'
        || lpad(number::text, greatest(6, length(number::text)), '0')
    FROM nextval('intake.threat_number') number
    WHERE NOT EXISTS (SELECT FROM intake.threat WHERE submission_id = :submission_id)
    ON CONFLICT (submission_id) DO NOTHING
""")
_ALLOCATED = text("SELECT threat_id FROM intake.threat WHERE submission_id = :submission_id")
_THREAT = text("SELECT * FROM projection.cyber_threat WHERE threat_id = :threat")
_LIST = text("""
    SELECT * FROM projection.cyber_threat
    WHERE NOT (:only_active AND closed_at IS NOT NULL)
    ORDER BY recorded_at DESC, threat_id DESC LIMIT :limit
""")
_NOTIFICATIONS = text(
    "SELECT * FROM projection.threat_notification WHERE threat_id = :threat ORDER BY version"
)


async def allocate_threat(connection: AsyncConnection, submission_id: str) -> str:
    """The id of the threat that this submission records: always the same one."""
    parameters = {"submission_id": submission_id}
    await connection.execute(_ALLOCATE, parameters)
    return str((await connection.execute(_ALLOCATED, parameters)).scalar_one())


async def fetch_threat(connection: AsyncConnection, threat: str) -> RowMapping | None:
    """Read one threat; None if there is none."""
    return (await connection.execute(_THREAT, {"threat": threat})).mappings().one_or_none()


async def list_threats(
    connection: AsyncConnection, limit: int, *, only_active: bool
) -> Sequence[RowMapping]:
    """Read the latest threats, the latest first."""
    parameters = {"limit": limit, "only_active": only_active}
    return (await connection.execute(_LIST, parameters)).mappings().all()


async def fetch_notifications(connection: AsyncConnection, threat: str) -> Sequence[RowMapping]:
    """Read the versions of its notification, the first one first."""
    return (await connection.execute(_NOTIFICATIONS, {"threat": threat})).mappings().all()


async def read_form(connection: AsyncConnection, digest: str) -> ThreatContent:
    """Read the form that is kept under a digest.

    Raises:
        NotFound: nothing is kept under it, such as a moment after it was put forward.
        ContentDamaged: what is kept there hashes to something else.
    """
    return ThreatContent.model_validate_json(await fetch_artifact(connection, digest))
