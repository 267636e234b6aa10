"""A log for each test: a database of its own, so that kills and tampering disturb nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from tests.fresh_log import FreshLog, fresh_log, prepare_template


@pytest_asyncio.fixture(scope="session")
async def template(postgres: DatabaseUrls, settings: Settings) -> None:
    """What every log of a test is a copy of."""
    del postgres
    await prepare_template(settings)


@pytest_asyncio.fixture
async def log(template: None, settings: Settings) -> AsyncIterator[FreshLog]:
    """A log of the test's own."""
    del template
    async with fresh_log(settings) as log:
        yield log


@pytest_asyncio.fixture
async def sequencer(log: FreshLog) -> AsyncIterator[asyncpg.Connection]:
    """A connection to that log with the rights of the sequencer."""
    async with log.connected(log.urls.sequencer) as connection:
        yield connection
