"""What PostgreSQL tells this process: receipts, work, new policies, and whether it leads.

One connection of its own listens, and holds the advisory lock that makes one API process the
relay's leader. PostgreSQL frees the lock with the connection, so a killed leader is followed at
once; two leaders for a moment would only send what the workflow takes once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import asyncpg
import structlog

from holdfast.store.effects import OUTBOX_CHANNEL, RECEIPT_CHANNEL
from holdfast.store.published_policies import POLICY_CHANNEL

__all__ = ["Notifications"]

_LEADER_LOCK = 0x686F6C6466617374 ^ 0x72656C6179
_CONNECT_WITHIN = timedelta(seconds=5)
_AGAIN_AFTER = timedelta(milliseconds=500)
_ASK_TO_LEAD_EVERY = timedelta(seconds=1)
# A host that vanishes sends no farewell: without these its lock would be held for hours.
_NOTICE_DEATH = {
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}

_log = structlog.get_logger(__name__)


class Notifications:
    """Listens for as long as the process lives, through every restart of the database."""

    def __init__(self, url: str) -> None:
        """Listen to the database of that URL."""
        self._url = url
        self._on_receipt: Callable[[str], None] = _ignore
        self._on_outbox: Callable[..., None] = _ignore
        self._on_policy: Callable[[], None] = _ignore
        self._leads = False
        self._connected = True

    def tell(
        self,
        on_receipt: Callable[[str], None],
        on_outbox: Callable[[], None],
        on_policy: Callable[[], None],
    ) -> None:
        """Call `on_receipt` with each notification, `on_outbox` whenever the relay should look.

        `on_policy` is called when a policy was published. After every reconnection all are called,
        `on_receipt` with an empty one: what was said in between is lost, so everybody has to look.
        """
        self._on_receipt = on_receipt
        self._on_outbox = on_outbox
        self._on_policy = on_policy

    @property
    def leads(self) -> bool:
        """Whether this process is the one that relays."""
        return self._leads

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                if self._connected:
                    _log.warning("notifications.lost", reason=str(error))
                self._connected = False
            self._leads = False
            await asyncio.sleep(_AGAIN_AFTER.total_seconds())

    async def _listen(self) -> None:
        closed = asyncio.Event()
        connection = await asyncpg.connect(
            self._url,
            timeout=_CONNECT_WITHIN.total_seconds(),
            server_settings={"application_name": "holdfast-api-notifications", **_NOTICE_DEATH},
        )
        try:
            connection.add_termination_listener(lambda _: closed.set())
            await connection.add_listener(RECEIPT_CHANNEL, self._receipt)
            await connection.add_listener(OUTBOX_CHANNEL, self._outbox)
            await connection.add_listener(POLICY_CHANNEL, lambda *_: self._on_policy())
            if not self._connected:
                _log.info("notifications.regained")
            self._connected = True
            self._on_receipt("")
            self._on_policy()
            await self._lead(connection, closed)
        finally:
            self._leads = False
            connection.terminate()
        if self._connected:
            _log.warning("notifications.lost", reason="the connection was closed")
        self._connected = False

    async def _lead(self, connection: asyncpg.Connection, closed: asyncio.Event) -> None:
        """Ask for the lead until it is ours, then keep it until the connection ends."""
        while not closed.is_set():
            if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LEADER_LOCK):
                self._leads = True
                self._on_outbox()
                await closed.wait()
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(_ASK_TO_LEAD_EVERY.total_seconds()):
                    await closed.wait()

    def _receipt(self, *arguments: object) -> None:
        self._on_receipt(str(arguments[-1]))

    def _outbox(self, *_: object) -> None:
        self._on_outbox()


def _ignore(*_: object) -> None:
    """Nobody listens yet."""
