"""Projections: what people query, written with each entry and rebuildable from the entries."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0005"
down_revision = "0004"

_TABLES = """
CREATE TABLE projection.incident (
    incident_id   text COLLATE "C" PRIMARY KEY,
    workflow_id   text COLLATE "C" NOT NULL,
    title         text NOT NULL,
    description   text,
    origin        text NOT NULL,
    reporter      jsonb NOT NULL,
    phase         text NOT NULL,
    severity      text,
    priority      text,
    outcome       text,
    duplicate_of  text COLLATE "C",
    services      text[] NOT NULL,
    aware_at      timestamptz NOT NULL,
    opened_at     timestamptz NOT NULL,
    closed_at     timestamptz,
    alerts        bigint NOT NULL,
    facts         jsonb NOT NULL,
    proposal      jsonb,
    actions       jsonb NOT NULL,
    checks        jsonb NOT NULL,
    review        jsonb,
    policies      jsonb NOT NULL
);
CREATE INDEX incident_newest ON projection.incident (opened_at DESC, incident_id DESC);
CREATE INDEX incident_services ON projection.incident USING gin (services);

CREATE TABLE projection.timeline (
    entry_id     text COLLATE "C" PRIMARY KEY,
    position     bigint NOT NULL,
    incident_id  text COLLATE "C" NOT NULL,
    kind         text NOT NULL,
    occurred_at  timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    actor_id     text COLLATE "C" NOT NULL,
    role         text NOT NULL,
    summary      text NOT NULL
);
CREATE INDEX timeline_of_incident ON projection.timeline (incident_id, position);

CREATE TABLE projection.decision (
    workflow_id  text COLLATE "C" NOT NULL,
    request_id   text COLLATE "C" NOT NULL,
    incident_id  text COLLATE "C" NOT NULL,
    kind         text NOT NULL,
    question     text NOT NULL,
    state        text NOT NULL,
    subject      jsonb NOT NULL,
    authors      text[] NOT NULL,
    roles        text[] NOT NULL,
    options      jsonb NOT NULL,
    bypass       jsonb,
    context      jsonb NOT NULL,
    requested_at timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    answers      jsonb NOT NULL,
    outcome      text,
    settled_at   timestamptz,
    PRIMARY KEY (workflow_id, request_id)
);
CREATE INDEX decision_of_incident ON projection.decision (incident_id, requested_at);

CREATE TABLE projection.clock (
    workflow_id  text COLLATE "C" NOT NULL,
    clock_id     text COLLATE "C" NOT NULL,
    incident_id  text COLLATE "C" NOT NULL,
    title        text NOT NULL,
    state        text NOT NULL,
    due_at       timestamptz NOT NULL,
    next_at      timestamptz,
    entitled     text[] NOT NULL,
    PRIMARY KEY (workflow_id, clock_id)
);
CREATE INDEX clock_of_incident ON projection.clock (incident_id, due_at);

CREATE TABLE projection.receipt (
    submission_id  text COLLATE "C" PRIMARY KEY,
    incident_id    text COLLATE "C" NOT NULL,
    entry_id       text COLLATE "C" NOT NULL,
    kind           text NOT NULL,
    accepted       boolean NOT NULL,
    result         jsonb NOT NULL,
    occurred_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL
);
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA projection TO holdfast_app;
"""


def upgrade() -> None:
    """Create the tables as their owner; the application may rewrite them, for they are derived."""
    run_as_owner(_TABLES, _GRANTS)


def downgrade() -> None:
    """Drop the tables: they hold nothing that the entries do not."""
    for table in ("receipt", "clock", "decision", "timeline", "incident"):
        op.execute(f"DROP TABLE projection.{table}")
