"""Nothing of a drill leaves: over no kind of channel, to nobody outside, by no way around."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.publishing import PublishingActivities
from holdfast.channels import Channels
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.communications.recipients import Recipient
from holdfast.store.database import create_engine
from holdfast.store.policy_installation import install_policies
from tests.api_doors import own_installation
from tests.drilled import as_drill
from tests.recorded_channel import RecordedChannel
from tests.released_deliveries import LINKS, attempt, new_keyring, release

POLICIES = Path(__file__).parents[2] / "policies"
OURS = [Recipient("duty@bank.example", "duty-commander")]
THEIRS = [Recipient("press@paper.example", None)]
ADDRESSED = (ChannelKind.MAIL, ChannelKind.MAIL_FOLDER)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def played(settings: Settings, postgres: object) -> AsyncIterator[AsyncEngine]:
    """A database of its own, with the directory of stakeholders in force."""
    del postgres
    own = await own_installation(settings)
    engine = create_engine(database_urls(own).application)
    await install_policies(engine, POLICIES)
    yield engine
    await engine.dispose()


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    return new_keyring(tmp_path)


def activity(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, channel: RecordedChannel, folder: Path | None
) -> PublishingActivities:
    """The activity with that one real channel, and a folder for what must not leave."""
    return PublishingActivities(engine, keyring, Channels([channel]), LINKS, drills_folder=folder)


@pytest.mark.parametrize("kind", ChannelKind)
async def test_over_no_kind_of_channel_does_a_drill_reach_anybody_outside(
    played: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path, kind: ChannelKind
) -> None:
    """Whatever the audience: the channel is never asked, and the message is a file instead."""
    outside = [audience for audience in Audience if not audience.internal]
    assert {Audience.AUTHORITY, Audience.CLIENTS, Audience.MEDIA} <= set(outside)
    for audience in outside:
        post = RecordedChannel(tmp_path / "taken", kind=kind)
        folder = tmp_path / audience
        people = OURS if kind in ADDRESSED else ()
        released = await release(played, keyring, people, channel=("post", kind), audience=audience)
        await as_drill(played, released.message.incident)
        report = await attempt(activity(played, keyring, post, folder), released.order)
        assert (report.sent, report.diverted) == (1, True)
        assert (post.sent, post.asked) == ([], {})
        (ids,) = (folder / "post").glob("*.json")
        assert json.loads(ids.read_text())["audience"] == audience
        assert ids.with_suffix(".txt").read_text().startswith("DRILL: Payments\n")


@pytest.mark.parametrize("kind", ChannelKind)
async def test_within_the_house_a_drill_is_marked_and_leaves_only_where_nobody_else_listens(
    played: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path, kind: ChannelKind
) -> None:
    """Mail to our own people and files leave; chat may have others in it, the page is public."""
    for audience in (each for each in Audience if each.internal):
        post = RecordedChannel(tmp_path / "taken", kind=kind)
        people = OURS if kind in ADDRESSED else ()
        released = await release(played, keyring, people, channel=("post", kind), audience=audience)
        await as_drill(played, released.message.incident)
        report = await attempt(activity(played, keyring, post, tmp_path / "kept"), released.order)
        leaves = kind in {*ADDRESSED, ChannelKind.FILES}
        assert (report.sent, report.diverted, len(post.sent)) == (1, not leaves, int(leaves))
        assert all(each.subject == "DRILL: Payments" for each in post.sent)
        assert all(each.body.startswith("This is a drill") for each in post.sent)


async def test_a_chat_channel_of_our_own_takes_a_brief_of_a_drill(
    played: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """Its settings say that it serves nobody outside."""
    ours = frozenset({Audience.STAFF, Audience.MANAGEMENT_BODY})
    kind = ChannelKind.APPRISE
    post = RecordedChannel(tmp_path / "taken", kind=kind, audiences=ours)
    released = await release(played, keyring, channel=("post", kind), audience=Audience.STAFF)
    await as_drill(played, released.message.incident)
    report = await attempt(activity(played, keyring, post, tmp_path / "kept"), released.order)
    assert (report.diverted, len(post.sent)) == (False, 1)


async def test_a_brief_to_staff_does_not_reach_an_address_that_somebody_has_typed_in(
    played: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """It may be anybody's: one such recipient, and the whole delivery stays."""
    post = RecordedChannel(tmp_path / "taken")
    released = await release(played, keyring, [*OURS, *THEIRS], audience=Audience.STAFF)
    await as_drill(played, released.message.incident)
    report = await attempt(activity(played, keyring, post, tmp_path / "kept"), released.order)
    assert (report.sent, report.diverted, post.sent) == (2, True, [])


async def test_without_a_folder_for_it_nothing_of_a_drill_leaves_at_all(
    played: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """The report says why; the channel is not the way out of last resort."""
    post = RecordedChannel(tmp_path / "taken")
    released = await release(played, keyring, OURS)
    await as_drill(played, released.message.incident)
    report = await attempt(activity(played, keyring, post, None), released.order)
    assert (report.sent, report.failed, post.sent) == (0, 1, [])
    assert report.because is not None
    assert "drill" in report.because


async def test_a_real_message_goes_to_the_real_channel_as_it_was_approved(
    played: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """Nothing is marked, and nothing is kept back."""
    post = RecordedChannel(tmp_path / "taken")
    released = await release(played, keyring, OURS)
    report = await attempt(activity(played, keyring, post, tmp_path / "kept"), released.order)
    assert (report.sent, report.diverted) == (1, False)
    assert post.sent[0].subject == "Payments"
    assert "diverted" not in report.model_dump(mode="json")
