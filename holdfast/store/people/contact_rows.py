"""Rows of `personal.contact_point`: the sealed points of a contact, read and written.

Whoever writes holds the contact's turn and records what was done in the same transaction; deletion
is the erasure's (`holdfast.store.people.erasures`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.contact_points import KeptPoints
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import canonical_json

__all__ = ["StoredPoints", "confirm_row", "find_row", "list_rows", "select_rows", "write_row"]

_COLUMNS = "contact_id, key, sealed, fingerprint, recorded_at, confirmed_at, entry_id"
_LIST = text(f"SELECT {_COLUMNS} FROM personal.contact_point ORDER BY contact_id")  # noqa: S608 - constant
_SELECT = text(
    f"SELECT {_COLUMNS} FROM personal.contact_point"  # noqa: S608 - constant
    " WHERE contact_id = ANY(CAST(:contacts AS text[])) ORDER BY contact_id"
)
_UPSERT = text("""
    INSERT INTO personal.contact_point
        (contact_id, key, sealed, fingerprint, recorded_at, confirmed_at, entry_id)
    VALUES (:contact, :key, CAST(:sealed AS jsonb), :fingerprint, :at, :at, :entry)
    ON CONFLICT (contact_id) DO UPDATE SET
        key = excluded.key, sealed = excluded.sealed, fingerprint = excluded.fingerprint,
        recorded_at = excluded.recorded_at, confirmed_at = excluded.confirmed_at,
        entry_id = excluded.entry_id
""")
# Clocks of two machines differ: nothing is confirmed before it was recorded.
_CONFIRM = text("""
    UPDATE personal.contact_point
    SET confirmed_at = greatest(recorded_at, confirmed_at, :at), entry_id = :entry
    WHERE contact_id = :contact
""")


@dataclass(frozen=True, slots=True)
class StoredPoints:
    """One row; moments are aware, `entry_id` is the entry of what was last done with it."""

    contact_id: str
    key: str
    sealed: dict[str, SealedValue]
    fingerprint: str
    recorded_at: datetime
    confirmed_at: datetime
    entry_id: str

    @property
    def points(self) -> tuple[str, ...]:
        """Which points there are."""
        return tuple(sorted(self.sealed))

    @property
    def kept(self) -> KeptPoints:
        """All of it that may be told."""
        return KeptPoints(
            contact_id=self.contact_id,
            key=self.key,
            points=self.points,
            fingerprint=self.fingerprint,
            recorded_at=self.recorded_at,
            confirmed_at=self.confirmed_at,
        )


async def list_rows(connection: AsyncConnection) -> Sequence[StoredPoints]:
    """Read every row, by contact id."""
    return [_stored(row) for row in await connection.execute(_LIST)]


async def select_rows(
    connection: AsyncConnection, contacts: Iterable[str]
) -> Sequence[StoredPoints]:
    """Read the rows of these contacts, as far as there are any."""
    wanted = {"contacts": sorted(set(contacts))}
    return [_stored(row) for row in await connection.execute(_SELECT, wanted)]


async def find_row(connection: AsyncConnection, contact_id: str) -> StoredPoints | None:
    """Read the row of a contact; None where no points are kept."""
    return next(iter(await select_rows(connection, [contact_id])), None)


async def write_row(connection: AsyncConnection, stored: StoredPoints) -> None:
    """Write a row, in the place of the one before."""
    sealed = {name: value.model_dump(mode="json") for name, value in stored.sealed.items()}
    values = {
        "contact": stored.contact_id,
        "key": stored.key,
        "sealed": canonical_json(sealed).decode(),
        "fingerprint": stored.fingerprint,
        "at": stored.recorded_at,
        "entry": stored.entry_id,
    }
    await connection.execute(_UPSERT, values)


async def confirm_row(
    connection: AsyncConnection, contact_id: str, at: datetime, entry_id: str
) -> None:
    """Write that the points were confirmed at an aware instant, by that entry."""
    await connection.execute(_CONFIRM, {"contact": contact_id, "at": at, "entry": entry_id})


def _stored(row: Row[Any]) -> StoredPoints:
    sealed = {name: SealedValue.model_validate(value) for name, value in row.sealed.items()}
    return StoredPoints(
        contact_id=row.contact_id,
        key=row.key,
        sealed=sealed,
        fingerprint=row.fingerprint,
        recorded_at=row.recorded_at,
        confirmed_at=row.confirmed_at,
        entry_id=row.entry_id,
    )
