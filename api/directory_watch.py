"""Whether the stakeholder directory would serve if it were needed now: counted, and told.

A contact is needed at three in the morning, when it is too late to find that nobody has looked at
the address for a year.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from api.metrics import ApiMetrics
from api.policies_in_force import PoliciesInForce
from holdfast.domain.communication.contact_points import WarningCode, directory_warnings
from holdfast.domain.communication.stakeholders import STAKEHOLDERS, stakeholder_directory
from holdfast.errors import Unavailable
from holdfast.store.availability import DATABASE_ERRORS, is_unavailable, reason_of
from holdfast.store.people.directory import list_points

__all__ = ["DirectoryWatch"]

_LOOK_EVERY = 60.0
"""Seconds; contacts grow stale in months."""

_log = structlog.get_logger(__name__)


class DirectoryWatch:
    """Looks at the directory in force and at the contact points that are kept, now and then."""

    def __init__(self, reads: AsyncEngine, policies: PoliciesInForce, metrics: ApiMetrics) -> None:
        """Read from that database; nothing is counted before the first `look`."""
        self._reads = reads
        self._policies = policies
        self._metrics = metrics
        self._told: Counter[str] = Counter()

    async def look(self) -> None:
        """Count what is to be put right now; warn in the log where that has changed."""
        now = datetime.now(UTC)
        directory = stakeholder_directory(self._policies.policy(STAKEHOLDERS, now).content)
        async with self._reads.connect() as connection:
            kept = await list_points(connection)
        found = Counter(str(each.code) for each in directory_warnings(directory, kept, now))
        self._metrics.stale_contacts.set(found[WarningCode.STALE])
        self._metrics.unreachable_contacts.set(found[WarningCode.CANNOT_BE_REACHED])
        if found != self._told:
            tell = _log.warning if found else _log.info
            tell("directory.looked_at", **{str(code): found[code] for code in WarningCode})
        self._told = found

    async def run(self) -> None:
        """Look at it until cancelled."""
        while True:
            try:
                await self.look()
            except Unavailable as error:
                _log.warning("directory.not_looked_at", reason=error.message)
            except DATABASE_ERRORS as error:
                if not is_unavailable(error):
                    raise
                _log.warning("directory.not_looked_at", reason=reason_of(error))
            await asyncio.sleep(_LOOK_EVERY)
