"""The sequencer's loop: it leads or waits, survives the database, and stops at a contradiction."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from holdfast.errors import LogContradiction, StackError
from holdfast.evidence.log.note import VerifierKey, open_note
from holdfast.sequencer.checkpoint_file import CheckpointFile, read_checkpoint_file
from holdfast.sequencer.metrics import SequencerMetrics
from holdfast.sequencer.rounds import Rounds
from tests.fresh_log import SIGNER, FreshLog, keys_in
from tests.real_parts import free_port


class Loop:
    """One sequencer's loop in this process, with metrics of its own."""

    def __init__(self, log: FreshLog, folder: Path, port: int | None = None) -> None:
        """Use the keys and the file of that folder."""
        self.registry = CollectorRegistry()
        self.keys = keys_in(folder / "log")
        self.file = folder / "checkpoints.jsonl"
        self.rounds = Rounds(
            url=log.urls.sequencer,
            keys=self.keys,
            interval=0.01,
            outside=CheckpointFile(self.file),
            metrics=SequencerMetrics("127.0.0.1", port or free_port(), self.registry),
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Run it until the block ends."""
        task = asyncio.create_task(self.rounds.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, metric: str, value: float) -> None:
        """Wait until one of its metrics has at least that value."""
        async with asyncio.timeout(20):
            while (self.registry.get_sample_value(metric) or 0.0) < value:
                await asyncio.sleep(0.01)

    def failures(self) -> float:
        """How many rounds ended by an error."""
        metrics = [sample for family in self.registry.collect() for sample in family.samples]
        return sum(each.value for each in metrics if each.name.endswith("failures_total"))

    async def until_leads(self) -> None:
        """Wait until it leads."""
        await asyncio.wait_for(self.rounds.leading.wait(), 20)


@pytest.fixture
def loop_of(log: FreshLog, tmp_path: Path) -> Loop:
    """A loop on the test's log."""
    return Loop(log, tmp_path)


async def until_logged(log: FreshLog, count: int) -> None:
    """Wait until so many records are in the log."""
    async with asyncio.timeout(20):
        while len(await log.logged()) < count:
            await asyncio.sleep(0.02)


async def test_what_is_recorded_is_published_and_leaves_at_once(
    log: FreshLog, loop_of: Loop
) -> None:
    """Without Temporal, without the API: the log and its file grow."""
    async with loop_of.running():
        for number in range(3):
            await log.write("INC-1", number)
            await until_logged(log, number + 1)
        await loop_of.until("holdfast_log_size", 3)
        # What is published leaves a moment later.
        async with asyncio.timeout(10):
            while len(list(read_checkpoint_file(loop_of.file))) < 3:
                await asyncio.sleep(0.01)
    assert await log.assert_sound() == 3
    assert [line["size"] for line in read_checkpoint_file(loop_of.file)] == [1, 2, 3]


async def test_a_connection_that_is_killed_is_made_anew(log: FreshLog, loop_of: Loop) -> None:
    """An ordinary error is waited out."""
    async with loop_of.running():
        await loop_of.until_leads()
        await end_sequencers(log)
        await log.write("INC-1", 0)
        await until_logged(log, 1)
    assert loop_of.failures() == 1


async def end_sequencers(log: FreshLog) -> None:
    """End every connection of a sequencer, as a restart of the database does."""
    async with log.connected(log.urls.migration) as superuser:
        await superuser.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'holdfast_sequencer'"
        )


async def test_one_leads_and_the_other_takes_over(log: FreshLog, tmp_path: Path) -> None:
    """Two run; one works. When it ends, the other goes on."""
    first, second = Loop(log, tmp_path), Loop(log, tmp_path)
    async with second.running():
        async with first.running():
            await asyncio.wait(
                [asyncio.ensure_future(each.until_leads()) for each in (first, second)],
                return_when=asyncio.FIRST_COMPLETED,
            )
            await log.write("INC-1", 0)
            await until_logged(log, 1)
            assert first.rounds.leading.is_set() != second.rounds.leading.is_set()
            await end_sequencers(log)
        await second.until_leads()
        await log.write("INC-1", 1)
        await until_logged(log, 2)
    assert await log.assert_sound() == 2


async def test_who_waits_for_the_lead_sees_how_old_the_backlog_is(
    log: FreshLog, loop_of: Loop
) -> None:
    """A leader that hangs is seen from outside."""
    await log.write("INC-1", 0)
    async with log.connected(log.urls.sequencer) as hanging:
        assert await hanging.fetchval("SELECT pg_try_advisory_lock(x'73657175656E6365'::bigint)")
        async with loop_of.running():
            await loop_of.until("holdfast_log_oldest_waiting_seconds", 0.001)
            assert loop_of.registry.get_sample_value("holdfast_sequencer_leads") == 0


