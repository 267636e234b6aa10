"""Documents of the process by version, and who has acknowledged them."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0018"
down_revision = "0017"

_DOCUMENT = """
CREATE TABLE projection.process_document (
    document                 text COLLATE "C" NOT NULL,
    version                  text COLLATE "C" NOT NULL,
    kind                     text NOT NULL,
    title                    text NOT NULL,
    digest                   text NOT NULL,
    media_type               text NOT NULL,
    size                     bigint NOT NULL,
    reason                   text NOT NULL,
    caused_by                text COLLATE "C",
    drafted_by               jsonb NOT NULL,
    drafted_at               timestamptz NOT NULL,
    draft_entry              text COLLATE "C" NOT NULL,
    approved_by              jsonb,
    approved_at              timestamptz,
    approval_entry           text COLLATE "C",
    rationale                text,
    published_by             jsonb,
    published_at             timestamptz,
    publication_entry        text COLLATE "C",
    effective_on             date,
    concerns                 text[] NOT NULL,
    acknowledge_within_days  bigint,
    acknowledge_by           date,
    PRIMARY KEY (document, version)
);
CREATE INDEX process_document_of_task ON projection.process_document (caused_by)
    WHERE caused_by IS NOT NULL;
COMMENT ON TABLE projection.process_document IS
    'Procedures, runbooks, policies and BPMN files: one row a version, as it stands.';
COMMENT ON COLUMN projection.process_document.caused_by IS
    'The remediation task that has made this version necessary.';
COMMENT ON COLUMN projection.process_document.concerns IS
    'Roles whose people have to acknowledge it, once it is published.';
"""

_ACKNOWLEDGEMENT = """
CREATE TABLE projection.process_acknowledgement (
    document         text COLLATE "C" NOT NULL,
    version          text COLLATE "C" NOT NULL,
    person           text COLLATE "C" NOT NULL,
    role             text NOT NULL,
    acknowledged_at  timestamptz NOT NULL,
    entry_id         text COLLATE "C" NOT NULL,
    PRIMARY KEY (document, version, person)
);
COMMENT ON TABLE projection.process_acknowledgement IS
    'Who has acknowledged which version of which document, by pseudonym.';
"""

_INCIDENT = """
ALTER TABLE projection.incident ADD COLUMN process jsonb;
COMMENT ON COLUMN projection.incident.process IS
    'Name, version and digest of the process that it was opened under; older ones name none.';
"""

_TABLES = ("process_document", "process_acknowledgement")

_GRANTS = "".join(
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON projection.{table} TO holdfast_app;\n"
    for table in _TABLES
)


def upgrade() -> None:
    """Add the tables."""
    run_as_owner(_DOCUMENT, _ACKNOWLEDGEMENT, _INCIDENT, _GRANTS)


def downgrade() -> None:
    """Drop them: they hold nothing that the entries do not."""
    op.execute("ALTER TABLE projection.incident DROP COLUMN process")
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE projection.{table}")
