"""Deliveries by the real activity and ledger: who is addressed, how often, and what is said."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.handing_over import MOST_TRIES
from holdfast.channels import AnswerOutcome
from holdfast.domain.communication.kinds import ChannelKind
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import fetch_artifact
from tests.recorded_channel import RecordedChannel
from tests.released_deliveries import (
    LETTER,
    addresses,
    attempt,
    new_keyring,
    publishing,
    release,
    states,
)

NOT_NOW, REFUSED, UNKNOWN = AnswerOutcome.NOT_NOW, AnswerOutcome.REFUSED, AnswerOutcome.UNKNOWN


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    return new_keyring(tmp_path)


@pytest.fixture
def post(tmp_path: Path) -> RecordedChannel:
    """A channel that takes everything and cannot tell."""
    return RecordedChannel(tmp_path / "taken")


async def test_each_recipient_gets_the_approved_message_once(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """With its attachment, to their own address, however often the activity runs."""
    released = await release(engine, keyring, addresses(3))
    activity = publishing(engine, keyring, post)
    report = await attempt(activity, released.order)
    assert await attempt(activity, released.order) == report
    assert (report.sent, report.complete) == (3, True)
    assert [each.address for each in post.sent] == [each.address for each in addresses(3)]
    one = post.sent[1]
    assert (one.subject, one.body) == ("Payments", "Payments do not run.")
    assert (one.attachments, one.digest) == (
        (("measures.pdf", "application/pdf", LETTER),),
        released.message.digest,
    )
    assert one.message_id == f"{released.message.incident}/communication-1/v2"


async def test_what_is_kept_of_a_delivery_names_nobody(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """Neither report, nor list of outcomes, nor ledger, whatever the channel has answered."""
    post.answers = {1: [REFUSED]}
    released = await release(engine, keyring, addresses(3))
    report = await attempt(publishing(engine, keyring, post), released.order)
    assert report.because == "<…> refused"
    assert report.channel_ids == ("queued-0 for …", "queued-2 for …")
    rows = text("SELECT a::text FROM outgoing.recipient_attempt a WHERE key = :key")
    async with engine.connect() as connection:
        outcomes = await fetch_artifact(connection, str(report.outcomes))
        ledger = (await connection.execute(rows, {"key": released.key})).scalars().all()
    assert [each[:2] for each in json.loads(outcomes)["outcomes"]] == [
        [0, "sent"],
        [1, "refused"],
        [2, "sent"],
    ]
    assert "example" not in f"{report!r} {outcomes!r} {ledger}"


async def test_who_is_not_taken_now_is_tried_again_and_holds_up_nobody(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """Twice later, after ever longer waits; who was refused is not tried again."""
    post.answers = {1: [NOT_NOW, NOT_NOW], 2: [REFUSED]}
    released = await release(engine, keyring, addresses(4))
    activity = publishing(engine, keyring, post)
    for number, wait in ((1, 5), (2, 20)):
        with pytest.raises(ApplicationError, match="1 of 4 recipients") as error:
            await attempt(activity, released.order, number)
        assert (error.value.type, error.value.non_retryable) == ("NotTakenYet", False)
        assert error.value.next_retry_delay == timedelta(seconds=wait)
        assert post.taken() == [0, 3]
    report = await attempt(activity, released.order, 3)
    assert (report.sent, report.refused, report.failed) == (3, 1, 0)
    assert post.taken() == [0, 3, 1]


@pytest.mark.parametrize("most", [0, 3], ids=["after all tries", "at Temporal's last attempt"])
async def test_who_is_never_taken_has_failed(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel, most: int
) -> None:
    """It ends with a report, not with an error; people then have it tried once more."""
    tries = most or MOST_TRIES
    post.answers = {0: [NOT_NOW] * tries}
    released = await release(engine, keyring, addresses(2))
    activity = publishing(engine, keyring, post)
    for number in range(1, tries):
        with pytest.raises(ApplicationError):
            await attempt(activity, released.order, number, most)
    report = await attempt(activity, released.order, tries, most)
    assert (report.sent, report.failed, report.because) == (1, 1, "<…> not_now")
    assert await attempt(activity, released.order) == report
    assert post.taken() == [1]
    again = released.again(round=1)
    assert (await attempt(activity, again)).sent == 2
    assert post.taken() == [1, 0]


async def test_who_may_have_it_is_tried_again_only_when_people_say_so_once_a_round(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """Never by the process on its own."""
    post.answers = {0: [UNKNOWN, UNKNOWN]}
    released = await release(engine, keyring, addresses(2))
    activity = publishing(engine, keyring, post)
    for round_, sent in ((0, 1), (0, 1), (1, 1), (1, 1), (2, 2), (2, 2)):
        report = await attempt(activity, released.again(round=round_))
        assert (report.sent, report.unknown) == (sent, 2 - sent)
    assert post.asked == {0: 3, 1: 1}


async def test_another_channel_addresses_only_those_whom_the_first_has_not_reached(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel, tmp_path: Path
) -> None:
    """It has a key of its own; who has the message, or has refused it, is left in peace."""
    other = RecordedChannel(tmp_path / "other", name="courier", kind=ChannelKind.MAIL_FOLDER)
    post.answers = {0: [UNKNOWN], 2: [REFUSED]}
    released = await release(
        engine, keyring, addresses(4), alternative=("courier", ChannelKind.MAIL_FOLDER)
    )
    activity = publishing(engine, keyring, post, other)
    assert (await attempt(activity, released.order)).unknown == 1
    key = released.key.replace("/post", "/courier")
    order = released.again(channel="courier", kind=ChannelKind.MAIL_FOLDER, key=key)
    report = await attempt(activity, order)
    assert (report.sent, report.refused, report.complete) == (3, 1, True)
    assert (post.taken(), other.taken()) == ([1, 3], [0])
    assert other.sent[0].key == key


async def test_a_channel_of_its_own_address_is_given_one_message(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """Without an address; in the place of a list it is none of the recipients of the list."""
    chat = RecordedChannel(tmp_path / "chat", name="chat", kind=ChannelKind.APPRISE)
    post = RecordedChannel(tmp_path / "post", answers={1: [UNKNOWN]})
    activity = publishing(engine, keyring, chat, post)
    alone = await release(engine, keyring, channel=("chat", ChannelKind.APPRISE))
    report = await attempt(activity, alone.order)
    assert (report.sent, report.outcomes) == (1, None)
    assert [(each.number, each.address) for each in chat.sent] == [(0, None)]
    listed = await release(engine, keyring, addresses(2), alternative=("chat", ChannelKind.APPRISE))
    await attempt(activity, listed.order)
    key = listed.key.replace("/post", "/chat")
    order = listed.again(channel="chat", kind=ChannelKind.APPRISE, key=key)
    assert (await attempt(activity, order)).sent == 1
    assert chat.taken() == [0, 2]
    assert await states(engine, listed.key) == {0: "sent", 1: "unknown", 2: "sent"}


async def test_the_database_itself_keeps_who_was_sent_a_message(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """Whatever writes to it: not taken back, not renumbered, not deleted."""
    released = await release(engine, keyring, addresses(1))
    await attempt(publishing(engine, keyring, post), released.order)
    for change in (
        "UPDATE outgoing.recipient_attempt SET state = 'trying' WHERE key = :key",
        "UPDATE outgoing.recipient_attempt SET number = 7 WHERE key = :key",
        "DELETE FROM outgoing.recipient_attempt WHERE key = :key",
    ):
        with pytest.raises(DBAPIError, match=r"is refused|permission denied"):
            async with engine.begin() as connection:
                await connection.execute(text(change), {"key": released.key})
    assert await states(engine, released.key) == {0: "sent"}
