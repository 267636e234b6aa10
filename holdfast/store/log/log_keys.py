"""Which keys have signed the log, and the record that vouches for each but the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["StoredLogKey", "list_log_keys", "register_keys"]

# A rotation's record names the new key before that key signs anything. It is looked for among the
# record's bytes, where no text can hold these quotes: parsing would let one malformed record, which
# whoever may add records could add, stop the log.
_REGISTER = """
    INSERT INTO evidence.log_key (vkey, from_size, rotation)
    SELECT vkey, (SELECT size FROM evidence.log_state), (
        SELECT entry_id FROM evidence.record
        WHERE incident_id = 'evidence-log' AND kind = 'log_key.rotated'
            AND position(convert_to('"new_key":"' || vkey || '"', 'UTF8') IN body) > 0
        ORDER BY position LIMIT 1
    )
    FROM unnest($1::text[]) AS signing (vkey)
    ON CONFLICT (vkey) DO NOTHING
"""
_LIST = text("""
    SELECT vkey, from_size, rotation FROM evidence.log_key ORDER BY from_size, registered_at, vkey
""")


@dataclass(frozen=True, slots=True)
class StoredLogKey:
    """A key as a vkey, the log's size before its first signature, and the rotation's record."""

    vkey: str
    from_size: int
    rotation: str | None


async def register_keys(connection: asyncpg.Connection, vkeys: Sequence[str]) -> None:
    """Note the keys that sign from now on; those noted before stay as they are."""
    await connection.execute(_REGISTER, list(vkeys))


async def list_log_keys(connection: AsyncConnection) -> Sequence[StoredLogKey]:
    """Read all keys, oldest first."""
    return [StoredLogKey(*row) for row in await connection.execute(_LIST)]
