"""A platform to measure: `holdfast up` in a folder of its own, and the floor beside it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.floor import TABLE
from holdfast.settings import Settings, environment_of
from holdfast.stack.database_urls import database_urls

__all__ = ["Platform", "platform"]

_READY_WITHIN = 90.0


@dataclass
class Platform:
    """The running platform, the floor's doors, and a connection that may look everywhere."""

    settings: Settings
    http: httpx.AsyncClient
    floor: httpx.AsyncClient
    database: asyncpg.Connection
    temporal: Client
    tokens: dict[str, Any]
    seconds_to_ready: float

    def headers(self, label: str) -> dict[str, str]:
        """The bearer token of a role."""
        return {"Authorization": f"Bearer {self.tokens[label]['token']}"}

    def worker(self) -> psutil.Process:
        """The worker's process, found by its command line."""
        for process in psutil.process_iter(["cmdline", "environ"]):
            command = process.info["cmdline"] or []
            environment = process.info["environ"] or {}
            ours = environment.get("HOLDFAST_API_PORT") == str(self.settings.api_port)
            if ours and command[-1:] == ["worker"] and "benchmarks.floor" not in command:
                return process
        message = "no worker runs"
        raise RuntimeError(message)


@contextlib.asynccontextmanager
async def platform() -> AsyncIterator[Platform]:
    """Start the platform and the floor, and stop both."""
    settings = _settings()
    environment = {**os.environ, **environment_of(settings)}
    program = str(Path(sys.executable).with_name("holdfast"))
    started = time.monotonic()
    up = subprocess.Popen(  # noqa: ASYNC220, S603 - our own command
        [program, "up"], env=environment, stdout=subprocess.DEVNULL
    )
    children = [up]
    try:
        async with httpx.AsyncClient(
            base_url=f"http://{settings.host}:{settings.api_port}",
            timeout=60,
            limits=httpx.Limits(max_connections=100),
        ) as http:
            await _answers(http, "/readyz", up)
            seconds = time.monotonic() - started
            database = await asyncpg.connect(database_urls(settings).migration)
            await database.execute(_FLOOR_TABLE)
            floor_port = _free_port()
            children += [
                subprocess.Popen(  # noqa: ASYNC220, S603 - our own command
                    [sys.executable, "-m", "benchmarks.floor", *arguments], env=environment
                )
                for arguments in (["worker"], ["api", str(floor_port)])
            ]
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{floor_port}",
                timeout=60,
                limits=httpx.Limits(max_connections=100),
            ) as floor:
                await _answers(floor, "/openapi.json", children[-1])
                yield Platform(
                    settings,
                    http,
                    floor,
                    database,
                    await Client.connect(
                        settings.temporal_target, data_converter=pydantic_data_converter
                    ),
                    json.loads(settings.tokens_file.read_text()),
                    seconds,
                )
            await database.close()
    finally:
        for child in reversed(children):
            child.send_signal(signal.SIGTERM)
            child.wait()


_FLOOR_TABLE = f"""
    CREATE TABLE {TABLE} (
        name text PRIMARY KEY, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    GRANT SELECT, INSERT ON {TABLE} TO holdfast_app;
"""


def _settings() -> Settings:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-bench-"))
    folder.chmod(0o711)  # the database's own user has to pass
    return Settings(
        state_folder=folder,
        api_port=_free_port(),
        temporal_port=_free_port(),
        temporal_ui_port=_free_port(),
        worker_metrics_port=_free_port(),
        sequencer_metrics_port=_free_port(),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def _answers(client: httpx.AsyncClient, path: str, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(_READY_WITHIN):
        while process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(path)).is_success:
                    return
            await asyncio.sleep(0.05)
    message = f"it ended with {process.returncode} before it was ready"
    raise RuntimeError(message)
