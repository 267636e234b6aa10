"""A witness that checks before it cosigns, and some that lie: only a genuine line is kept."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from holdfast.errors import HoldfastError, InvalidInput, LogContradiction, NotAllowed, NotFound
from holdfast.evidence.log.checkpoint import Checkpoint, open_checkpoint
from holdfast.evidence.log.cosignature import WitnessKey, open_cosignature
from holdfast.sequencer.witness import Witness, witnesses
from holdfast.settings import Settings
from tests.growing_log import GrowingLog
from tests.honest_witness import HonestWitness
from tests.strangers import HttpStranger, Received, Reply, http_stranger


@dataclass
class Watched:
    """A witness behind its door, and our client of it."""

    honest: HonestWitness
    door: HttpStranger

    def client(self, every: timedelta = timedelta(0)) -> Witness:
        """A client that has just been started."""
        return Witness(WitnessKey.parse(self.honest.vkey), self.door.url, every)

    async def lines(self, log: GrowingLog) -> list[Any]:
        """What of it is kept."""
        rows = await log.rows("checkpoint_cosignature")
        return [row for row in rows if row.witness == self.honest.vkey]


@pytest.fixture
def watched(log: GrowingLog) -> Iterator[Watched]:
    """A witness that has not seen the log yet."""
    honest = HonestWitness(f"witness.test/{uuid.uuid4()}", log.settings.log_origin, log.known)
    with http_stranger(honest.answer) as door:
        yield Watched(honest, door)


def _checkpoint(received: Received, log: GrowingLog) -> Checkpoint:
    return open_checkpoint(received.content.decode().split("\n\n", 1)[1], log.known)


async def test_the_witness_cosigns_each_checkpoint_that_grew_out_of_the_last(
    log: GrowingLog, watched: Watched
) -> None:
    """From nothing at first, then with a proof."""
    first = await log.grow(3)
    assert await watched.client().depart(log.sequencer) == first
    second = await log.grow(300)
    assert await watched.client().depart(log.sequencer) == second

    lines = await watched.lines(log)
    assert [line.size for line in lines] == [first.size, second.size]
    key = WitnessKey.parse(watched.honest.vkey)
    for checkpoint, line in zip((first, second), lines, strict=True):
        cosignature = open_cosignature(checkpoint.note, line.line, key)
        assert abs(cosignature.time - time.time()) < 60
    assert watched.door.received[1].content.startswith(f"old {first.size}\n".encode())


async def test_a_witness_that_knows_more_than_we_remember_is_asked_from_there(
    log: GrowingLog, watched: Watched
) -> None:
    """We may have died before we noted its line."""
    earlier = await log.grow()
    watched.honest.seen = (earlier.size, earlier.root)
    checkpoint = await log.grow(5)

    assert await watched.client().depart(log.sequencer) == checkpoint
    heads = [each.content.split(b"\n")[0] for each in watched.door.received]
    assert heads == [b"old 0", f"old {earlier.size}".encode()]


async def test_a_witness_that_has_seen_this_checkpoint_gives_its_line_again(
    log: GrowingLog, watched: Watched
) -> None:
    """The same size, the same root, no proof."""
    checkpoint = await log.grow()
    watched.honest.seen = (checkpoint.size, checkpoint.root)

    assert await watched.client().depart(log.sequencer) == checkpoint
    assert len(await watched.lines(log)) == 1


async def test_a_witness_is_asked_once_a_minute_and_for_what_bundles_stand_on(
    log: GrowingLog, watched: Watched
) -> None:
    """An export does not wait; without growth nobody is asked."""
    client = watched.client(every=timedelta(minutes=1))
    await log.grow()
    assert await client.depart(log.sequencer) is not None
    await log.grow()
    assert await client.depart(log.sequencer) is None

    exported = await log.grow(deed="export")
    await log.grow()
    assert await client.depart(log.sequencer) == exported
    assert await watched.client().depart(log.sequencer) is not None
    assert await watched.client().depart(log.sequencer) is None


async def test_the_line_of_a_new_key_of_ours_does_not_disturb_a_witness_that_knows_the_old(
    log: GrowingLog, watched: Watched
) -> None:
    """While a key is rotated, it ignores what it does not know."""
    log.keys.prepare_next()
    log.keys.install_next()
    checkpoint = await log.grow()

    assert checkpoint.note.count("\n— ") == 2
    while (cosigned := await watched.client().depart(log.sequencer)) != checkpoint:
        assert cosigned is not None, "an export of an earlier test goes first"


def _other(checkpoint: Checkpoint) -> Checkpoint:
    return replace(checkpoint, root=bytes(32))


_LIES: dict[str, Callable[[HonestWitness, Checkpoint], Reply]] = {
    "another root": lambda witness, seen: Reply(200, witness.cosign(_other(seen))),
    "another size": lambda witness, seen: Reply(200, witness.cosign(replace(seen, size=1))),
    "another time": lambda witness, seen: Reply(
        200, witness.cosign(seen)[:-20] + b"AAAA" + witness.cosign(seen)[-16:]
    ),
    "the future": lambda witness, seen: Reply(200, witness.cosign(seen, int(time.time()) + 9_999)),
    "another key": lambda witness, seen: Reply(
        200, HonestWitness(witness.name, witness.origin, ()).cosign(seen)
    ),
    "a good line and a bad one": lambda witness, seen: Reply(
        200, witness.cosign(seen) + witness.cosign(_other(seen))
    ),
    "no line": lambda _, __: Reply(200, b""),
    "no text": lambda _, __: Reply(200, b"\xff\xfe"),
    "a web page": lambda _, __: Reply(200, b"<html>\n\nhello</html>"),
    "its own trouble": lambda _, __: Reply(500, b""),
    "always another size": lambda _, seen: Reply(
        409, f"{time.time_ns() % seen.size}\n".encode(), "text/x.tlog.size"
    ),
    "an absurd size": lambda _, __: Reply(409, b"9" * 5_000, "text/x.tlog.size"),
    "endless": lambda _, __: Reply(200, b"x" * 300_000),
}


@pytest.mark.parametrize("lie", _LIES.values(), ids=_LIES.keys())
async def test_what_is_no_genuine_cosignature_is_refused_and_not_kept(
    log: GrowingLog, watched: Watched, lie: Callable[[HonestWitness, Checkpoint], Reply]
) -> None:
    """A kept line is one that an auditor can verify."""
    await log.grow(2)
    watched.door.answer = lambda received: lie(watched.honest, _checkpoint(received, log))

    with pytest.raises(HoldfastError):
        await watched.client().depart(log.sequencer)
    assert await watched.lines(log) == []


_OTHER_HISTORIES: dict[str, Callable[[int, bytes], tuple[int, bytes]]] = {
    "larger than the log": lambda size, root: (size + 7, root),
    "of this size, with another root": lambda size, _: (size, bytes(32)),
    "of an earlier size, with another root": lambda size, _: (size - 1, bytes(32)),
    "of a size never signed": lambda size, root: (size - 2, root),
}


@pytest.mark.parametrize("history", _OTHER_HISTORIES.values(), ids=_OTHER_HISTORIES.keys())
async def test_a_witness_that_saw_another_history_is_an_alarm(
    log: GrowingLog, watched: Watched, history: Callable[[int, bytes], tuple[int, bytes]]
) -> None:
    """The database was restored from an older state, or forged."""
    await log.grow(3)
    await log.grow(3)
    newest = await log.grow()
    watched.honest.seen = history(newest.size, newest.root)

    with pytest.raises(LogContradiction, match="another history"):
        await watched.client().depart(log.sequencer)
    assert await watched.lines(log) == []


async def test_a_witness_that_does_not_know_the_log_or_its_key_is_explained(
    log: GrowingLog, watched: Watched
) -> None:
    """Its operator has to be told."""
    await log.grow()
    watched.honest.known = ()
    with pytest.raises(NotAllowed, match="holdfast log-key list"):
        await watched.client().depart(log.sequencer)
    watched.honest.origin = "another/log"
    with pytest.raises(NotFound, match="does not know the log"):
        await watched.client().depart(log.sequencer)


@pytest.mark.parametrize(
    "setting",
    ["", "https://witness.test", "{vkey}", "{vkey} witness.test", "{vkey}x http://w.test"],
)
def test_a_wrong_setting_stops_the_start(watched: Watched, setting: str) -> None:
    """It is a verifier key of a witness, and a URL."""
    settings = Settings(witness=setting.format(vkey=watched.honest.vkey))
    with pytest.raises(InvalidInput):
        witnesses(settings)


def test_the_key_of_a_log_is_no_key_of_a_witness(log: GrowingLog) -> None:
    """They sign other things, and are of different types."""
    with pytest.raises(InvalidInput, match="type 0x04"):
        WitnessKey.parse(log.known[0].vkey)
