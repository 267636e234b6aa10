"""What has changed since a message before, or was never there: refused when it is composed."""

from __future__ import annotations

import uuid

import pytest

from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.roles import Role
from holdfast.errors import NotFound
from holdfast.store.communications.composing import ComposingParts, InvalidDraft, compose
from holdfast.store.communications.recipients import Recipient, recipients_key
from holdfast.store.people.erasures import Erasure, erase
from tests.composed_drafts import CHANNELS, DraftDesk, carried, refused, wish
from tests.incident_at_work import new_incident_id
from tests.statements import COMPLIANCE
from tests.walk import Walk

_MAIL = {"channel": "mail", "addresses": ["jo@bank.example"]}


async def test_recipients_that_were_erased_are_not_taken_over(desk: DraftDesk) -> None:
    """A follow-up would go to nobody."""
    incident_id = await desk.opened()
    message = (await desk.compose(incident_id, wish(deliveries=[_MAIL]))).message
    await desk.published(message)
    assert (await desk.compose(incident_id, wish(follows=1))).draft.deliveries
    digest = message.deliveries[0].recipients
    assert digest is not None
    async with desk.engine.begin() as connection:
        key = await recipients_key(connection, digest)
        await erase(connection, Erasure(f"dsr-{uuid.uuid4()}", key, "GDPR Art. 17", COMPLIANCE))
    refusal = await refused(desk, incident_id, wish(follows=1))
    assert refusal.field == "follows"
    assert "name them anew" in refusal.message
    refusal = await refused(desk, incident_id, wish(follows=1, languages=["de"]))
    assert refusal.field == "languages"


async def test_a_channel_that_is_another_by_now_is_not_taken_over(desk: DraftDesk) -> None:
    """What was the public page is not to be somebody's chat."""
    incident_id = await desk.opened()
    await desk.published((await desk.compose(incident_id, wish())).message)
    changed = CHANNELS | {"status-page": ChannelKind.WEBHOOK}
    parts = ComposingParts(desk.engine, desk.keyring, changed, carried)
    with pytest.raises(InvalidDraft) as refusal:
        await compose(parts, incident_id, wish(follows=1), desk.at)
    assert refusal.value.field == "follows"


async def test_a_plan_that_reaches_nobody_is_refused(desk: DraftDesk) -> None:
    """Where its channels are not there; a brief looks for the other channel first."""
    incident_id = await desk.opened()
    management = {"purpose": Purpose.MANAGEMENT_BRIEF, "audience": Audience.MANAGEMENT_BODY}
    brief = wish(purpose=Purpose.ESCALATION_BRIEF, audience=Audience.STAFF, roles=[Role.RESPONDER])
    files_only = {"notices": ChannelKind.FILES}
    mail_only = {"mail": ChannelKind.MAIL}
    for channels, wanted in (
        (files_only, wish(**management)),
        (mail_only, wish(**management)),
        ({}, brief),
    ):
        parts = ComposingParts(desk.engine, desk.keyring, channels, carried)
        with pytest.raises(InvalidDraft) as refusal:
            await compose(parts, incident_id, wanted, desk.at)
        assert refusal.value.field == "deliveries"
    parts = ComposingParts(desk.engine, desk.keyring, files_only, carried)
    (delivery,) = (await compose(parts, incident_id, brief, desk.at)).message.deliveries
    assert delivery.channel == "notices"
    await desk.reached_at("operations-desk", "operations@bank.example")
    parts = ComposingParts(desk.engine, desk.keyring, mail_only, carried)
    (delivery,) = (await compose(parts, incident_id, brief, desk.at)).message.deliveries
    assert (delivery.channel, delivery.alternative) == ("mail", None)


async def test_an_incident_that_is_not_there_has_no_drafts(desk: DraftDesk) -> None:
    """It is not found, and nothing is kept."""
    with pytest.raises(NotFound, match="there is no incident"):
        await desk.compose("INC-2026-999999999999", wish())


async def test_a_group_of_the_directory_is_named_instead_of_its_members(desk: DraftDesk) -> None:
    """All of them are reached, or the draft is refused with the field that names the group."""
    walk = Walk(new_incident_id())
    walk.to_contain()
    incident_id = await desk.keep(walk)
    to_press = wish(deliveries=[{"channel": "mail", "group": "press"}])
    with pytest.raises(InvalidDraft) as refused_:
        await desk.compose(incident_id, to_press)
    assert refused_.value.field == "deliveries.0.group"
    await desk.reached_at("press-agency", "desk@agency.example")
    (delivery,) = (await desk.compose(incident_id, to_press)).message.deliveries
    assert await desk.recipients(delivery) == [Recipient("desk@agency.example", "press-agency")]
