"""Running a script of several SQL statements inside the migration's transaction."""

from __future__ import annotations

from alembic import op
from sqlalchemy.util import await_only

__all__ = ["run_as_owner"]


def run_as_owner(*scripts: str) -> None:
    """Run scripts as `holdfast_owner`, so that the objects they create belong to it.

    asyncpg prepares what SQLAlchemy sends, one statement at a time; the driver's own `execute`
    takes a whole script, on the same connection and in the same transaction.
    """
    op.execute("SET LOCAL ROLE holdfast_owner")
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        message = "the migration has no connection to run on"
        raise RuntimeError(message)
    for script in scripts:
        await_only(driver.execute(script))
    op.execute("RESET ROLE")
