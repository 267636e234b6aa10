"""Departures beside the rounds: none holds up the log, nor another; what fails is tried again."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from holdfast.sequencer.channels import CheckpointChannel
from holdfast.sequencer.departures import Departure, Departures, Pace
from holdfast.settings import Settings
from holdfast.store.log.checkpoints import StoredCheckpoint
from holdfast.store.log.publication import await_published
from tests.growing_log import GrowingLog, record, sequencing
from tests.strangers import HttpStranger, Received, Reply, http_stranger

_SECRET = "t0k3n-of-the-channel"  # noqa: S105 - looked for where it must not be
_QUICK = Pace(look_every=0.02, first_retry=0.01, longest_retry=0.05)
_SOON = 10.0


@contextlib.asynccontextmanager
async def departing(
    log: GrowingLog, departures: Sequence[Departure], *, leading: bool = True
) -> AsyncIterator[CollectorRegistry]:
    """Run departures; their metrics are in the registry."""
    registry, leads = CollectorRegistry(), asyncio.Event()
    if leading:
        leads.set()
    work = Departures(log.sequencer, departures, leads, registry, _QUICK)
    running = asyncio.create_task(work.run())
    try:
        yield registry
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def reached(
    registry: CollectorRegistry, name: str, to: str, least: float = 1, **labels: str
) -> None:
    """Wait until a metric is that large."""
    async with asyncio.timeout(_SOON):
        while (registry.get_sample_value(name, {"to": to, **labels}) or 0) < least:
            await asyncio.sleep(0.01)


def _channel(number: int, webhook: HttpStranger) -> CheckpointChannel:
    address = f"json://127.0.0.1:{webhook.port}/{_SECRET}/{webhook.name}"
    return CheckpointChannel(number, address, timedelta(0))


async def test_what_fails_is_tried_again_until_it_leaves(log: GrowingLog) -> None:
    """Each failure is counted; another channel never notices."""
    answers = iter([Reply(status=500), Reply(status=500), Reply()])
    checkpoint = await log.grow()
    with http_stranger(lambda _: next(answers)) as broken, http_stranger() as well:
        async with departing(log, [_channel(1, broken), _channel(2, well)]) as registry:
            await reached(registry, "holdfast_checkpoint_departures_total", "channel-1")
            await reached(registry, "holdfast_checkpoint_departures_total", "channel-2")

    failures = {"to": "channel-1", "error": "unavailable"}
    assert registry.get_sample_value("holdfast_checkpoint_departure_failures_total", failures) == 2
    sizes = {"to": "channel-1"}
    size = registry.get_sample_value("holdfast_checkpoint_departed_size", sizes)
    assert size == checkpoint.size
    assert (len(broken.received), len(well.received)) == (3, 1)


async def test_a_log_line_says_what_left_and_none_says_the_address(log: GrowingLog) -> None:
    """Logs are a place outside as well; they are read by many."""
    answers = iter([Reply(status=500), Reply()])
    checkpoint = await log.grow()
    with http_stranger(lambda _: next(answers)) as webhook, capture_logs() as lines:
        async with departing(log, [_channel(1, webhook)]) as registry:
            await reached(registry, "holdfast_checkpoint_departures_total", "channel-1")

    assert [line["event"] for line in lines] == ["checkpoint.not_departed", "checkpoint.departed"]
    assert lines[1]["size"] == checkpoint.size
    assert str(lines[1]["root"]) in checkpoint.note
    assert _SECRET not in f"{lines}{generate_latest(registry)!r}"


async def test_a_channel_that_hangs_does_not_hold_up_the_log(
    log: GrowingLog, installation: Settings
) -> None:
    """Records are published while it hangs."""
    release, hangs = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang(_: Received) -> Reply:
        loop.call_soon_threadsafe(hangs.set)
        release.wait(_SOON)
        return Reply()

    await log.grow()
    with http_stranger(hang) as webhook:
        async with departing(log, [_channel(1, webhook)]), sequencing(installation):
            await asyncio.wait_for(hangs.wait(), _SOON)
            entry = await record(log.application)
            await await_published(log.application, entry, timedelta(seconds=_SOON))
            assert not release.is_set()
            release.set()


async def test_nothing_departs_from_a_sequencer_that_does_not_lead(log: GrowingLog) -> None:
    """Of several that run, one sends."""
    await log.grow()
    with http_stranger() as silent, http_stranger() as heard:
        follower = departing(log, [_channel(1, silent)], leading=False)
        async with follower, departing(log, [_channel(1, heard)]) as registry:
            await reached(registry, "holdfast_checkpoint_departures_total", "channel-1")
        assert silent.received == []


class _Buggy:
    """A departure with a bug."""

    name = "buggy"

    async def depart(self, engine: AsyncEngine) -> StoredCheckpoint | None:
        """Fail as no stranger can make us fail."""
        del engine
        message = "a bug"
        raise TypeError(message)


async def test_a_bug_ends_the_process_instead_of_being_tried_again(log: GrowingLog) -> None:
    """It would be hidden behind a growing pause."""
    leading = asyncio.Event()
    leading.set()
    departures = Departures(log.sequencer, [_Buggy()], leading, CollectorRegistry(), _QUICK)
    with pytest.raises(ExceptionGroup) as ended:
        await departures.run()
    assert ended.group_contains(TypeError, match="a bug")
