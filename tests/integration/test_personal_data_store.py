"""Keys of personal data in the real PostgreSQL: sealed, read, wrapped anew, erased, and guarded."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.cli.rewrapping import rewrap_command
from holdfast.domain.sealed_values import SealedValue
from holdfast.errors import Conflict, Fatal, NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.settings import Settings, environment_of
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.chosen_deeds import IdReused
from holdfast.store.database import create_engine
from holdfast.store.people.erasures import Erased, Erasure, erase, list_erasures
from holdfast.store.people.personal_data import (
    PersonalDataErased,
    find_subject_key,
    keep_subject_key,
    seal_fields,
    secrets_for,
    unseal_fields,
)
from tests.api_doors import own_installation
from tests.statements import COMPLIANCE

_TEXTS = {"contact_name": "Jo Doe", "contact_phone": "+49 30 1"}


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    keys = KeyEncryptionKeys(tmp_path / "personal-data.kek")
    keys.create_first()
    return keys


def _person() -> str:
    return f"person-{uuid.uuid4().hex}"


def _erasure(key: str) -> Erasure:
    return Erasure(f"dsr-{uuid.uuid4()}", key, "GDPR Art. 17(1)(a)", COMPLIANCE)


async def _seal(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, key: str, about: str = "s1"
) -> dict[str, SealedValue]:
    async with engine.begin() as connection:
        return await seal_fields(connection, keyring, key, about, _TEXTS)


async def _read(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, sealed: dict[str, SealedValue]
) -> dict[str, str]:
    async with engine.begin() as connection:
        return await unseal_fields(connection, keyring, sealed)


async def _erase(engine: AsyncEngine, erasure: Erasure) -> Erased:
    async with engine.begin() as connection:
        return await erase(connection, erasure)


async def test_a_person_has_one_key_however_often_something_is_sealed(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """Ten at once: one row, and all of it can be read."""
    key = _person()
    sealed = await asyncio.gather(*(_seal(engine, keyring, key, f"s{n}") for n in range(10)))
    assert [await _read(engine, keyring, values) for values in sealed] == [_TEXTS] * 10
    async with engine.begin() as connection:
        count = text("SELECT count(*) FROM personal.subject_key WHERE key = :key")
        assert (await connection.execute(count, {"key": key})).scalar_one() == 1
        with pytest.raises(Conflict, match=key):
            await keep_subject_key(connection, keyring, SubjectKey.generate(key))


async def test_a_transaction_that_was_broken_off_leaves_no_key(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """The key stands and falls with what it sealed."""
    key = _person()
    async with engine.connect() as connection:
        await seal_fields(connection, keyring, key, "s1", _TEXTS)
        await connection.rollback()
    async with engine.begin() as connection:
        assert await find_subject_key(connection, keyring, key) is None


async def test_an_erased_key_reads_and_seals_no_more(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """Neither what it sealed before nor anything new; its neighbour is untouched."""
    key, neighbour = _person(), _person()
    sealed, others = await _seal(engine, keyring, key), await _seal(engine, keyring, neighbour)
    await _erase(engine, _erasure(key))
    with pytest.raises(PersonalDataErased, match=key):
        await _read(engine, keyring, sealed)
    with pytest.raises(PersonalDataErased, match=key):
        await _seal(engine, keyring, key)
    assert await _read(engine, keyring, others) == _TEXTS
    async with engine.begin() as connection:
        assert set(await secrets_for(connection, keyring, [key, neighbour])) == {neighbour}


async def test_the_secrets_of_a_bundle_open_what_they_sealed(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """Whoever may have them needs nothing else."""
    key = _person()
    sealed = await _seal(engine, keyring, key)
    async with engine.begin() as connection:
        secrets = await secrets_for(connection, keyring, [key, _person()])
        own = await find_subject_key(connection, keyring, key)
    assert own is not None
    assert set(secrets) == {key}
    assert own.unseal("contact_name", sealed["contact_name"]) == "Jo Doe"


async def test_an_erasure_is_recorded_once_and_takes_the_identity_along(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """The same request ten times at once is one entry; the identity's row is gone."""
    key = _person()
    await _seal(engine, keyring, key)
    async with engine.begin() as connection:
        named = text("INSERT INTO access.identity (actor_id, name) VALUES (:key, 'Jo Doe')")
        await connection.execute(named, {"key": key})
    erasure = _erasure(key)
    done = await asyncio.gather(*(_erase(engine, erasure) for _ in range(10)))
    assert len(set(done)) == 1
    async with engine.begin() as connection:
        assert await list_erasures(connection, [key, _person()]) == [done[0]]
        rows = text("SELECT count(*) FROM access.identity WHERE actor_id = :key")
        assert (await connection.execute(rows, {"key": key})).scalar_one() == 0
        entry = text("SELECT convert_from(body, 'UTF8') FROM evidence.record WHERE entry_id = :id")
        said = str((await connection.execute(entry, {"id": done[0].entry_id})).scalar_one())
    assert '"identity_erased":true' in said
    assert '"legal_basis":"GDPR Art. 17(1)(a)"' in said
    assert "Jo Doe" not in said


async def test_an_erasure_that_contradicts_another_is_refused_and_erases_nothing(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """Another basis, another key under the same id, another erasure of the same key, no key."""
    key, other = _person(), _person()
    await _seal(engine, keyring, key)
    sealed = await _seal(engine, keyring, other)
    erasure = _erasure(key)
    await _erase(engine, erasure)
    with pytest.raises(IdReused):
        await _erase(engine, replace(erasure, legal_basis="another"))
    with pytest.raises(IdReused):
        await _erase(engine, replace(erasure, key=other))
    with pytest.raises(Conflict, match="already"):
        await _erase(engine, _erasure(key))
    with pytest.raises(NotFound):
        await _erase(engine, _erasure(_person()))
    assert await _read(engine, keyring, sealed) == _TEXTS


async def test_an_erasure_that_was_broken_off_has_erased_nothing(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """Key, identity and entry are one transaction."""
    key = _person()
    sealed = await _seal(engine, keyring, key)
    async with engine.connect() as connection:
        await erase(connection, _erasure(key))
        await connection.rollback()
    assert await _read(engine, keyring, sealed) == _TEXTS
    async with engine.begin() as connection:
        assert await list_erasures(connection, [key]) == []


async def test_wrapped_anew_every_key_reads_on_and_the_older_file_can_go(
    settings: Settings,
    postgres: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Rotation as an operator does it: nothing is lost, but copies made before it."""
    del postgres
    own = await own_installation(settings)
    for name, value in environment_of(own).items():
        monkeypatch.setenv(name, value)
    engine, keyring = (
        create_engine(str(own.database_url)),
        KeyEncryptionKeys(own.personal_data_key_file),
    )
    keyring.create_first()
    key, erased = _person(), _person()
    sealed = await _seal(engine, keyring, key)
    await _seal(engine, keyring, erased)
    await _erase(engine, _erasure(erased))
    copied = keyring.wrap(SubjectKey.generate(key))

    await asyncio.to_thread(rewrap_command, new_key=True)
    assert "1 key(s) wrapped anew" in (said := capsys.readouterr().out)
    assert "run `holdfast rewrap` again" in said
    await asyncio.to_thread(rewrap_command, new_key=False)
    assert "0 key(s) wrapped anew" in (said := capsys.readouterr().out)
    (older,) = keyring.older_files()
    assert f"{older} wraps no more: destroy it" in said
    older.unlink()
    assert await _read(engine, keyring, sealed) == _TEXTS
    with pytest.raises(Fatal, match="restore that key's file"):
        keyring.unwrap(copied)
    await engine.dispose()
