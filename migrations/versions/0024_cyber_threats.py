"""Cyber threats, recorded and notified, as projections."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0024"
down_revision = "0023"

_THREATS = """
CREATE SEQUENCE intake.threat_number;
CREATE TABLE intake.threat (
    submission_id    text COLLATE "C" PRIMARY KEY,
    threat_id        text COLLATE "C" NOT NULL UNIQUE
);
COMMENT ON TABLE intake.threat IS
    'Which number a submission that records a threat was given, so that repeating it is safe.';

CREATE TABLE projection.cyber_threat (
    threat_id        text COLLATE "C" PRIMARY KEY,
    workflow_id      text COLLATE "C" NOT NULL,
    title            text NOT NULL,
    description      text NOT NULL,
    entity           text COLLATE "C" NOT NULL,
    incidents        text[] NOT NULL,
    pins             jsonb NOT NULL,
    detected_at      timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL,
    recorded_by      jsonb NOT NULL,
    facts            jsonb,
    significant      text,
    proof            jsonb,
    assessed_at      timestamptz,
    fields           jsonb NOT NULL,
    notified_at      timestamptz,
    closed           jsonb,
    closed_at        timestamptz,
    last_entry       text COLLATE "C" NOT NULL
);
COMMENT ON TABLE projection.cyber_threat IS
    'Cyber threats (DORA Art. 17(2)), each with its last assessment by 2024/1772 Art. 10.';
COMMENT ON COLUMN projection.cyber_threat.fields IS
    'What people have supplied for the form, by number; null: withdrawn.';

CREATE TABLE projection.threat_notification (
    notification_id  text COLLATE "C" PRIMARY KEY,
    threat_id        text COLLATE "C" NOT NULL,
    version          bigint NOT NULL,
    content          text NOT NULL,
    authors          text[] NOT NULL,
    authority        text NOT NULL,
    corrects         bigint,
    comment          text,
    put_forward_at   timestamptz NOT NULL,
    returned         jsonb,
    approved_by      jsonb,
    approved_at      timestamptz,
    submissions      jsonb NOT NULL,
    refusals         jsonb NOT NULL,
    receipts         jsonb NOT NULL,
    last_entry       text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX threat_notification_of ON projection.threat_notification (threat_id, version);
COMMENT ON TABLE projection.threat_notification IS
    'Every version of a notification: who approved it, what was sent, what came back.';
"""

_GRANTS = """
GRANT USAGE ON SEQUENCE intake.threat_number TO holdfast_app;
GRANT SELECT, INSERT ON intake.threat TO holdfast_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON projection.cyber_threat, projection.threat_notification
TO holdfast_app;
"""


def upgrade() -> None:
    """Add what is derived from the entries about threats, and where their numbers come from."""
    run_as_owner(_THREATS, _GRANTS)


def downgrade() -> None:
    """Drop it; numbers given to threats are in their entries."""
    for table in ("projection.threat_notification", "projection.cyber_threat", "intake.threat"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE intake.threat_number")
