"""Contact points in the real PostgreSQL: in turn, addressed by channel, gone after a restore."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.communication.contact_points import ContactDeed, ContactPoints
from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.events import PolicyPin
from holdfast.errors import NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.people.directory import (
    ContactChange,
    ContactRecord,
    addresses_of,
    disclose_points,
    list_points,
    record_points,
    remove_points,
)
from holdfast.store.people.erasures import Erasure, erase, repeat_erasures
from tests.statements import COMPLIANCE

_PIN = PolicyPin(name="stakeholders", version="1", digest=f"sha256:{'4f' * 32}")


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    keys = KeyEncryptionKeys(tmp_path / "personal-data.kek")
    keys.create_first()
    return keys


def _change(contact: str = "") -> ContactChange:
    return ContactChange(contact or f"desk-{uuid.uuid4().hex}", COMPLIANCE, _PIN)


async def _record(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, change: ContactChange, **points: str
) -> ContactRecord:
    async with engine.begin() as connection:
        return await record_points(connection, keyring, change, ContactPoints(**points))


async def _remove(engine: AsyncEngine, change: ContactChange) -> ContactRecord:
    async with engine.begin() as connection:
        return await remove_points(connection, change)


async def _addresses(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, *contacts: str, kind: ChannelKind
) -> dict[str, str]:
    async with engine.begin() as connection:
        return await addresses_of(connection, keyring, contacts, kind)


async def test_addresses_are_those_of_the_kind_of_channel(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """Who has none, was erased, removed or never recorded is absent; the others are all there."""
    whole, phone, erased, removed = (_change() for _ in range(4))
    await _record(engine, keyring, whole, mail="a@bank.example", phone="+4930123")
    await _record(engine, keyring, phone, phone="+4930123")
    gone = await _record(engine, keyring, erased, mail="c@bank.example")
    await _record(engine, keyring, removed, mail="d@bank.example")
    await _remove(engine, removed)
    async with engine.begin() as connection:
        erasure = Erasure(f"dsr-{uuid.uuid4()}", gone.kept.key, "GDPR Art. 17(1)(a)", COMPLIANCE)
        await erase(connection, erasure)
    every = (*(each.contact_id for each in (whole, phone, erased, removed)), "nobody")
    for kind in ChannelKind:
        expected = {whole.contact_id: "a@bank.example"} if kind.addressed else {}
        assert await _addresses(engine, keyring, *every, kind=kind) == expected


async def test_of_many_who_record_the_same_contact_one_goes_first(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """One row, one key; the first is a recording and the others confirm it."""
    change = _change()
    done = await asyncio.gather(
        *(_record(engine, keyring, change, mail="a@bank.example") for _ in range(8))
    )
    assert sorted(each.done for each in done) == [ContactDeed.CONFIRMED] * 7 + [
        ContactDeed.RECORDED
    ]
    assert (
        len({each.kept.key for each in done}) == len({each.kept.fingerprint for each in done}) == 1
    )
    last = max(each.kept.confirmed_at for each in done)
    async with engine.connect() as connection:
        assert (await list_points(connection))[change.contact_id].confirmed_at == last


async def test_what_was_broken_off_has_changed_nothing(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """Row, key and entry are one transaction, and so are a removal and the end of its key."""
    change = _change()
    async with engine.connect() as connection:
        broken = await record_points(
            connection, keyring, change, ContactPoints(mail="a@bank.example")
        )
        await connection.rollback()
    async with engine.connect() as connection:
        assert change.contact_id not in await list_points(connection)
        left = text("SELECT 1 FROM evidence.record WHERE entry_id = :id")
        assert (await connection.execute(left, {"id": broken.entry_id})).all() == []
    await _record(engine, keyring, change, mail="a@bank.example")
    async with engine.connect() as connection:
        await remove_points(connection, change)
        await connection.rollback()
    kept = await _addresses(engine, keyring, change.contact_id, kind=ChannelKind.MAIL)
    assert kept == {change.contact_id: "a@bank.example"}


async def test_a_contact_that_a_backup_brings_back_is_removed_again(
    engine: AsyncEngine, postgres: DatabaseUrls, keyring: KeyEncryptionKeys
) -> None:
    """Row and key are restored from before the removal; the next migration ends both."""
    change, other = _change(), _change()
    record = await _record(engine, keyring, change, mail="a@bank.example")
    await _record(engine, keyring, other, mail="b@bank.example")
    connection = await asyncpg.connect(postgres.migration)
    saved = "CREATE TEMPORARY TABLE saved AS SELECT * FROM personal.{0} WHERE key = $1"
    try:
        await connection.execute(
            saved.format("contact_point").replace("$1", f"'{record.kept.key}'")
        )
        await _remove(engine, change)
        await connection.execute("INSERT INTO personal.contact_point SELECT * FROM saved")
    finally:
        await connection.close()
    async with engine.connect() as listing:
        assert change.contact_id in await list_points(listing)
    assert await _addresses(engine, keyring, change.contact_id, kind=ChannelKind.MAIL) == {}

    await repeat_erasures(postgres.migration)
    async with engine.begin() as listing:
        kept = await list_points(listing)
        assert change.contact_id not in kept
        assert other.contact_id in kept
        with pytest.raises(NotFound, match=change.contact_id):
            await disclose_points(listing, keyring, change, "x")


@pytest.mark.parametrize("role", ["holdfast_sequencer", "holdfast_auditor"])
async def test_sequencer_and_auditor_see_nothing_of_the_contacts(
    postgres: DatabaseUrls, role: str
) -> None:
    """Not even how many there are."""
    connection = await asyncpg.connect(postgres.migration)
    await connection.execute(f"SET ROLE {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="schema personal"):
        await connection.execute("SELECT count(*) FROM personal.contact_point")
    await connection.close()
