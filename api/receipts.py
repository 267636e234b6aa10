"""Waiting for receipts: woken by the database when an entry that answers a submission is there."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.store.receipts import StoredReceipt, fetch_receipt, heard_receipt

__all__ = ["ReceiptDesk"]

_LOOK_EVERY = 2.0


class ReceiptDesk:
    """Hands out receipts; one a process, fed by the database's notifications."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read receipts from that database."""
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._heard: dict[str, StoredReceipt] = {}

    def notified(self, notification: str) -> None:
        """A receipt is there; with an empty notification, any may be."""
        if not notification:
            for events in self._waiting.values():
                _set_all(events)
            return
        submission_id, receipt = heard_receipt(notification)
        if submission_id in self._waiting:
            if receipt is not None:
                self._heard[submission_id] = receipt
            _set_all(self._waiting[submission_id])

    async def find(self, submission_id: str) -> StoredReceipt | None:
        """Read a receipt now."""
        async with self._engine.connect() as connection:
            return await fetch_receipt(connection, submission_id)

    @contextmanager
    def expecting(self, submission_id: str) -> Iterator[asyncio.Event]:
        """Expect a receipt; enter before sending, or it may come before anybody listens."""
        event = asyncio.Event()
        self._waiting[submission_id].add(event)
        try:
            yield event
        finally:
            self._waiting[submission_id].discard(event)
            if not self._waiting[submission_id]:
                del self._waiting[submission_id]
                self._heard.pop(submission_id, None)

    async def wait(
        self, submission_id: str, event: asyncio.Event, seconds: float
    ) -> StoredReceipt | None:
        """Wait for an expected receipt; None when it has not come in time.

        Looks for itself every two seconds, as a notification is lost with its connection.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LOOK_EVERY)):
                    await event.wait()
            event.clear()
            found = self._heard.get(submission_id) or await self.find(submission_id)
            if found is not None:
                return found
        return None


def _set_all(events: Iterable[asyncio.Event]) -> None:
    for event in events:
        event.set()
