"""One message to ten thousand recipients, against the floor: a bare row and a bare file for each.

    python -m benchmarks.communications

Ours claims and records each recipient in one commit and writes a mail that is durable; the floor
commits one row into a table with nothing but a key, and writes a file of the same size, durable.
"""

from __future__ import annotations

import asyncio
import logging
import os
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
import structlog
from temporalio.testing import ActivityEnvironment

from activities.answer_links import AnswerLinks
from activities.publishing import PublishingActivities
from benchmarks.evidence_log.database import RAW, database
from benchmarks.released_message import released_message
from holdfast.channels import load_channels
from holdfast.domain.communication.delivering import DeliveryOrder
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine

__all__ = ["Delivered", "measure_delivery"]

_RECIPIENTS = 10_000
_ROUNDS = 3
_SINGLE = 200
_MIB = 1 << 20
_SAMPLE_SECONDS = 0.02


@dataclass(frozen=True)
class Delivered:
    """Recipients a second, ours and the floor's; MiB that the process grew by at most, ours.

    `single_ms` is how long a delivery to one recipient takes, from the order to the report.
    """

    ours: float
    floor: float
    grown: float
    single_ms: float


async def measure_delivery(settings: Settings, recipients: int = _RECIPIENTS) -> Delivered:
    """Deliver and take the floor in turn, several times, and return the medians."""
    engine = create_engine(database_urls(settings).application)
    keyring = KeyEncryptionKeys(settings.personal_data_key_file)
    links = AnswerLinks(settings.public_url, settings.vendor_key_file)
    publishing = PublishingActivities(engine, keyring, load_channels(settings), links)
    await _deliver(publishing, await released_message(engine, keyring, 10))  # warms up
    ours, floor, grown = list[float](), list[float](), list[float]()
    for number in range(_ROUNDS):
        order = await released_message(engine, keyring, recipients)
        async with _growth(grown):
            ours.append(recipients / await _deliver(publishing, order))
        size = next((settings.outbox_folder / "mail").glob("*.eml")).stat().st_size
        floor.append(recipients / await _floor(settings, recipients, size, number))
    single = []
    for _ in range(_SINGLE):
        order = await released_message(engine, keyring, 1)
        single.append(1_000 * await _deliver(publishing, order))
    await engine.dispose()
    return Delivered(
        ours=statistics.median(ours),
        floor=statistics.median(floor),
        grown=max(grown),
        single_ms=statistics.median(single),
    )


async def _deliver(publishing: PublishingActivities, order: DeliveryOrder) -> float:
    started = time.perf_counter()
    report = await ActivityEnvironment().run(publishing.deliver_message, order)
    if not report.complete:
        message = f"the delivery is not complete: {report.because}"
        raise RuntimeError(message)
    return time.perf_counter() - started


async def _floor(settings: Settings, recipients: int, size: int, number: int) -> float:
    folder = settings.state_folder / f"floor-{number}"
    folder.mkdir()
    connection = await asyncpg.connect(database_urls(settings).application)
    started = time.perf_counter()
    for each in range(recipients):
        await connection.execute(RAW, f"{number}-{each}", b"sent")
        _write(folder / f"{each}.eml", size)
    seconds = time.perf_counter() - started
    await connection.close()
    return seconds


def _write(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(bytes(size))
        file.flush()
        os.fsync(file.fileno())


@asynccontextmanager
async def _growth(grown: list[float]) -> AsyncIterator[None]:
    """Watch by how many MiB this process grows at most."""
    process = psutil.Process()
    before = most = process.memory_info().rss

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, process.memory_info().rss)
            await asyncio.sleep(_SAMPLE_SECONDS)

    watching = asyncio.ensure_future(watch())
    try:
        yield
    finally:
        watching.cancel()
        grown.append((most - before) / _MIB)


async def _measure() -> None:
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    async with database() as settings:
        found = await measure_delivery(settings)
    print(  # noqa: T201 - a program
        f"{_RECIPIENTS:,} recipients into a folder of mails: {found.ours:.0f}/s against "
        f"{found.floor:.0f}/s, ratio {found.ours / found.floor:.2f}; "
        f"{found.grown:.0f} MiB more; one recipient: {found.single_ms:.1f} ms"
    )


if __name__ == "__main__":
    asyncio.run(_measure())
