"""Exports out of the real database, and the verifier as a stranger runs it."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.evidence.bundle import verify_evidence
from holdfast.evidence.bundle.writing import BundleZip
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings
from holdfast.store.export.bundle_making import make_bundle
from holdfast.store.export.collecting import collect
from holdfast.store.export.exporting import ExportRequest, write_manifest
from tests.sequenced import sequence
from tests.statements import COMPLIANCE

__all__ = [
    "Verdict",
    "export_request",
    "exported",
    "made",
    "members",
    "records_of",
    "verdict_on",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier said: its exit code, what holds, what does not, what it left open."""

    exit_code: int
    holds: list[str]
    fails: list[dict[str, str]]
    not_checked: list[str]


def export_request(incident_id: str, **changes: Any) -> ExportRequest:  # noqa: ANN401 - its fields
    """A request for the whole evidence of an incident."""
    return ExportRequest(incident_id, COMPLIANCE, "the annual audit", **changes)


async def exported(
    engine: AsyncEngine,
    settings: Settings,
    request: ExportRequest,
    keyring: KeyEncryptionKeys | None = None,
) -> tuple[str, bytes]:
    """Record an export, put it into the log, and return its manifest's id and the archive."""
    manifest = await write_manifest(engine, request)
    await sequence(settings)
    return manifest, await made(engine, manifest, keyring)


async def made(
    engine: AsyncEngine, manifest: str, keyring: KeyEncryptionKeys | None = None
) -> bytes:
    """Make the archive of an export that is published."""
    archive = io.BytesIO()
    async with engine.connect() as connection:
        contents = await collect(connection, manifest, keyring)
        with contextlib.closing(BundleZip(archive)) as sink:
            await make_bundle(connection, contents, sink)
    return archive.getvalue()


def members(archive: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def records_of(archive: bytes) -> list[Entry]:
    """The records in an archive, in order."""
    files = members(archive)
    return [entry_from_bytes(files[name]) for name in sorted(files) if name.startswith("records/")]


def verdict_on(archive: bytes, folder: Path, *arguments: str) -> Verdict:
    """Run the verifier on an archive, with nothing of this platform around it."""
    path = folder / "bundle.zip"
    path.write_bytes(archive)
    program = folder / "verify_evidence.py"
    program.write_bytes(Path(verify_evidence.__file__).read_bytes())
    command = [sys.executable, "-I", "-S", str(program), str(path), "--json", *arguments]
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder)
    said = json.loads(done.stdout)
    assert said["exit_code"] == done.returncode, done.stderr
    return Verdict(done.returncode, said["holds"], said["fails"], said["not_checked"])
