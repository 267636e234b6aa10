"""Communications, replies, and what the public status page shows: projections."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0012"
down_revision = "0011"

_COMMUNICATION = """
CREATE TABLE projection.communication (
    incident_id        text COLLATE "C" NOT NULL,
    number             bigint NOT NULL,
    workflow_id        text COLLATE "C" NOT NULL,
    purpose            text NOT NULL,
    audience           text NOT NULL,
    severity           text,
    stage              text NOT NULL,
    version            bigint NOT NULL,
    message            text COLLATE "C",
    draft              jsonb,
    versions           jsonb NOT NULL,
    sign_off           jsonb,
    reviews            jsonb NOT NULL,
    returned           jsonb NOT NULL,
    approvals          jsonb NOT NULL,
    deliveries         jsonb NOT NULL,
    supersedes         bigint,
    superseded_by      bigint,
    opened_by          jsonb NOT NULL,
    opened_at          timestamptz NOT NULL,
    submitted_at       timestamptz,
    approved_at        timestamptz,
    publish_when       text,
    publish_at         timestamptz,
    published_at       timestamptz,
    cancelled_at       timestamptz,
    cancelled_because  text,
    complete           boolean,
    closed_at          timestamptz,
    PRIMARY KEY (incident_id, number)
);
COMMENT ON TABLE projection.communication IS
    'The communications of all incidents, as they stand; the texts are artifacts, by digest.';
COMMENT ON COLUMN projection.communication.versions IS
    'Every version that was ever drafted, the first one first: whose, when, instead of which.';
COMMENT ON COLUMN projection.communication.deliveries IS
    'By number: channel, recipient group and language, and what became of it.';
COMMENT ON COLUMN projection.communication.complete IS
    'Whether every delivery has arrived; null before it was published.';
"""

_REPLY = """
CREATE TABLE projection.reply (
    incident_id    text COLLATE "C" NOT NULL,
    number         bigint NOT NULL,
    reply_id       text COLLATE "C" NOT NULL,
    kind           text NOT NULL,
    communication  bigint,
    received_at    timestamptz NOT NULL,
    due_at         timestamptz,
    answered       text COLLATE "C",
    answered_at    timestamptz,
    sealed         text[] NOT NULL,
    recorded_by    jsonb NOT NULL,
    recorded_at    timestamptz NOT NULL,
    entry_id       text COLLATE "C" NOT NULL,
    PRIMARY KEY (incident_id, number)
);
COMMENT ON TABLE projection.reply IS
    'What came back on communications; who and what are sealed in the entry.';
COMMENT ON COLUMN projection.reply.answered_at IS
    'Of a question: since when it is answered.';
"""

_STATUS_POST = """
CREATE TABLE projection.status_post (
    incident_id    text COLLATE "C" NOT NULL,
    number         bigint NOT NULL,
    post_id        uuid NOT NULL,
    version        bigint NOT NULL,
    message        text COLLATE "C" NOT NULL,
    released_at    timestamptz NOT NULL,
    languages      jsonb NOT NULL,
    superseded_by  bigint,
    superseded_at  timestamptz,
    PRIMARY KEY (incident_id, number)
);
CREATE INDEX status_post_newest ON projection.status_post (released_at DESC)
    WHERE languages <> '{}'::jsonb;
COMMENT ON TABLE projection.status_post IS
    'Communications that were released to the public status page; public once delivered to it.';
COMMENT ON COLUMN projection.status_post.post_id IS
    'What it is called in public: it says nothing of the incident to whom does not have the entry.';
COMMENT ON COLUMN projection.status_post.languages IS
    'The languages in which it was delivered to the page, each since when.';
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON
    projection.communication, projection.reply, projection.status_post TO holdfast_app;
"""


def upgrade() -> None:
    """Add what is derived from the entries about communications and replies."""
    run_as_owner(_COMMUNICATION, _REPLY, _STATUS_POST, _GRANTS)


def downgrade() -> None:
    """Drop it: it holds nothing that the entries do not."""
    for table in ("status_post", "reply", "communication"):
        op.execute(f"DROP TABLE projection.{table}")
