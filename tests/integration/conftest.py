"""The real parts, one of each a session: PostgreSQL, Temporal, and the time-skipping server.

They are started as `holdfast up` starts them, on free ports and in a folder of their own, when the
first test asks for them.
"""

from __future__ import annotations

import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.contrib.opentelemetry import ReplaySafeTracerProvider
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from holdfast.domain.operator_view import SEARCH_ATTRIBUTES
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.stack.embedded_postgres import EmbeddedPostgres
from holdfast.stack.temporal_server import (
    add_search_attributes,
    register_search_attributes,
    temporal_is_ready,
    temporal_launch,
)
from holdfast.store import migrate
from holdfast.store.database import create_engine
from holdfast.temporal_client import connect
from tests.real_parts import free_port, new_state_folder, running
from tests.tampering.victim import Victim, new_victim


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """Settings of an installation of the tests' own; asking for them starts nothing."""
    state_folder = new_state_folder()
    yield Settings(
        state_folder=state_folder,
        api_port=free_port(),
        worker_metrics_port=free_port(),
        sequencer_metrics_port=free_port(),
        temporal_port=free_port(),
        temporal_ui_port=free_port(),
    )
    shutil.rmtree(state_folder)


@pytest_asyncio.fixture(scope="session")
async def postgres(settings: Settings) -> AsyncIterator[DatabaseUrls]:
    """The embedded PostgreSQL, migrated; tests share it, so each makes its own incidents."""
    server = EmbeddedPostgres(settings.state_folder)
    await server.prepare()
    async with running("postgres", server.launch, settings.state_folder, server.is_ready):
        await server.create_database()
        urls = database_urls(settings)
        await migrate.upgrade(urls.migration)
        yield urls


@pytest_asyncio.fixture(scope="session")
async def engine(postgres: DatabaseUrls) -> AsyncIterator[AsyncEngine]:
    """An engine with the rights of the application."""
    engine = create_engine(postgres.application)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(scope="session")
async def victim(settings: Settings, postgres: DatabaseUrls) -> AsyncIterator[Victim]:
    """A log without guards in a database of its own; who tampers with it takes that back."""
    del postgres
    async with new_victim(settings) as victim:
        yield victim


@pytest_asyncio.fixture(scope="session")
async def temporal(settings: Settings) -> AsyncIterator[Client]:
    """A client of the real Temporal server, its search attributes registered."""

    async def is_ready() -> bool:
        return await temporal_is_ready(settings)

    launch = temporal_launch(settings)
    async with running("temporal", launch, settings.state_folder, is_ready):
        client = await connect(settings)
        await register_search_attributes(client)
        yield client


@pytest_asyncio.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server with one virtual clock, on which months of timers pass in a moment.

    One a test: its clock stands still while anything is under way, whoever left it behind.
    """
    program = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(program), data_converter=pydantic_data_converter
    ) as environment:
        # This server cannot list them, so they are added without looking.
        await add_search_attributes(environment.client, SEARCH_ATTRIBUTES)
        yield environment


@pytest.fixture(scope="session")
def spans() -> InMemorySpanExporter:
    """What this process traces; a process has one tracer provider, so tests share it."""
    exporter = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    assert isinstance(provider, ReplaySafeTracerProvider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


@pytest.fixture
def task_queue() -> str:
    """A task queue of the test's own: no task of another test arrives on it."""
    return f"test-{uuid.uuid4().hex}"
