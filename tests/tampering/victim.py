"""A log that nothing guards any more, and what a check says of it after each tampering."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.evidence.check_report import CheckReport
from holdfast.settings import Settings
from holdfast.store.database import create_engine
from holdfast.store.log.fsck import check_within
from tests.filled_log import FilledLog, fill_log
from tests.tampering.facts import Facts, Tampering, disarm, read_facts

__all__ = ["Victim", "new_victim"]


@dataclass(frozen=True, slots=True)
class Victim:
    """A log, the superuser's connection to it, and what it held before."""

    log: FilledLog
    connection: AsyncConnection
    driver: asyncpg.Connection
    facts: Facts

    @contextlib.asynccontextmanager
    async def taken_back(self) -> AsyncIterator[asyncpg.Connection]:
        """Do what comes in a transaction, and take it back in the end."""
        async with self.connection.begin() as transaction:
            await self.connection.exec_driver_sql("SELECT 1")
            try:
                yield self.driver
            finally:
                await transaction.rollback()

    async def check(
        self, *, first: int = 0, end: int | None = None, outside: bool = False
    ) -> CheckReport:
        """Check in the transaction of the tampering, with the file outside or without."""
        file = self.log.settings.checkpoint_file if outside else None
        return await check_within(
            self.connection, self.log.known, first=first, end=end, checkpoint_file=file
        )

    async def check_after(self, tampering: Tampering) -> CheckReport:
        """Tamper, check, and take it back."""
        async with self.taken_back() as driver:
            await tampering.do(driver)
            return await self.check()


@contextlib.asynccontextmanager
async def new_victim(settings: Settings) -> AsyncIterator[Victim]:
    """More than 300 leaves, a full tile, batches of many sizes; and nothing guards them."""
    log = await fill_log(settings, incidents=5)
    engine = create_engine(log.urls.migration, pool_size=1)
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await disarm(driver)
        facts = await read_facts(driver)
        assert len(facts.leaves) > 300
        assert len(facts.tiles[0, 0]) == 256 * 32
        yield Victim(log, connection, driver, facts)
    await engine.dispose()
    await log.engine.dispose()
