"""Classification of incidents, published policies, and assessments of recurrence: projections."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0009"
down_revision = "0008"

_INCIDENT = """
ALTER TABLE projection.incident
    ADD COLUMN classification jsonb,
    ADD COLUMN evaluation jsonb;
COMMENT ON COLUMN projection.incident.classification IS
    'Major or not, as people have decided; null before they have.';
COMMENT ON COLUMN projection.incident.evaluation IS
    'The latest evaluation under Delegated Regulation (EU) 2024/1772, with its proof.';
"""

_TABLES = """
CREATE TABLE projection.policy (
    name          text COLLATE "C" NOT NULL,
    version       text COLLATE "C" NOT NULL,
    incident_id   text COLLATE "C" NOT NULL,
    digest        text COLLATE "C" NOT NULL,
    state         text NOT NULL CHECK (state IN ('draft', 'published')),
    reason        text,
    drafted_by    jsonb NOT NULL,
    drafted_at    timestamptz NOT NULL,
    trial         jsonb,
    published_by  jsonb,
    published_at  timestamptz,
    effective_at  timestamptz,
    PRIMARY KEY (name, version)
);
COMMENT ON TABLE projection.policy IS
    'Every version of every policy: who drafted it, how it was tried, who published it, from when.';

CREATE TABLE projection.recurrence (
    incident_id   text COLLATE "C" PRIMARY KEY,
    workflow_id   text COLLATE "C" NOT NULL,
    period        text COLLATE "C" NOT NULL,
    assessed_at   timestamptz NOT NULL,
    assessment    jsonb NOT NULL,
    outcomes      jsonb NOT NULL
);
COMMENT ON TABLE projection.recurrence IS
    'The monthly assessments of recurring incidents (2024/1772 Art. 8(2)), with what came of them.';
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON projection.policy, projection.recurrence TO holdfast_app;
"""


def upgrade() -> None:
    """Add what is derived from the new kinds of entries."""
    run_as_owner(_INCIDENT, _TABLES, _GRANTS)


def downgrade() -> None:
    """Drop it: it holds nothing that the entries do not."""
    for table in ("recurrence", "policy"):
        op.execute(f"DROP TABLE projection.{table}")
    for column in ("evaluation", "classification"):
        op.execute(f"ALTER TABLE projection.incident DROP COLUMN {column}")
