"""The API in this process, on a database of its own, as a caller meets it."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy import text
from temporalio.client import Client

from api.app import create_app
from api.platform import Platform
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.stack.embedded_postgres import embedded_url
from holdfast.store import migrate
from holdfast.store.local_tokens import LocalToken, ensure_local_tokens, read_local_tokens
from tests.real_parts import new_state_folder

__all__ = ["Doors", "alert", "eventually", "open_doors", "own_installation", "payload"]


async def own_installation(settings: Settings) -> Settings:
    """Make a migrated database and a state folder that no other test shares."""
    name = f"api_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(database_urls(settings).migration)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    own = settings.model_copy(
        update={
            "database_url": embedded_url(settings.state_folder, "holdfast_app", name),
            "migration_database_url": embedded_url(settings.state_folder, "postgres", name),
            "sequencer_database_url": embedded_url(
                settings.state_folder, "holdfast_sequencer", name
            ),
            "state_folder": new_state_folder(),
            "task_queue": name,
        }
    )
    migration = database_urls(own).migration
    await migrate.upgrade(migration)
    await _number_from_somewhere(migration)
    await ensure_local_tokens(migration, own.tokens_file)
    return own


async def _number_from_somewhere(url: str) -> None:
    """Let incidents have numbers of their own: the installations of all tests share a Temporal."""
    connection = await asyncpg.connect(url)
    first = 1_000_000 + secrets.randbelow(10**9)
    await connection.execute("SELECT setval('intake.incident_number', $1)", first)
    await connection.execute("SELECT setval('intake.threat_number', $1)", first)
    await connection.close()


@dataclass
class Doors:
    """An API that serves, and its callers."""

    app: FastAPI
    client: httpx.AsyncClient
    tokens: dict[str, LocalToken]
    statuses: list[int] = field(default_factory=list)

    @property
    def platform(self) -> Platform:
        """What the API stands on."""
        platform = self.app.state.platform
        assert isinstance(platform, Platform)
        return platform

    async def call(
        self, method: str, path: str, person: str, body: object = None, **headers: str
    ) -> httpx.Response:
        """Call as one of the local token holders, with a JSON body where one is given."""
        every = {"Authorization": f"Bearer {self.tokens[person].token}"}
        every |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = None
        if body is not None:
            every.setdefault("Content-Type", "application/json")
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = await self.client.request(method, path, content=content, headers=every)
        self.statuses.append(response.status_code)
        return response

    async def deliver(self, body: object) -> httpx.Response:
        """Deliver as Alertmanager."""
        return await self.call("POST", "/v1/alerts/alertmanager", "alert_source", body)

    async def rows(self, query: str, **parameters: object) -> list[Any]:
        """Read the database."""
        async with self.platform.engine.connect() as connection:
            return list(await connection.execute(text(query), parameters))


@asynccontextmanager
async def open_doors(
    settings: Settings, temporal: Client | None, *, leads: bool = True
) -> AsyncIterator[Doors]:
    """Serve until the block ends; leaving it is the death of the API process."""
    app = create_app(settings, temporal=temporal)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            doors = Doors(app, client, read_local_tokens(settings.tokens_file))
            if leads:
                await eventually(lambda: doors.platform.relay.leads)
            yield doors


async def eventually(look: Callable[[], Awaitable[object] | object], within: float = 10.0) -> None:
    """Wait until something is true.

    Raises:
        AssertionError: it did not become true in time.
    """
    async with asyncio.timeout(within):
        while True:
            found = look()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.01)


def alert(service: str, name: str = "", **changes: object) -> dict[str, Any]:
    """One firing alert of a service; without a name, one that no other is."""
    return {
        "status": "firing",
        "labels": {"alertname": "HighErrorRate", "service": service},
        "annotations": {"summary": f"Errors of {service}"},
        "startsAt": "2026-03-04T09:29:31.407Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": name or uuid.uuid4().hex,
    } | changes


def payload(*alerts: dict[str, Any], **changes: object) -> dict[str, Any]:
    """Alertmanager's envelope."""
    return {"version": "4", "receiver": "holdfast", "alerts": list(alerts)} | changes
