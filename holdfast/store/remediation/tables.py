"""The projection table of remediation tasks as SQLAlchemy Core sees it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["task"]


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


task = Table(
    "task",
    PROJECTIONS,
    _text("task_id", key=True),
    _text("incident_id"),
    Column("number", BigInteger),
    _text("title"),
    _text("description"),
    _text("origin"),
    _text("priority"),
    Column("mandatory", Boolean),
    _text("owner_role"),
    _text("owner_person"),
    Column("due_on", Date),
    _text("observe"),
    _text("root_cause"),
    _text("control"),
    _text("basis"),
    _text("proposal"),
    Column("replaces", BigInteger),
    Column("facts", ARRAY(Text)),
    Column("policy", JSONB),
    _text("severity"),
    _text("stage"),
    Column("extensions", BigInteger),
    Column("extended", JSONB),
    Column("acceptances", JSONB),
    _moment("accepted_until"),
    Column("implementations", JSONB),
    Column("implemented_by", ARRAY(Text)),
    _moment("implemented_at"),
    _moment("observe_until"),
    Column("validated_by", JSONB(none_as_null=True)),
    _moment("validated_at"),
    Column("reassigned", JSONB),
    Column("returned", JSONB),
    Column("links", JSONB),
    _text("outcome"),
    Column("proposed_by", JSONB),
    _text("opened_entry"),
    _moment("opened_at"),
    _moment("closed_at"),
    _text("last_entry"),
)
