"""(f) lateness of providers' clocks: a thousand escalations with five clocks each, on one worker.

Real server, real time. Of each escalation one clock comes due within the minutes that are watched;
how late is from when it was due until the worker has recorded that it was missed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.platform import Platform, platform
from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import APPROVAL_MATRIX, REGISTER, PinnedPolicy
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.kinds import Invocation
from holdfast.domain.third_party.naming import THIRD_PARTY_WORKFLOW
from holdfast.domain.third_party.opening import EscalationOpening
from holdfast.domain.third_party.state import EscalationInput
from holdfast.evidence.entry import entry_from_bytes

__all__ = ["MOST_LATE_SECONDS", "Lateness", "measure_vendor_clocks"]

MOST_LATE_SECONDS = 2.0
_NUMBER = 1_000
_CLOCKS = 5
_MIB = 1 << 20

_CONTRACT, _PROVIDER = "CA-2024-014", "core-ledger"
_ACKNOWLEDGE = timedelta(minutes=15)
"""What that contract promises at SEV1: the first clock that comes due."""

_STARTING = timedelta(minutes=2)
_WATCHED = timedelta(minutes=3)
_AT_ONCE = 20

_POLICY = """
    SELECT version, digest, content FROM projection.policy
    JOIN evidence.artifact USING (digest) WHERE name = $1 AND state = 'published'
    ORDER BY effective_at DESC LIMIT 1
"""
_ARMED = "SELECT count(*) FROM evidence.record WHERE kind = 'clock.armed' AND incident_id LIKE $1"
_MISSED = """
    SELECT body FROM evidence.record
    WHERE kind = 'clock.missed' AND incident_id LIKE $1 AND body IS NOT NULL
"""
_OURS = "INC-2026-9%"


@dataclass(frozen=True)
class Lateness:
    """Seconds that each clock was late, and the worker's bytes without and with the escalations."""

    seconds: tuple[float, ...]
    armed: int
    before: int
    after: int


async def measure_vendor_clocks(platform: Platform, number: int = _NUMBER) -> Lateness:
    """Open that many escalations, and wait until each has missed its first clock."""
    register, _ = await _policy(platform, REGISTER)
    pin, content = await _policy(platform, APPROVAL_MATRIX)
    matrix = PinnedPolicy(pin=pin, content=content)
    worker = platform.worker()
    before = worker.memory_info().rss
    first_due = datetime.now(UTC) + _STARTING
    gate = asyncio.Semaphore(_AT_ONCE)

    async def start(index: int) -> None:
        due_at = first_due + _WATCHED * index / number
        async with gate:
            await _start(platform, register, matrix, index, due_at - _ACKNOWLEDGE)

    await asyncio.gather(*(start(index) for index in range(number)))
    await _until_all_are_armed(platform, number)
    if datetime.now(UTC) > first_due:
        message = "the clocks were armed after the first was due: let more time for the start"
        raise RuntimeError(message)
    armed = int(await platform.database.fetchval(_ARMED, _OURS))
    after = worker.memory_info().rss
    await asyncio.sleep((first_due + _WATCHED - datetime.now(UTC)).total_seconds() + 10)
    rows = await platform.database.fetch(_MISSED, _OURS)
    late = [_late(bytes(row["body"])) for row in rows]
    return Lateness(tuple(late), armed, before, after)


async def _policy(platform: Platform, name: str) -> tuple[PolicyPin, str]:
    row = await platform.database.fetchrow(_POLICY, name)
    pin = PolicyPin(name=name, version=row["version"], digest=row["digest"])
    return pin, bytes(row["content"]).decode()


async def _start(
    platform: Platform, register: PolicyPin, matrix: PinnedPolicy, index: int, asked_at: datetime
) -> None:
    opening = EscalationOpening(
        incident=f"INC-2026-{900_000 + index}",
        number=1,
        contract=_CONTRACT,
        provider=_PROVIDER,
        invocation=Invocation.DECISION,
        because="Payments are not booked.",
        opened=f"incident/INC-2026-{900_000 + index}#0",
        asked_at=asked_at,
        register_of_information=register,
        severity=Severity.SEV1,
    )
    await platform.temporal.start_workflow(
        THIRD_PARTY_WORKFLOW,
        EscalationInput(opening=opening, matrix=matrix),
        id=opening.workflow_id,
        task_queue=platform.settings.task_queue,
    )


async def _until_all_are_armed(platform: Platform, number: int) -> None:
    async with asyncio.timeout(_STARTING.total_seconds()):
        while await platform.database.fetchval(_ARMED, _OURS) < number * _CLOCKS:  # noqa: ASYNC110 - another process arms them
            await asyncio.sleep(1)


def _late(body: bytes) -> float:
    entry = entry_from_bytes(body)
    due_at = datetime.fromisoformat(entry.event.payload["due_at"])
    return (entry.occurred_at - due_at).total_seconds()


def _said(lateness: Lateness) -> str:
    late: Sequence[float] = lateness.seconds
    p99 = statistics.quantiles(late, n=100, method="inclusive")[98]
    grown = (lateness.after - lateness.before) / _MIB
    return (
        f"{len(late)} clocks missed of {lateness.armed} armed:"
        f" p50 {statistics.median(late):.3f} s, p99 {p99:.3f} s, latest {max(late):.3f} s"
        f" (limit {MOST_LATE_SECONDS} s); worker {lateness.before / _MIB:.0f} MiB,"
        f" {grown:.0f} MiB more with all of them open"
    )


async def _main(number: int) -> None:
    async with platform() as running:
        sys.stdout.write(f"{_said(await measure_vendor_clocks(running, number))}\n")


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]) if len(sys.argv) > 1 else _NUMBER))
