"""That the real parts, started as in production, are what the other tests take them for."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from holdfast.stack.database_urls import DatabaseUrls
from holdfast.stack.temporal_server import missing_search_attributes, register_search_attributes
from holdfast.store import migrate


async def test_application_connects_without_the_right_to_make_tables(
    postgres: DatabaseUrls,
) -> None:
    """The application's role logs in, and can create nothing."""
    connection = await asyncpg.connect(postgres.application)
    try:
        assert await connection.fetchval("SELECT current_user") == "holdfast_app"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE public.mine ()")
    finally:
        await connection.close()


async def test_migrating_again_changes_nothing(postgres: DatabaseUrls) -> None:
    """A database at the head stays there."""
    before = await migrate.revisions(postgres.migration)

    assert await migrate.upgrade(postgres.migration) == before.head == before.current


async def test_search_attributes_are_registered_once(temporal: Client) -> None:
    """Registering again finds nothing to do."""
    assert await missing_search_attributes(temporal) == {}
    assert await register_search_attributes(temporal) == 0


async def test_time_skipping_server_passes_a_month_at_once(
    time_skipping: WorkflowEnvironment,
) -> None:
    """The virtual clock goes on by a month while the real one hardly moves."""
    before = await time_skipping.get_current_time()
    await time_skipping.sleep(timedelta(days=30))

    assert await time_skipping.get_current_time() - before >= timedelta(days=30)
