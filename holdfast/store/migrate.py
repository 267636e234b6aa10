"""Bringing the database to this version of Holdfast.

One migration runs at a time, whoever starts it: the lock is the database's own and ends with the
connection, so a killed migration leaves neither a lock nor a half-applied revision behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from holdfast.errors import StackError, Unavailable

__all__ = ["Revisions", "revisions", "upgrade"]

_SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
_LOCK_ID = 0x686F6C6466617374  # "holdfast"
_WAIT_FOR_OTHER = "120s"
_LOCK_TIMEOUT = "4s"
_STATEMENT_TIMEOUT = "60s"


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revision that a database has, None before the first, and the one that it should have."""

    current: str | None
    head: str


async def upgrade(migration_url: str) -> str:
    """Apply what is missing, and return the revision that the database then has.

    Raises:
        Unavailable: the database does not answer, or another migration holds it for too long.
        StackError: the database is of a newer version than this one, or a migration failed.
    """
    engine = _engine(migration_url)
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SET lock_timeout = '{_WAIT_FOR_OTHER}'"))
            await connection.execute(text(f"SELECT pg_advisory_lock({_LOCK_ID})"))
            await connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
            await connection.execute(text(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'"))
            await connection.commit()
            return await connection.run_sync(_upgrade)
    except OSError as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        message = f"the database could not be migrated: {error.orig}; nothing of that step was kept"
        raise StackError(message) from error
    finally:
        await engine.dispose()


async def revisions(migration_url: str) -> Revisions:
    """Read how far the database is.

    Raises:
        Unavailable: the database does not answer.
    """
    engine = _engine(migration_url)
    try:
        async with engine.connect() as connection:
            current = await connection.run_sync(_current)
    except (OSError, DBAPIError) as error:
        raise _unavailable(error) from error
    finally:
        await engine.dispose()
    return Revisions(current=current, head=_head(_config()))


def _engine(url: str) -> AsyncEngine:
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        poolclass=NullPool,
        connect_args={
            "timeout": 10,
            "server_settings": {"application_name": "holdfast-migrate", "timezone": "UTC"},
        },
    )


def _upgrade(connection: Connection) -> str:
    config = _config()
    head = _head(config)
    current = _current(connection)
    # The read opened a transaction; each migration brings its own.
    connection.rollback()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        message = (
            f"the database has revision {current}, which this version does not know: "
            f"run the version that made it, or a newer one"
        )
        raise StackError(message, current=current, head=head)
    if current != head:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return head


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head(config: Config) -> str:
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:
        message = f"no migrations in {_SCRIPTS}: install Holdfast again"
        raise StackError(message, folder=str(_SCRIPTS))
    return head


def _config() -> Config:
    config = Config()
    # A percent sign would start an interpolation.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _unavailable(error: Exception) -> Unavailable:
    message = (
        f"the database does not answer ({error}): start it with `holdfast up`, "
        f"or set HOLDFAST_DATABASE_URL to where it is"
    )
    return Unavailable(message)
