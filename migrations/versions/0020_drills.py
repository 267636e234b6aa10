"""Drills, who took part, and training."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0020"
down_revision = "0019"

_DRILL = """
ALTER TABLE projection.incident ADD COLUMN drill jsonb;
CREATE INDEX incident_drills ON projection.incident (opened_at DESC, incident_id DESC)
    WHERE drill IS NOT NULL;
COMMENT ON COLUMN projection.incident.drill IS
    'By which plan it is played, where it is a drill; a real incident has none.';
"""

_TRAINING = """
CREATE TABLE projection.training (
    entry_id      text COLLATE "C" PRIMARY KEY,
    training_id   text COLLATE "C" NOT NULL,
    person        text COLLATE "C" NOT NULL,
    role          text NOT NULL,
    course        text NOT NULL,
    trained_on    date NOT NULL,
    drill         text COLLATE "C",
    recorded_by   jsonb NOT NULL,
    recorded_at   timestamptz NOT NULL
);
CREATE INDEX training_of_person ON projection.training (person, role, trained_on DESC);
COMMENT ON TABLE projection.training IS
    'Training that was recorded; taking part in a drill is training too, and stands in timeline.';
"""

_GRANTS = "GRANT SELECT, INSERT, UPDATE, DELETE ON projection.training TO holdfast_app;"


def upgrade() -> None:
    """Mark drills among the incidents, and add the training that was recorded."""
    run_as_owner(_DRILL, _TRAINING, _GRANTS)


def downgrade() -> None:
    """Drop it: it holds nothing that the entries do not."""
    op.execute("DROP TABLE projection.training")
    op.execute("ALTER TABLE projection.incident DROP COLUMN drill")
