"""Calls of providers as they are composed: answerable, traced, and never addressed to nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import ANSWER_LINK, AnswerLink, Message
from holdfast.domain.communication.wishes import DraftWish
from holdfast.store.communications.composing import ComposingParts, InvalidDraft, compose
from holdfast.store.communications.recipients import Recipient
from tests.composed_drafts import CHANNELS, DraftDesk, carried, refused, wish
from tests.statements import NOON
from tests.vendor_calls import ENTRY, UNTIL, calling

_DESK = "processor-duty-desk"
_MAIL: dict[str, Any] = {"channel": "mail", "contacts": [_DESK], "language": "de"}


def _refusal(name: str, audience: Audience, *, attachments: bool) -> str | None:
    """The page serves no providers."""
    if name == "status-page" and audience is Audience.VENDOR:
        return "the page is public"
    return carried(name, audience, attachments=attachments)


async def composed(desk: DraftDesk, *deliveries: dict[str, Any], **changes: object) -> Message:
    """The message of a call in an incident that was just opened."""
    incident_id = await desk.opened()
    parts = ComposingParts(desk.engine, desk.keyring, CHANNELS, _refusal)
    wanted = calling(incident_id, *deliveries, **changes)
    return (await compose(parts, incident_id, wanted, desk.at)).message


async def test_a_call_goes_to_the_desk_of_the_provider_and_can_be_answered(
    desk: DraftDesk,
) -> None:
    """With nothing missing, and each value of it traced to the call."""
    await desk.reached_at(_DESK, "duty@nordcloud.example")
    message = await composed(desk, {**_MAIL, "alternative": "notices"})
    (variant,), (delivery,) = message.variants, message.deliveries
    assert (variant.language, message.missing) == ("de", ())
    assert variant.subject.startswith(f"[{message.incident}/third-party-1] ")
    assert f"\n{ANSWER_LINK}\n" in variant.body
    assert message.answer == AnswerLink(
        escalation=f"{message.incident}/third-party-1", call=ENTRY, expires_at=UNTIL
    )
    assert (delivery.channel, delivery.alternative, delivery.group) == ("mail", "notices", "vendor")
    assert await desk.recipients(delivery) == [Recipient("duty@nordcloud.example", _DESK)]
    traced = {each.name: each.entry for each in message.values}
    assert {traced[name] for name in ("provider", "contract", "answer_link")} == {ENTRY}
    assert message.model_dump(mode="json")["answer"]["call"] == ENTRY


async def test_no_other_message_says_anything_of_a_link(desk: DraftDesk) -> None:
    """What was digested before there were links has the same digest now."""
    message = (await desk.compose(await desk.opened(), wish())).message
    assert message.answer is None
    assert "answer" not in message.model_dump(mode="json")


_NOBODY = {"channel": "mail", "contacts": ["press-agency"]}
_UNREACHED: dict[str, tuple[dict[str, Any], tuple[str, str, str | None]]] = {
    "no address": (_NOBODY, ("notices", "en", None)),
    "no address, but an alternative": (
        {**_NOBODY, "alternative": "chat", "language": "fr"}, ("chat", "fr", None),
    ),
    "an alternative that needs one as well": (
        {**_NOBODY, "alternative": "letters"}, ("notices", "en", None),
    ),
    "unknown contact": ({"channel": "mail", "contacts": ["nobody"]}, ("notices", "en", None)),
    "nobody at all": ({"channel": "mail"}, ("notices", "en", None)),
    "unknown channel": ({**_MAIL, "channel": "fax"}, ("notices", "en", None)),
    "unknown channel, but an alternative": (
        {**_MAIL, "channel": "fax", "alternative": "mail"}, ("mail", "de", None),
    ),
    "channel for others": ({**_MAIL, "channel": "status-page"}, ("notices", "en", None)),
    "unknown alternative": ({**_MAIL, "alternative": "fax"}, ("mail", "de", None)),
    "itself as alternative": ({**_MAIL, "alternative": "mail"}, ("mail", "de", None)),
    "channel by its settings": (
        {**_MAIL, "channel": "chat", "alternative": "letters"}, ("chat", "de", None),
    ),
    "language without a text": ({**_MAIL, "language": "it"}, ("mail", "en", None)),
    "no such address": (
        {"channel": "mail", "addresses": ["duty@", "Jo <x@y>"]}, ("notices", "en", None),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("delivery", "left"), _UNREACHED.values(), ids=_UNREACHED)
async def test_somebody_is_told_whatever_is_wrong_with_the_way_there(
    desk: DraftDesk, delivery: dict[str, Any], left: tuple[str, str, str | None]
) -> None:
    """By the alternative, else as the policy plans for providers."""
    await desk.reached_at(_DESK, "duty@nordcloud.example")
    message = await composed(desk, delivery)
    (made,) = message.deliveries
    assert (made.channel, made.language, made.alternative) == left
    assert [each.language for each in message.variants] == [made.language]
    assert message.missing == ()
    if made.kind.addressed:
        assert await desk.recipients(made) == [Recipient("duty@nordcloud.example", _DESK)]


async def test_of_several_ways_those_are_taken_that_reach_somebody(desk: DraftDesk) -> None:
    """Whoever has no address is left out; the same people are written to once, and none is lost."""
    await desk.reached_at(_DESK, "duty@nordcloud.example")
    desks = {**_MAIL, "contacts": ["press-agency", _DESK, "nobody", _DESK]}
    message = await composed(desk, _NOBODY, desks, {"channel": "chat"})
    mail, chat = message.deliveries
    assert await desk.recipients(mail) == [Recipient("duty@nordcloud.example", _DESK)]
    assert (chat.channel, chat.language) == ("chat", "en")
    twice = await composed(desk, _MAIL, {**_MAIL, "group": "again"})
    assert [each.channel for each in twice.deliveries] == ["mail", "notices"]


async def test_who_cannot_be_reached_is_stood_in_for(desk: DraftDesk) -> None:
    """By the first of the substitutes of whom an address is kept, theirs included."""
    called = {"channel": "mail", "contacts": ["nordcloud-support", "nordcloud-incident-lead"]}
    await desk.reached_at("nordcloud-director", "director@nordcloud.example")
    (delivery,) = (await composed(desk, called)).deliveries
    assert await desk.recipients(delivery) == [
        Recipient("director@nordcloud.example", "nordcloud-director")
    ]
    await desk.reached_at("nordcloud-incident-lead", "lead@nordcloud.example")
    (delivery,) = (await composed(desk, called)).deliveries
    assert await desk.recipients(delivery) == [
        Recipient("lead@nordcloud.example", "nordcloud-incident-lead")
    ]


async def test_out_of_hours_somebody_is_called_all_the_same(desk: DraftDesk) -> None:
    """Who stands in, or, where nobody does, the desk that is not there: better in vain."""
    night = replace(desk, at=NOON + timedelta(hours=10))
    called = {"channel": "mail", "contacts": ["compliance-deputy"]}
    await desk.reached_at("compliance-deputy", "deputy@bank.example")
    (delivery,) = (await composed(night, called)).deliveries
    assert await desk.recipients(delivery) == [
        Recipient("deputy@bank.example", "compliance-deputy")
    ]
    await desk.reached_at("compliance-on-call", "on-call@bank.example")
    (delivery,) = (await composed(night, called)).deliveries
    assert await desk.recipients(delivery) == [
        Recipient("on-call@bank.example", "compliance-on-call")
    ]


async def test_without_any_way_the_draft_is_refused(desk: DraftDesk) -> None:
    """Then its communication is cancelled, and the escalation says so."""
    incident_id = await desk.opened()
    alone = ComposingParts(desk.engine, desk.keyring, {"mail": ChannelKind.MAIL}, carried)
    wanted = calling(incident_id, _NOBODY)
    with pytest.raises(InvalidDraft, match="there is no channel 'notices'"):
        await compose(alone, incident_id, wanted, desk.at)


_MARKED = {"subject": "x", "body": f"Answer: {ANSWER_LINK}"}
_REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "written by somebody": ({"languages": ["en"], "texts": {"en": _MARKED}}, "texts.en.body"),
    "stated by somebody": (
        {
            "purpose": Purpose.MEDIA_STATEMENT,
            "audience": Audience.MEDIA,
            "languages": ["de"],
            "values": {"what_happened": ANSWER_LINK},
        },
        "texts.de.body",
    ),
    "in a subject": (
        {"languages": ["en"], "texts": {"en": {"subject": ANSWER_LINK, "body": "y"}}},
        "texts.en.subject",
    ),
}


@pytest.mark.parametrize(("fields", "field"), _REFUSED.values(), ids=_REFUSED)
async def test_nobody_writes_the_place_of_a_link(
    desk: DraftDesk, fields: dict[str, Any], field: str
) -> None:
    """It would be there for whoever gets the message."""
    refusal = await refused(desk, await desk.opened(), wish(**fields))
    assert refusal.field == field
    assert "the place of a link" in refusal.reason


@pytest.mark.parametrize("body", ["We call you.", f"{ANSWER_LINK} {ANSWER_LINK}"])
async def test_a_call_with_another_text_has_its_link_once(desk: DraftDesk, body: str) -> None:
    """Whoever is called has to find it."""
    incident_id = await desk.opened()
    texts = {"en": {"subject": "Call", "body": body}}
    fields = calling(incident_id).model_dump() | {"texts": texts}
    refusal = await refused(desk, incident_id, DraftWish.model_validate(fields))
    assert refusal.field == "texts.en.body"


async def test_a_person_cannot_fill_in_a_call(desk: DraftDesk) -> None:
    """Its values come from an escalation; without one the draft lacks them."""
    by_hand = wish(purpose=Purpose.VENDOR_CALL, audience=Audience.VENDOR)
    composed = await desk.compose(await desk.opened(), by_hand)
    assert {"provider", "contract", "escalation", "answer_link"} <= set(composed.draft.missing)
    assert composed.message.answer is None
