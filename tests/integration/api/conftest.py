"""The API on a database of its own, before a Temporal that records."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.client import Client

from holdfast.evidence.signature import (
    PrincipalVerifier,
    create_signing_key,
    load_verifying_key,
)
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from tests.api_doors import Doors, open_doors, own_installation
from tests.recording_temporal import RecordingTemporal
from worker import create_worker


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


@pytest_asyncio.fixture(scope="package")
async def working(
    settings: Settings, postgres: DatabaseUrls, temporal: Client
) -> AsyncIterator[Doors]:
    """An API and a worker on a database of their own."""
    del postgres
    own = await own_installation(settings)
    create_signing_key(own.signing_key_file)
    verifier = PrincipalVerifier(load_verifying_key(own.verifying_key_file))
    engine = create_engine(database_urls(own).application)
    async with create_worker(temporal, engine, verifier, own), open_doors(own, temporal) as working:
        yield working
    await engine.dispose()