async def test_a_contradiction_ends_the_loop(log: FreshLog, loop_of: Loop) -> None:
    """The process ends, and nothing is signed meanwhile."""
    await log.write("INC-1", 0)
    async with log.connected(log.urls.migration) as superuser:
        await superuser.execute("UPDATE evidence.log_state SET size = 7, made_at = now()")
    async with loop_of.running() as task:
        with pytest.raises(LogContradiction, match="is not there as it should be"):
            await asyncio.wait_for(asyncio.shield(task), 20)
    assert await log.logged() == []


async def test_a_taken_port_of_the_metrics_is_fatal(log: FreshLog, tmp_path: Path) -> None:
    """The message says which, rather than that the database is away."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        async with Loop(log, tmp_path, port).running() as task:
            with pytest.raises(StackError, match="HOLDFAST_SEQUENCER_METRICS_PORT"):
                await asyncio.wait_for(asyncio.shield(task), 20)


async def test_a_key_that_comes_or_goes_is_noticed_while_the_log_grows(
    log: FreshLog, loop_of: Loop
) -> None:
    """Without a restart: first the old key signs, then both, then the new one."""
    old = loop_of.keys.signers()[0].verifier
    async with loop_of.running():
        await until_signed_by(log, [old])
        new = loop_of.keys.prepare_next().verifier
        await rotation(log, new.vkey)
        await until_signed_by(log, [old])
        loop_of.keys.install_next()
        await until_signed_by(log, [old, new])
        loop_of.keys.retire(old.vkey)
        await until_signed_by(log, [new])
    async with log.connected(log.urls.sequencer) as connection:
        rows = await connection.fetch("SELECT vkey, rotation FROM evidence.log_key ORDER BY 2")
    assert [tuple(row) for row in rows] == [(new.vkey, "log-key/new#0"), (old.vkey, None)]


async def until_signed_by(log: FreshLog, keys: list[VerifierKey]) -> None:
    """Record until these keys, and no others, have signed the newest checkpoint."""
    async with log.connected(log.urls.migration) as superuser, asyncio.timeout(20):
        while True:
            size = len(await log.logged())
            await log.write("INC-1", size)
            await until_logged(log, size + 1)
            note = await superuser.fetchval(
                "SELECT note FROM evidence.checkpoint ORDER BY size DESC LIMIT 1"
            )
            opened = open_note(note, keys)
            if list(opened.by) == keys and len(opened.signatures) == len(keys):
                return


async def rotation(log: FreshLog, vkey: str) -> None:
    """Record a rotation as it is recorded; before it, ones that only look like it."""
    bodies = ["no JSON", '{"payload":{"new_key":7}}', f'{{"payload":{{"new_key":"{vkey}"}}}}']
    async with log.connected(log.urls.application) as connection:
        for name, body in zip(("odd", "other", "new"), bodies, strict=True):
            await connection.execute(
                "INSERT INTO evidence.record (entry_id, incident_id, workflow_id, sequence, kind,"
                " occurred_at, body) VALUES ($1 || '#0', 'evidence-log', $1, 0, 'log_key.rotated',"
                " now(), convert_to($2, 'UTF8'))",
                f"log-key/{name}",
                body,
            )


@pytest_asyncio.fixture
async def application(log: FreshLog) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the rights of the application."""
    async with log.connected(log.urls.application) as connection:
        yield connection


@pytest.mark.parametrize("column", ["entry_id", "incident_id"])
async def test_no_record_can_be_added_whose_leaf_would_not_fit(
    application: asyncpg.Connection, column: str
) -> None:
    """Else whoever may add records could stop the log with one."""
    names = {"entry_id": "w#0", "incident_id": "INC-1"} | {column: "x" * 70_000}
    with pytest.raises(asyncpg.ProgramLimitExceededError):
        await application.execute(
            "INSERT INTO evidence.record (entry_id, incident_id, workflow_id, sequence, kind,"
            " occurred_at, body) VALUES ($1, $2, 'w', 0, 'test.written', now(), '{}')",
            *names.values(),
        )


async def test_the_longest_ids_that_can_be_added_are_sequenced(
    log: FreshLog, application: asyncpg.Connection
) -> None:
    """However often each of their characters is escaped in a leaf."""
    await application.execute(
        "INSERT INTO evidence.record (entry_id, incident_id, workflow_id, sequence, kind,"
        " occurred_at, body) VALUES ($1, $2, 'w', 0, 'test.written', now(), '{}')",
        "\x01" * 2_600,
        "\x02" * 2_600,
    )
    assert await log.sequence() is not None
    assert await log.assert_sound(SIGNER) == 1
