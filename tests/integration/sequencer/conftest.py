"""A log of the tests' own, which grows when a test says so."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from holdfast.evidence.log.note import VerifierKey
from holdfast.sequencer.key_rotation import list_keys
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from tests.growing_log import GrowingLog, open_log_of, own_log_settings
from tests.naive_log import assert_naively_sound


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever proxy this machine has, strangers of a test are not behind it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest_asyncio.fixture(scope="module")
async def installation(settings: Settings, postgres: DatabaseUrls) -> AsyncIterator[Settings]:
    """A database with an empty log, and a state folder with its first key."""
    del postgres
    own = await own_log_settings(settings)
    yield own
    shutil.rmtree(own.state_folder)


@pytest_asyncio.fixture(scope="module")
async def log(installation: Settings) -> AsyncIterator[GrowingLog]:
    """The log: no sequencer runs, the test is the sequencer; in the end it must be sound."""
    async with open_log_of(installation) as growing:
        yield growing
        keys = {key.vkey for key in await list_keys(growing.application, growing.keys)}
        known = {*map(VerifierKey.parse, keys), *growing.known}
    await assert_naively_sound(database_urls(installation).migration, list(known))
