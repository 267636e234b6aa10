"""Automated steps by the real activity and ledger: what is begun, how often, and what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.activity import ActivityCancellationDetails
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.automation import AutomationActivities
from holdfast.automation import load_automations
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.automation.outcome import AutomationState
from holdfast.settings import Settings
from holdfast.store.artifacts import fetch_artifact
from tests.automated_steps import attempt, begun, row_of, started
from tests.automations import command, content_of, process_ends, request, written
from tests.faulty_receiver import FaultyReceiver, ReceiverFault, faulty_receiver

SUCCEEDED, FAILED = AutomationState.SUCCEEDED, AutomationState.FAILED
UNKNOWN = AutomationState.UNKNOWN

COUNTS = "open('done', 'a').write('x'); print('done')"
HANGS = "import os, time; open('done', 'a').write(str(os.getpid())); time.sleep(60)"


@dataclass
class Bench:
    """Activities with one automation, `it`, and the folder in which its commands work."""

    engine: AsyncEngine
    folder: Path

    def activity(self, automation: object) -> AutomationActivities:
        """The activities with that automation."""
        path = written(self.folder, {"it": automation}, ["127.0.0.1"])
        settings = Settings(state_folder=self.folder, automations_file=path)
        automations = load_automations(settings)
        return AutomationActivities(self.engine, automations, back_off=timedelta(seconds=1))

    def command(self, script: str = COUNTS, **more: Any) -> AutomationActivities:  # noqa: ANN401 - what a configuration may say
        """The activities with a command that works in the folder."""
        return self.activity(command(script, folder=str(self.folder), **more))

    @property
    def done(self) -> str:
        """What the command has left behind."""
        path = self.folder / "done"
        return path.read_text() if path.exists() else ""

    async def pair(self) -> tuple[AutomationOpening, AutomationOpening]:
        """A step whose dry run has ended well, and its attempt in earnest."""
        dry, earnest = await started(self.engine)
        assert (await attempt(self.command(), dry)).state is SUCCEEDED
        return dry, earnest


@pytest.fixture
def bench(engine: AsyncEngine, tmp_path: Path) -> Bench:
    """A folder of the test's own."""
    return Bench(engine, tmp_path)


@pytest.fixture
def receiver() -> Iterator[FaultyReceiver]:
    """A server without faults, yet."""
    with faulty_receiver() as running:
        yield running


async def test_what_was_tried_is_done_once_and_its_output_kept(bench: Bench) -> None:
    """However often the activity runs."""
    _, earnest = await bench.pair()
    assert bench.done == ""
    outcome = await attempt(bench.command(), earnest)
    again = await attempt(bench.command(), earnest)

    assert (outcome.state, outcome.exit_status, again) == (SUCCEEDED, 0, outcome)
    assert bench.done == "x"
    async with bench.engine.connect() as connection:
        assert await fetch_artifact(connection, str(outcome.output)) == b"done\n"


async def test_nothing_is_done_that_was_not_tried(bench: Bench) -> None:
    """Neither without a dry run, nor after one that has failed, nor after one of other words."""
    dry, earnest = await started(bench.engine)
    outcome = await attempt(bench.command(), earnest)
    assert (outcome.state, outcome.summary) == (
        FAILED,
        "no dry run of exactly this has ended well in this step",
    )

    fails = bench.command(dry_run="raise SystemExit(1)")
    assert (await attempt(fails, dry)).state is FAILED
    assert (await attempt(bench.command(), earnest)).state is FAILED
    async with bench.engine.begin() as connection:
        change = "INSERT INTO outgoing.automation_attempt SELECT key || '0', automation, 'other',"
        change += " true, 'succeeded', 1, 'well', NULL, 0, NULL, 0, begun_at, ended_at"
        change += " FROM outgoing.automation_attempt WHERE key = :key"
        await connection.execute(text(change), {"key": dry.id})
    assert (await attempt(bench.command(), earnest)).state is FAILED
    assert bench.done == ""
    assert await row_of(bench.engine, earnest) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"opened": "incident/INC-2026-000001#99"}, "the evidence has no entry"),
        ({"attempt": 9}, "another attempt"),
        ({"step": "other"}, "another step"),
        ({"play": 2}, "another step"),
        ({"incident": "INC-2026-000001"}, "another incident"),
        ({"dry_run": True}, "another mode"),
        ({"automation": "other"}, "is not automated so"),
        ({"parameters": {"host": "all"}}, "is not automated so"),
    ],
)
async def test_what_the_evidence_has_not_started_is_not_begun(
    bench: Bench, change: dict[str, object], told: str
) -> None:
    """Whoever has started the workflow."""
    _, earnest = await bench.pair()
    outcome = await attempt(bench.command(), earnest.model_copy(update=change))

    assert outcome.state is FAILED
    assert told in outcome.summary
    assert bench.done == ""


async def test_an_outcome_is_told_only_to_whom_it_belongs(bench: Bench) -> None:
    """Something else under the same key is refused, and changes nothing."""
    dry, _ = await bench.pair()
    outcome = await attempt(bench.command(), dry.model_copy(update={"parameters": {"a": "b"}}))

    assert (outcome.state, outcome.summary) == (FAILED, "something else was ordered under this key")
    assert await row_of(bench.engine, dry) == ("succeeded", 1)


async def test_what_is_not_configured_here_has_failed(bench: Bench) -> None:
    """Nothing was begun, and that is known."""
    dry, _ = await started(bench.engine, parameters={"host": "; reboot"})
    outcome = await attempt(bench.command(), dry)

    assert (outcome.state, outcome.summary) == (
        FAILED,
        "there is no parameter host; there are: none",
    )


