"""A database of these tests' own: contacts of the directory are the same for everybody in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from holdfast.store.policies import store_policies
from holdfast.store.policy_installation import install_policies
from tests.api_doors import own_installation
from tests.composed_drafts import DraftDesk
from tests.rulebook import POLICIES


@pytest_asyncio.fixture(scope="package")
async def desk(settings: Settings, postgres: DatabaseUrls) -> AsyncIterator[DraftDesk]:
    """Where drafts are composed, under the policies that are shipped."""
    del postgres
    own = await own_installation(settings)
    engine = create_engine(database_urls(own).application)
    await store_policies(engine, POLICIES)
    await install_policies(engine, own.policies_folder)
    keyring = KeyEncryptionKeys(own.state_folder / "personal-data.kek")
    keyring.create_first()
    yield DraftDesk(engine, keyring)
    await engine.dispose()
