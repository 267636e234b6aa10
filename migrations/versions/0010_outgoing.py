"""Who was addressed: a row a recipient of a delivery, committed before the message leaves.

It says of each recipient's number whether the message to it is under way, was taken, was refused,
or is unknown. Names and addresses are not in it: they stand in the sealed list of recipients.
"""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0010"
down_revision = "0009"

# A row is inserted once and updated in its own page: room is left for that.
_TABLE = """
CREATE TABLE outgoing.recipient_attempt (
    key         text COLLATE "C" NOT NULL,
    number      integer NOT NULL CHECK (number >= 0),
    state       text COLLATE "C" NOT NULL
        CHECK (state IN ('trying', 'not_now', 'sent', 'refused', 'failed', 'unknown')),
    round       integer NOT NULL CHECK (round >= 0),
    tries       integer NOT NULL CHECK (tries > 0),
    channel     text COLLATE "C" NOT NULL,
    channel_id  text,
    because     text,
    tried_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    answered_at timestamptz,
    PRIMARY KEY (key, number)
) WITH (fillfactor = 70);
COMMENT ON TABLE outgoing.recipient_attempt IS
    'What became of a message to each recipient, by number; "trying" stands before it leaves.';
COMMENT ON COLUMN outgoing.recipient_attempt.key IS
    'The idempotency key of the delivery: nobody is addressed twice under it.';
COMMENT ON COLUMN outgoing.recipient_attempt.tries IS
    'How often it was tried in that round, through that channel.';
"""

# Whatever a writer has got wrong: who has a message is never taken for somebody who has not.
_GUARD = """
CREATE FUNCTION outgoing.keep_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('sent', 'refused') OR (NEW.key, NEW.number) <> (OLD.key, OLD.number) THEN
        RAISE EXCEPTION 'UPDATE on outgoing.recipient_attempt is refused: that outcome is final'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER final_is_kept BEFORE UPDATE ON outgoing.recipient_attempt
    FOR EACH ROW EXECUTE FUNCTION outgoing.keep_final();
ALTER TABLE outgoing.recipient_attempt ENABLE ALWAYS TRIGGER final_is_kept;
"""

_GRANTS = """
GRANT SELECT, INSERT,
    UPDATE (state, round, tries, channel, channel_id, because, tried_at, answered_at)
    ON outgoing.recipient_attempt TO holdfast_app;
"""


def upgrade() -> None:
    """Create the schema, the table and its guard, and the only grants the application gets."""
    op.execute("CREATE SCHEMA outgoing AUTHORIZATION holdfast_owner")
    op.execute("GRANT USAGE ON SCHEMA outgoing TO holdfast_app")
    run_as_owner(_TABLE, _GUARD, _GRANTS)


def downgrade() -> None:
    """Refuse: without these rows a message could go to the same people again."""
    message = "a downgrade below 0010 would forget who was addressed: restore a backup instead"
    raise RuntimeError(message)
