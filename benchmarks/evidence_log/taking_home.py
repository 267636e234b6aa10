"""A bundle of five thousand records: made, and verified with the standard library alone."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from benchmarks.evidence_log.database import record_rows
from benchmarks.evidence_log.growth import fill, sequence_all
from holdfast.domain.roles import SYSTEM
from holdfast.evidence.bundle.writing import BundleZip
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.export.bundle_making import make_bundle
from holdfast.store.export.collecting import collect
from holdfast.store.export.exporting import ExportRequest, write_manifest

__all__ = ["TakenHome", "measure_bundle"]

_INCIDENT = "INC-2026-900000"
_RECORDS = 5_000
_ROUNDS = 3
_VERIFIER = Path(sys.modules[BundleZip.__module__].__file__ or "").with_name("verify_evidence.py")


@dataclass(frozen=True, slots=True)
class TakenHome:
    """Seconds to collect and write a bundle, to verify it, and its size in MiB."""

    written: float
    verified: float
    mebibytes: float


async def measure_bundle(settings: Settings) -> TakenHome:
    """Make and verify the bundle some times; return the best of each."""
    rows = list(record_rows(_RECORDS, only=_INCIDENT))
    owner = await asyncpg.connect(database_urls(settings).migration)
    await fill(owner, rows)
    await owner.close()
    await sequence_all(settings)
    rounds = [await _once(settings) for _ in range(_ROUNDS)]
    return TakenHome(
        min(each.written for each in rounds),
        min(each.verified for each in rounds),
        rounds[0].mebibytes,
    )


async def _once(settings: Settings) -> TakenHome:
    engine = create_engine(database_urls(settings).application, part="bench")
    manifest = await write_manifest(engine, ExportRequest(_INCIDENT, SYSTEM, "benchmark"))
    await sequence_all(settings)
    target = settings.state_folder / "bundle.zip"
    started = time.perf_counter()
    async with engine.connect() as connection:
        contents = await collect(connection, manifest)
        with target.open("wb") as file:
            archive = BundleZip(file)
            await make_bundle(connection, contents, archive)
            archive.close()
    between = time.perf_counter()
    await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-I", str(_VERIFIER), str(target)],
        check=True,
        capture_output=True,
    )
    verified = time.perf_counter() - between
    await engine.dispose()
    return TakenHome(between - started, verified, target.stat().st_size / 2**20)
