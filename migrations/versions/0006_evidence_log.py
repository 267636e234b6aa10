"""The evidence log: what waits, leaves, tiles, checkpoints; and roles with the least privilege.

`holdfast_sequencer` puts records into the log, `holdfast_auditor` reads the incidents of its scope,
`holdfast_retention` owns the one way to dispose of content. A record comes into `pending` by a
trigger, so that no writer can leave it out of the log.
"""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0006"
down_revision = "0005"

_ROLES = """
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['holdfast_sequencer', 'holdfast_auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
    END LOOP;
END
$$
"""

_USAGE = """
GRANT USAGE ON SCHEMA evidence TO holdfast_sequencer, holdfast_auditor;
GRANT USAGE ON SCHEMA access TO holdfast_auditor;
"""

# The id says writer and number, so this index held twice what the primary key holds; a CHECK that
# they agree costs a tenth of an insert. `holdfast fsck` holds every record against its columns.
_RECORD = """
ALTER TABLE evidence.record DROP CONSTRAINT record_workflow_id_sequence_key;
"""

# Never compressed, an id must fit into its index: 2.7 kB. A longer one, which whoever may add
# records could add, would make a leaf that fits nowhere, and so stop the log for good.
_SHORT_IDS = """
ALTER TABLE evidence.record
    ALTER COLUMN entry_id SET STORAGE PLAIN,
    ALTER COLUMN incident_id SET STORAGE PLAIN;
"""

_TABLES = """
CREATE TABLE evidence.pending (
    position  bigint PRIMARY KEY,
    entry_id  text COLLATE "C" NOT NULL
);
COMMENT ON TABLE evidence.pending IS
    'Records that are not in the log yet, in order of arrival.';

CREATE TABLE evidence.log_entry (
    index         bigint PRIMARY KEY,
    entry_id      text COLLATE "C" NOT NULL UNIQUE,
    incident_id   text COLLATE "C" NOT NULL,
    incident_seq  bigint NOT NULL,
    leaf          bytea NOT NULL CHECK (octet_length(leaf) < 65536),
    leaf_hash     bytea GENERATED ALWAYS AS (sha256('\\x00'::bytea || leaf)) STORED,
    UNIQUE (incident_id, incident_seq)
);

CREATE TABLE evidence.incident_head (
    incident_id  text COLLATE "C" PRIMARY KEY,
    seq          bigint NOT NULL,
    leaf_hash    bytea NOT NULL
);

CREATE TABLE evidence.tile (
    level   smallint NOT NULL,
    number  bigint NOT NULL,
    hashes  bytea NOT NULL
        CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, number)
);
ALTER TABLE evidence.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE evidence.checkpoint (
    size     bigint PRIMARY KEY,
    root     bytea NOT NULL CHECK (octet_length(root) = 32),
    note     text COLLATE "C" NOT NULL,
    made_at  timestamptz NOT NULL
);

CREATE TABLE evidence.log_state (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    origin   text COLLATE "C" NOT NULL,
    size     bigint NOT NULL,
    root     bytea NOT NULL CHECK (octet_length(root) = 32),
    made_at  timestamptz NOT NULL
);

CREATE TABLE evidence.log_key (
    vkey           text COLLATE "C" PRIMARY KEY,
    from_size      bigint NOT NULL,
    rotation       text COLLATE "C",
    registered_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN evidence.log_key.rotation IS
    'The log_key.rotated record that vouches for the key; NULL for the first key.';

CREATE TABLE evidence.checkpoint_timestamp (
    size       bigint NOT NULL REFERENCES evidence.checkpoint,
    authority  text COLLATE "C" NOT NULL,
    token      bytea NOT NULL,
    stored_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (size, authority)
);

CREATE TABLE evidence.checkpoint_cosignature (
    size       bigint NOT NULL REFERENCES evidence.checkpoint,
    witness    text COLLATE "C" NOT NULL,
    line       text COLLATE "C" NOT NULL,
    stored_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (size, witness)
);

CREATE TABLE evidence.checkpoint_delivery (
    channel       text COLLATE "C" NOT NULL,
    size          bigint NOT NULL REFERENCES evidence.checkpoint,
    delivered_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (channel, size)
);
COMMENT ON COLUMN evidence.checkpoint_delivery.channel IS
    'Digest of the channel''s address: the address itself may hold a secret.';

CREATE TABLE access.auditor_scope (
    auditor      name NOT NULL,
    incident_id  text COLLATE "C" NOT NULL,
    PRIMARY KEY (auditor, incident_id)
);
COMMENT ON TABLE access.auditor_scope IS
    'Which login role, a member of holdfast_auditor, may read the evidence of which incident.';
"""

# Every new record waits for the log, whoever wrote it and whatever it forgot. No name is looked up
# in a schema that a caller could put in front.
_PENDING = """
CREATE FUNCTION evidence.queue_for_log() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO evidence.pending (position, entry_id) SELECT position, entry_id FROM added;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION evidence.queue_for_log() FROM PUBLIC;
CREATE TRIGGER record_waits_for_log AFTER INSERT ON evidence.record
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION evidence.queue_for_log();
ALTER TABLE evidence.record ENABLE ALWAYS TRIGGER record_waits_for_log;
INSERT INTO evidence.pending (position, entry_id) SELECT position, entry_id FROM evidence.record;
"""

