"""Guards of evidence: no UPDATE, no DELETE, no TRUNCATE, and the database stamps the time.

The guards prevent accidents and stop a stolen application credential; a superuser can drop them.
`ENABLE ALWAYS` keeps them on under session_replication_role = replica too.
"""

from __future__ import annotations

from migrations.sql import run_as_owner

revision = "0003"
down_revision = "0002"

_GUARDS = """
CREATE FUNCTION evidence.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: evidence is append-only',
        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION evidence.stamp_recorded_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := clock_timestamp();
    RETURN NEW;
END
$$;

CREATE TRIGGER record_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.record
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
CREATE TRIGGER artifact_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.artifact
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
CREATE TRIGGER record_is_stamped BEFORE INSERT ON evidence.record
    FOR EACH ROW EXECUTE FUNCTION evidence.stamp_recorded_at();

ALTER TABLE evidence.record ENABLE ALWAYS TRIGGER record_is_append_only;
ALTER TABLE evidence.record ENABLE ALWAYS TRIGGER record_is_stamped;
ALTER TABLE evidence.artifact ENABLE ALWAYS TRIGGER artifact_is_append_only;

GRANT SELECT, INSERT ON evidence.record, evidence.artifact TO holdfast_app;
"""


def upgrade() -> None:
    """Set the guards and the only grants that the application gets."""
    run_as_owner(_GUARDS)


def downgrade() -> None:
    """Refuse: evidence is never left unguarded."""
    message = "a downgrade below 0003 would leave evidence unguarded"
    raise RuntimeError(message)
