"""What is in a log before anybody tampers with it, and how a tampering is done and undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import asyncpg

from holdfast.evidence.check_report import CheckReport

__all__ = ["Facts", "LeafFact", "Tampering", "disarm", "flipped", "missing_names", "read_facts"]

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'evidence'"
_CHECKS = """
    SELECT conrelid::regclass::text AS owner, conname FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'evidence'::regnamespace
"""


@dataclass(frozen=True, slots=True)
class LeafFact:
    """A leaf and its record, whose body is None where it was disposed of."""

    index: int
    entry_id: str
    incident_id: str
    incident_seq: int
    leaf: bytes
    body: bytes | None
    kind: str

    @property
    def names(self) -> frozenset[str]:
        """How findings name it."""
        return frozenset({f"leaf {self.index}"})

    @property
    def record(self) -> frozenset[str]:
        """How findings name its record."""
        return frozenset({f"record {self.entry_id}"})


@dataclass(frozen=True, slots=True)
class Facts:
    """The log as it was."""

    leaves: tuple[LeafFact, ...]
    tiles: Mapping[tuple[int, int], bytes]
    checkpoints: Mapping[int, tuple[bytes, str, datetime]]
    heads: Mapping[str, tuple[int, bytes]]
    pending: Mapping[int, str]
    artifacts: Mapping[str, bytes]
    state: tuple[str, int, bytes, datetime]

    @property
    def readable(self) -> list[LeafFact]:
        """The leaves whose records have content."""
        return [leaf for leaf in self.leaves if leaf.body is not None]


@dataclass(frozen=True, slots=True)
class Tampering:
    """Statements with their values, and all that findings have to name."""

    statements: tuple[tuple[str, tuple[Any, ...]], ...]
    named: frozenset[str]

    async def do(self, connection: asyncpg.Connection) -> None:
        """Tamper, in the connection's transaction."""
        for statement, values in self.statements:
            await connection.execute(statement, *values)


async def disarm(connection: asyncpg.Connection) -> None:
    """Take the guards away, as a superuser can."""
    for row in await connection.fetch(_TABLES):
        await connection.execute(f"ALTER TABLE evidence.{row['tablename']} DISABLE TRIGGER ALL")
    for row in await connection.fetch(_CHECKS):
        await connection.execute(f"ALTER TABLE {row['owner']} DROP CONSTRAINT {row['conname']}")


async def read_facts(connection: asyncpg.Connection) -> Facts:
    """Read the log as it is."""
    leaves = await connection.fetch(
        "SELECT index, entry_id, e.incident_id, incident_seq, leaf, body, kind"
        " FROM evidence.log_entry e JOIN evidence.record USING (entry_id) ORDER BY index"
    )
    tiles = await connection.fetch("SELECT * FROM evidence.tile")
    checkpoints = await connection.fetch("SELECT * FROM evidence.checkpoint ORDER BY size")
    heads = await connection.fetch("SELECT * FROM evidence.incident_head")
    pending = await connection.fetch("SELECT * FROM evidence.pending")
    artifacts = await connection.fetch(
        "SELECT digest, content FROM evidence.artifact WHERE content IS NOT NULL"
    )
    state = await connection.fetchrow("SELECT origin, size, root, made_at FROM evidence.log_state")
    return Facts(
        leaves=tuple(LeafFact(*row) for row in leaves),
        tiles={(row["level"], row["number"]): row["hashes"] for row in tiles},
        checkpoints={
            row["size"]: (row["root"], row["note"], row["made_at"]) for row in checkpoints
        },
        heads={row["incident_id"]: (row["seq"], row["leaf_hash"]) for row in heads},
        pending={row["position"]: row["entry_id"] for row in pending},
        artifacts={row["digest"]: row["content"] for row in artifacts},
        state=tuple(state),
    )


def flipped(chance: Random, content: bytes) -> bytes:
    """Return the content with one bit the other way round."""
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]


def missing_names(report: CheckReport, named: frozenset[str]) -> frozenset[str]:
    """Return which of the names no finding has."""
    found = {finding.about for finding in report.findings}
    found |= {f"record {finding.record}" for finding in report.findings}
    found |= {f"leaf {finding.index}" for finding in report.findings}
    return named - found
