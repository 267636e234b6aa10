"""RFC 3161 timestamps: time that is not ours.

Stamped are the checkpoints that bundles of evidence stand on, and once a day the newest one.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.values import rfc3339
from holdfast.errors import Unavailable
from holdfast.evidence.log.timestamp import ask_for_timestamp, open_timestamp
from holdfast.sequencer.exchange import parse_address, post
from holdfast.settings import Settings
from holdfast.store.log.checkpoints import StoredCheckpoint, latest_checkpoint
from holdfast.store.log.departures import (
    TIMESTAMPS,
    exported_checkpoint_without,
    last_departed,
    note_departed,
)

__all__ = ["TimestampAuthority", "timestamp_authorities"]

_EVERY = timedelta(days=1)

_log = structlog.get_logger(__name__)


class TimestampAuthority:
    """One authority, known in the database by its host: the rest of its URL may be a secret."""

    name = "timestamp"

    def __init__(self, address: str) -> None:
        """Ask at that URL, which may hold a user and a password.

        Raises:
            InvalidInput: it is no http or https URL.
        """
        self._url = parse_address(address, "HOLDFAST_TIMESTAMP_AUTHORITY")
        port = "" if self._url.port is None else f":{self._url.port}"
        self._authority = f"{self._url.host}{port}"

    async def depart(self, engine: AsyncEngine) -> StoredCheckpoint | None:
        """Have a checkpoint stamped if one is due.

        Raises:
            Unavailable: the authority does not answer.
            InvalidInput: what it answered is no timestamp of what was asked.
        """
        async with engine.connect() as connection:
            checkpoint = await self._due(connection)
        if checkpoint is None:
            return None
        query = ask_for_timestamp(checkpoint.note)
        answer = await post(self._url, query.content, "application/timestamp-query")
        if answer.status != HTTPStatus.OK:
            message = f"{self._authority} answered {answer.status} instead of a timestamp"
            raise Unavailable(message, part=self._authority)
        timestamp = open_timestamp(answer.content, query)
        async with engine.begin() as connection:
            await note_departed(
                connection, TIMESTAMPS, self._authority, checkpoint.size, timestamp.content
            )
        _log.info(
            "checkpoint.stamped",
            size=checkpoint.size,
            authority=self._authority,
            at=rfc3339(timestamp.at),
        )
        return checkpoint

    async def _due(self, connection: AsyncConnection) -> StoredCheckpoint | None:
        exported = await exported_checkpoint_without(connection, TIMESTAMPS, self._authority)
        if exported is not None:
            return exported
        newest = await latest_checkpoint(connection)
        last = await last_departed(connection, TIMESTAMPS, self._authority)
        if newest is None or last is None:
            return newest
        return newest if last.size < newest.size and last.ago >= _EVERY else None


def timestamp_authorities(settings: Settings) -> list[TimestampAuthority]:
    """Make the authority of the settings, if one is set.

    Raises:
        InvalidInput: its URL is none.
    """
    if settings.timestamp_authority is None:
        return []
    return [TimestampAuthority(settings.timestamp_authority.get_secret_value())]
