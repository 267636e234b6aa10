"""Deliveries that break off, are stopped, cut off, or tried twice at once: what comes then."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.activity import ActivityCancellationDetails
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.handing_over import MOST_TRIES
from holdfast.channels import AnswerOutcome
from holdfast.domain.communication.kinds import ChannelKind
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.database import create_engine
from tests.held_folder import HeldFolder
from tests.recorded_channel import RecordedChannel
from tests.released_deliveries import (
    addresses,
    attempt,
    new_keyring,
    publishing,
    release,
    states,
)


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    return new_keyring(tmp_path)


@pytest.fixture
def post(tmp_path: Path) -> RecordedChannel:
    """A channel that takes everything and cannot tell."""
    return RecordedChannel(tmp_path / "taken")


async def test_of_many_attempts_at_once_one_delivers(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """The others are told to try again, and then find it done."""
    post.seconds = 0.01
    released = await release(engine, keyring, addresses(20))
    activity = publishing(engine, keyring, post)
    together = (attempt(activity, released.order) for _ in range(5))
    done = await asyncio.gather(*together, return_exceptions=True)
    errors = [each for each in done if isinstance(each, ApplicationError)]
    assert {(each.type, each.non_retryable) for each in errors} == {("DeliveryUnderWay", False)}
    assert len(errors) == 4
    assert (await attempt(activity, released.order)).sent == 20
    assert post.taken() == list(range(20))


@pytest.mark.parametrize(
    ("tells", "arrived", "report"),
    [
        (False, False, (2, 1)),
        (False, True, (2, 1)),
        (True, False, (3, 0)),
        (True, True, (3, 0)),
    ],
)
async def test_what_a_crash_leaves_behind_is_asked_of_the_channel(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    post: RecordedChannel,
    *,
    tells: bool,
    arrived: bool,
    report: tuple[int, int],
) -> None:
    """Where it cannot tell, the recipient is unknown, whether the message has arrived or not."""
    post.tells = tells
    released = await release(engine, keyring, addresses(3))
    post.breaks = (1,)
    activity = publishing(engine, keyring, post)
    with pytest.raises(ApplicationError, match="broke off: TornSession") as error:
        await attempt(activity, released.order)
    assert "example" not in f"{error.value!r} {error.value.__cause__!r}"
    assert await states(engine, released.key) == {0: "sent", 1: "trying"}
    post.breaks = ()
    if arrived:
        post.record.write_text("0\n1\n")
    found = await attempt(activity, released.order, 2)
    assert (found.sent, found.unknown) == report
    assert sorted(post.taken()) == ([0, 1, 2] if tells or arrived else [0, 2])


async def test_who_is_not_there_yet_is_unknown_where_there_is_no_other_try(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """Whoever was sending may only be cut off, so that nobody may say that it has failed."""
    post.tells, post.breaks = True, (0,)
    released = await release(engine, keyring, addresses(2))
    activity = publishing(engine, keyring, post)
    with pytest.raises(ApplicationError):
        await attempt(activity, released.order)
    post.breaks = ()
    report = await attempt(activity, released.order, 2, 2)
    assert (report.sent, report.unknown) == (1, 1)
    assert post.taken() == [1]


_CUT_OFF = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND (SELECT application_name = 'holdfast-cut-off'
        FROM pg_stat_activity WHERE pg_stat_activity.pid = pg_locks.pid)
"""


async def _cut_off(postgres: DatabaseUrls) -> None:
    administrator = await asyncpg.connect(postgres.migration)
    assert await administrator.fetch(_CUT_OFF)
    await administrator.close()


