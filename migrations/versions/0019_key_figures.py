"""What key figures are computed from."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0019"
down_revision = "0018"

_INCIDENT = """
CREATE TABLE projection.measured_incident (
    incident_id        text COLLATE "C" PRIMARY KEY,
    drill              boolean NOT NULL,
    detected_at        timestamptz NOT NULL,
    occurred_at        timestamptz,
    confirmed_at       timestamptz,
    classified_at      timestamptz,
    contained_at       timestamptz,
    recovered_at       timestamptz,
    closed_at          timestamptz,
    outcome            text,
    severity           text,
    services           text[] NOT NULL,
    entities           text[] NOT NULL,
    cause_stated       text,
    cause_fact         text,
    cause_review       text,
    downtime_stated    jsonb NOT NULL,
    downtime_computed  jsonb NOT NULL,
    clients            jsonb NOT NULL,
    entries            jsonb NOT NULL,
    cause              text COLLATE "C" GENERATED ALWAYS AS (
        coalesce(cause_stated, cause_fact, cause_review)
    ) STORED,
    counted            boolean NOT NULL GENERATED ALWAYS AS (
        NOT drill AND coalesce(outcome, '') NOT IN ('false_positive', 'duplicate')
    ) STORED
);
CREATE INDEX measured_incident_detected
    ON projection.measured_incident (detected_at, incident_id) WHERE counted;
CREATE INDEX measured_incident_cause
    ON projection.measured_incident (cause, detected_at, incident_id)
    WHERE counted AND cause IS NOT NULL;
CREATE INDEX measured_incident_services
    ON projection.measured_incident USING gin (services) WHERE counted;
COMMENT ON TABLE projection.measured_incident IS
    'The moments of incidents that key figures are measured between, and what each hit.';
COMMENT ON COLUMN projection.measured_incident.counted IS
    'Drills, false positives and duplicates are in no key figure.';
COMMENT ON COLUMN projection.measured_incident.entries IS
    'The entry behind each moment and figure, by its name.';
"""

_COURSE = """
CREATE TABLE projection.measured_course (
    figure        text COLLATE "C" NOT NULL,
    incident_id   text COLLATE "C" NOT NULL,
    subject       text COLLATE "C" NOT NULL,
    kind          text,
    began_at      timestamptz NOT NULL,
    due_at        timestamptz,
    ended_at      timestamptz,
    state         text NOT NULL,
    marked        boolean NOT NULL,
    entries       text[] NOT NULL,
    PRIMARY KEY (incident_id, figure, subject)
);
CREATE INDEX measured_course_began
    ON projection.measured_course (figure, began_at, incident_id, subject);
COMMENT ON TABLE projection.measured_course IS
    'What an incident has several of: decisions, remediation tasks; and its notification.';
COMMENT ON COLUMN projection.measured_course.marked IS
    'Decided by a bypass; past its limit or due date at any time.';
"""

_VENDOR_CLOCK = """
CREATE INDEX vendor_clock_armed ON projection.vendor_clock (armed_at);
"""

_TABLES = ("measured_incident", "measured_course")

_GRANTS = "".join(
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON projection.{table} TO holdfast_app;\n"
    for table in _TABLES
)


def upgrade() -> None:
    """Add the tables."""
    run_as_owner(_INCIDENT, _COURSE, _VENDOR_CLOCK, _GRANTS)


def downgrade() -> None:
    """Drop them: they hold nothing that the entries do not."""
    op.execute("DROP INDEX projection.vendor_clock_armed")
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE projection.{table}")