async def test_nobody_knows_what_a_lost_worker_has_done(bench: Bench) -> None:
    """It is not begun again, now or later."""
    _, earnest = await bench.pair()
    await begun(bench.engine, earnest)
    outcome = await attempt(bench.command(), earnest)

    assert (outcome.state, outcome.summary) == (UNKNOWN, "its worker was lost while it ran")
    assert await attempt(bench.command(repeatable=True), earnest) == outcome
    assert bench.done == ""


async def test_what_may_be_repeated_is_begun_again_under_the_same_key(
    bench: Bench, receiver: FaultyReceiver
) -> None:
    """At most so often; and a dry run is always one of these."""
    dry, earnest = await started(bench.engine)
    repeats = bench.activity(request(receiver.url, repeatable=True))
    await attempt(repeats, dry)
    await begun(bench.engine, earnest)
    receiver.always = ReceiverFault.DIES
    with pytest.raises(ApplicationError, match="hung up") as error:
        await attempt(repeats, earnest)
    assert error.value.next_retry_delay == timedelta(seconds=4)
    outcome = await attempt(repeats, earnest)

    assert (outcome.state, outcome.summary) == (UNKNOWN, "the host hung up without an answer")
    assert await row_of(bench.engine, earnest) == ("unknown", 3)
    assert [each.headers["idempotency-key"] for each in receiver.requests] == [
        *(dry.id, earnest.id, earnest.id),
    ]


async def test_a_request_that_is_taken_and_not_answered_is_not_sent_again(
    bench: Bench, receiver: FaultyReceiver
) -> None:
    """Unless the configuration says that it may be."""
    dry, earnest = await started(bench.engine)
    once = bench.activity(request(receiver.url))
    await attempt(once, dry)
    receiver.fail_next(ReceiverFault.DIES)

    assert (await attempt(once, earnest)).state is UNKNOWN
    assert (await attempt(once, earnest)).state is UNKNOWN
    assert len(receiver.requests) == 2


async def test_a_dry_run_that_does_not_end_has_failed(bench: Bench) -> None:
    """There is nothing to look for: it changes nothing."""
    dry, _ = await started(bench.engine)
    outcome = await attempt(bench.command(dry_run=HANGS, timeout_seconds=0.5), dry)

    assert (outcome.state, outcome.summary) == (FAILED, "it was stopped after 0.5 s")


async def test_a_cancellation_ends_what_runs_and_is_told(bench: Bench) -> None:
    """Its outcome is kept: it is not begun again, even if it could be."""
    _, earnest = await bench.pair()
    environment = ActivityEnvironment()
    hangs = bench.command(HANGS, repeatable=True)
    running = asyncio.ensure_future(attempt(hangs, earnest, environment))
    number = int(await content_of(bench.folder / "done"))
    environment.cancel(ActivityCancellationDetails(cancel_requested=True))
    outcome = await running

    assert (outcome.state, outcome.summary) == (
        UNKNOWN,
        "it was broken off: it was cancelled from outside",
    )
    assert await process_ends(number)
    assert await attempt(bench.command(repeatable=True), earnest) == outcome


@pytest.mark.parametrize("repeatable", [True, False])
async def test_a_worker_that_stops_ends_what_runs(bench: Bench, *, repeatable: bool) -> None:
    """Another one does it again where that is the same thing; else nobody knows."""
    _, earnest = await bench.pair()
    environment = ActivityEnvironment()
    hangs = bench.command(HANGS, repeatable=repeatable)
    running = asyncio.ensure_future(attempt(hangs, earnest, environment))
    number = int(await content_of(bench.folder / "done"))
    environment.cancel(ActivityCancellationDetails(worker_shutdown=True))
    if repeatable:
        with pytest.raises(ApplicationError, match="its worker stopped"):
            await running
        assert (await attempt(bench.command(repeatable=True), earnest)).state is SUCCEEDED
    else:
        assert (await running).state is UNKNOWN
    assert await process_ends(number)


async def test_one_process_at_a_time_does_it(bench: Bench) -> None:
    """The other one comes again."""
    _, earnest = await bench.pair()
    hangs = bench.command("import time; open('done', 'w').write('x'); time.sleep(1)")
    first = asyncio.ensure_future(attempt(hangs, earnest))
    await content_of(bench.folder / "done")
    with pytest.raises(ApplicationError) as error:
        await attempt(hangs, earnest)

    assert (error.value.type, error.value.non_retryable) == ("AutomationUnderWay", False)
    assert (await first).state is SUCCEEDED


async def test_it_says_how_far_it_is(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word of what the command has said."""
    monkeypatch.setattr("activities.automation._SIGN_OF_LIFE_SECONDS", 0.2)
    said: list[object] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: said.extend(details)
    dry, _ = await started(bench.engine)
    slow = "import time; print('a private word', flush=True); time.sleep(1.4)"
    await attempt(bench.command(dry_run=slow), dry, environment)

    assert said[0] == "not begun"
    assert said[-1] == "running for 1 s, 15 bytes of output"


async def test_the_database_itself_keeps_what_became_of_it(bench: Bench) -> None:
    """Whatever writes to it: not taken back, not renamed, not deleted."""
    dry, _ = await bench.pair()
    for change in (
        "UPDATE outgoing.automation_attempt SET state = 'running' WHERE key = :key",
        "UPDATE outgoing.automation_attempt SET ordered = 'other' WHERE key = :key",
        "DELETE FROM outgoing.automation_attempt WHERE key = :key",
    ):
        with pytest.raises(DBAPIError, match=r"is refused|permission denied"):
            async with bench.engine.begin() as connection:
                await connection.execute(text(change), {"key": dry.id})
    assert await row_of(bench.engine, dry) == ("succeeded", 1)
