"""What can be wrong with an installation, looked at one by one, each with how to mend it."""

from __future__ import annotations

import asyncio
import stat
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from temporalio.service import RPCError

from holdfast.errors import HoldfastError
from holdfast.settings import Settings
from holdfast.stack.authority_findings import authority_findings
from holdfast.stack.automation_findings import automation_findings
from holdfast.stack.channel_findings import channel_findings
from holdfast.stack.database_urls import database_urls
from holdfast.stack.directory_findings import directory_finding
from holdfast.stack.finding import Finding
from holdfast.stack.log_findings import (
    checkpoint_file_finding,
    evidence_log_finding,
    log_keys_finding,
)
from holdfast.stack.policy_findings import policies_finding
from holdfast.stack.ports import Port, is_taken, platform_ports, port_holder
from holdfast.stack.postgres_home import packaged_programs
from holdfast.stack.supervisor import is_supervised
from holdfast.stack.temporal_server import (
    missing_search_attributes,
    temporal_binary,
    temporal_client,
)

__all__ = ["Finding", "examine"]

_OLDEST_PYTHON = (3, 11)
_LARGEST_CLOCK_DIFFERENCE_SECONDS = 1.0
_ANSWERS_WITHIN_SECONDS = 3.0
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything; what cannot be looked at is a finding, never an error."""
    checks: list[tuple[str, Callable[[Settings], Awaitable[Finding]]]] = [
        ("database", _database),
        ("clock", _clock),
        ("evidence log", evidence_log_finding),
        ("policies", policies_finding),
        ("directory", directory_finding),
        ("Temporal", _temporal),
        ("search attributes", _search_attributes),
    ]
    findings = [_python(), *_programs(settings), *_ports(settings)]
    findings += [_state_folder(settings), _tokens_file(settings)]
    findings += [log_keys_finding(settings), checkpoint_file_finding(settings)]
    findings += await channel_findings(settings)
    findings += authority_findings(settings)
    findings += automation_findings(settings)
    for subject, check in checks:
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                findings.append(await check(settings))
        except HoldfastError as error:
            findings.append(Finding(subject, error.message, mend=""))
        except (OSError, TimeoutError, asyncpg.PostgresError, RPCError) as error:
            findings.append(Finding(subject, _words(error), mend="start it with `holdfast up`"))
    return findings


def _python() -> Finding:
    version = ".".join(str(number) for number in sys.version_info[:3])
    if sys.version_info < _OLDEST_PYTHON:
        return Finding("Python", version, mend="install Python 3.11 or newer, then `make setup`")
    return Finding("Python", version)


def _programs(settings: Settings) -> list[Finding]:
    wanted: dict[str, Callable[[], Path]] = {}
    if settings.database_url is None:
        wanted["postgres"] = lambda: packaged_programs() / "postgres"
    if settings.temporal_address is None:
        wanted["temporal"] = temporal_binary
    findings = []
    for name, find in wanted.items():
        try:
            findings.append(Finding(f"program {name}", str(find())))
        except HoldfastError as error:
            findings.append(Finding(f"program {name}", error.message, mend=""))
    return findings


def _ports(settings: Settings) -> list[Finding]:
    running = is_supervised(settings.state_folder)
    return [_port(settings.host, port, running=running) for port in platform_ports(settings)]


def _port(host: str, port: Port, *, running: bool) -> Finding:
    subject = f"port {port.number}"
    taken = is_taken(host, port.number)
    if taken == running:
        return Finding(subject, f"open for {port.purpose}" if running else "free")
    if running:
        detail = f"{port.purpose} does not listen, though `holdfast up` runs"
        return Finding(subject, detail, mend="read its log in the state folder's logs/")
    holder = port_holder(port.number) or "another process"
    return Finding(subject, f"taken by {holder}", mend=f"stop that, or set {port.setting}")


def _state_folder(settings: Settings) -> Finding:
    folder = settings.state_folder
    if not folder.exists():
        return Finding("state folder", f"{folder} is made by the first `holdfast up`")
    if folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return Finding("state folder", f"{folder}: others may write", mend=f"chmod go-w {folder}")
    return Finding("state folder", str(folder.resolve()))


def _tokens_file(settings: Settings) -> Finding:
    path = settings.tokens_file
    if not path.exists():
        return Finding("access tokens", f"{path} is made by the first `holdfast up`")
    if path.stat().st_mode & _OTHERS:
        return Finding("access tokens", f"{path}: others may use it", mend=f"chmod 600 {path}")
    return Finding("access tokens", f"{path}, readable by its owner only")


async def _database(settings: Settings) -> Finding:
    # Alembic takes most of a second to import; the rest of the command line starts without it.
    from holdfast.store.migrate import revisions  # noqa: PLC0415

    found = await revisions(database_urls(settings).migration)
    if found.current != found.head:
        detail = f"at revision {found.current or 'none'}, not {found.head}"
        return Finding("database", detail, mend="`holdfast migrate`")
    return Finding("database", f"reachable, migrated to {found.head}")


async def _clock(settings: Settings) -> Finding:
    """Compare our clock with the database's: deadlines stand on one, evidence on both."""
    connection = await asyncpg.connect(database_urls(settings).application)
    try:
        before = datetime.now(UTC)
        theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")
        after = datetime.now(UTC)
    finally:
        await connection.close()
    ours = before + (after - before) / 2
    difference = abs((theirs - ours).total_seconds())
    detail = f"{difference:.3f} s from the database's"
    if difference > _LARGEST_CLOCK_DIFFERENCE_SECONDS:
        return Finding("clock", detail, mend="let both machines synchronise their clocks (NTP)")
    return Finding("clock", detail)


async def _temporal(settings: Settings) -> Finding:
    client = await temporal_client(settings)
    await client.service_client.check_health()
    return Finding("Temporal", f"healthy at {settings.temporal_target}")


async def _search_attributes(settings: Settings) -> Finding:
    missing = await missing_search_attributes(await temporal_client(settings))
    if missing:
        return Finding("search attributes", f"missing: {', '.join(missing)}", mend="`holdfast up`")
    return Finding("search attributes", f"registered in {settings.temporal_namespace}")


def _words(error: Exception) -> str:
    return str(error) or f"no answer within {_ANSWERS_WITHIN_SECONDS:.0f} s"
