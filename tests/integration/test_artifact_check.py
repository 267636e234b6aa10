"""Hashing artifacts again: what was changed behind the guards is found, whatever its size."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.errors import ContentDamaged
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.artifacts import fetch_artifact, store_artifact
from holdfast.store.custody.artifact_check import check_artifacts
from holdfast.store.database import create_engine
from tests.api_doors import own_installation

_PIECE = 256 * 1024
_SIZES = (1, _PIECE - 1, _PIECE, _PIECE + 1, 3 * _PIECE, 3 * _PIECE + 7)


@pytest_asyncio.fixture
async def installation(settings: Settings, postgres: object) -> Settings:
    """A database in which a test may do what no guard allows."""
    del postgres
    return await own_installation(settings)


@pytest_asyncio.fixture
async def own_engine(installation: Settings) -> AsyncIterator[AsyncEngine]:
    """The application's engine on that database."""
    engine = create_engine(database_urls(installation).application)
    yield engine
    await engine.dispose()


async def _forge(installation: Settings, digest: str) -> None:
    """Change the last byte of an artifact, as only a superuser who drops the guards can."""
    connection = await asyncpg.connect(database_urls(installation).migration)
    await connection.execute("ALTER TABLE evidence.artifact DISABLE TRIGGER USER")
    await connection.execute("ALTER TABLE evidence.artifact DROP CONSTRAINT artifact_check")
    await connection.execute(
        "UPDATE evidence.artifact SET content ="
        " set_byte(content, octet_length(content) - 1, 255 - get_byte("
        " content, octet_length(content) - 1)) WHERE digest = $1",
        digest,
    )
    await connection.close()


async def _found(engine: AsyncEngine, limit: int) -> tuple[int, set[str]]:
    checked, damaged, after = 0, set[str](), ""
    async with engine.connect() as connection:
        while True:
            page = await check_artifacts(connection, after, limit)
            checked += page.checked
            damaged.update(page.damaged)
            if page.last is None:
                return checked, damaged
            after = page.last


@pytest.mark.parametrize("size", _SIZES)
async def test_an_artifact_that_was_changed_is_found(
    installation: Settings, own_engine: AsyncEngine, size: int
) -> None:
    """At the edges of the pieces in which it is read, among others that are whole."""
    async with own_engine.begin() as connection:
        for other in _SIZES:
            await store_artifact(connection, os.urandom(other), "application/octet-stream")
        digest = await store_artifact(connection, os.urandom(size), "application/octet-stream")
    assert await _found(own_engine, 100) == (len(_SIZES) + 1, set())
    await _forge(installation, digest)
    for limit in (1, 3, 100):
        assert await _found(own_engine, limit) == (len(_SIZES) + 1, {digest})
    async with own_engine.connect() as connection:
        with pytest.raises(ContentDamaged, match=digest):
            await fetch_artifact(connection, digest)
