"""Keys of personal data, in a schema of their own that backups can leave out.

Evidence holds personal data as ciphertext only. A person's key stands here, wrapped under a key
that is in no database. Erasing it is for ever: what it sealed can be read no more, and every hash
and proof stays as it is (GDPR Art. 17).
"""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0007"
down_revision = "0006"

_TABLES = """
CREATE TABLE personal.subject_key (
    key         text COLLATE "C" PRIMARY KEY,
    wrapped     bytea CHECK (octet_length(wrapped) = 60),
    kek         text COLLATE "C" NOT NULL CHECK (kek ~ '^kek-[0-9a-f]{16}$'),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    erased_at   timestamptz,
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
);
COMMENT ON TABLE personal.subject_key IS
    'One key a person, under a pseudonym; the row of an erased key stays, without the key.';
COMMENT ON COLUMN personal.subject_key.wrapped IS
    'Nonce (12 bytes) and ciphertext of the key: AES-256-GCM under the key named by kek.';
"""

# Only two changes are meant: to erase a key, and to wrap it under another key-encryption key. That
# the same key is inside nobody can see here; the cipher refuses it under another name.
_GUARDS = """
CREATE FUNCTION personal.guard_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.wrapped IS NULL THEN
        RAISE EXCEPTION 'UPDATE on personal.subject_key is refused: an erased key never returns'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.key, NEW.created_at) IS DISTINCT FROM (OLD.key, OLD.created_at)
        OR (NEW.wrapped IS NOT NULL
            AND (NEW.kek = OLD.kek) IS DISTINCT FROM (NEW.wrapped = OLD.wrapped))
        OR (NEW.wrapped IS NULL AND NEW.kek <> OLD.kek) THEN
        RAISE EXCEPTION 'UPDATE on personal.subject_key is refused: a key is erased or re-wrapped'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.wrapped IS NULL THEN
        NEW.erased_at := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION personal.refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on personal.subject_key is refused: the row of a key stays', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER subject_key_is_guarded BEFORE UPDATE ON personal.subject_key
    FOR EACH ROW EXECUTE FUNCTION personal.guard_key();
CREATE TRIGGER subject_key_stays BEFORE DELETE OR TRUNCATE ON personal.subject_key
    FOR EACH STATEMENT EXECUTE FUNCTION personal.refuse_removal();
ALTER TABLE personal.subject_key ENABLE ALWAYS TRIGGER subject_key_is_guarded;
ALTER TABLE personal.subject_key ENABLE ALWAYS TRIGGER subject_key_stays;
"""

_GRANTS = """
GRANT SELECT, INSERT (key, wrapped, kek), UPDATE (wrapped, kek, erased_at)
    ON personal.subject_key TO holdfast_app;
"""


def upgrade() -> None:
    """Create the schema, the table, its guards, and the only grants that the application gets."""
    op.execute("CREATE SCHEMA personal AUTHORIZATION holdfast_owner")
    op.execute("GRANT USAGE ON SCHEMA personal TO holdfast_app")
    run_as_owner(_TABLES, _GUARDS, _GRANTS)


def downgrade() -> None:
    """Refuse: without its keys no sealed value can be read again."""
    message = "a downgrade below 0007 would lose the keys of personal data: restore a backup"
    raise RuntimeError(message)
