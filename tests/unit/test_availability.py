"""Telling a database that is away from a statement that is wrong."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError, InterfaceError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from holdfast.store.availability import is_unavailable, reason_of


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectionRefusedError(), True),
        (FileNotFoundError(), True),
        (TimeoutError(), True),
        (PoolTimeoutError(), True),
        (asyncpg.CannotConnectNowError(), True),
        (asyncpg.TooManyConnectionsError(), True),
        (asyncpg.DeadlockDetectedError(), True),
        (asyncpg.LockNotAvailableError(), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.InternalClientError("cannot switch to state 15"), True),
        (asyncpg.UniqueViolationError(), False),
        (asyncpg.UndefinedTableError(), False),
        (asyncpg.CharacterNotInRepertoireError(), False),
        (InterfaceError("x", {}, Exception("closed")), True),
        (ProgrammingError("x", {}, asyncpg.AdminShutdownError()), True),
        (IntegrityError("x", {}, asyncpg.UniqueViolationError()), False),
        (ProgrammingError("x", {}, Exception("odd")), False),
        (ValueError(), False),
    ],
)
def test_only_what_passes_is_unavailable(error: Exception, *, expected: bool) -> None:
    """What a repetition may mend is 503; the rest is a defect."""
    assert is_unavailable(error) is expected


def test_a_reason_quotes_no_values() -> None:
    """Statements carry names and contacts of people; logs do not."""
    error = IntegrityError("INSERT x", {"name": "Ada"}, Exception("duplicate key\nDETAIL: Ada"))
    assert reason_of(error) == "Exception: duplicate key"
