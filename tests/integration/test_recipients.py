"""Sealed lists of recipients in the real PostgreSQL: kept, read, erased, and never in clear."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.errors import ContentDamaged, InvalidInput, NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import fetch_artifact, store_artifact
from holdfast.store.communications.recipients import (
    MOST_RECIPIENTS,
    Recipient,
    keep_recipients,
    read_recipients,
    recipients_key,
)
from holdfast.store.people.erasures import Erasure, erase
from holdfast.store.people.personal_data import PersonalDataErased
from tests.released_deliveries import addresses, new_keyring
from tests.statements import COMPLIANCE


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> KeyEncryptionKeys:
    """Key-encryption keys of these tests' own."""
    return new_keyring(tmp_path_factory.mktemp("keys"))


async def _keep(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, recipients: list[Recipient]
) -> str:
    async with engine.begin() as connection:
        return await keep_recipients(connection, keyring, recipients)


async def _read(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, digest: str
) -> tuple[Recipient, ...]:
    async with engine.begin() as connection:
        return await read_recipients(connection, keyring, digest)


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    found=st.lists(
        st.builds(Recipient, _TEXT, st.none() | _TEXT), min_size=1, max_size=80, unique_by=hash
    )
)
async def test_what_is_kept_is_read_back_in_order(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, found: list[Recipient]
) -> None:
    """Whatever texts they are, and however they fall into parts."""
    unique = list({each.address: each for each in found}.values())
    digest = await _keep(engine, keyring, unique)
    assert await _read(engine, keyring, digest) == tuple(unique)


async def test_twenty_thousand_recipients_fit(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """In seconds, and in an artifact of a few MiB that says nothing of them."""
    recipients = addresses(MOST_RECIPIENTS)
    started = time.monotonic()
    digest = await _keep(engine, keyring, recipients)
    assert await _read(engine, keyring, digest) == tuple(recipients)
    assert time.monotonic() - started < 10
    async with engine.connect() as connection:
        content = await fetch_artifact(connection, digest)
    assert len(content) < 4 * 1024 * 1024
    assert b"example.org" not in content


async def test_the_longest_addresses_fit_into_a_part(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """Control characters are six bytes each in JSON."""
    recipients = [Recipient(f"{number}".rjust(1_000, "\x01"), "\x02" * 1_000) for number in (1, 2)]
    digest = await _keep(engine, keyring, recipients)
    assert await _read(engine, keyring, digest) == tuple(recipients)


async def test_erased_by_compliance_a_list_can_be_read_no_more(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """The artifact and its digest stay; another list of the same people is untouched."""
    recipients = addresses(3)
    digest, other = [await _keep(engine, keyring, recipients) for _ in range(2)]
    assert digest != other
    async with engine.begin() as connection:
        key = await recipients_key(connection, digest)
        asked = Erasure(f"dsr-{uuid.uuid4()}", key, "GDPR Art. 17(1)(a)", COMPLIANCE)
        await erase(connection, asked)
    with pytest.raises(PersonalDataErased, match=key):
        await _read(engine, keyring, digest)
    assert await _read(engine, keyring, other) == tuple(recipients)
    async with engine.connect() as connection:
        assert await fetch_artifact(connection, digest)


@pytest.mark.parametrize(
    ("recipients", "why"),
    [
        ([], "not 0"),
        (addresses(MOST_RECIPIENTS + 1), "not 20001"),
        ([Recipient("")], "recipient 0 is empty"),
        ([Recipient("a@b.example"), Recipient("ä" * 501)], "recipient 1 is empty or too long"),
        ([Recipient("a@b.example", "c" * 1_001)], "contact of recipient 0"),
        ([Recipient("a@b.example", "1"), Recipient("a@b.example", "2")], "recipient 1 .* twice"),
    ],
    ids=["nobody", "too many", "empty", "too long", "long contact", "twice"],
)
async def test_a_list_that_cannot_be_sent_to_is_refused_and_names_nobody(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, recipients: list[Recipient], why: str
) -> None:
    """It is refused when it is drafted, not when it is to be sent."""
    with pytest.raises(InvalidInput, match=why) as refused:
        await _keep(engine, keyring, recipients)
    assert "example" not in refused.value.message


async def test_what_is_no_list_is_not_read_as_one(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """Another document, a part under another key, no document, no key-encryption key."""
    kept = await _keep(engine, keyring, addresses(2))
    async with engine.begin() as connection:
        whole = await fetch_artifact(connection, kept)
        key = (await recipients_key(connection, kept)).encode()
        moved = whole.replace(b'"key":"' + key, b'"key":"recipients-else', 1)
        others = [await store_artifact(connection, each, "text/plain") for each in (b"{}", moved)]
    for digest in others:
        with pytest.raises(ContentDamaged):
            await _read(engine, keyring, digest)
    with pytest.raises(NotFound):
        await _read(engine, keyring, f"sha256:{'0' * 64}")
    with pytest.raises(Exception, match="restore that key's file"):
        await _read(engine, new_keyring(tmp_path), kept)


def test_a_recipient_shows_no_address() -> None:
    """Neither in a log nor in an error."""
    assert "example" not in repr(addresses(1))