_GUARDS = """
CREATE FUNCTION evidence.refuse_shrinking_tile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.level, OLD.number) IS DISTINCT FROM (NEW.level, NEW.number)
        OR octet_length(NEW.hashes) < octet_length(OLD.hashes)
        OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'UPDATE on evidence.tile is refused: a tile only grows, at its end'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION evidence.refuse_shrinking_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.incident_id <> OLD.incident_id OR NEW.seq <= OLD.seq THEN
        RAISE EXCEPTION 'UPDATE on evidence.incident_head is refused: a chain only grows'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION evidence.refuse_shrinking_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.origin <> OLD.origin OR NEW.size <= OLD.size OR NEW.made_at <= OLD.made_at THEN
        RAISE EXCEPTION 'UPDATE on evidence.log_state is refused: the log only grows'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['log_entry', 'checkpoint', 'log_key', 'checkpoint_timestamp',
                                   'checkpoint_cosignature', 'checkpoint_delivery'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence.%I
            FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change()',
            guarded || '_is_append_only', guarded);
        EXECUTE format('ALTER TABLE evidence.%I ENABLE ALWAYS TRIGGER %I',
            guarded, guarded || '_is_append_only');
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['tile', 'log_state', 'incident_head'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON evidence.%I
            FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change()',
            guarded || '_stays', guarded);
        EXECUTE format('ALTER TABLE evidence.%I ENABLE ALWAYS TRIGGER %I',
            guarded, guarded || '_stays');
    END LOOP;
END
$$;

-- Records leave it in one way, into the log: the sequencer deletes what it has put there.
CREATE TRIGGER pending_waits BEFORE UPDATE OR TRUNCATE ON evidence.pending
    FOR EACH STATEMENT EXECUTE FUNCTION evidence.refuse_change();
ALTER TABLE evidence.pending ENABLE ALWAYS TRIGGER pending_waits;
CREATE TRIGGER tile_only_grows BEFORE UPDATE ON evidence.tile
    FOR EACH ROW EXECUTE FUNCTION evidence.refuse_shrinking_tile();
ALTER TABLE evidence.tile ENABLE ALWAYS TRIGGER tile_only_grows;
CREATE TRIGGER chain_only_grows BEFORE UPDATE ON evidence.incident_head
    FOR EACH ROW EXECUTE FUNCTION evidence.refuse_shrinking_chain();
ALTER TABLE evidence.incident_head ENABLE ALWAYS TRIGGER chain_only_grows;
CREATE TRIGGER log_only_grows BEFORE UPDATE ON evidence.log_state
    FOR EACH ROW EXECUTE FUNCTION evidence.refuse_shrinking_log();
ALTER TABLE evidence.log_state ENABLE ALWAYS TRIGGER log_only_grows;
"""

_GRANTS = """
GRANT SELECT ON ALL TABLES IN SCHEMA evidence TO holdfast_sequencer;
GRANT DELETE ON evidence.pending TO holdfast_sequencer;
GRANT INSERT ON evidence.log_entry, evidence.incident_head, evidence.tile, evidence.checkpoint,
    evidence.log_state, evidence.log_key, evidence.checkpoint_timestamp,
    evidence.checkpoint_cosignature, evidence.checkpoint_delivery TO holdfast_sequencer;
GRANT UPDATE ON evidence.incident_head, evidence.tile, evidence.log_state TO holdfast_sequencer;
REVOKE SELECT ON evidence.artifact FROM holdfast_sequencer;

GRANT SELECT ON evidence.pending, evidence.log_entry, evidence.incident_head, evidence.tile,
    evidence.checkpoint, evidence.log_state, evidence.log_key, evidence.checkpoint_timestamp,
    evidence.checkpoint_cosignature, evidence.checkpoint_delivery TO holdfast_app;

GRANT SELECT ON evidence.record, evidence.log_entry, evidence.tile, evidence.checkpoint,
    evidence.log_state, evidence.log_key TO holdfast_auditor;
GRANT SELECT ON access.auditor_scope TO holdfast_auditor;
"""

# Leaves carry no content: an auditor may read all of them, and so see that none is missing. Of the
# records, those of the scope.
_ROW_SECURITY = """
ALTER TABLE evidence.record ENABLE ROW LEVEL SECURITY;
CREATE POLICY application_reads ON evidence.record FOR SELECT TO holdfast_app USING (true);
CREATE POLICY application_adds ON evidence.record FOR INSERT TO holdfast_app
    WITH CHECK (body IS NOT NULL);
CREATE POLICY sequencer_reads ON evidence.record FOR SELECT TO holdfast_sequencer USING (true);
CREATE POLICY auditor_reads_scope ON evidence.record FOR SELECT TO holdfast_auditor USING (
    incident_id IN (SELECT incident_id FROM access.auditor_scope WHERE auditor = session_user)
);
ALTER TABLE access.auditor_scope ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_scope ON access.auditor_scope FOR SELECT TO holdfast_auditor
    USING (auditor = session_user);
"""


def upgrade() -> None:
    """Create roles, tables, guards and grants."""
    op.execute(_ROLES)
    run_as_owner(_USAGE, _RECORD, _SHORT_IDS, _TABLES, _PENDING, _GUARDS, _GRANTS, _ROW_SECURITY)


def downgrade() -> None:
    """Refuse: it would lose the log."""
    message = "a downgrade below 0006 would lose the evidence log: restore a backup instead"
    raise RuntimeError(message)
