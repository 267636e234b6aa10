"""Playbooks as they were carried out, step by step."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0014"
down_revision = "0013"

_PLAY = """
CREATE TABLE projection.play (
    incident_id  text COLLATE "C" NOT NULL,
    play         bigint NOT NULL,
    playbook     text COLLATE "C" NOT NULL,
    title        text NOT NULL,
    policy       jsonb NOT NULL,
    started_by   jsonb NOT NULL,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    entry_id     text COLLATE "C" NOT NULL,
    PRIMARY KEY (incident_id, play)
);
CREATE INDEX play_of_playbook ON projection.play (playbook, started_at DESC);
COMMENT ON TABLE projection.play IS
    'Playbooks that incidents carry out, or have carried out.';
COMMENT ON COLUMN projection.play.finished_at IS
    'Since when every step is performed or skipped; it goes on with one that is added or repeated.';
"""

_PLAY_STEP = """
CREATE TABLE projection.play_step (
    incident_id       text COLLATE "C" NOT NULL,
    play              bigint NOT NULL,
    step              text COLLATE "C" NOT NULL,
    ordinal           bigint NOT NULL,
    added             boolean NOT NULL,
    title             text NOT NULL,
    phase             text NOT NULL,
    kind              text NOT NULL,
    owner             text NOT NULL,
    expected_seconds  bigint NOT NULL,
    needs_approval    boolean NOT NULL,
    waits_for         text[] NOT NULL,
    content           jsonb NOT NULL,
    outcome           text NOT NULL,
    clock_open        boolean NOT NULL,
    attempt           bigint NOT NULL,
    mode              text,
    action            text COLLATE "C",
    late              boolean NOT NULL,
    started_at        timestamptz,
    ended_at          timestamptz,
    took_seconds      bigint,
    statement         text,
    because           text,
    refers_to         jsonb NOT NULL,
    documents         jsonb NOT NULL,
    output            text COLLATE "C",
    tried             jsonb,
    last_entry        text COLLATE "C" NOT NULL,
    stage             text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN clock_open THEN 'running' ELSE outcome END
    ) STORED,
    PRIMARY KEY (incident_id, play, step)
);
CREATE INDEX play_step_running ON projection.play_step (owner, started_at)
    WHERE clock_open;
COMMENT ON TABLE projection.play_step IS
    'The steps of playbooks that are carried out, each as it stands.';
COMMENT ON COLUMN projection.play_step.outcome IS
    'What its latest entry says: ready, running, performed, failed or skipped.';
COMMENT ON COLUMN projection.play_step.clock_open IS
    'Whether an attempt runs: until the incident has heard what became of it.';
COMMENT ON COLUMN projection.play_step.stage IS
    'ready, running, performed, failed or skipped; whether one that is ready has to wait for '
    'others, or for approval, is seen together with these.';
COMMENT ON COLUMN projection.play_step.late IS
    'Whether the latest attempt took longer than the step was expected to.';
COMMENT ON COLUMN projection.play_step.tried IS
    'The last dry run that ended well.';
"""

_TABLES = ("play", "play_step")

_GRANTS = "".join(
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON projection.{table} TO holdfast_app;\n"
    for table in _TABLES
)


def upgrade() -> None:
    """Add the tables."""
    run_as_owner(_PLAY, _PLAY_STEP, _GRANTS)


def downgrade() -> None:
    """Drop them: they hold nothing that the entries do not."""
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE projection.{table}")
