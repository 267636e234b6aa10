"""The reports of incidents: their versions, fields, deadlines and receipts, as projections."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0022"
down_revision = "0021"

_REPORTING = """
CREATE TABLE projection.reporting (
    reporting_id     text COLLATE "C" PRIMARY KEY,
    incident_id      text COLLATE "C" NOT NULL,
    number           bigint NOT NULL,
    entity           text COLLATE "C" NOT NULL,
    aware_at         timestamptz NOT NULL,
    classified_at    timestamptz NOT NULL,
    evaluation       text COLLATE "C",
    decided          text COLLATE "C" NOT NULL,
    policy           jsonb NOT NULL,
    register         jsonb NOT NULL,
    matrix           jsonb NOT NULL,
    severity         text,
    state            text NOT NULL,
    outcome          text,
    reference        text,
    computed         jsonb,
    update_required  jsonb,
    delays           jsonb NOT NULL,
    opened_entry     text COLLATE "C" NOT NULL,
    opened_at        timestamptz NOT NULL,
    closed_at        timestamptz,
    last_entry       text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX reporting_of_incident ON projection.reporting (incident_id, number);
COMMENT ON TABLE projection.reporting IS
    'What a financial entity reports of a major incident to its competent authority.';
COMMENT ON COLUMN projection.reporting.reference IS
    'What the authority calls it (field 3.1), as it last answered.';
COMMENT ON COLUMN projection.reporting.computed IS
    'From what the deadlines were computed last, and why: the case and the calendar.';

CREATE TABLE projection.report_deadline (
    reporting_id     text COLLATE "C" NOT NULL,
    stage            text COLLATE "C" NOT NULL,
    incident_id      text COLLATE "C" NOT NULL,
    due_at           timestamptz,
    strict_due_at    timestamptz,
    clause           text,
    relief           jsonb,
    because          text,
    clock            text NOT NULL,
    clock_due_at     timestamptz,
    late             boolean NOT NULL,
    settled_at       timestamptz,
    PRIMARY KEY (reporting_id, stage)
);
COMMENT ON TABLE projection.report_deadline IS
    'Until when each report may be submitted, under which clause, and whether it was.';
COMMENT ON COLUMN projection.report_deadline.clock_due_at IS
    'When its clock is due on the wall: in a drill earlier than the law has it.';

CREATE TABLE projection.report_version (
    report_id        text COLLATE "C" PRIMARY KEY,
    reporting_id     text COLLATE "C" NOT NULL,
    incident_id      text COLLATE "C" NOT NULL,
    version          bigint NOT NULL,
    kind             text NOT NULL,
    covers           text[] NOT NULL,
    state            text NOT NULL,
    content          text,
    fields           text,
    gaps             jsonb NOT NULL,
    authors          text[] NOT NULL,
    as_of            text COLLATE "C",
    ahead            boolean NOT NULL,
    corrects         bigint,
    because          text,
    put_forward      text COLLATE "C",
    sign_off         jsonb,
    drafted_entry    text COLLATE "C" NOT NULL,
    drafted_at       timestamptz NOT NULL,
    cleared_by       jsonb,
    cleared_at       timestamptz,
    returned         jsonb,
    approved_by      jsonb,
    approved_at      timestamptz,
    approved_entry   text COLLATE "C",
    exception_code   text,
    authority        text,
    submitted_at     timestamptz,
    reference        text,
    submissions      jsonb NOT NULL,
    refusals         jsonb NOT NULL,
    receipts         jsonb NOT NULL,
    last_entry       text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX report_version_of ON projection.report_version (reporting_id, version);
CREATE INDEX report_version_of_incident ON projection.report_version (incident_id);
COMMENT ON TABLE projection.report_version IS
    'Every version of every report: by digest, who approved it, what was sent, what came back.';
COMMENT ON COLUMN projection.report_version.submissions IS
    'Every time that it left; `submitted_at` is when it first did.';

CREATE TABLE projection.report_field (
    reporting_id     text COLLATE "C" NOT NULL,
    field            text COLLATE "C" NOT NULL,
    incident_id      text COLLATE "C" NOT NULL,
    value            jsonb,
    estimate         boolean,
    because          text,
    replaces         text COLLATE "C",
    entry_id         text COLLATE "C" NOT NULL,
    supplied_by      jsonb NOT NULL,
    supplied_at      timestamptz NOT NULL,
    PRIMARY KEY (reporting_id, field)
);
COMMENT ON TABLE projection.report_field IS
    'What people have supplied for reports, the latest of each field; null: withdrawn.';

ALTER TABLE projection.decision ADD COLUMN only_by_exception text[];
COMMENT ON COLUMN projection.decision.only_by_exception IS
    'Options that nobody can choose without an exception code.';
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON
    projection.reporting, projection.report_deadline, projection.report_version,
    projection.report_field
TO holdfast_app;
"""


def upgrade() -> None:
    """Add what is derived from the entries about reports to authorities."""
    run_as_owner(_REPORTING, _GRANTS)


def downgrade() -> None:
    """Drop it: it holds nothing that the entries do not."""
    op.execute("ALTER TABLE projection.decision DROP COLUMN only_by_exception")
    for table in ("report_field", "report_version", "report_deadline", "reporting"):
        op.execute(f"DROP TABLE projection.{table}")
