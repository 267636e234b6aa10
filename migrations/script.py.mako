"""${message}.

House rules, to be deleted when they are met:
- One purpose. It runs in one transaction, with a lock timeout of 4 s and a statement timeout of
  60 s: no statement that waits longer belongs into a migration of a running installation.
- Additions only, as the version before this one still runs while it is applied: a column is added
  with a default, or filled by a later migration; nothing that is read today is dropped or renamed.
- What guards evidence (triggers, grants, policies) is written as SQL, run as `holdfast_owner`
  (`run_as_owner`), with the test that proves it in tests/integration.
- `downgrade` refuses, by raising, wherever it would lose evidence; it is never empty.
- Make it with `alembic revision --rev-id NNNN -m "..."`, apply it with `holdfast migrate`.
"""

from __future__ import annotations

from migrations.sql import run_as_owner

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

_STATEMENTS = """
"""


def upgrade() -> None:
    """State in one sentence what this brings."""
    run_as_owner(_STATEMENTS)


def downgrade() -> None:
    """Refuse: state what would be lost."""
    message = "a downgrade below ${up_revision} would lose evidence: restore a backup instead"
    raise RuntimeError(message)
