"""Roles with the least privilege each, and one schema a purpose.

`holdfast_owner` owns everything and cannot log in; `holdfast_app` is what API and worker connect
as. Where the migrating role may not create roles, create both before.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

_ROLES = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'holdfast_owner') THEN
        CREATE ROLE holdfast_owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'holdfast_app') THEN
        CREATE ROLE holdfast_app LOGIN;
    END IF;
    EXECUTE format('GRANT holdfast_owner TO %I', current_user);
END
$$
"""


def upgrade() -> None:
    """Create the roles and the schemas."""
    op.execute(_ROLES)
    for schema in ("evidence", "intake", "access", "projection"):
        op.execute(f"CREATE SCHEMA {schema} AUTHORIZATION holdfast_owner")
        op.execute(f"GRANT USAGE ON SCHEMA {schema} TO holdfast_app")


def downgrade() -> None:
    """Drop the schemas, which must be empty: evidence is never lost by a downgrade."""
    for schema in ("projection", "access", "intake", "evidence"):
        op.execute(f"DROP SCHEMA {schema} RESTRICT")
