"""The parts of Holdfast on one machine, and the order in which they stand on each other."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable

import httpx

from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.log_keys import LogKeys
from holdfast.evidence.signature import create_signing_key
from holdfast.evidence.vendor_links import create_vendor_key
from holdfast.settings import Settings, environment_of
from holdfast.stack.check_schedule import schedule_checks
from holdfast.stack.database_urls import database_urls
from holdfast.stack.embedded_postgres import EmbeddedPostgres
from holdfast.stack.ports import check_ports, platform_ports
from holdfast.stack.processes import Launch
from holdfast.stack.recurrence_schedule import schedule_recurrence
from holdfast.stack.supervisor import Part, Supervisor, sole_supervisor
from holdfast.stack.temporal_server import (
    register_search_attributes,
    set_retention,
    temporal_client,
    temporal_is_ready,
    temporal_launch,
)
from holdfast.store.local_tokens import ensure_local_tokens
from holdfast.store.people.erasures import repeat_erasures

__all__ = ["prepare_database", "prepare_namespace", "run_platform"]

_MIGRATE = "holdfast.store.migrate"
_ANSWERS_WITHIN = 2.0
# Longer than the worker gives its running activities to end.
_WORKER_STOPS_WITHIN = 15.0


async def run_platform(
    settings: Settings, report: Callable[[str], None], when_ready: Callable[[], None]
) -> None:
    """Run everything that the settings do not say is elsewhere, until a signal stops it.

    Raises:
        StackError: it cannot be started here; nothing is left running.
    """
    with sole_supervisor(settings.state_folder):
        stages = _stages(settings)
        await _prepare_what_is_elsewhere(settings)
        supervisor = Supervisor(settings.state_folder, stages, report)
        ports = platform_ports(settings)
        await supervisor.run(
            when_clear=lambda: check_ports(settings.host, ports), when_ready=when_ready
        )


def _stages(settings: Settings) -> list[list[Part]]:
    """Return the parts: what keeps state first, then what works on it."""
    keepers = []
    if settings.database_url is None:
        keepers.append(_postgres(settings))
    if settings.temporal_address is None:
        keepers.append(_temporal(settings))
    return [keepers, [_sequencer(settings), _worker(settings), _api(settings)]]


def _postgres(settings: Settings) -> Part:
    server = EmbeddedPostgres(settings.state_folder)

    async def prepare() -> None:
        # Alembic takes most of a second to import: meanwhile the server makes its data.
        imported = asyncio.to_thread(importlib.import_module, _MIGRATE)
        await asyncio.gather(server.prepare(), imported)

    async def create_and_migrate() -> None:
        await server.create_database()
        await prepare_database(settings)

    return Part(
        name="postgres",
        launch=server.launch,
        is_ready=server.is_ready,
        prepare=prepare,
        when_first_ready=create_and_migrate,
    )


def _temporal(settings: Settings) -> Part:
    return Part(
        name="temporal",
        launch=temporal_launch(settings),
        is_ready=lambda: temporal_is_ready(settings),
        when_first_ready=lambda: prepare_namespace(settings),
    )


async def _prepare_what_is_elsewhere(settings: Settings) -> None:
    """Prepare the database and the namespace that are not parts of ours."""
    if settings.database_url is not None:
        await prepare_database(settings)
    if settings.temporal_address is not None:
        await prepare_namespace(settings)


async def prepare_database(settings: Settings) -> str:
    """Migrate the database and return its revision; make key and local tokens if there are none.

    The worker trusts the key that the API signs with, so it must be there before either starts.
    """
    migrate = importlib.import_module(_MIGRATE)
    urls = database_urls(settings)
    revision: str = await migrate.upgrade(urls.migration)
    # A restored backup must not bring back what has been erased since.
    await repeat_erasures(urls.migration)
    await ensure_local_tokens(urls.migration, settings.tokens_file)
    create_signing_key(settings.signing_key_file)
    KeyEncryptionKeys(settings.personal_data_key_file).create_first()
    create_vendor_key(settings.vendor_key_file)
    LogKeys(settings.log_keys_folder, settings.log_origin).create_first()
    return revision


async def prepare_namespace(settings: Settings) -> int:
    """Register the search attributes that are missing, and return how many were.

    The schedules of checks and of assessments are brought to these settings each time.
    """
    client = await temporal_client(settings)
    if settings.temporal_address is None:
        await set_retention(client, settings.temporal_retention_days)
    await schedule_checks(client, settings)
    await schedule_recurrence(client, settings)
    return await register_search_attributes(client)


def _worker(settings: Settings) -> Part:
    metrics = f"http://{settings.host}:{settings.worker_metrics_port}/metrics"
    return Part(
        name="worker",
        launch=_own_command(settings, "worker"),
        is_ready=lambda: _answers(metrics),
        stop_within=_WORKER_STOPS_WITHIN,
    )


def _sequencer(settings: Settings) -> Part:
    metrics = f"http://{settings.host}:{settings.sequencer_metrics_port}/metrics"
    return Part(
        name="sequencer",
        launch=_own_command(settings, "sequencer"),
        is_ready=lambda: _answers(metrics),
    )


def _api(settings: Settings) -> Part:
    readiness = f"http://{settings.host}:{settings.api_port}/readyz"
    return Part(
        name="api", launch=_own_command(settings, "api"), is_ready=lambda: _answers(readiness)
    )


def _own_command(settings: Settings, command: str) -> Launch:
    # -P: no `worker.py` or `api/` of the folder that we happen to be started in is taken for ours.
    return Launch(
        program=(sys.executable, "-P", "-m", "holdfast.cli.main", command),
        environment=environment_of(settings),
    )


async def _answers(url: str) -> bool:
    """Whether a part of ours answers 200; a proxy in the environment is none of its business."""
    async with httpx.AsyncClient(trust_env=False, timeout=_ANSWERS_WITHIN) as client:
        try:
            return (await client.get(url)).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False
