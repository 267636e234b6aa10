"""Putting records into the log: what is committed is sequenced, once, in order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.errors import LogContradiction
from holdfast.evidence.log.checkpoint import open_checkpoint
from holdfast.evidence.log.note import NoteSigner
from holdfast.store.log.checkpoints import CHECKPOINT_CHANNEL
from holdfast.store.log.sequencing import open_log
from tests.fresh_log import ORIGIN, SIGNER, FreshLog, write_within

_NEXT = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))


async def test_records_are_sequenced_in_the_order_they_came(log: FreshLog) -> None:
    """Each once, chained to the one before it of its incident."""
    first = await log.write("INC-1", 0, 1, 2)
    second = await log.write("INC-2", 0)
    third = await log.write("INC-1", 3)
    batch = await log.sequence()
    assert batch is not None
    assert (batch.leaves, batch.checkpoint.size) == (5, 5)
    assert await log.logged() == first + second + third
    assert await log.assert_sound() == 5


async def test_without_records_there_is_no_checkpoint(log: FreshLog) -> None:
    """The log stands still, and says nothing new."""
    assert await log.sequence() is None
    await log.write("INC-1", 0)
    assert await log.sequence() is not None
    assert await log.sequence() is None
    assert await log.assert_sound() == 1


async def test_a_new_checkpoint_is_told(log: FreshLog) -> None:
    """Whoever listens hears its size once it is committed."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with log.connected(log.urls.application) as listener:
        await listener.add_listener(CHECKPOINT_CHANNEL, lambda *told: heard.put_nowait(told[-1]))
        await log.write("INC-1", 0, 1)
        await log.sequence()
        async with asyncio.timeout(5):
            assert await heard.get() == "2"


async def test_a_backlog_keeps_its_order(log: FreshLog) -> None:
    """However many batches it takes; across the border of a tile too."""
    written = []
    for number in range(0, 600, 50):
        written += await log.write(f"INC-{number % 7}", *range(number, number + 50))
    sizes = []
    while batch := await log.sequence(limit=77):
        sizes.append(batch.checkpoint.size)
    assert sizes == [*range(77, 600, 77), 600]
    assert await log.logged() == written
    assert await log.assert_sound() == 600


async def test_a_record_that_is_committed_late_is_sequenced_late(log: FreshLog) -> None:
    """None is lost: the one that came first and was committed last comes after the other."""
    async with log.connected(log.urls.application) as slow:
        transaction = slow.transaction()
        await transaction.start()
        late = await write_within(slow, "INC-1", 0)
        early = await log.write("INC-2", 0)
        assert await log.sequence() is not None
        assert await log.logged() == early
        await transaction.commit()
    assert await log.sequence() is not None
    assert await log.logged() == early + late
    assert await log.assert_sound() == 2


async def test_a_record_that_was_rolled_back_is_not_sequenced(log: FreshLog) -> None:
    """What does not stand has no leaf."""
    async with log.connected(log.urls.application) as connection:
        transaction = connection.transaction()
        await transaction.start()
        await write_within(connection, "INC-1", 0)
        await transaction.rollback()
    assert await log.sequence() is None


async def test_during_a_rotation_both_keys_sign(log: FreshLog) -> None:
    """Whoever knows either key can verify; afterwards the new one is enough."""
    for signers in ([SIGNER], [SIGNER, _NEXT], [_NEXT]):
        await log.write("INC-1", len(await log.logged()))
        batch = await log.sequence(signers=signers)
        assert batch is not None
        for signer in signers:
            opened = open_checkpoint(batch.checkpoint.note, [signer.verifier])
            assert opened.size == batch.checkpoint.size
    assert await log.assert_sound(SIGNER, _NEXT) == 3


