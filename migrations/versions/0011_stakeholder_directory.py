"""Points of contact of the stakeholder directory: personal data, beside the keys that seal them."""

from __future__ import annotations

from migrations.sql import run_as_owner

revision = "0011"
down_revision = "0010"

# No foreign key to the person's key: it would make TRUNCATE of the keys fail with another error
# than that of their guard. A row whose key is gone is deleted by the erasure itself.
_TABLE = """
CREATE TABLE personal.contact_point (
    contact_id    text COLLATE "C" PRIMARY KEY,
    key           text COLLATE "C" NOT NULL UNIQUE CHECK (key ~ '^contact-[0-9a-f]{32}$'),
    sealed        jsonb NOT NULL CHECK (jsonb_typeof(sealed) = 'object'),
    fingerprint   text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    recorded_at   timestamptz NOT NULL,
    confirmed_at  timestamptz NOT NULL CHECK (confirmed_at >= recorded_at),
    entry_id      text COLLATE "C" NOT NULL
);
COMMENT ON TABLE personal.contact_point IS
    'How the contacts of the stakeholder directory are reached, sealed; gone with its key.';
COMMENT ON COLUMN personal.contact_point.sealed IS
    'By kind of point (name, mail, phone) the sealed value, under the key of that person.';
COMMENT ON COLUMN personal.contact_point.fingerprint IS
    'HMAC of the points under that key, as the entry that recorded them has it.';
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON personal.contact_point TO holdfast_app;
"""


def upgrade() -> None:
    """Create the table, empty."""
    run_as_owner(_TABLE, _GRANTS)


def downgrade() -> None:
    """Refuse: the evidence says that the points were recorded, and they are nowhere else."""
    message = "a downgrade below 0011 would lose the contact points: restore a backup instead"
    raise RuntimeError(message)
