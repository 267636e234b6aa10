"""What was done without a person: a row an attempt at a step, committed before it runs."""

from __future__ import annotations

from migrations.sql import run_as_owner

revision = "0021"
down_revision = "0020"

_TABLE = """
CREATE TABLE outgoing.automation_attempt (
    key          text COLLATE "C" PRIMARY KEY,
    automation   text COLLATE "C" NOT NULL,
    ordered      text COLLATE "C" NOT NULL,
    dry_run      boolean NOT NULL,
    state        text COLLATE "C" NOT NULL
        CHECK (state IN ('running', 'succeeded', 'failed', 'unknown')),
    tries        integer NOT NULL CHECK (tries > 0),
    summary      text,
    output       text COLLATE "C",
    exit_status  integer,
    http_status  integer,
    took_seconds bigint,
    begun_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at     timestamptz,
    CHECK ((state = 'running') = (ended_at IS NULL)),
    CHECK ((state = 'running') = (summary IS NULL))
);
COMMENT ON TABLE outgoing.automation_attempt IS
    'What became of each attempt at an automated step; "running" stands before it begins.';
COMMENT ON COLUMN outgoing.automation_attempt.key IS
    'The id of its workflow, and its idempotency key: under it nothing is done twice.';
COMMENT ON COLUMN outgoing.automation_attempt.ordered IS
    'The digest of automation and parameters: a dry run is one of exactly what is then done.';
COMMENT ON COLUMN outgoing.automation_attempt.tries IS
    'How often it was begun: only what may be repeated is begun more than once.';
"""

# Whatever a writer has got wrong: what may have been done is never taken for something that is
# still to be done.
_GUARD = """
CREATE FUNCTION outgoing.keep_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'running' OR (NEW.key, NEW.automation, NEW.ordered, NEW.dry_run)
        <> (OLD.key, OLD.automation, OLD.ordered, OLD.dry_run) THEN
        RAISE EXCEPTION 'UPDATE on outgoing.automation_attempt is refused: that outcome is final'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER outcome_is_kept BEFORE UPDATE ON outgoing.automation_attempt
    FOR EACH ROW EXECUTE FUNCTION outgoing.keep_outcome();
ALTER TABLE outgoing.automation_attempt ENABLE ALWAYS TRIGGER outcome_is_kept;
"""

_GRANTS = """
GRANT SELECT, INSERT,
    UPDATE (state, tries, summary, output, exit_status, http_status, took_seconds, begun_at,
        ended_at)
    ON outgoing.automation_attempt TO holdfast_app;
"""


def upgrade() -> None:
    """Create the table and its guard, and the only grants the application gets."""
    run_as_owner(_TABLE, _GUARD, _GRANTS)


def downgrade() -> None:
    """Refuse: without these rows a step could be done again."""
    message = "a downgrade below 0021 would forget what was done: restore a backup instead"
    raise RuntimeError(message)