async def test_a_clock_that_does_not_advance_is_fatal(log: FreshLog) -> None:
    """Times in the log are in its order; the batch waits for the clock to be set."""
    await log.write("INC-1", 0)
    batch = await log.sequence()
    assert batch is not None
    await log.write("INC-1", 1)
    for moment in (batch.checkpoint.made_at, batch.checkpoint.made_at - timedelta(hours=1)):
        with pytest.raises(LogContradiction, match="set the clock of this host"):
            await log.sequence(now=moment)
    assert await log.assert_sound() == 1
    assert await log.sequence(now=batch.checkpoint.made_at + timedelta(microseconds=1))
    assert await log.assert_sound() == 2


async def test_a_log_has_one_name_for_ever(log: FreshLog, sequencer: asyncpg.Connection) -> None:
    """Another origin in the settings is refused, and the message says which is right."""
    with pytest.raises(LogContradiction, match=f"set HOLDFAST_LOG_ORIGIN={ORIGIN}"):
        await open_log(sequencer, "another.example/log", datetime.now(UTC))
    await open_log(sequencer, ORIGIN, datetime.now(UTC))
    assert await log.assert_sound() == 0


async def test_a_log_that_nobody_opened_is_fatal(log: FreshLog) -> None:
    """Nothing is made up for it."""
    async with log.connected(log.urls.migration) as superuser:
        await superuser.execute("ALTER TABLE evidence.log_state DISABLE TRIGGER ALL")
        await superuser.execute("DELETE FROM evidence.log_state")
    await log.write("INC-1", 0)
    with pytest.raises(LogContradiction, match="open it first"):
        await log.sequence()


_TAMPERINGS = {
    "an edge tile is changed": (
        "UPDATE evidence.tile SET hashes = sha256('forged') || substring(hashes FROM 33)"
        " WHERE level = 0 AND number = 1"
    ),
    "an edge tile is cut": "UPDATE evidence.tile SET hashes = substring(hashes FROM 1 FOR 32)",
    "an edge tile is gone": "DELETE FROM evidence.tile WHERE level = 1",
    "the root is another": "UPDATE evidence.log_state SET root = sha256('forged')",
    "the size is smaller": "UPDATE evidence.log_state SET size = size - 1",
    "the size is larger": "UPDATE evidence.log_state SET size = size + 1",
    "a leaf is there already": (
        "INSERT INTO evidence.log_entry (index, entry_id, incident_id, incident_seq, leaf)"
        " VALUES (300, 'forged#0', 'INC-9', 0, 'forged')"
    ),
    "a checkpoint is there already": (
        "INSERT INTO evidence.checkpoint VALUES (301, sha256('forged'), 'forged', now())"
    ),
    "a record is sequenced already": ("INSERT INTO evidence.pending VALUES (0, 'note/INC-1-0#0')"),
    "what waits is no record": "INSERT INTO evidence.pending VALUES (0, 'nobody#0')",
    "the sequencer sees no records": "DROP POLICY sequencer_reads ON evidence.record",
    "a chain is shorter": "UPDATE evidence.incident_head SET seq = seq - 1",
}


@pytest.mark.parametrize("tampering", _TAMPERINGS.values(), ids=_TAMPERINGS.keys())
async def test_a_log_that_was_tampered_with_is_fatal(log: FreshLog, tampering: str) -> None:
    """Nothing is signed on top of it, and the record goes on waiting."""
    await log.write("INC-1", *range(300))
    await log.sequence()
    async with log.connected(log.urls.migration) as superuser:
        for table in ("tile", "log_state", "log_entry", "checkpoint", "pending", "incident_head"):
            await superuser.execute(f"ALTER TABLE evidence.{table} DISABLE TRIGGER ALL")
        await superuser.execute(tampering)
        await log.write("INC-1", 300)
        before = await superuser.fetch("SELECT * FROM evidence.pending ORDER BY position")
        with pytest.raises(LogContradiction):
            await log.sequence()
        assert await superuser.fetch("SELECT * FROM evidence.pending ORDER BY position") == before
