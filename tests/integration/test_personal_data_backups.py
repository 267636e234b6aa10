"""Backups: the main one holds no key, and none brings back what was erased."""

from __future__ import annotations

import subprocess
import uuid
from dataclasses import fields
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.sealed_values import SealedValue
from holdfast.errors import NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.stack.postgres_home import packaged_programs
from holdfast.store.database import create_engine
from holdfast.store.people.erasures import Erasure, erase, repeat_erasures
from holdfast.store.people.personal_data import PersonalDataErased, seal_fields, unseal_fields
from tests.statements import COMPLIANCE

_KEYS = ("--table=personal.*", "--table=access.identity")
_MAIN = ("--exclude-table-data=personal.*", "--exclude-table-data=access.identity")
_TEXTS = {"contact_name": "Jo Doe"}
_WRAPPED = "SELECT encode(wrapped, 'hex') FROM personal.subject_key WHERE key = $1"


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    keys = KeyEncryptionKeys(tmp_path / "personal-data.kek")
    keys.create_first()
    return keys


async def _seal(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> tuple[str, dict[str, SealedValue]]:
    key = f"person-{uuid.uuid4().hex}"
    async with engine.begin() as connection:
        return key, await seal_fields(connection, keyring, key, "s1", _TEXTS)


async def _read(
    urls: DatabaseUrls, keyring: KeyEncryptionKeys, sealed: dict[str, SealedValue]
) -> dict[str, str]:
    engine = create_engine(urls.application)
    try:
        async with engine.begin() as connection:
            return await unseal_fields(connection, keyring, sealed)
    finally:
        await engine.dispose()


async def _value(url: str, statement: str, key: str) -> Any:  # noqa: ANN401 - whatever is asked for
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement, key)
    finally:
        await connection.close()


async def _restored(postgres: DatabaseUrls, *dumps: str) -> DatabaseUrls:
    """Restore dumps into a new database."""
    name = f"restored_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(postgres.migration)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    urls = [getattr(postgres, each.name) for each in fields(DatabaseUrls)]
    copy = DatabaseUrls(*(url.replace("/holdfast?", f"/{name}?") for url in urls))
    for dump in dumps:
        _program("psql", copy.migration, "--quiet", "--set=ON_ERROR_STOP=1", content=dump)
    return copy


def _program(name: str, url: str, *options: str, content: str = "") -> str:
    program = packaged_programs() / name
    done = subprocess.run(
        [program, *options, url], check=True, capture_output=True, text=True, input=content
    )
    return done.stdout


async def test_a_dump_without_the_keys_cannot_be_read(
    engine: AsyncEngine, postgres: DatabaseUrls, keyring: KeyEncryptionKeys
) -> None:
    """Restored elsewhere, with the key-encryption key even, the sealed values stay sealed."""
    key, sealed = await _seal(engine, keyring)
    wrapped = await _value(postgres.migration, _WRAPPED, key)
    main = _program("pg_dump", postgres.migration, *_MAIN)
    assert wrapped not in main
    assert wrapped not in _program("pg_dump", postgres.migration, "--exclude-schema=personal")
    copy = await _restored(postgres, main)
    with pytest.raises(NotFound, match="backup of their own"):
        await _read(copy, keyring, sealed)


async def test_with_their_own_dump_the_keys_return_but_erased_ones(
    engine: AsyncEngine, postgres: DatabaseUrls, keyring: KeyEncryptionKeys
) -> None:
    """Keys and identities erased after their dump was made are erased again at the next start."""
    (kept, of_kept), (erased, of_erased) = (
        await _seal(engine, keyring),
        await _seal(engine, keyring),
    )
    name = "INSERT INTO access.identity (actor_id, name) VALUES ($1, 'Jo Doe') RETURNING name"
    for key in (kept, erased):
        await _value(postgres.migration, name, key)
    keys = _program("pg_dump", postgres.migration, "--data-only", *_KEYS)
    async with engine.begin() as connection:
        erasure = Erasure(f"dsr-{uuid.uuid4()}", erased, "GDPR Art. 17(1)(a)", COMPLIANCE)
        await erase(connection, erasure)
    copy = await _restored(postgres, _program("pg_dump", postgres.migration, *_MAIN), keys)
    assert await _read(copy, keyring, of_kept) == await _read(copy, keyring, of_erased) == _TEXTS

    assert await repeat_erasures(copy.migration) == 1
    assert await repeat_erasures(copy.migration) == 0
    assert await _read(copy, keyring, of_kept) == _TEXTS
    with pytest.raises(PersonalDataErased):
        await _read(copy, keyring, of_erased)
    identities = "SELECT count(*) FROM access.identity WHERE actor_id = $1"
    assert await _value(copy.migration, identities, kept) == 1
    assert await _value(copy.migration, identities, erased) == 0
