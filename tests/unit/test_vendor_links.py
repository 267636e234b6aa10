"""Links by which providers answer: made here, read here, and nothing else passes for one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.domain.communication.message import AnswerLink
from holdfast.domain.third_party.links import LinkAct, LinkClaims, nonce_of, page_claims
from holdfast.errors import Fatal
from holdfast.evidence.vendor_links import (
    BadLink,
    LinkFault,
    VendorLinks,
    create_vendor_key,
    load_vendor_links,
)

KEY = bytes(range(32))
LINKS = VendorLinks(KEY)
UNTIL = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
CLAIMS = LinkClaims(
    escalation="INC-2026-000001/third-party-1",
    act=LinkAct.PAGE,
    nonce=nonce_of("third-party/INC-2026-000001/1#2"),
    expires_at=UNTIL,
)
TOKEN = LINKS.sign(CLAIMS)

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def fault_of(token: str, links: VendorLinks = LINKS) -> LinkFault:
    """Why a link is refused; no message says so, and none repeats the link."""
    with pytest.raises(BadLink) as refused:
        links.read(token)
    assert refused.value.message == "this is no link that was made here"
    assert refused.value.fields == {}
    return refused.value.reason


@given(
    st.sampled_from(LinkAct),
    st.integers(1, 999_999_999),
    st.from_regex(r"[A-Za-z0-9_-]{8,43}", fullmatch=True),
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1)),  # noqa: DTZ001 - UTC
)
def test_a_link_says_what_was_signed(
    act: LinkAct, number: int, nonce: str, expires_at: datetime
) -> None:
    """Always as the same text, which fits a URL whatever it claims."""
    claims = LinkClaims(
        escalation=f"INC-2026-123456789012/third-party-{number}",
        act=act,
        nonce=nonce,
        expires_at=expires_at,
    )
    token = LINKS.sign(claims)
    assert LINKS.read(token) == claims
    assert token == VendorLinks(KEY).sign(claims)
    assert re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}", token)
    assert len(token) <= 300


@given(st.integers(0, len(TOKEN) - 1), st.one_of(st.sampled_from(_ALPHABET), st.characters()))
def test_a_link_of_which_any_character_is_another_is_refused(place: int, other: str) -> None:
    """Also where what it decodes to would be the same."""
    changed = f"{TOKEN[:place]}{other}{TOKEN[place + 1 :]}"
    if changed != TOKEN:
        assert fault_of(changed) in set(LinkFault)


@given(st.integers(0, len(TOKEN) - 1))
def test_the_beginning_of_a_link_is_one_that_was_cut(length: int) -> None:
    """As mail programs do at the end of a line."""
    assert fault_of(TOKEN[:length]) is LinkFault.CUT


@pytest.mark.parametrize(
    "token",
    [
        f"{TOKEN}.", f"{TOKEN}=", f"{TOKEN}A", f" {TOKEN}", f"{TOKEN}\n", TOKEN[1:],
        TOKEN.replace(".", "%2e"), f".{TOKEN.partition('.')[2]}", "\udcff.x", "ö" * 9,
        f"{'a' * 99_999}!", f"{'ö' * 9}.{'A' * 43}", TOKEN.swapcase(),
    ],
)  # fmt: skip
def test_what_is_no_beginning_of_a_link_is_forged(token: str) -> None:
    """Whatever it holds."""
    assert fault_of(token) is LinkFault.FORGED


def test_the_last_character_has_one_form_only() -> None:
    """Four texts in base64 decode to the same last byte; one of them is the link."""
    code = base64.urlsafe_b64decode(f"{TOKEN[-43:]}=")
    twins = [
        twin
        for last in _ALPHABET[:-1]
        if (twin := TOKEN[:-1] + last) != TOKEN
        and base64.urlsafe_b64decode(f"{twin[-43:]}=") == code
    ]
    assert len(twins) == 3
    assert {fault_of(twin) for twin in twins} == {LinkFault.FORGED}


def test_a_link_of_another_key_is_forged() -> None:
    """So is one that the same key has signed as something else."""
    assert fault_of(TOKEN, VendorLinks(bytes(32))) is LinkFault.FORGED
    text = TOKEN.partition(".")[0]
    code = hmac.new(KEY, text.encode(), hashlib.sha256).digest()
    bare = f"{text}.{base64.urlsafe_b64encode(code).rstrip(b'=').decode()}"
    assert fault_of(bare) is LinkFault.FORGED


class _OfALaterRelease(LinkClaims):
    """Claims that this release does not know."""

    @property
    def content(self) -> bytes:
        """What is signed."""
        return super().content.replace(b'"page"', b'"invoice"')


def test_what_was_signed_and_claims_something_unheard_of_is_refused() -> None:
    """A later release may have made it."""
    later = LINKS.sign(_OfALaterRelease.model_validate(CLAIMS.model_dump()))
    assert later != TOKEN
    assert fault_of(later) is LinkFault.FORGED


def test_an_expired_link_can_be_read() -> None:
    """Whether it still opens anything, the door says."""
    long_ago = CLAIMS.model_copy(update={"expires_at": UNTIL - timedelta(days=9_000)})
    assert LINKS.read(LINKS.sign(long_ago)) == long_ago


@pytest.mark.parametrize(
    "wrong",
    [
        {"escalation": "INC-2026-000001"},
        {"escalation": "INC-2026-000001/communication-1"},
        {"nonce": "short"},
        {"nonce": "with spaces in it"},
        {"nonce": "x" * 44},
        {"act": "payment"},
        {"expires_at": "2026-03-11"},
        {"more": True},
    ],
)
def test_a_link_claims_nothing_else(wrong: dict[str, object]) -> None:
    """One escalation, one act, one nonce, one end."""
    with pytest.raises(ValidationError):
        LinkClaims.model_validate(CLAIMS.model_dump(mode="json") | wrong)


def test_the_link_of_a_message_follows_from_its_call() -> None:
    """The same call, the same link; another call, another one."""
    answer = AnswerLink(escalation=CLAIMS.escalation, call="entry-1", expires_at=UNTIL)
    claims = page_claims(answer)
    assert claims == page_claims(answer.model_copy())
    assert claims.act is LinkAct.PAGE
    assert (claims.escalation, claims.expires_at) == (CLAIMS.escalation, UNTIL)
    assert claims.nonce == nonce_of("entry-1") != nonce_of("entry-2")
    assert len(claims.nonce) == 22


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    """Whoever starts next goes on with it; links made before are still read."""
    path = tmp_path / "keys" / "vendor-links.key"
    create_vendor_key(path)
    token = load_vendor_links(path).sign(CLAIMS)
    create_vendor_key(path)
    assert load_vendor_links(path).read(token) == CLAIMS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(path.read_bytes()) not in repr(load_vendor_links(path))
    with pytest.raises(Fatal, match="holdfast migrate"):
        load_vendor_links(tmp_path / "none")
