"""Keys of personal data in the database: made, opened, and used to seal and to read.

Rows of `personal.subject_key` are written in the transaction that needs them and locked against
erasure while they are read: what somebody reads was not erased before it was recorded as read.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.sealed_values import SealedValue
from holdfast.errors import Conflict, NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey, WrappedKey

__all__ = [
    "PersonalDataErased",
    "find_subject_key",
    "find_subject_keys",
    "keep_subject_key",
    "rewrap",
    "seal_fields",
    "secrets_for",
    "unseal_fields",
]

_INSERT = text("""
    INSERT INTO personal.subject_key (key, wrapped, kek) VALUES (:key, :wrapped, :kek)
    ON CONFLICT (key) DO NOTHING RETURNING key
""")
_SELECT = text("""
    SELECT key, wrapped, kek FROM personal.subject_key
    WHERE key = ANY(CAST(:keys AS text[])) ORDER BY key FOR SHARE
""")
_OTHERS = text("""
    SELECT key, wrapped, kek FROM personal.subject_key
    WHERE wrapped IS NOT NULL AND kek <> :kek ORDER BY key LIMIT :most FOR UPDATE
""")
_REWRAP = text("UPDATE personal.subject_key SET wrapped = :wrapped, kek = :kek WHERE key = :key")

_MOST_AT_ONCE = 1_000


class PersonalDataErased(NotFound):
    """The key was erased: what it sealed can be read no more, by anybody."""

    code = "personal_data_erased"


async def keep_subject_key(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, key: SubjectKey
) -> None:
    """Keep a new person's key in the caller's transaction.

    Raises:
        Conflict: there is a key of that name: what this one has sealed could never be read.
    """
    if not await _insert(connection, keyring, key):
        message = f"there is a key {key.name} already"
        raise Conflict(message, key=key.name)


async def find_subject_key(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, name: str
) -> SubjectKey | None:
    """Open a person's key; None where it was erased or there is none.

    Raises:
        Fatal: it cannot be unwrapped with the key-encryption keys that are here.
    """
    return (await _open(connection, keyring, [name])).get(name)


async def find_subject_keys(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, names: Iterable[str]
) -> dict[str, SubjectKey]:
    """Open persons' keys, by name; those that were erased, or are not there, are left out.

    Raises:
        Fatal: as `find_subject_key`.
    """
    return await _open(connection, keyring, names)


async def seal_fields(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    key: str,
    about: str,
    fields: Mapping[str, str],
) -> dict[str, SealedValue]:
    """Seal a person's texts, by field name, for the submission or attachment named by `about`.

    The person's key is made in the caller's transaction if there is none.

    Raises:
        PersonalDataErased: the key was erased.
        Fatal: as `find_subject_key`.
    """
    own = SubjectKey.generate(key)
    if not await _insert(connection, keyring, own):
        own = (await _open_all(connection, keyring, [key]))[key]
    return {name: own.seal(about, name, value) for name, value in fields.items()}


async def unseal_fields(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, sealed: Mapping[str, SealedValue]
) -> dict[str, str]:
    """Read sealed texts, by field name. Whoever calls records that they were read, and what for.

    Raises:
        PersonalDataErased: a key was erased.
        NotFound: a key is not in this database.
        Fatal: as `find_subject_key`; or a value is not what was sealed.
    """
    names = {value.key for value in sealed.values()}
    keys = await _open_all(connection, keyring, names)
    return {name: keys[value.key].unseal(name, value) for name, value in sealed.items()}


async def secrets_for(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, keys: Iterable[str]
) -> dict[str, str]:
    """Return persons' keys, by name, in base64, for a bundle that is to hold personal data.

    Erased and unknown keys are left out. Whoever calls records who got them, and what for.

    Raises:
        Fatal: as `find_subject_key`.
    """
    opened = await _open(connection, keyring, keys)
    return {name: base64.b64encode(key.secret).decode() for name, key in opened.items()}


async def rewrap(connection: AsyncConnection, keyring: KeyEncryptionKeys) -> int:
    """Wrap persons' keys under the current key-encryption key, at most a thousand; say how many.

    Raises:
        Fatal: as `find_subject_key`.
    """
    limits = {"kek": keyring.current.id, "most": _MOST_AT_ONCE}
    rows = (await connection.execute(_OTHERS, limits)).all()
    for row in rows:
        wrapped = keyring.wrap(keyring.unwrap(WrappedKey(row.key, row.kek, bytes(row.wrapped))))
        values = {"key": row.key, "wrapped": wrapped.wrapped, "kek": wrapped.kek}
        await connection.execute(_REWRAP, values)
    return len(rows)


async def _insert(connection: AsyncConnection, keyring: KeyEncryptionKeys, key: SubjectKey) -> bool:
    """Insert a key unless there is one of its name; say whether it was inserted."""
    wrapped = keyring.wrap(key)
    values = {"key": key.name, "wrapped": wrapped.wrapped, "kek": wrapped.kek}
    return (await connection.execute(_INSERT, values)).scalar_one_or_none() is not None


async def _open_all(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, names: Iterable[str]
) -> dict[str, SubjectKey]:
    """Open keys, all of them or none."""
    wanted = set(names)
    rows = await _rows(connection, wanted)
    if erased := sorted(name for name, wrapped in rows.items() if wrapped is None):
        message = f"{', '.join(erased)} was erased: what it sealed can be read no more"
        raise PersonalDataErased(message, keys=erased)
    if missing := sorted(wanted - set(rows)):
        message = f"{', '.join(missing)} is not in this database: keys have a backup of their own"
        raise NotFound(message, keys=missing)
    return _unwrapped(keyring, rows)


async def _open(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, names: Iterable[str]
) -> dict[str, SubjectKey]:
    """Open those of the keys that can be opened still."""
    return _unwrapped(keyring, await _rows(connection, names))


async def _rows(connection: AsyncConnection, names: Iterable[str]) -> dict[str, WrappedKey | None]:
    rows = await connection.execute(_SELECT, {"keys": sorted(set(names))})
    return {
        row.key: WrappedKey(row.key, row.kek, bytes(row.wrapped)) if row.wrapped else None
        for row in rows
    }


def _unwrapped(
    keyring: KeyEncryptionKeys, rows: Mapping[str, WrappedKey | None]
) -> dict[str, SubjectKey]:
    return {name: keyring.unwrap(wrapped) for name, wrapped in rows.items() if wrapped is not None}
