"""The API on a database of its own, before a Temporal that records."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from tests.api_doors import Doors, open_doors, own_installation
from tests.recording_temporal import RecordingTemporal


@pytest_asyncio.fixture(scope="module")
async def installation(settings: Settings, postgres: DatabaseUrls) -> Settings:
    """An installation of this module's own."""
    del postgres
    return await own_installation(settings)


@pytest_asyncio.fixture(scope="module")
async def doors(installation: Settings, recorded: RecordingTemporal) -> AsyncIterator[Doors]:
    """The API of that installation, sending to the recorder."""
    async with open_doors(installation, recorded.client) as doors:
        yield doors


@pytest.fixture(scope="module")
def recorded() -> RecordingTemporal:
    """A Temporal that records."""
    return RecordingTemporal()
