"""The floor: the least that the same parts could do, with none of our work in it.

A FastAPI handler starts a bare workflow of one activity that inserts one row; another signals a
waiting workflow whose activity inserts one row, or whose two activities insert one each, and
answers when the last row stands. Same server, same flags, same database, same kinds of processes:
what is slower than this is ours.

    python -m benchmarks.floor worker
    python -m benchmarks.floor api PORT
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI, Request
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from benchmarks.floor_workflows import (
    INSERT_ROW,
    OneActivity,
    SignalledActivity,
    SignalledTwoActivities,
)
from holdfast.settings import Settings, load_settings
from holdfast.stack.database_urls import database_urls

__all__ = ["CHANNEL", "FLOOR_QUEUE", "TABLE"]

FLOOR_QUEUE = "floor"
CHANNEL = "floor"
TABLE = "public.floor"

_CONNECTIONS = 20


class Rows:
    """The one activity."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Write through that pool."""
        self._pool = pool

    @activity.defn(name=INSERT_ROW)
    async def insert_row(self, name: str) -> None:
        """Insert one row and tell whoever waits for it."""
        await self._pool.execute(
            f"WITH row AS (INSERT INTO {TABLE} (name) VALUES ($1) ON CONFLICT DO NOTHING)"  # noqa: S608 - our own table
            f" SELECT pg_notify('{CHANNEL}', $1)",
            name,
        )


class Waiters:
    """Callers that wait for a row, told by the database."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._events: dict[str, asyncio.Event] = {}

    def expect(self, name: str) -> asyncio.Event:
        """Register before the signal is sent, so that no row is missed."""
        return self._events.setdefault(name, asyncio.Event())

    def tell(self, *notification: object) -> None:
        """Take in a notification: connection, process, channel, payload."""
        if event := self._events.pop(str(notification[3]), None):
            event.set()


def create_app(settings: Settings) -> FastAPI:
    """The bare handlers."""
    waiters = Waiters()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.temporal = await Client.connect(settings.temporal_target)
        listening = await asyncpg.connect(database_urls(settings).application)
        await listening.add_listener(CHANNEL, waiters.tell)
        yield
        await listening.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/start/{name}", status_code=202)
    async def start(name: str, request: Request) -> None:
        await request.app.state.temporal.start_workflow(
            OneActivity.run, name, id=f"floor/{name}", task_queue=FLOOR_QUEUE
        )

    @app.post("/signal/{workflow_id}/{name}")
    async def signal(workflow_id: str, name: str, request: Request) -> None:
        stands = waiters.expect(name)
        handle = request.app.state.temporal.get_workflow_handle(workflow_id)
        # Both workflows that wait take the same signal.
        await handle.signal(SignalledActivity.insert, name)
        await stands.wait()

    return app


async def _work(settings: Settings) -> None:
    pool = await asyncpg.create_pool(
        database_urls(settings).application, min_size=1, max_size=_CONNECTIONS
    )
    client = await Client.connect(settings.temporal_target)
    async with Worker(
        client,
        task_queue=FLOOR_QUEUE,
        workflows=[OneActivity, SignalledActivity, SignalledTwoActivities],
        activities=[Rows(pool).insert_row],
        max_concurrent_activities=_CONNECTIONS,
    ):
        await asyncio.Event().wait()


def main() -> None:
    """Run the worker or the API of the floor."""
    settings = load_settings()
    if sys.argv[1] == "worker":
        asyncio.run(_work(settings))
    else:
        uvicorn.run(
            create_app(settings),
            host=settings.host,
            port=int(sys.argv[2]),
            log_level="warning",
            access_log=False,
        )


if __name__ == "__main__":
    main()
