"""What must not leave: other bytes than the approved ones, and what the evidence has not released.

Each time nothing is sent, and the report says why, so that the attempt is on record.
"""

from __future__ import annotations

import tracemalloc
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.handing_over import MOST_TRIES
from activities.publishing import PublishingActivities
from holdfast.channels import AnswerOutcome, Channels
from holdfast.domain.communication.delivering import DeliveryOrder
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.domain.values import JsonObject
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.communications.recipients import recipients_key
from holdfast.store.database import create_engine
from holdfast.store.people.erasures import Erasure, erase
from tests.api_doors import own_installation
from tests.recorded_channel import RecordedChannel
from tests.released_deliveries import LINKS, Released, addresses, attempt, new_keyring, release
from tests.statements import COMPLIANCE

_DIGEST = f"sha256:{'0' * 64}"
_MIB = 1024 * 1024


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    return new_keyring(tmp_path)


@pytest.fixture
def post(tmp_path: Path) -> RecordedChannel:
    """A channel that takes everything."""
    return RecordedChannel(tmp_path / "taken", keeps=False)


@pytest.fixture
def publishing(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> PublishingActivities:
    """The activity with that channel."""
    return PublishingActivities(engine, keyring, Channels([post]), LINKS)


@dataclass
class Unguarded:
    """A database whose artifacts anybody may change who administers it, and the application's."""

    engine: AsyncEngine
    administrator: str

    async def change(self, statement: str, digest: str) -> None:
        """Change an artifact, as only a superuser who drops the guards can."""
        connection = await asyncpg.connect(self.administrator)
        await connection.execute("ALTER TABLE evidence.artifact DISABLE TRIGGER USER")
        await connection.execute("ALTER TABLE evidence.artifact DROP CONSTRAINT artifact_check")
        await connection.execute(statement, digest)
        await connection.close()


@pytest_asyncio.fixture
async def unguarded(settings: Settings, postgres: object) -> AsyncIterator[Unguarded]:
    """A database of the test's own."""
    del postgres
    urls = database_urls(await own_installation(settings))
    engine = create_engine(urls.application)
    yield Unguarded(engine, urls.migration)
    await engine.dispose()


_ALTERED = "UPDATE evidence.artifact SET content = content || 'x' WHERE digest = $1"
_GONE = "DELETE FROM evidence.artifact WHERE digest = $1"
_EMPTIED = "UPDATE evidence.artifact SET content = NULL WHERE digest = $1"
_OTHER_BYTES = """
    UPDATE evidence.artifact SET content = convert_to(
        replace(convert_from(content, 'UTF8'), 'do not run', 'run'), 'UTF8'
    ) WHERE digest = $1
"""


def _message(released: Released) -> str:
    return released.message.digest


def _recipients(released: Released) -> str:
    return str(released.message.deliveries[0].recipients)


def _letter(released: Released) -> str:
    return released.message.attachments[0].digest


@pytest.mark.parametrize(
    ("what", "change", "why"),
    [
        (_message, _OTHER_BYTES, "the approved bytes are not there: what is kept as"),
        (_message, _GONE, "the approved bytes are not there: no artifact"),
        (_message, _EMPTIED, "the approved bytes are not there: the content of"),
        (_recipients, _ALTERED, "the approved recipients are not there: what is kept as"),
        (_recipients, _GONE, "the approved recipients are not there: no artifact"),
        (_letter, _ALTERED, "an approved attachment is not there: what is kept as"),
    ],
    ids=["text", "no text", "text disposed of", "recipients", "no recipients", "attachment"],
)
async def test_bytes_that_were_changed_in_the_database_do_not_leave(
    unguarded: Unguarded,
    keyring: KeyEncryptionKeys,
    post: RecordedChannel,
    what: Callable[[Released], str],
    change: str,
    why: str,
) -> None:
    """Who has the message already keeps it; nobody else gets anything."""
    post.answers = {1: [AnswerOutcome.NOT_NOW]}
    released = await release(unguarded.engine, keyring, addresses(2))
    activity = PublishingActivities(unguarded.engine, keyring, Channels([post]), LINKS)
    with pytest.raises(ApplicationError, match="1 of 2"):
        await attempt(activity, released.order)
    await unguarded.change(change, what(released))
    report = await attempt(activity, released.order, 2)
    assert (report.sent, report.failed, post.taken()) == (1, 1, [0])
    assert report.because is not None
    assert report.because.startswith(why)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"released": "communication/INC-2026-1/1#4"}, "the evidence has no entry"),
        ({"message": _DIGEST}, "another message"),
        ({"incident": "INC-2026-000001"}, "another incident"),
        ({"workflow": "communication/INC-2026-000001/1"}, "another workflow"),
        ({"communication": 2}, "another communication"),
        ({"number": 1}, "does not say what was released"),
        ({"channel": "chat"}, "another channel"),
        ({"kind": ChannelKind.MAIL_FOLDER}, "another channel"),
        ({"key": "another"}, "another key"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_what_the_evidence_does_not_release_does_not_leave(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    post: RecordedChannel,
    publishing: PublishingActivities,
    changes: JsonObject,
    why: str,
) -> None:
    """Whatever the workflow, or somebody in its place, orders."""
    released = await release(engine, keyring, addresses(2))
    report = await attempt(publishing, released.again(**changes))
    assert (report.sent, report.complete, post.taken()) == (0, False, [])
    assert why in str(report.because)


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ({"message": _DIGEST}, "another message"),
        ({"keys": ["another/post"]}, "another key"),
    ],
    ids=["message", "key"],
)
async def test_an_entry_that_says_something_else_releases_nothing(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    post: RecordedChannel,
    publishing: PublishingActivities,
    says: JsonObject,
    why: str,
) -> None:
    """The entry is read, not only found."""
    released = await release(engine, keyring, addresses(2), says=says)
    report = await attempt(publishing, released.order)
    assert (report.sent, report.complete, post.taken()) == (0, False, [])
    assert why in str(report.because)


