"""Remediation tasks as they stand, each with what became of it."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0017"
down_revision = "0016"

_TASK = """
CREATE TABLE projection.task (
    task_id          text COLLATE "C" PRIMARY KEY,
    incident_id      text COLLATE "C" NOT NULL,
    number           bigint NOT NULL,
    title            text NOT NULL,
    description      text NOT NULL,
    origin           text NOT NULL,
    priority         text NOT NULL,
    mandatory        boolean NOT NULL,
    owner_role       text NOT NULL,
    owner_person     text,
    due_on           date NOT NULL,
    observe          text NOT NULL,
    root_cause       text,
    control          text,
    basis            text,
    proposal         text COLLATE "C",
    replaces         bigint,
    facts            text[] NOT NULL,
    policy           jsonb NOT NULL,
    severity         text,
    stage            text NOT NULL,
    extensions       bigint NOT NULL,
    extended         jsonb NOT NULL,
    acceptances      jsonb NOT NULL,
    accepted_until   timestamptz,
    implementations  jsonb NOT NULL,
    implemented_by   text[] NOT NULL,
    implemented_at   timestamptz,
    observe_until    timestamptz,
    validated_by     jsonb,
    validated_at     timestamptz,
    reassigned       jsonb NOT NULL,
    returned         jsonb NOT NULL,
    links            jsonb NOT NULL,
    outcome          text,
    proposed_by      jsonb NOT NULL,
    opened_entry     text COLLATE "C" NOT NULL,
    opened_at        timestamptz NOT NULL,
    closed_at        timestamptz,
    last_entry       text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX task_of_incident ON projection.task (incident_id, number);
CREATE INDEX task_due ON projection.task (due_on, task_id) WHERE closed_at IS NULL;
CREATE INDEX task_newest ON projection.task (opened_at DESC, task_id);
CREATE INDEX task_proposed ON projection.task (proposal) WHERE proposal IS NOT NULL;
COMMENT ON TABLE projection.task IS
    'Remediation tasks: who has to do what until when, and what became of it.';
COMMENT ON COLUMN projection.task.implemented_by IS
    'Everybody who has ever said that it is done; none of them validates it.';
COMMENT ON COLUMN projection.task.returned IS
    'Every time that it was open again: done in vain, or the acceptance of its risk expired.';
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON projection.task TO holdfast_app;
"""


def upgrade() -> None:
    """Add what is derived from the entries about remediation tasks."""
    run_as_owner(_TASK, _GRANTS)


def downgrade() -> None:
    """Drop it: it holds nothing that the entries do not."""
    op.execute("DROP TABLE projection.task")
