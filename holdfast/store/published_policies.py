"""Versions of policies as the database knows them, and which of them is in force at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import PolicyPin
from holdfast.domain.values import JsonObject
from holdfast.store.tables import policy

__all__ = [
    "POLICIES",
    "POLICY_CHANNEL",
    "StoredPolicy",
    "fetch_policy",
    "in_force",
    "list_policies",
    "list_published",
]

POLICIES = "policies"
"""The chain of the entries about policies: they belong to no incident."""

POLICY_CHANNEL = "holdfast_policy"
"""Where PostgreSQL tells that a version was published."""


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """One version of a policy as it stands; moments are aware."""

    name: str
    version: str
    digest: str
    state: str
    reason: str | None
    drafted_by: JsonObject
    drafted_at: datetime
    trial: JsonObject | None
    published_by: JsonObject | None
    published_at: datetime | None
    effective_at: datetime | None

    @property
    def pin(self) -> PolicyPin:
        """What an incident under this version is pinned to."""
        return PolicyPin(name=self.name, version=self.version, digest=self.digest)


_COLUMNS = [policy.c[name] for name in StoredPolicy.__slots__]


def in_force(versions: Iterable[StoredPolicy], at: datetime) -> StoredPolicy | None:
    """Of the versions of one policy, the one that is in force at that instant.

    It is the published one that has taken effect last; of two that took effect at the same
    instant, the one that was published later. Before any has taken effect it is the first that
    will: clocks of two machines differ, and no incident is without rules. None if none is
    published.
    """
    published = [
        (version.effective_at, version.published_at, version.version, version)
        for version in versions
        if version.effective_at is not None and version.published_at is not None
    ]
    if begun := [known for known in published if known[0] <= at]:
        return max(begun, key=lambda known: known[:3])[-1]
    return min(published, key=lambda known: known[:3])[-1] if published else None


async def list_policies(
    connection: AsyncConnection, name: str | None = None
) -> Sequence[StoredPolicy]:
    """Read all versions, of one policy or of all, in the order in which they came."""
    query = select(*_COLUMNS).order_by(policy.c.name, policy.c.drafted_at, policy.c.version)
    if name is not None:
        query = query.where(policy.c.name == name)
    return [StoredPolicy(*row) for row in await connection.execute(query)]


async def list_published(connection: AsyncConnection) -> Sequence[StoredPolicy]:
    """Read all versions that are in force, were, or will be."""
    query = select(*_COLUMNS).where(policy.c.published_at.is_not(None))
    return [StoredPolicy(*row) for row in await connection.execute(query)]


async def fetch_policy(connection: AsyncConnection, name: str, version: str) -> StoredPolicy | None:
    """Read one version; None where there is none."""
    key = (policy.c.name == name) & (policy.c.version == version)
    row = (await connection.execute(select(*_COLUMNS).where(key))).one_or_none()
    return None if row is None else StoredPolicy(*row)
