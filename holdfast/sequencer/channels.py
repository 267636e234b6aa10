"""Channels: the newest checkpoint to a webhook, a mailbox, a chat, wherever Apprise can reach.

What somebody outside holds cannot be contradicted inside. The addresses are secrets: they are never
logged, and the database knows a channel by the digest of its address.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import timedelta

from apprise import Apprise, AppriseResult, NotifyFormat
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.errors import InvalidInput, Unavailable
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.settings import Settings
from holdfast.store.log.checkpoints import StoredCheckpoint, latest_checkpoint
from holdfast.store.log.departures import DELIVERIES, last_departed, note_departed

__all__ = ["CheckpointChannel", "checkpoint_channels", "message_of"]

_ENDS_WITHIN = 30.0
_STATUS = re.compile(r"error=(\d{3})\b")


class CheckpointChannel:
    """One channel: gets the newest checkpoint, not too often, and only if the log has grown."""

    def __init__(self, number: int, address: str, every: timedelta) -> None:
        """Send to that Apprise URL, the `number`th of the setting.

        Raises:
            InvalidInput: Apprise does not know such a URL.
        """
        service = Apprise.instantiate(address)
        if service is None:
            message = f"URL {number} of HOLDFAST_CHECKPOINT_CHANNELS is none that Apprise knows"
            raise InvalidInput(message)
        self.name = f"channel-{number}"
        self._number = number
        self._apprise = Apprise(service)
        self._digest = f"sha256:{hashlib.sha256(address.encode()).hexdigest()}"
        self._every = every

    async def depart(self, engine: AsyncEngine) -> StoredCheckpoint | None:
        """Send the newest checkpoint if it is due.

        Raises:
            Unavailable: the channel did not take it.
        """
        async with engine.connect() as connection:
            newest = await latest_checkpoint(connection)
            last = await last_departed(connection, DELIVERIES, self._digest)
        if newest is None:
            return None
        if last is not None and (last.size >= newest.size or last.ago < self._every):
            return None
        result = await asyncio.to_thread(self._send, newest)
        if not result:
            raise Unavailable(self._refusal(result), part=self.name)
        # A crash here sends it once more: better twice than never.
        async with engine.begin() as connection:
            await note_departed(connection, DELIVERIES, self._digest, newest.size)
        return newest

    def _send(self, checkpoint: StoredCheckpoint) -> AppriseResult:
        title, body = message_of(checkpoint)
        return self._apprise.notify(
            title=title, body=body, body_format=NotifyFormat.TEXT, timeout=_ENDS_WITHIN
        )

    def _refusal(self, result: AppriseResult) -> str:
        """Say that it was not taken: of the reasons, only a status is surely without secrets."""
        statuses = {found for line in result.logs() for found in _STATUS.findall(str(line.message))}
        answered = f" ({', '.join(sorted(statuses))})" if statuses else ""
        return (
            f"URL {self._number} of HOLDFAST_CHECKPOINT_CHANNELS did not take the checkpoint"
            f"{answered}; try it by hand with the command `apprise`"
        )


def checkpoint_channels(settings: Settings) -> list[CheckpointChannel]:
    """Make the channels of the settings.

    Raises:
        InvalidInput: a URL is none that Apprise knows.
    """
    if settings.checkpoint_channels is None:
        return []
    addresses = dict.fromkeys(settings.checkpoint_channels.get_secret_value().split())
    every = timedelta(minutes=settings.checkpoint_channel_minutes)
    return [CheckpointChannel(number, each, every) for number, each in enumerate(addresses, 1)]


def message_of(checkpoint: StoredCheckpoint) -> tuple[str, str]:
    """Write title and body: the note as it is, then how to keep it."""
    origin = Checkpoint.parse(checkpoint.note.split("\n\n")[0] + "\n").origin
    title = f"Checkpoint of {origin}: {checkpoint.size} records"
    body = (
        f"{checkpoint.note}\n"
        "Keep this message, unchanged, where the administrators of that system cannot reach it. "
        "Everything above, from the log's name to the last line that begins with a dash, is a "
        f"signed checkpoint: none of the first {checkpoint.size} records of the log can be changed "
        "or removed any more without contradicting it. Ask for a bundle of evidence that proves "
        "that the log grew out of this checkpoint whenever you want to know.\n"
    )
    return title, body
