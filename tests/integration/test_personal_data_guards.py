"""The guards of the keys: a key is erased or wrapped anew, and never changed otherwise."""

from __future__ import annotations

import asyncpg
import pytest

from holdfast.stack.database_urls import DatabaseUrls

_GUARDED = "personal.subject_key"
_REFUSED_TO_THE_APPLICATION = {
    "delete": f"DELETE FROM {_GUARDED}",  # noqa: S608 - constant
    "truncate": f"TRUNCATE {_GUARDED}",
    "rename": f"UPDATE {_GUARDED} SET key = 'person-x'",  # noqa: S608 - constant
    "back-date": f"INSERT INTO {_GUARDED} (key, wrapped, kek, created_at)"  # noqa: S608 - constant
    " VALUES ('x', '', 'x', now())",
    "disable the guard": f"ALTER TABLE {_GUARDED} DISABLE TRIGGER subject_key_is_guarded",
}


@pytest.mark.parametrize(
    "statement", _REFUSED_TO_THE_APPLICATION.values(), ids=_REFUSED_TO_THE_APPLICATION.keys()
)
async def test_the_application_has_no_such_right(postgres: DatabaseUrls, statement: str) -> None:
    """It makes keys, reads, erases and re-wraps them, and nothing else."""
    connection = await asyncpg.connect(postgres.application)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("role", ["holdfast_sequencer", "holdfast_auditor"])
async def test_sequencer_and_auditor_see_nothing_of_the_keys(
    postgres: DatabaseUrls, role: str
) -> None:
    """Not even that there are any."""
    connection = await asyncpg.connect(postgres.migration)
    await connection.execute(f"SET ROLE {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="schema personal"):
        await connection.execute(f"SELECT count(*) FROM {_GUARDED}")  # noqa: S608 - constant
    await connection.close()


_LIVE = "key = 'person-live'"
_GONE = "key = 'person-gone'"
_STOPPED = {
    "delete": ("DELETE FROM personal.subject_key", "stays"),
    "truncate": ("TRUNCATE personal.subject_key", "stays"),
    "truncate cascade": ("TRUNCATE personal.subject_key CASCADE", "stays"),
    "another key": (f"SET wrapped = decode(repeat('aa', 60), 'hex') WHERE {_LIVE}", "re-wrapped"),
    "another kek alone": (f"SET kek = 'kek-00000000000000bb' WHERE {_LIVE}", "re-wrapped"),
    "another name": (f"SET key = 'person-other' WHERE {_LIVE}", "re-wrapped"),
    "another birth": (f"SET created_at = '2020-01-01' WHERE {_LIVE}", "re-wrapped"),
    "erased and moved": (
        f"SET wrapped = NULL, erased_at = now(), kek = 'kek-00000000000000bb' WHERE {_LIVE}",
        "re-wrapped",
    ),
    "erased key returns": (
        f"SET wrapped = decode(repeat('aa', 60), 'hex'), erased_at = NULL WHERE {_GONE}",
        "never returns",
    ),
    "erasure moved in time": (f"SET erased_at = '2020-01-01' WHERE {_GONE}", "never returns"),
}


@pytest.mark.parametrize("replica", [False, True], ids=["plain", "as replica"])
@pytest.mark.parametrize(("change", "why"), _STOPPED.values(), ids=_STOPPED.keys())
async def test_a_superuser_is_stopped_by_the_guards_of_keys(
    postgres: DatabaseUrls,
    change: str,
    why: str,
    replica: bool,  # noqa: FBT001 - a case
) -> None:
    """Against every accident, under replication too."""
    connection = await asyncpg.connect(postgres.migration)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("""
        INSERT INTO personal.subject_key (key, wrapped, kek) VALUES
            ('person-live', decode(repeat('00', 60), 'hex'), 'kek-00000000000000aa'),
            ('person-gone', decode(repeat('00', 60), 'hex'), 'kek-00000000000000aa');
        UPDATE personal.subject_key SET wrapped = NULL, erased_at = '2020-01-01'
        WHERE key = 'person-gone';
    """)
    stamped = "SELECT erased_at > '2025-01-01' FROM personal.subject_key WHERE key = 'person-gone'"
    assert await connection.fetchval(stamped)
    if replica:
        await connection.execute("SET LOCAL session_replication_role = replica")
    statement = f"UPDATE {_GUARDED} {change}" if change.startswith("SET") else change
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match=why):
        await connection.execute(statement)
    await transaction.rollback()
    await connection.close()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param("('x', NULL, 'kek-00000000000000aa', NULL)", id="neither kept nor erased"),
        pytest.param(
            "('x', decode(repeat('00', 60), 'hex'), 'kek-00000000000000aa', now())", id="both"
        ),
        pytest.param("('x', 'short', 'kek-00000000000000aa', NULL)", id="no wrapped key"),
        pytest.param("('x', decode(repeat('00', 60), 'hex'), '../kek', NULL)", id="no kek"),
    ],
)
async def test_a_row_is_a_wrapped_key_or_an_erased_one(postgres: DatabaseUrls, values: str) -> None:
    """Nothing in between."""
    connection = await asyncpg.connect(postgres.migration)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            f"INSERT INTO {_GUARDED} (key, wrapped, kek, erased_at) VALUES {values}"  # noqa: S608
        )
    await connection.close()
