"""What can be wrong with the evidence log: its keys, its file of checkpoints, what waits for it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import asyncpg

from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.stack.finding import Finding

__all__ = ["checkpoint_file_finding", "evidence_log_finding", "log_keys_finding"]

_OLDEST_WAITING_SECONDS = 60
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PRIVATE = {".ed25519", ".waiting", ".retired"}
_SIGNING = ".ed25519"
_AS_SEQUENCER = "let the user that the sequencer runs as own it, and look as that user"

_LOG = """
    SELECT origin, size, (
        SELECT extract(epoch FROM clock_timestamp() - min(recorded_at))::float8
        FROM evidence.pending JOIN evidence.record USING (entry_id)
    ) AS oldest FROM evidence.log_state
"""


def log_keys_finding(settings: Settings) -> Finding:
    """Whether there is a key that signs, and none that others may read."""
    try:
        return _log_keys(settings.log_keys_folder)
    except PermissionError as error:
        return Finding("log keys", str(error), mend=_AS_SEQUENCER)


def checkpoint_file_finding(settings: Settings) -> Finding:
    """Whether the sequencer could append to the file of checkpoints."""
    try:
        return _checkpoint_file(settings.checkpoint_file)
    except PermissionError as error:
        return Finding("checkpoint file", str(error), mend=_AS_SEQUENCER)


async def evidence_log_finding(settings: Settings) -> Finding:
    """Whether the sequencer's role can read the log, and nothing waits for it for long."""
    subject = "evidence log"
    connection = await asyncpg.connect(database_urls(settings).sequencer)
    try:
        log = await connection.fetchrow(_LOG)
    except asyncpg.InsufficientPrivilegeError as error:
        mend = "let HOLDFAST_SEQUENCER_DATABASE_URL name the role holdfast_sequencer"
        return Finding(subject, str(error), mend=mend)
    except asyncpg.UndefinedTableError as error:
        return Finding(subject, str(error), mend="`holdfast migrate`")
    finally:
        await connection.close()
    if log is None:
        return Finding(subject, "opened by the first start of the sequencer")
    if log["origin"] != settings.log_origin:
        mend = f"set HOLDFAST_LOG_ORIGIN={log['origin']}"
        return Finding(subject, f"it is {log['origin']}, not {settings.log_origin}", mend=mend)
    waits = log["oldest"] or 0.0
    if waits > _OLDEST_WAITING_SECONDS:
        detail = f"{log['size']} leaves, and a record has waited for {waits:.0f} s"
        return Finding(subject, detail, mend="start `holdfast sequencer`, or read why it stopped")
    return Finding(subject, f"{log['size']} leaves, nothing has waited for long")


def _log_keys(folder: Path) -> Finding:
    if not folder.exists():
        return Finding("log keys", f"none in {folder}: right where no sequencer runs")
    keys = sorted(file for file in folder.iterdir() if file.suffix in _PRIVATE)
    open_to_others = [file for file in keys if file.stat().st_mode & _OTHERS]
    if open_to_others:
        names = " ".join(str(file) for file in open_to_others)
        return Finding("log keys", f"others may read {names}", mend=f"chmod 600 {names}")
    signing = sum(file.suffix == _SIGNING for file in keys)
    if not signing:
        detail = f"no key that signs in {folder}"
        return Finding("log keys", detail, mend="restore it from its backup")
    return Finding("log keys", f"{signing} sign(s), readable by their owner only")


def _checkpoint_file(path: Path) -> Finding:
    there = next((each for each in (path, *path.parents) if each.exists()), path)
    fits = path.is_file() if there == path else there.is_dir()
    if not fits or not os.access(there, os.W_OK):
        return Finding("checkpoint file", f"{path} cannot be written", mend=_AS_SEQUENCER)
    if there != path:
        return Finding("checkpoint file", f"{path} is made with the first checkpoint")
    return Finding("checkpoint file", f"{path}, {path.stat().st_size} bytes")
