"""What of the log has left the house: which checkpoint went where, and what came back for it.

Each of three ledgers has one row for a checkpoint and a place: delivered to a channel, stamped by a
timestamp authority, cosigned by a witness. A row is written after the fact, so a crash in between
makes it happen again: at least once, never silently not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.store.log.checkpoints import StoredCheckpoint

__all__ = [
    "COSIGNATURES",
    "DELIVERIES",
    "TIMESTAMPS",
    "Departed",
    "Ledger",
    "exported_checkpoint_without",
    "last_departed",
    "note_departed",
]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The statements of one of the three tables."""

    last: TextClause
    exported: TextClause
    note: TextClause


@dataclass(frozen=True, slots=True)
class Departed:
    """The largest checkpoint that went to a place, and how long ago by the database's clock."""

    size: int
    ago: timedelta


def _ledger(table: str, place: str, at: str, content: str | None = None) -> Ledger:
    columns, values = f"size, {place}", ":size, :place"
    if content is not None:
        columns, values = f"{columns}, {content}", f"{values}, :content"
    # Exports are deeds named export/…, so their leaves are a range of the index of entry ids. Older
    # than a day they are left: an attestation says no more than that it was there by then.
    return Ledger(
        last=text(
            f"SELECT size, clock_timestamp() - {at} AS ago FROM evidence.{table}"  # noqa: S608 - our own names
            f" WHERE {place} = :place ORDER BY size DESC LIMIT 1"
        ),
        exported=text(f"""
            SELECT found.* FROM evidence.log_entry CROSS JOIN LATERAL (
                SELECT size, root, note, made_at FROM evidence.checkpoint
                WHERE size > log_entry.index ORDER BY size LIMIT 1
            ) AS found
            WHERE entry_id >= 'export/' AND entry_id < 'export0'
                AND found.size > :above AND made_at > clock_timestamp() - interval '1 day'
                AND NOT EXISTS (
                    SELECT FROM evidence.{table} WHERE size = found.size AND {place} = :place
                )
            ORDER BY found.size LIMIT 1
        """),  # noqa: S608 - our own names
        note=text(
            f"INSERT INTO evidence.{table} ({columns}) VALUES ({values})"  # noqa: S608 - as above
            " ON CONFLICT DO NOTHING"
        ),
    )


DELIVERIES = _ledger("checkpoint_delivery", "channel", "delivered_at")
TIMESTAMPS = _ledger("checkpoint_timestamp", "authority", "stored_at", "token")
COSIGNATURES = _ledger("checkpoint_cosignature", "witness", "stored_at", "line")


async def last_departed(connection: AsyncConnection, ledger: Ledger, place: str) -> Departed | None:
    """Read the largest checkpoint that went there; None if none did."""
    row = (await connection.execute(ledger.last, {"place": place})).one_or_none()
    return None if row is None else Departed(row.size, row.ago)


async def exported_checkpoint_without(
    connection: AsyncConnection, ledger: Ledger, place: str, *, above: int = -1
) -> StoredCheckpoint | None:
    """Read the first checkpoint of the last day that a bundle stands on and that did not go there.

    `above` leaves out those up to that size.
    """
    row = (
        await connection.execute(ledger.exported, {"place": place, "above": above})
    ).one_or_none()
    return None if row is None else StoredCheckpoint(*row)


async def note_departed(
    connection: AsyncConnection,
    ledger: Ledger,
    place: str,
    size: int,
    content: bytes | str | None = None,
) -> None:
    """Note that the checkpoint went there, with what came back; what is noted already stays."""
    values = {"place": place, "size": size}
    given = {} if content is None else {"content": content}
    await connection.execute(ledger.note, {**values, **given})
