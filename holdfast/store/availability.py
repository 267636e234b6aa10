"""Telling a database that does not answer now from a statement that is wrong.

The first passes: the same call succeeds later. The second is a defect, and is never retried.
"""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

__all__ = ["DATABASE_ERRORS", "is_unavailable", "reason_of"]

_OF_THE_DRIVER = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""A connection was lost while SQLAlchemy was still setting it up, or while it was sending."""

DATABASE_ERRORS = (
    DBAPIError,
    PoolTimeoutError,
    asyncpg.PostgresError,
    *_OF_THE_DRIVER,
    OSError,
)
"""What a call of the database raises; ask `is_unavailable` which of the two it is."""

_PASSING_CLASSES = (
    "08",  # connection exceptions
    "40",  # serialization failure, deadlock
    "53",  # insufficient resources
    "55",  # object not in the state it must be in, lock not available
    "57",  # operator intervention: shutdown, cancelled statement
    "58",  # system errors
)


def is_unavailable(error: BaseException) -> bool:
    """Whether the database did not answer, so that the same call may succeed later."""
    if isinstance(error, (PoolTimeoutError, InterfaceError, *_OF_THE_DRIVER, OSError)):
        return True
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        state = getattr(error.orig, "sqlstate", None)
    else:
        state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and state[:2] in _PASSING_CLASSES


def reason_of(error: BaseException) -> str:
    """Say why in one line, for logs: SQLAlchemy's own text would quote statements and values."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).splitlines()
    return f"{type(cause).__name__}: {lines[0] if lines else ''}"[:300]