async def test_recipients_of_another_message_are_not_addressed(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    post: RecordedChannel,
    publishing: PublishingActivities,
) -> None:
    """An entry with other recipients than the message has releases nothing."""
    other = await release(engine, keyring, addresses(2))
    deliveries = [each.model_dump(mode="json") for each in other.message.deliveries]
    released = await release(engine, keyring, addresses(2), says={"deliveries": deliveries})
    report = await attempt(publishing, released.order)
    assert (report.failed, post.taken()) == (2, [])
    assert "does not release delivery 0 of that message" in str(report.because)


async def test_a_channel_that_can_no_longer_carry_it_is_given_nothing(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel
) -> None:
    """Gone from the configuration, of another kind, for others, or without attachments."""

    async def because(channels: Channels, order: DeliveryOrder) -> str:
        report = await attempt(PublishingActivities(engine, keyring, channels, LINKS), order)
        assert (report.failed, post.taken()) == (2, [])
        return str(report.because)

    order = (await release(engine, keyring, addresses(2))).order
    assert await because(Channels([]), order) == "there is no channel post; there are: none"
    post.kind = ChannelKind.MAIL_FOLDER
    assert await because(Channels([post]), order) == "the channel post is mail_folder, not mail"
    post.kind, post.attaches = ChannelKind.MAIL, False
    assert "carries no attachments" in await because(Channels([post]), order)
    post.audiences = frozenset({Audience.STAFF})
    assert "serves staff only" in await because(Channels([post]), order)


async def test_erased_recipients_are_not_addressed(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    post: RecordedChannel,
    publishing: PublishingActivities,
) -> None:
    """Between approval and publication too."""
    released = await release(engine, keyring, addresses(2))
    async with engine.begin() as connection:
        key = await recipients_key(connection, _recipients(released))
        asked = Erasure(f"dsr-{uuid.uuid4()}", key, "GDPR Art. 17(1)(a)", COMPLIANCE)
        await erase(connection, asked)
    report = await attempt(publishing, released.order)
    assert (report.failed, post.taken()) == (2, [])
    assert "was erased" in str(report.because)


async def test_without_its_key_file_the_worker_tries_again_and_then_says_so(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, post: RecordedChannel, tmp_path: Path
) -> None:
    """An operator has some time to restore the file."""
    (tmp_path / "other").mkdir()
    other = new_keyring(tmp_path / "other")
    released = await release(engine, keyring, addresses(2))
    activity = PublishingActivities(engine, other, Channels([post]), LINKS)
    with pytest.raises(ApplicationError, match="restore that key's file") as error:
        await attempt(activity, released.order)
    assert not error.value.non_retryable
    report = await attempt(activity, released.order, MOST_TRIES)
    assert (report.failed, post.taken()) == (2, [])
    assert "restore that key's file" in str(report.because)


_FILL = text("""
    INSERT INTO outgoing.recipient_attempt (key, number, state, round, tries, channel, channel_id)
    SELECT :key, number, 'sent', 0, 1, 'post', 'queued-' || sha256(number::text::bytea)
    FROM generate_series(0, 9899) AS number
""")


async def test_ten_thousand_recipients_take_little_memory(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    post: RecordedChannel,
    publishing: PublishingActivities,
) -> None:
    """The list, the ledger and the outcomes of all of them, of whom the last hundred are sent."""
    released = await release(engine, keyring, addresses(10_000))
    async with engine.begin() as connection:
        await connection.execute(_FILL, {"key": released.key})
    tracemalloc.start()
    try:
        report = await attempt(publishing, released.order)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (report.sent, len(post.taken())) == (10_000, 100)
    assert most < 40 * _MIB
