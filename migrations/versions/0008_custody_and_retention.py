"""Attachments, holds, and the one logged exception to append-only: disposing of content.

`holdfast_retention` cannot log in. It owns `evidence.dispose`, which empties the bodies of one
incident's records and the artifacts that only they name. Hashes, leaves and proofs stay, and so do
the records that say why.
"""

from __future__ import annotations

from alembic import op

from migrations.disposal import DISPOSE, KEEP_ARTIFACT
from migrations.sql import run_as_owner

revision = "0008"
down_revision = "0007"

_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'holdfast_retention') THEN
        CREATE ROLE holdfast_retention NOLOGIN;
    END IF;
    EXECUTE format('GRANT holdfast_retention TO %I', current_user);
END
$$
"""

_TABLES = """
ALTER TABLE evidence.record ALTER COLUMN body DROP NOT NULL;
ALTER TABLE evidence.artifact ALTER COLUMN content DROP NOT NULL;
COMMENT ON COLUMN evidence.record.body IS 'NULL once it was disposed of: its hash is in its leaf.';
COMMENT ON COLUMN evidence.artifact.content IS 'NULL once it was disposed of.';
CREATE INDEX record_of_disposal ON evidence.record (incident_id)
    WHERE kind = 'retention.disposed';

CREATE TABLE evidence.artifact_use (
    digest       text COLLATE "C" NOT NULL,
    incident_id  text COLLATE "C" NOT NULL,
    PRIMARY KEY (digest, incident_id)
);
CREATE INDEX artifact_use_of_incident ON evidence.artifact_use (incident_id);
COMMENT ON TABLE evidence.artifact_use IS
    'Which incident still needs which artifact, as its records name it; kept by a trigger.';

CREATE TABLE projection.attachment (
    attachment_id   text COLLATE "C" PRIMARY KEY,
    incident_id     text COLLATE "C" NOT NULL,
    entry_id        text COLLATE "C" NOT NULL,
    digest          text COLLATE "C" NOT NULL,
    size            bigint NOT NULL,
    media_type      text NOT NULL,
    description     text NOT NULL,
    collected_at    timestamptz NOT NULL,
    collected_by    jsonb NOT NULL,
    taken_in_at     timestamptz NOT NULL
);
CREATE INDEX attachment_of_incident ON projection.attachment (incident_id, taken_in_at);

CREATE TABLE projection.hold (
    incident_id     text COLLATE "C" NOT NULL,
    hold_id         text COLLATE "C" NOT NULL,
    type            text NOT NULL,
    reason          text NOT NULL,
    placed_by       jsonb NOT NULL,
    placed_at       timestamptz NOT NULL,
    lifted_by       jsonb,
    lifted_at       timestamptz,
    lifted_because  text,
    PRIMARY KEY (incident_id, hold_id)
);
"""

# No writer can leave a use out, whatever it forgot; that somebody has looked at a file is no need
# for it. Sorted, so that two transactions that name the same artifacts never wait in a circle.
# An answer, a decision and a clock are about what another record of the incident has named before,
# and are most of all records: they are not searched, which would cost a tenth of an insert.
_USES = """
CREATE FUNCTION evidence.note_artifact_use() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM added WHERE kind NOT IN (
            'decision.answered', 'decision.decided', 'decision.voided', 'phase.entered',
            'clock.armed', 'clock.warned', 'clock.missed', 'clock.escalated', 'clock.met',
            'clock.cancelled'
        )
    ) THEN
        RETURN NULL;
    END IF;
    INSERT INTO evidence.artifact_use (digest, incident_id)
        SELECT DISTINCT artifact.digest, added.incident_id
        FROM added
        CROSS JOIN LATERAL
            regexp_matches(encode(added.body, 'escape'), 'sha256:[0-9a-f]{64}', 'g') AS found (hit)
        JOIN evidence.artifact ON artifact.digest = found.hit[1]
        WHERE added.kind NOT IN
            ('attachment.accessed', 'attachment.transferred', 'attachment.exported')
        ORDER BY artifact.digest, added.incident_id
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION evidence.note_artifact_use() FROM PUBLIC;
CREATE TRIGGER record_names_artifacts AFTER INSERT ON evidence.record
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION evidence.note_artifact_use();
ALTER TABLE evidence.record ENABLE ALWAYS TRIGGER record_names_artifacts;
INSERT INTO evidence.artifact_use (digest, incident_id)
    SELECT DISTINCT artifact.digest, record.incident_id
    FROM evidence.record
    CROSS JOIN LATERAL
        regexp_matches(encode(record.body, 'escape'), 'sha256:[0-9a-f]{64}', 'g') AS found (hit)
    JOIN evidence.artifact ON artifact.digest = found.hit[1];
"""

_INCOMING = """
CREATE OR REPLACE FUNCTION evidence.stamp_recorded_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.body IS NULL THEN
        RAISE EXCEPTION 'a record comes in with its body' USING ERRCODE = 'not_null_violation';
    END IF;
    NEW.recorded_at := clock_timestamp();
    RETURN NEW;
