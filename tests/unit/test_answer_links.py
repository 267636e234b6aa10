"""The link of a message: put in as it leaves, always the same, and into nothing that has none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.answer_links import AnswerLinks
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import (
    ANSWER_LINK,
    AnswerLink,
    Delivery,
    Message,
    Variant,
)
from holdfast.domain.third_party.links import page_claims
from holdfast.errors import Fatal
from holdfast.evidence.vendor_links import create_vendor_key, load_vendor_links

_ANSWER = AnswerLink(
    escalation="INC-2026-000001/third-party-1",
    call="third-party/INC-2026-000001/1#2",
    expires_at=datetime(2026, 3, 11, 12, tzinfo=UTC),
)
_MESSAGE = Message(
    incident="INC-2026-000001",
    purpose=Purpose.VENDOR_REQUEST,
    audience=Audience.VENDOR,
    variants=(
        Variant(language="en", subject="Call", body=f"Open\n{ANSWER_LINK}\nnow."),
        Variant(language="de", subject="Ruf", body=f"Hier:\n{ANSWER_LINK}"),
    ),
    deliveries=tuple(
        Delivery(channel="notices", kind=ChannelKind.FILES, group="vendor", language=code, count=1)
        for code in ("en", "de")
    ),
    answer=_ANSWER,
)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key of the test's own."""
    create_vendor_key(tmp_path / "vendor-links.key")
    return tmp_path / "vendor-links.key"


def test_the_link_stands_where_its_place_was(key_file: Path) -> None:
    """In each language the same one, which claims what was approved and opens the page alone."""
    links = AnswerLinks("https://bank.example/dora", key_file)
    english, german = links.put_into(_MESSAGE).variants
    link = english.body.removeprefix("Open\n").removesuffix("\nnow.")
    assert german.body == f"Hier:\n{link}"
    assert (english.subject, german.subject) == ("Call", "Ruf")
    token = link.removeprefix("https://bank.example/dora/v1/vendor/")
    assert load_vendor_links(key_file).read(token) == page_claims(_ANSWER)


def test_the_same_message_has_the_same_link_at_every_attempt(key_file: Path) -> None:
    """From whichever worker; another call, another end and another key have another one."""
    first = AnswerLinks("https://bank.example", key_file).put_into(_MESSAGE)
    assert AnswerLinks("https://bank.example", key_file).put_into(_MESSAGE) == first
    for change in ({"call": "another"}, {"expires_at": datetime(2026, 3, 12, tzinfo=UTC)}):
        other = _MESSAGE.model_copy(update={"answer": _ANSWER.model_copy(update=change)})
        assert AnswerLinks("https://bank.example", key_file).put_into(other) != first
    key_file.unlink()
    create_vendor_key(key_file)
    assert AnswerLinks("https://bank.example", key_file).put_into(_MESSAGE) != first


def test_a_message_without_a_link_is_left_as_it_is(tmp_path: Path) -> None:
    """Byte for byte, though it has a place for one; and no key is wanted for it."""
    links = AnswerLinks("https://bank.example", tmp_path / "none")
    plain = _MESSAGE.model_copy(update={"answer": None})
    assert links.put_into(plain) is plain
    with pytest.raises(Fatal, match="holdfast migrate"):
        links.put_into(_MESSAGE)
