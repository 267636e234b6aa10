"""What reviews have found, and lessons that went into the risk assessment."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0016"
down_revision = "0015"

_REVIEW = """
CREATE TABLE projection.review (
    incident_id    text COLLATE "C" PRIMARY KEY,
    version        bigint NOT NULL,
    digest         text NOT NULL,
    content        jsonb NOT NULL,
    recorded_by    jsonb NOT NULL,
    recorded_at    timestamptz NOT NULL,
    entry_id       text COLLATE "C" NOT NULL,
    versions       jsonb NOT NULL,
    sign_offs      jsonb NOT NULL,
    signed_off_at  timestamptz,
    signed_off     text COLLATE "C"
);
CREATE INDEX review_signed_off ON projection.review (signed_off_at DESC, incident_id)
    WHERE signed_off_at IS NOT NULL;
COMMENT ON TABLE projection.review IS
    'Post-incident reviews as they stand: the latest version of each, and what was decided.';
COMMENT ON COLUMN projection.review.versions IS
    'Every version in short, the first one first, with the entry that holds it.';
COMMENT ON COLUMN projection.review.sign_offs IS
    'Every decision about a version, named by the digest of what it was about.';
COMMENT ON COLUMN projection.review.signed_off IS
    'The entry of the decision that signed the latest version off; null while none has.';
"""

_LESSON = """
CREATE TABLE projection.lesson (
    lesson_id    text COLLATE "C" PRIMARY KEY,
    incident_id  text COLLATE "C" NOT NULL,
    number       bigint NOT NULL,
    text         text NOT NULL,
    risk         text NOT NULL,
    statement    text NOT NULL,
    assessed_by  jsonb NOT NULL,
    assessed_at  timestamptz NOT NULL,
    entry_id     text COLLATE "C" NOT NULL
);
CREATE INDEX lesson_of_incident ON projection.lesson (incident_id, number);
COMMENT ON TABLE projection.lesson IS
    'Lessons of reviews that were taken into the risk assessment (DORA Art. 13(3)), each once.';
COMMENT ON COLUMN projection.lesson.text IS
    'The lesson in the words in which it was taken up: a later version may say another.';
"""

_TABLES = ("review", "lesson")

_GRANTS = "".join(
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON projection.{table} TO holdfast_app;\n"
    for table in _TABLES
)


def upgrade() -> None:
    """Add what is derived from the entries about reviews."""
    run_as_owner(_REVIEW, _LESSON, _GRANTS)


def downgrade() -> None:
    """Drop it: it holds nothing that the entries do not."""
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE projection.{table}")
