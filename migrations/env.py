"""How Alembic runs our migrations: on the connection of `holdfast.store.migrate`, and on no other.

That connection holds the lock against a second migration and has the timeouts set; a migration
without them could queue behind a long read and stop every writer behind itself.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from holdfast.errors import StackError


def _run() -> None:
    connection = context.config.attributes.get("connection")
    if not isinstance(connection, Connection):
        message = "migrations run through `holdfast migrate` only"
        raise StackError(message)
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


_run()