async def test_who_has_lost_the_database_session_addresses_nobody_more(
    postgres: DatabaseUrls, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """Another attempt takes over while the first is still sending to somebody."""
    post.seconds = 0.1
    cut_off = create_engine(postgres.application, part="cut-off")
    released = await release(cut_off, keyring, addresses(5))
    activity = publishing(cut_off, keyring, post)
    first = asyncio.ensure_future(attempt(activity, released.order))
    while not post.begun():
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    await _cut_off(postgres)
    report = await attempt(activity, released.order, 2)
    with pytest.raises(DBAPIError):
        await first
    await cut_off.dispose()
    assert (report.sent, report.unknown) == (4, 1)
    assert sorted(post.taken()) == [0, 1, 2, 3, 4]


async def test_a_folder_has_one_mail_also_from_whoever_was_cut_off_while_writing_it(
    postgres: DatabaseUrls, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """Whoever takes over sends at once; the other one ends later, and nobody has it twice."""
    folder = HeldFolder(tmp_path / "mails")
    cut_off = create_engine(postgres.application, part="cut-off")
    to = ("post", ChannelKind.MAIL_FOLDER)
    released = await release(cut_off, keyring, addresses(3), channel=to)
    activity = publishing(cut_off, keyring, folder)
    first = asyncio.ensure_future(attempt(activity, released.order))
    try:
        assert await asyncio.to_thread(folder.held.wait, 10)
        await _cut_off(postgres)
        report = await attempt(activity, released.order, 2)
    finally:
        folder.go_on.set()
    with pytest.raises(DBAPIError):
        await first
    await cut_off.dispose()
    assert (report.sent, report.unknown) == (3, 0)
    mails = [path.read_bytes() for path in (tmp_path / "mails").iterdir()]
    assert len(mails) == 3
    assert all(any(each.address.encode() in mail for mail in mails) for each in addresses(3))


async def test_a_channel_that_always_breaks_off_at_somebody_comes_to_an_end(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """After all tries that recipient is unknown, and the others have their message."""
    post.tells, post.breaks = True, (1,)
    released = await release(engine, keyring, addresses(3))
    activity = publishing(engine, keyring, post)
    for number in range(1, MOST_TRIES + 1):
        with pytest.raises(ApplicationError):
            await attempt(activity, released.order, number)
    report = await attempt(activity, released.order, MOST_TRIES + 1)
    assert (report.sent, report.unknown) == (2, 1)


@pytest.mark.parametrize("stops", [True, False], ids=["the worker stops", "somebody cancels"])
async def test_stopped_it_finishes_the_recipient_under_way(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel, *, stops: bool
) -> None:
    """Nothing is left unknown, and the next attempt goes on there."""
    post.seconds = 0.05
    released = await release(engine, keyring, addresses(5))
    activity = publishing(engine, keyring, post)
    environment = ActivityEnvironment()
    beats: list[Sequence[object]] = []
    environment.on_heartbeat = lambda *details: beats.append(details)
    work = asyncio.ensure_future(attempt(activity, released.order, within=environment))
    while not post.begun():
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)
    environment.cancel(
        ActivityCancellationDetails(worker_shutdown=stops, cancel_requested=not stops)
    )
    with pytest.raises(ApplicationError if stops else asyncio.CancelledError):
        await work
    assert set((await states(engine, released.key)).values()) == {"sent"}
    assert len(post.taken()) < 5
    assert beats == [(0,)]
    post.seconds = 0.0
    assert (await attempt(activity, released.order, 2)).sent == 5
    assert post.taken() == [0, 1, 2, 3, 4]


_ANSWERS = st.lists(st.sampled_from(AnswerOutcome), max_size=MOST_TRIES + 1)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    answers=st.lists(_ANSWERS, min_size=1, max_size=5),
    breaks=st.lists(st.none() | st.integers(0, 4), max_size=5),
    tells=st.booleans(),
)
async def test_whatever_channels_answer_and_wherever_they_break_off_nobody_is_lost_or_doubled(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    tmp_path: Path,
    answers: list[list[AnswerOutcome]],
    breaks: list[int | None],
    *,
    tells: bool,
) -> None:
    """Attempt after attempt until there is a report; each recipient is in it once."""
    released = await release(engine, keyring, addresses(len(answers)))
    record = tmp_path / released.message.incident
    post = RecordedChannel(record, tells=tells, answers=dict(enumerate(answers)))
    activity, report = publishing(engine, keyring, post), None
    for number in range(len(breaks) + MOST_TRIES + 1):
        broken = breaks[number] if number < len(breaks) else None
        post.breaks = () if broken is None else (broken,)
        try:
            report = await attempt(activity, released.order, number + 1)
        except ApplicationError:
            continue
        break
    assert report is not None
    taken = Counter(post.taken())
    assert max(taken.values(), default=1) == 1
    assert report.sent == len(taken)
    outcomes = (report.sent, report.refused, report.failed, report.unknown)
    assert sum(outcomes) == len(answers)
    final = Counter((await states(engine, released.key)).values())
    assert outcomes == tuple(final[name] for name in ("sent", "refused", "failed", "unknown"))


async def test_a_channel_that_takes_nobody_is_let_rest_and_in_the_end_all_have_failed(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    post: RecordedChannel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits a day for thousands of timeouts; another round reaches everybody."""
    monkeypatch.setattr("activities.handing_over._NOBODY_TAKEN_FOR", 0.0)
    post.answers = {number: [AnswerOutcome.NOT_NOW] * MOST_TRIES for number in range(5)}
    released = await release(engine, keyring, addresses(5))
    activity = publishing(engine, keyring, post)
    for number in range(1, MOST_TRIES):
        with pytest.raises(ApplicationError, match="5 of 5 recipients"):
            await attempt(activity, released.order, number)
        assert post.asked == {0: number, 1: number}
    report = await attempt(activity, released.order, MOST_TRIES)
    assert (report.failed, report.because) == (5, "<…> not_now")
    post.answers = {}
    assert (await attempt(activity, released.again(round=1))).sent == 5
