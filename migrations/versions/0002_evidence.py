"""The evidence record, and artifacts kept by the digest of their content."""

from __future__ import annotations

from migrations.sql import run_as_owner

revision = "0002"
down_revision = "0001"

_TABLES = """
CREATE TABLE evidence.record (
    entry_id     text COLLATE "C" PRIMARY KEY,
    position     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    incident_id  text COLLATE "C" NOT NULL,
    workflow_id  text COLLATE "C" NOT NULL,
    sequence     bigint NOT NULL,
    kind         text NOT NULL,
    occurred_at  timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    body         bytea NOT NULL,
    body_hash    bytea GENERATED ALWAYS AS (sha256(body)) STORED,
    UNIQUE (workflow_id, sequence)
);
CREATE INDEX record_of_incident ON evidence.record (incident_id, position);

CREATE TABLE evidence.artifact (
    digest      text COLLATE "C" PRIMARY KEY,
    media_type  text NOT NULL,
    content     bytea NOT NULL,
    stored_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (digest = 'sha256:' || encode(sha256(content), 'hex'))
);
"""


def upgrade() -> None:
    """Create the tables as their owner."""
    run_as_owner(_TABLES)


def downgrade() -> None:
    """Refuse: it would lose evidence."""
    message = "a downgrade below 0002 would lose evidence: restore a backup instead"
    raise RuntimeError(message)
