"""A bank of these tests' own: its database, its log, a closed incident."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from holdfast.store.policies import store_policies
from tests.api_doors import own_installation
from tests.closed_incidents import ClosedIncident, new_closed_incident
from tests.rulebook import POLICIES
from tests.sequenced import log_verifiers


@pytest_asyncio.fixture(scope="package")
async def installation(settings: Settings, postgres: DatabaseUrls) -> AsyncIterator[Settings]:
    """A database and a log that only these tests use."""
    del postgres
    own = await own_installation(settings)
    yield own
    shutil.rmtree(own.state_folder)


@pytest_asyncio.fixture(scope="package")
async def bank(installation: Settings) -> AsyncIterator[AsyncEngine]:
    """An engine with the rights of the application on that database."""
    engine = create_engine(database_urls(installation).application)
    await store_policies(engine, POLICIES)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def incident(bank: AsyncEngine, installation: Settings) -> ClosedIncident:
    """A closed incident in the log."""
    return await new_closed_incident(bank, installation)


@pytest.fixture
def vkey(installation: Settings, incident: ClosedIncident) -> str:
    """The key of the log, as an auditor got it elsewhere."""
    del incident
    return log_verifiers(installation)[0].vkey


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    keys = KeyEncryptionKeys(tmp_path / "personal-data.kek")
    keys.create_first()
    return keys
