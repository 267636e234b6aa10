"""What was handed to competent authorities: a row an attempt, committed before it leaves."""

from __future__ import annotations

from migrations.sql import run_as_owner

revision = "0023"
down_revision = "0022"

_TABLE = """
CREATE TABLE outgoing.authority_submission (
    key          text COLLATE "C" NOT NULL,
    number       integer NOT NULL CHECK (number > 0),
    chain        text COLLATE "C" NOT NULL,
    subject      text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    authority    text COLLATE "C" NOT NULL,
    approved     text COLLATE "C" NOT NULL,
    content      text COLLATE "C" NOT NULL,
    sealed       text COLLATE "C" NOT NULL,
    files        jsonb NOT NULL CHECK (jsonb_array_length(files) > 0),
    diverted     boolean NOT NULL,
    state        text COLLATE "C" NOT NULL
        CHECK (state IN ('sending', 'taken', 'refused', 'not_now', 'unknown')),
    because      text,
    status       integer,
    receipt      text COLLATE "C",
    reference    text,
    begun_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at     timestamptz,
    PRIMARY KEY (key, number),
    CHECK ((state = 'sending') = (ended_at IS NULL))
);
CREATE INDEX authority_submission_of_subject ON outgoing.authority_submission (subject, number);
CREATE INDEX authority_submission_of_file ON outgoing.authority_submission
    USING gin (files jsonb_path_ops);
COMMENT ON TABLE outgoing.authority_submission IS
    'What became of each attempt to hand something over; "sending" stands before it leaves.';
COMMENT ON COLUMN outgoing.authority_submission.key IS
    'The idempotency key of the submission: under it nothing is submitted twice.';
COMMENT ON COLUMN outgoing.authority_submission.content IS
    'The digest of what people have approved.';
COMMENT ON COLUMN outgoing.authority_submission.files IS
    'Of each file that left: name, media type, digest and size; the main one first.';
COMMENT ON COLUMN outgoing.authority_submission.sealed IS
    'The artifact that holds these files sealed, under a key that can be erased.';
"""

# Whatever a writer has got wrong: what may have left is never taken for something that is still to
# be sent, and what is sent again under a key is the same.
_GUARD = """
CREATE FUNCTION outgoing.keep_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'sending' OR EXISTS (
            SELECT FROM outgoing.authority_submission AS earlier
            WHERE earlier.key = NEW.key AND (
                earlier.state IN ('sending', 'taken', 'refused')
                OR earlier.number >= NEW.number
                OR (earlier.chain, earlier.subject, earlier.authority, earlier.content,
                    earlier.sealed, earlier.diverted)
                    <> (NEW.chain, NEW.subject, NEW.authority, NEW.content,
                    NEW.sealed, NEW.diverted)
            )
        ) THEN
            RAISE EXCEPTION
                'INSERT into outgoing.authority_submission is refused: it is no further attempt'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'sending' OR (NEW.key, NEW.number, NEW.chain, NEW.subject, NEW.kind,
            NEW.authority, NEW.approved, NEW.content, NEW.sealed, NEW.files, NEW.diverted,
            NEW.begun_at)
        <> (OLD.key, OLD.number, OLD.chain, OLD.subject, OLD.kind,
            OLD.authority, OLD.approved, OLD.content, OLD.sealed, OLD.files, OLD.diverted,
            OLD.begun_at) THEN
        RAISE EXCEPTION
            'UPDATE on outgoing.authority_submission is refused: that outcome is final'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER submission_is_kept BEFORE INSERT OR UPDATE ON outgoing.authority_submission
    FOR EACH ROW EXECUTE FUNCTION outgoing.keep_submission();
ALTER TABLE outgoing.authority_submission ENABLE ALWAYS TRIGGER submission_is_kept;
"""

# No entry names the sealed files: they go with their chain, when that is disposed of, because of
# this. A receipt is named by entries, unless the attempt after it has another one.
_USES = """
CREATE FUNCTION outgoing.note_submission_use() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO evidence.artifact_use (digest, incident_id)
        SELECT artifact.digest, NEW.chain FROM evidence.artifact
        WHERE artifact.digest IN (NEW.sealed, NEW.receipt) ORDER BY artifact.digest
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION outgoing.note_submission_use() FROM PUBLIC;
CREATE TRIGGER submission_needs_artifacts AFTER INSERT OR UPDATE
    ON outgoing.authority_submission
    FOR EACH ROW EXECUTE FUNCTION outgoing.note_submission_use();
ALTER TABLE outgoing.authority_submission ENABLE ALWAYS TRIGGER submission_needs_artifacts;
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE (state, because, status, receipt, reference, ended_at)
    ON outgoing.authority_submission TO holdfast_app;
"""


def upgrade() -> None:
    """Create the table and its guards, and the only grants the application gets."""
    run_as_owner(_TABLE, _GUARD, _USES, _GRANTS)


def downgrade() -> None:
    """Refuse: without these rows something could be submitted again."""
    message = "a downgrade below 0023 would forget what was submitted: restore a backup instead"
    raise RuntimeError(message)
