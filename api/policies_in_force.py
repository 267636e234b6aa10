"""The published policies in this process's memory: what is in force at an instant, without waiting.

An incident is pinned here when it opens, on the way of its alerts too, so nothing here asks the
database on anybody's way. What is published elsewhere arrives by notification, and at the latest
with the next look.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.alert_intake import AlertIntakePolicy
from holdfast.domain.events import PolicyPin
from holdfast.domain.facts import FactChange
from holdfast.domain.policies import PINNED_ONLY, REGISTER, PinnedPolicy
from holdfast.dora.register import register_from
from holdfast.errors import Unavailable
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.availability import DATABASE_ERRORS, is_unavailable, reason_of
from holdfast.store.policy_kinds import ALERT_INTAKE, INCIDENT_POLICIES
from holdfast.store.published_policies import StoredPolicy, in_force, list_published

__all__ = ["PoliciesInForce"]

_LOOK_EVERY = 2.0
"""Seconds after which a publication is known here, even if its notification was lost."""

_log = structlog.get_logger(__name__)


class PoliciesInForce:
    """All versions that were ever published, and the content of those that hold or will hold."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from that database; nothing is known before the first `refresh`."""
        self._engine = engine
        self._versions: Mapping[str, list[StoredPolicy]] = {}
        self._contents: dict[str, PinnedPolicy] = {}
        self._intakes: dict[str, AlertIntakePolicy] = {}
        self._aliases: dict[str, Mapping[str, str]] = {}
        self._wake = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._lost = False

    @property
    def versions(self) -> Mapping[str, list[StoredPolicy]]:
        """All published versions, by the name of their policy."""
        return self._versions

    def pins(self, at: datetime) -> tuple[PolicyPin, ...]:
        """What an incident that opens at that instant is pinned to, by name."""
        return tuple(self._in_force(name, at).pin for name in sorted(INCIDENT_POLICIES))

    def policy(self, name: str, at: datetime) -> PinnedPolicy:
        """The policy of that name that is in force at that instant, with its content."""
        return self._contents[self._in_force(name, at).digest]

    def intake(self, at: datetime) -> AlertIntakePolicy:
        """How alerts are read at that instant."""
        policy = self.policy(ALERT_INTAKE, at)
        if policy.pin.digest not in self._intakes:
            self._intakes[policy.pin.digest] = AlertIntakePolicy.model_validate_json(policy.content)
        return self._intakes[policy.pin.digest]

    def service_named(self, name: str, at: datetime) -> str:
        """The id of the service that the register knows under that name; else the name itself."""
        aliases = self._aliases.get(self._in_force(REGISTER, at).digest, {})
        return aliases.get(name, name)

    def facts_by_service(
        self, changes: Iterable[FactChange], at: datetime
    ) -> tuple[FactChange, ...]:
        """The statements, with each service under its id, whichever of its names was given."""
        return tuple(
            change
            if change.service is None
            else change.model_copy(update={"service": self.service_named(change.service, at)})
            for change in changes
        )

    def content(self, digest: str) -> PinnedPolicy | None:
        """The version of that digest with its content, if it is at hand."""
        return self._contents.get(digest)

    def wake(self) -> None:
        """Look at the database soon: somebody says that a version was published."""
        self._wake.set()

    async def refresh(self) -> None:
        """Read what is published now, and the content of what holds or will hold."""
        async with self._one_at_a_time:
            versions = defaultdict(list)
            async with self._engine.connect() as connection:
                for stored in await list_published(connection):
                    versions[stored.name].append(stored)
                    if stored.name == REGISTER and stored.digest not in self._aliases:
                        content = await fetch_artifact(connection, stored.digest)
                        self._aliases[stored.digest] = register_from(content.decode()).aliases
                for stored in _wanted(versions, datetime.now(UTC)):
                    if stored.digest not in self._contents:
                        content = await fetch_artifact(connection, stored.digest)
                        known = PinnedPolicy(pin=stored.pin, content=content.decode())
                        self._contents[stored.digest] = known
            # All at once: nobody sees a version whose content is still missing.
            self._versions = versions

    async def run(self) -> None:
        """Keep up with the database until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self.refresh()
            except DATABASE_ERRORS as error:
                if not is_unavailable(error):
                    raise
                if not self._lost:
                    _log.warning("policies.not_refreshed", reason=reason_of(error))
                self._lost = True
            else:
                self._lost = False

    def _in_force(self, name: str, at: datetime) -> StoredPolicy:
        found = in_force(self._versions.get(name, ()), at)
        if found is None:
            message = f"no version of the policy {name} is published"
            raise Unavailable(message, part="policies")
        return found


def _wanted(versions: Mapping[str, list[StoredPolicy]], now: datetime) -> Iterator[StoredPolicy]:
    """Those whose content may be asked for from now on; a register's never is, and it is large."""
    for name, known in versions.items():
        if name not in PINNED_ONLY:
            current = in_force(known, now)
            later = (v for v in known if v.effective_at is not None and v.effective_at > now)
            yield from ([current] if current else [])
            yield from later