END
$$;
"""

# By statement, so that a change that meets no row is refused too; by row, so that the retention
# role can empty content and nothing else, and only beside a disposal of the same transaction. A
# superuser who takes that role meets the same guard.
_GUARDS = """
CREATE FUNCTION evidence.refuse_change_but_disposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = TG_ARGV[0] AND current_user = 'holdfast_retention' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% on %.% is refused: evidence is append-only',
        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION evidence.let_record_be_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rest evidence.record := NEW;
BEGIN
    rest.body := OLD.body;
    rest.body_hash := OLD.body_hash;
    IF NEW.body IS NULL AND OLD.body IS NOT NULL AND rest IS NOT DISTINCT FROM OLD AND EXISTS (
        SELECT FROM evidence.record AS disposal
        WHERE disposal.incident_id = OLD.incident_id AND disposal.kind = 'retention.disposed'
            AND disposal.xmin = pg_current_xact_id()::xid
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE on evidence.record is refused: evidence is append-only'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION evidence.let_artifact_be_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rest evidence.artifact := NEW;
BEGIN
    rest.content := OLD.content;
    IF rest IS NOT DISTINCT FROM OLD AND (
        (OLD.content IS NULL AND NEW.content IS NOT NULL)
        OR (OLD.content IS NOT NULL AND NEW.content IS NULL AND EXISTS (
            SELECT FROM evidence.artifact_use AS used
            JOIN evidence.record AS disposal USING (incident_id)
            WHERE used.digest = OLD.digest AND disposal.kind = 'retention.disposed'
                AND disposal.xmin = pg_current_xact_id()::xid
        ))
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE on evidence.artifact is refused: evidence is append-only'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION evidence.let_use_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM evidence.record AS disposal
        WHERE disposal.incident_id = OLD.incident_id AND disposal.kind = 'retention.disposed'
            AND disposal.xmin = pg_current_xact_id()::xid
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'DELETE on evidence.artifact_use is refused: no disposal ends that use'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

DROP TRIGGER record_is_append_only ON evidence.record;
DROP TRIGGER artifact_is_append_only ON evidence.artifact;
CREATE TRIGGER record_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.record
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change_but_disposal('UPDATE');
CREATE TRIGGER artifact_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.artifact
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change_but_disposal('UPDATE');
CREATE TRIGGER record_is_only_emptied BEFORE UPDATE ON evidence.record
    FOR EACH ROW EXECUTE FUNCTION evidence.let_record_be_emptied();
CREATE TRIGGER artifact_is_only_emptied BEFORE UPDATE ON evidence.artifact
    FOR EACH ROW EXECUTE FUNCTION evidence.let_artifact_be_emptied();
CREATE TRIGGER use_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.artifact_use
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change_but_disposal('DELETE');
CREATE TRIGGER use_ends_with_disposal BEFORE DELETE ON evidence.artifact_use
    FOR EACH ROW EXECUTE FUNCTION evidence.let_use_end();
ALTER TABLE evidence.record ENABLE ALWAYS TRIGGER record_is_append_only;
ALTER TABLE evidence.record ENABLE ALWAYS TRIGGER record_is_only_emptied;
ALTER TABLE evidence.artifact_use ENABLE ALWAYS TRIGGER use_is_append_only;
ALTER TABLE evidence.artifact_use ENABLE ALWAYS TRIGGER use_ends_with_disposal;
ALTER TABLE evidence.artifact ENABLE ALWAYS TRIGGER artifact_is_append_only;
ALTER TABLE evidence.artifact ENABLE ALWAYS TRIGGER artifact_is_only_emptied;
"""

_GRANTS = """
GRANT USAGE ON SCHEMA evidence TO holdfast_retention;
GRANT SELECT ON evidence.record, evidence.log_entry, evidence.artifact TO holdfast_retention;
GRANT UPDATE (body) ON evidence.record TO holdfast_retention;
GRANT UPDATE (content) ON evidence.artifact TO holdfast_retention;
GRANT SELECT, DELETE ON evidence.artifact_use TO holdfast_retention;
CREATE POLICY retention_reads ON evidence.record FOR SELECT TO holdfast_retention USING (true);
CREATE POLICY retention_empties ON evidence.record FOR UPDATE TO holdfast_retention
    USING (true) WITH CHECK (body IS NULL);
GRANT SELECT ON evidence.artifact_use TO holdfast_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON projection.attachment, projection.hold TO holdfast_app;
"""


def upgrade() -> None:
    """Create the role, the tables, the guards and the gate, and give the gate to its role."""
    op.execute(_ROLE)
    run_as_owner(_TABLES, _USES, _INCOMING, KEEP_ARTIFACT, _GUARDS, DISPOSE, _GRANTS)
    # A new owner must be able to create in the schema at that moment, and at no other.
    op.execute("GRANT CREATE ON SCHEMA evidence TO holdfast_retention")
    for function in ("evidence.dispose(text)", "evidence.keep_artifact()"):
        op.execute(f"ALTER FUNCTION {function} OWNER TO holdfast_retention")
    op.execute("REVOKE CREATE ON SCHEMA evidence FROM holdfast_retention")


def downgrade() -> None:
    """Refuse: evidence is never left unguarded, and what was disposed of does not return."""
    message = "a downgrade below 0008 would leave evidence unguarded: restore a backup instead"
    raise RuntimeError(message)
