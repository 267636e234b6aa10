"""Drafts that are refused when they are composed: each with its field, and nothing is kept."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.message import LARGEST_ATTACHMENTS
from holdfast.domain.values import rfc3339
from tests.composed_drafts import DraftDesk, refused, wish
from tests.statements import NOON


def mail(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a delivery's fields
    """A delivery to one address."""
    return {"channel": "mail", "addresses": ["jo@bank.example"]} | changes


_BOTH = {"subject": "x", "body": "y"}
_REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "no template": (
        {"purpose": Purpose.OTHER},
        "texts.en",
        "there is no template for other in it: write subject and body",
    ),
    "half a text": (
        {"purpose": Purpose.OTHER, "languages": ["en"], "texts": {"en": {"subject": "x"}}},
        "texts.en",
        "write subject and body",
    ),
    "language without a template": (
        {"languages": ["en", "it"]},
        "texts.it",
        "there is no template for holding_statement in it",
    ),
    "language twice": ({"languages": ["en", "de", "en"]}, "languages.2", "named twice"),
    "text in no language of it": (
        {"languages": ["en"], "texts": {"de": _BOTH}},
        "texts.de",
        "the languages are en",
    ),
    "text that goes nowhere": (
        {"texts": {"it": _BOTH}, "deliveries": [mail(language="en")]},
        "texts.it",
        "nothing is delivered in 'it'",
    ),
    "subject with a line separator": (
        {"texts": {"en": {"subject": "x\u2028Bcc: all@bank.example", "body": "y"}}},
        "texts.en.subject",
        "no breaks of lines",
    ),
    "subject with a next line": (
        {"texts": {"en": {"subject": "x\u0085y"}}},
        "texts.en.subject",
        "no control characters",
    ),
    "unknown value": ({"values": {"nothing": "x"}}, "values.nothing", "no template names it"),
    "value for no language": (
        {"languages": ["en"], "values": {"situation.de": "x"}},
        "values.situation.de",
        "'de' is none of the draft's languages en",
    ),
    "decided value": ({"values": {"major": "true"}}, "values.major", "state or decide it there"),
    "no number": ({"values": {"clients_affected": "many"}}, "values.clients_affected", "number"),
    "endless number": (
        {"values": {"clients_affected": "9" * 40}},
        "values.clients_affected",
        "number",
    ),
    "no moment": (
        {"values": {"next_update_due": "soon"}},
        "values.next_update_due",
        "RFC 3339 date-time with an offset",
    ),
    "too long": (
        {"purpose": Purpose.MEDIA_STATEMENT, "values": {"what_happened": "x" * 9_900}},
        "texts.en.body",
        "more than 10000 characters",
    ),
    "unknown channel": (
        {"deliveries": [{"channel": "status-page"}, mail(channel="fax")]},
        "deliveries.1.channel",
        "there is no channel 'fax'; there are mail, letters",
    ),
    "channel for others": (
        {"audience": Audience.STAFF, "deliveries": [{"channel": "status-page"}]},
        "deliveries.0.channel",
        "the page is public: nothing for staff",
    ),
    "alternative for others": (
        {"audience": Audience.STAFF, "deliveries": [mail(alternative="status-page")]},
        "deliveries.0.alternative",
        "the page is public: nothing for staff",
    ),
    "files that it cannot carry": (
        {"deliveries": [{"channel": "chat"}], "attachments": [str(uuid.UUID(int=0))]},
        "deliveries.0.channel",
        "no attachments",
    ),
    "language of a delivery": (
        {"languages": ["en"], "deliveries": [mail(language="de")]},
        "deliveries.0.language",
        "'de' is none of the languages en",
    ),
    "nobody": ({"deliveries": [{"channel": "mail"}]}, "deliveries.0", "needs recipients"),
    "contacts that it cannot use": (
        {"deliveries": [{"channel": "status-page", "contacts": ["press-office"]}]},
        "deliveries.0.contacts",
        "'status-page' is addressed by its own settings",
    ),
    "addresses that it cannot use": (
        {"deliveries": [mail(channel="notices")]},
        "deliveries.0.addresses",
        "'notices' is addressed by its own settings",
    ),
    "unknown contact": (
        {"deliveries": [mail(contacts=["duty-commander", "nobody"])]},
        "deliveries.0.contacts.1",
        "there is no contact 'nobody' in the directory",
    ),
    "contact without an address": (
        {"deliveries": [mail(contacts=["board-chair"])]},
        "deliveries.0.contacts.0",
        "no address of 'board-chair' is kept that mail could use",
    ),
    "no address": (
        {"deliveries": [mail(addresses=["jo@bank.example", "jo.bank.example"])]},
        "deliveries.0.addresses.1",
        "there is no @ in the address",
    ),
    "header in an address": (
        {"deliveries": [mail(addresses=["jo@bank.example\u2028Bcc: al@bank.example"])]},
        "deliveries.0.addresses.0",
        "what stands before the @ is no name of a mailbox in ASCII",
    ),
    "everybody was written to": (
        {"deliveries": [mail(group="one"), mail(group="two")]},
        "deliveries.1",
        "everybody in it is written to over 'mail' already",
    ),
    "delivery twice": (
        {"deliveries": [{"channel": "status-page"}, {"channel": "status-page"}]},
        "deliveries.1",
        "status-page / clients / en stands before it already",
    ),
    "too many deliveries": (
        {"deliveries": [mail(group=f"g{n}") for n in range(51)]},
        "deliveries",
        "51 deliveries; at most 50",
    ),
    "unknown alternative": (
        {"deliveries": [mail(alternative="fax")]},
        "deliveries.0.alternative",
        "there is no channel 'fax'",
    ),
    "its own alternative": (
        {"deliveries": [mail(alternative="mail")]},
        "deliveries.0.alternative",
        "no alternative to itself",
    ),
    "alternative that needs recipients": (
        {"deliveries": [{"channel": "status-page", "alternative": "mail"}]},
        "deliveries.0.alternative",
        "'mail' needs recipients, and 'status-page' has none",
    ),
    "follows nothing": ({"follows": 1}, "follows", "has no published communication 1"),
    "corrects nothing": ({"supersedes": 7}, "supersedes", "has no published communication 7"),
    "in the past": (
        {"release": {"when": "at", "at": rfc3339(NOON)}},
        "release.at",
        "2026-03-04T12:00:00.000000Z lies in the past",
    ),
    "unknown attachment": (
        {"attachments": [str(uuid.UUID(int=0))]},
        "attachments.0",
        "has no attachment 00000000",
    ),
    "too many attachments": (
        {"attachments": [str(uuid.UUID(int=n)) for n in range(21)]},
        "attachments",
        "21 attachments; at most 20",
    ),
}


@pytest.mark.parametrize(("changes", "field", "why"), _REFUSED.values(), ids=_REFUSED)
async def test_what_cannot_be_is_refused_with_its_field(
    desk: DraftDesk, changes: dict[str, Any], field: str, why: str
) -> None:
    """When it is drafted, not when it is to leave."""
    if "duty-commander" in str(changes):
        await desk.reached_at("duty-commander", "duty@bank.example")
    refusal = await refused(desk, await desk.opened(), wish(**changes))
    assert refusal.field == field
    assert why in refusal.message
    assert "bank.example" not in refusal.message


async def test_a_file_of_another_incident_does_not_go_along(desk: DraftDesk) -> None:
    """Nor the same file twice."""
    incident_id, other = await desk.opened(), await desk.opened()
    file = await desk.attached(other, b"theirs", "application/pdf")
    refusal = await refused(desk, incident_id, wish(attachments=[file]))
    assert refusal.field == "attachments.0"
    refusal = await refused(desk, other, wish(attachments=[file, file]))
    assert (refusal.field, "attached already" in refusal.message) == ("attachments.1", True)


async def test_files_that_are_too_large_do_not_go_along(desk: DraftDesk) -> None:
    """All together; the refusal states the limit."""
    incident_id = await desk.opened()
    half = LARGEST_ATTACHMENTS // 2
    files = [
        await desk.attached(incident_id, letter * half, "application/zip")
        for letter in (b"a", b"b")
    ]
    assert (await desk.compose(incident_id, wish(attachments=files))).draft.attachments
    files.append(await desk.attached(incident_id, b"c", "application/zip"))
    refusal = await refused(desk, incident_id, wish(attachments=files))
    assert refusal.field == "attachments"
    assert f"at most {LARGEST_ATTACHMENTS}" in refusal.message


async def test_a_release_a_little_late_is_taken(desk: DraftDesk) -> None:
    """Clocks of two machines differ, and people take a moment."""
    late = rfc3339(desk.at - timedelta(seconds=59))
    composed = await desk.compose(await desk.opened(), wish(release={"when": "at", "at": late}))
    assert composed.draft.release.when == "at"
