"""A database to measure: the embedded server alone, a raw table beside the record, and records."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor, Role
from holdfast.evidence.entry import Entry, entry_bytes
from holdfast.evidence.log_keys import LogKeys
from holdfast.settings import Settings, environment_of
from holdfast.stack.database_urls import database_urls
from holdfast.stack.embedded_postgres import EmbeddedPostgres
from holdfast.stack.parts import prepare_database
from holdfast.stack.processes import start_process

__all__ = ["RAW", "RECORD", "RecordRow", "database", "log_keys", "record_rows", "sequencer"]

RAW = "INSERT INTO raw (name, body) VALUES ($1, $2)"
"""The floor: one row, one commit, a table with a primary key and nothing else."""

RECORD = """
    INSERT INTO evidence.record
        (entry_id, incident_id, workflow_id, sequence, kind, occurred_at, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (entry_id) DO NOTHING
    RETURNING position, recorded_at
"""
"""What an append does to evidence: guards, hash, stamp, row security and queue included."""

_RAW_TABLE = """
    CREATE TABLE raw (name text PRIMARY KEY, body bytea NOT NULL);
    GRANT SELECT, INSERT ON raw TO holdfast_app;
"""
_INCIDENTS = 50

RecordRow = tuple[str, str, str, int, str, datetime, bytes]


@contextlib.asynccontextmanager
async def database() -> AsyncIterator[Settings]:
    """Run the server in a folder of its own, migrated, with the raw table; remove it afterwards."""
    folder = _new_folder()
    settings = Settings(state_folder=folder, sequencer_metrics_port=_free_port())
    server = EmbeddedPostgres(folder)
    await server.prepare()
    process = await start_process("postgres", server.launch, folder)
    try:
        while not await server.is_ready():  # noqa: ASYNC110 - a starting server tells no event
            await asyncio.sleep(0.05)
        await server.create_database()
        await prepare_database(settings)
        connection = await asyncpg.connect(database_urls(settings).migration)
        await connection.execute(_RAW_TABLE)
        await connection.close()
        yield settings
    finally:
        await process.stop(30)
        shutil.rmtree(folder, ignore_errors=True)


def log_keys(settings: Settings) -> LogKeys:
    """The keys with which the log of these settings is signed."""
    return LogKeys(settings.log_keys_folder, settings.log_origin)


@contextlib.contextmanager
def sequencer(settings: Settings) -> Iterator[None]:
    """Run the real sequencer as its own process."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "holdfast.cli.main", "sequencer"],
        env={**os.environ, **environment_of(settings)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def record_rows(count: int, only: str | None = None) -> Iterator[RecordRow]:
    """Make records as answers make them, some 700 bytes each, of fifty incidents or of one."""
    writer = f"bench/{secrets.token_hex(8)}"
    for number in range(count):
        incident = only or f"INC-2026-{number % _INCIDENTS:06d}"
        entry = Entry(
            id=f"{writer}#{number}",
            incident=incident,
            workflow=writer,
            sequence=number,
            occurred_at=datetime.now(UTC),
            event=_EVENT,
            nonce=secrets.token_hex(16),
        )
        yield (
            entry.id,
            incident,
            writer,
            number,
            str(_EVENT.kind),
            entry.occurred_at,
            entry_bytes(entry),
        )


_EVENT = Event(
    kind=EventKind.DECISION_ANSWERED,
    subject=Subject(
        type="decision", id="containment.approval-1", digest=f"sha256:{'0123456789abcdef' * 4}"
    ),
    actor=Actor(id="person-0f8fad5b", role=Role.INCIDENT_COMMANDER),
    payload={
        "option": "approved",
        "data": {},
        "rationale": "Clients cannot pay.",
        "exception_code": None,
        "agreeing": 1,
        "quorum": 1,
        "settles": True,
    },
    causes=("submission:answer-7f9c24e8-3b12-4fef-91e0-5a7b7c1d2e3f",),
    answers="answer-7f9c24e8-3b12-4fef-91e0-5a7b7c1d2e3f",
)


def _new_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-bench-"))
    folder.chmod(0o711)  # the database's own user has to pass
    return folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
