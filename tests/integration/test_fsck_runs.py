"""A check in parts, beside writers, against the file outside: it always says the same."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.errors import InvalidInput
from holdfast.evidence.check_report import CheckReport, CheckStage, Progress
from holdfast.evidence.log.merkle import root_of
from holdfast.evidence.log.note import NoteSigner, VerifierKey
from holdfast.evidence.log.tiles import extend, hashes_in
from holdfast.evidence.log_keys import LogKeys
from holdfast.sequencer.key_rotation import retire, rotate
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.log.fsck import check_log, check_slice
from holdfast.store.log.log_keys import register_keys
from holdfast.store.log.sequencing import sequence_batch
from tests.growing_log import open_log_of, own_log_settings, record, sequencing
from tests.integration.test_fsck_findings import CASES
from tests.log_oracle import assert_log_is_sound, told
from tests.tampering.facts import Tampering
from tests.tampering.victim import Victim

_WAIT = timedelta(seconds=20)
_STRANGER = VerifierKey("localhost/dora/evidence/main", bytes(32))


async def _in_slices(victim: Victim, leaves: int) -> CheckReport:
    """Check slice by slice, each going on from what the one before has written down."""
    log, progress, written = victim.log, None, ""
    while progress is None or not progress.done:
        start = Progress.model_validate_json(written) if written else None
        progress = await check_slice(
            log.engine,
            log.known,
            start=start,
            leaves=leaves,
            checkpoint_file=log.settings.checkpoint_file,
        )
        written = progress.model_dump_json()
    return progress.report


@pytest.mark.parametrize("leaves", [1, 60, 100_000])
async def test_a_check_in_slices_says_what_a_whole_one_says(victim: Victim, leaves: int) -> None:
    """Wherever it is broken off: same root, same counts, nothing found."""
    log = victim.log
    whole = await check_log(log.engine, log.known, checkpoint_file=log.settings.checkpoint_file)
    assert whole.sound
    assert whole.end == whole.size == len(victim.facts.leaves)
    assert whole.waiting == len(victim.facts.pending)
    assert await _in_slices(victim, leaves) == whole


async def test_a_tampered_log_says_the_same_in_slices(victim: Victim) -> None:
    """Findings are handed on from slice to slice."""
    cases = [
        CASES[name] for name in ("a body", "two leaves", "a checkpoint's time", "an open tile")
    ]
    statements = [statement for case in cases for statement in case(victim.facts)[0]]
    found = set[tuple[str, str]]().union(*(case(victim.facts)[1] for case in cases))
    (retimed,) = (about for code, about in found if code == "checkpoint_time")
    found.add(("checkpoint_outside", retimed))
    mending = _mending(victim)
    # Committed: each slice is a transaction of its own.
    try:
        await Tampering(tuple(statements), frozenset()).do(victim.driver)
        for leaves in (1, 60, 100_000):
            report = await _in_slices(victim, leaves)
            assert told(report) == found
            assert report.count == len(found)
    finally:
        await mending.do(victim.driver)
    assert (await check_log(victim.log.engine, victim.log.known)).sound


def _mending(victim: Victim) -> Tampering:
    """Put back what the cases above change."""
    leaves, facts = victim.facts.leaves, victim.facts
    body = "UPDATE evidence.record SET body = $2 WHERE entry_id = $1"
    leaf = "UPDATE evidence.log_entry SET leaf = $2 WHERE index = $1"
    time = "UPDATE evidence.checkpoint SET made_at = $2 WHERE size = $1"
    tile = "UPDATE evidence.tile SET hashes = $1 WHERE level = 0 AND number = 1"
    return Tampering(
        (
            *((body, (each.entry_id, each.body)) for each in facts.readable),
            *((leaf, (each.index, each.leaf)) for each in leaves),
            *((time, (size, made_at)) for size, (_, _, made_at) in facts.checkpoints.items()),
            (tile, (facts.tiles[0, 1],)),
        ),
        frozenset(),
    )


@pytest.mark.parametrize(
    ("first", "end"), [(0, 1), (0, 256), (5, 10), (100, 300), (255, 257), (300, 310), (317, 317)]
)
async def test_a_range_is_widened_to_whole_batches(victim: Victim, first: int, end: int) -> None:
    """What is checked ends at a checkpoint, with the root that was signed there."""
    log, sizes = victim.log, [0, *victim.facts.checkpoints]
    first, end = min(first, sizes[-1]), min(end, sizes[-1])
    report = await check_log(log.engine, log.known, first=first, end=end)
    assert report.sound
    assert report.first == max(size for size in sizes if size <= first)
    assert report.end == min(size for size in sizes if size >= end)
    if report.end:
        assert report.root == victim.facts.checkpoints[report.end][0].hex()


async def test_a_range_finds_what_lies_in_it_and_only_that(victim: Victim) -> None:
    """A changed record in the middle: found from either side, and not by its neighbours."""
    statements, found = CASES["a body"](victim.facts)
    (changed,) = (leaf for leaf in victim.facts.leaves if leaf.entry_id == statements[0][1][0])
    sizes = list(victim.facts.checkpoints)
    before = max(size for size in sizes if size <= changed.index)
    after = min(size for size in sizes if size > changed.index)
    async with victim.taken_back() as driver:
        await Tampering(tuple(statements), frozenset()).do(driver)
        assert told(await victim.check(first=changed.index, end=changed.index + 1)) == found
        assert told(await victim.check(end=after)) == found
        assert (await victim.check(end=before)).sound
        assert (await victim.check(first=after)).sound
        assert told(await victim.check(first=before)) == found


@pytest.mark.parametrize(("first", "end"), [(-1, None), (10**6, None), (5, 4), (0, 10**6)])
async def test_a_range_that_the_log_does_not_have_is_refused(
    victim: Victim, first: int, end: int | None
) -> None:
    """And says how many leaves there are."""
    with pytest.raises(InvalidInput, match=str(len(victim.facts.leaves))):
        await check_log(victim.log.engine, first=first, end=end)


async def _cut_off(victim: Victim, driver: asyncpg.Connection, size: int) -> None:
    """Take the log back to an earlier checkpoint, as a restored backup would have it."""
    await _without_disposal(driver)
    root, _, made_at = victim.facts.checkpoints[size]
    hashes = [hash_ for tile in _lowest_tiles(victim) for hash_ in hashes_in(tile)][:size]
    assert root_of(hashes) == root
    await driver.execute(
        "INSERT INTO evidence.pending SELECT position, entry_id FROM evidence.record"
        " JOIN evidence.log_entry USING (entry_id) WHERE index >= $1",
        size,
    )
    await driver.execute("DELETE FROM evidence.log_entry WHERE index >= $1", size)
    await driver.execute("DELETE FROM evidence.checkpoint WHERE size > $1", size)
    await driver.execute("DELETE FROM evidence.tile")
    await driver.executemany(
        "INSERT INTO evidence.tile VALUES ($1, $2, $3)",
        [(*tile, content) for tile, content in extend(0, {}, hashes).tiles.items()],
    )
    await driver.execute("DELETE FROM evidence.incident_head")
    await driver.execute(
        "INSERT INTO evidence.incident_head SELECT DISTINCT ON (incident_id) incident_id,"
        " incident_seq, leaf_hash FROM evidence.log_entry ORDER BY incident_id, incident_seq DESC"
    )
    statement = "UPDATE evidence.log_state SET size = $1, root = $2, made_at = $3"
    await driver.execute(statement, size, root, made_at)


def _lowest_tiles(victim: Victim) -> list[bytes]:
    return [tile for (level, _), tile in sorted(victim.facts.tiles.items()) if level == 0]


async def test_a_database_restored_from_an_older_state_is_told_by_the_file_outside(
    victim: Victim,
) -> None:
    """From inside it is sound: only what has left it says that there was more."""
    size, last = _long_ago(victim)[0], max(victim.facts.checkpoints)
    async with victim.taken_back() as driver:
        await _cut_off(victim, driver, size)
        assert told(await victim.check()) == set()
        assert told(await victim.check(outside=True)) == {("log_rolled_back", f"checkpoint {last}")}


async def test_a_log_that_grew_otherwise_after_a_restore_is_told_by_the_file_outside(
    victim: Victim,
) -> None:
    """Each checkpoint that left is missed, or differs from the one of its size now."""
    size, following, missed = _long_ago(victim)
    last = max(victim.facts.checkpoints)
    settings = victim.log.settings
    signers = LogKeys(settings.log_keys_folder, settings.log_origin).signers()
    async with victim.taken_back() as driver:
        await _cut_off(victim, driver, size)
        for limit in (following - size, 10_000):
            assert await sequence_batch(driver, signers, datetime.now(UTC), limit)
        assert told(await victim.check()) == set()
        assert told(await victim.check(outside=True)) == {
            ("checkpoint_outside", f"checkpoint {following}"),
            ("checkpoint_removed", f"checkpoint {missed}"),
            ("log_rolled_back", f"checkpoint {last}"),
        }


def _long_ago(victim: Victim) -> list[int]:
    """Three sizes that the log had before the incident that was disposed of."""
    return list(victim.facts.checkpoints)[-6:-3]


async def _without_disposal(driver: asyncpg.Connection) -> None:
    """Let the incident that was disposed of never have been there: its content cannot return."""
    names = await driver.fetch(
        "SELECT entry_id FROM evidence.record WHERE incident_id IN"
        " (SELECT incident_id FROM evidence.record WHERE kind = 'retention.disposed')"
    )
    ids = [row["entry_id"] for row in names]
    await driver.execute("DELETE FROM evidence.record WHERE entry_id = ANY($1)", ids)
    await driver.execute("DELETE FROM evidence.pending WHERE entry_id = ANY($1)", ids)
    await driver.execute(
        "DELETE FROM evidence.artifact_use USING evidence.artifact"
        " WHERE artifact_use.digest = artifact.digest AND content IS NULL"
    )
    await driver.execute("DELETE FROM evidence.artifact WHERE content IS NULL")


async def test_checks_beside_writers_and_a_sequencer_find_nothing(
    settings: Settings, postgres: DatabaseUrls
) -> None:
    """Each sees one moment; what left the database later is no finding."""
    del postgres
    own = await own_log_settings(settings)
    async with open_log_of(own) as log, sequencing(own):
        writing = asyncio.create_task(_write(log.application, 150))
        reports = []
        while not writing.done():
            reports.append(
                await check_log(log.application, log.known, checkpoint_file=own.checkpoint_file)
            )
        await writing
    assert [report.findings for report in reports] == [()] * len(reports)
    assert len({report.end for report in reports}) > 3


async def _write(engine: AsyncEngine, count: int) -> None:
    for _ in range(count):
        await record(engine)


async def test_a_rotated_and_a_retired_key_are_vouched_for(
    settings: Settings, postgres: DatabaseUrls
) -> None:
    """With the first key given, or the last, or none; but not under a stranger's."""
    del postgres
    own = await own_log_settings(settings)
    async with open_log_of(own) as log:
        await log.grow(3)
        first = log.known[0]
        async with sequencing(own):
            await rotate(log.application, log.keys, "yearly", _WAIT)
            await retire(log.application, log.keys, first.vkey, "rotated", _WAIT)
        await log.grow(3)
        for known in ([first], log.known, log.keys.verifiers(), []):
            await assert_log_is_sound(log.application, known)
        report = await check_log(log.application, [_STRANGER])
        assert told(report) == {("log_key", "log keys")}
        stranger = NoteSigner(own.log_origin, Ed25519PrivateKey.generate()).verifier
        await register_keys(log.connection, [stranger.vkey])
        report = await check_log(log.application, [first])
        assert told(report) == {("log_key", f"log key {stranger.vkey}")}


async def test_progress_goes_through_all_stages(victim: Victim) -> None:
    """And never back."""
    seen: list[Progress] = []
    await check_log(victim.log.engine, victim.log.known, progress=seen.append)
    stages = list(dict.fromkeys(progress.stage for progress in seen))
    assert stages == list(CheckStage)
    assert [progress.next for progress in seen] == sorted(progress.next for progress in seen)
