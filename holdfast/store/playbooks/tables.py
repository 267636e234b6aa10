"""The projection tables of playbooks as SQLAlchemy Core sees them; the migration defines them.

What PostgreSQL derives from other columns (`stage`) is read only: no projection ever writes it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["play", "play_step"]


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


play = Table(
    "play",
    PROJECTIONS,
    _text("incident_id", key=True),
    _number("play", key=True),
    _text("playbook"),
    _text("title"),
    Column("policy", JSONB),
    Column("started_by", JSONB),
    _moment("started_at"),
    _moment("finished_at"),
    _text("entry_id"),
)

play_step = Table(
    "play_step",
    PROJECTIONS,
    _text("incident_id", key=True),
    _number("play", key=True),
    _text("step", key=True),
    _number("ordinal"),
    Column("added", Boolean),
    _text("title"),
    _text("phase"),
    _text("kind"),
    _text("owner"),
    _number("expected_seconds"),
    Column("needs_approval", Boolean),
    Column("waits_for", ARRAY(Text)),
    Column("content", JSONB),
    _text("outcome"),
    Column("clock_open", Boolean),
    _number("attempt"),
    _text("mode"),
    _text("action"),
    Column("late", Boolean),
    _moment("started_at"),
    _moment("ended_at"),
    _number("took_seconds"),
    _text("statement"),
    _text("because"),
    Column("refers_to", JSONB),
    Column("documents", JSONB),
    _text("output"),
    Column("tried", JSONB(none_as_null=True)),
    _text("last_entry"),
)
