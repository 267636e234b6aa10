"""Availability of services, downtime, continuity plans, and standing down: projections."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0015"
down_revision = "0014"

_AVAILABILITY = """
CREATE TABLE projection.availability (
    entry_id     text COLLATE "C" PRIMARY KEY,
    incident_id  text COLLATE "C" NOT NULL,
    number       bigint NOT NULL,
    service      text COLLATE "C" NOT NULL,
    state        text NOT NULL,
    at           timestamptz,
    statement    text NOT NULL,
    replaces     bigint,
    told_by      jsonb NOT NULL,
    told_at      timestamptz NOT NULL
);
CREATE INDEX availability_of_incident ON projection.availability (incident_id, number);
COMMENT ON TABLE projection.availability IS
    'How services were at which moment, as people have told it, one row a statement.';
COMMENT ON COLUMN projection.availability.at IS
    'Null where since when it was unavailable is unknown: that counts from the detection.';
COMMENT ON COLUMN projection.availability.replaces IS
    'The number of the statement that this one corrects.';
"""

_DOWNTIME = """
CREATE TABLE projection.downtime (
    incident_id  text COLLATE "C" PRIMARY KEY,
    entry_id     text COLLATE "C" NOT NULL,
    computed     jsonb NOT NULL,
    computed_at  timestamptz NOT NULL
);
COMMENT ON TABLE projection.downtime IS
    'The figures of each incident as they were computed last: an interruption may go on since.';
"""

_CONTINUITY = """
CREATE TABLE projection.continuity (
    incident_id         text COLLATE "C" NOT NULL,
    plan                text COLLATE "C" NOT NULL,
    activation          bigint NOT NULL,
    services            text[] NOT NULL,
    because             text NOT NULL,
    activated_at        timestamptz NOT NULL,
    activated_by        jsonb NOT NULL,
    activation_entry    text COLLATE "C" NOT NULL,
    deactivated_at      timestamptz,
    statement           text,
    deactivated_by      jsonb,
    deactivation_entry  text COLLATE "C",
    PRIMARY KEY (incident_id, plan, activation)
);
COMMENT ON TABLE projection.continuity IS
    'Continuity plans, one row an activation.';
"""

_RECOVERY = """
CREATE TABLE projection.recovery (
    incident_id         text COLLATE "C" PRIMARY KEY,
    validated_at        timestamptz NOT NULL,
    validated_entry     text COLLATE "C" NOT NULL,
    stood_down_at       timestamptz,
    stood_down_because  text,
    stood_down_roles    text[],
    stood_down_entry    text COLLATE "C"
);
COMMENT ON TABLE projection.recovery IS
    'The incidents whose recovery was validated, and whether those who respond have stood down.';
"""

_TABLES = ("availability", "downtime", "continuity", "recovery")

_GRANTS = "".join(
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON projection.{table} TO holdfast_app;\n"
    for table in _TABLES
)


def upgrade() -> None:
    """Add what is derived from the entries about recoveries."""
    run_as_owner(_AVAILABILITY, _DOWNTIME, _CONTINUITY, _RECOVERY, _GRANTS)


def downgrade() -> None:
    """Drop it: it holds nothing that the entries do not."""
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE projection.{table}")
