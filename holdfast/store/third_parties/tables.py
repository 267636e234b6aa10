"""The projection tables of third parties as SQLAlchemy Core sees them; the migration defines them.

What PostgreSQL derives from other columns (`stage`, `pause_reason`, `breaches`, `outcome`) is read
only: no projection ever writes it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = [
    "remediation_task",
    "third_party",
    "vendor_call",
    "vendor_clock",
    "vendor_origin",
    "vendor_statement",
]


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


third_party = Table(
    "third_party",
    PROJECTIONS,
    _text("incident_id", key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _text("workflow_id"),
    _text("contract"),
    _text("provider"),
    _text("provider_name"),
    _text("invocation"),
    _text("because"),
    Column("facts", ARRAY(Text)),
    _text("severity"),
    _number("round"),
    Column("opened_by", JSONB),
    _moment("opened_at"),
    _moment("asked_at"),
    _text("asked_by"),
    _moment("notified_at"),
    _text("their_reference"),
    Column("their_references", JSONB),
    Column("taken", JSONB(none_as_null=True)),
    _text("taken_not_because"),
    _moment("estimated_at"),
    _moment("claimed_at"),
    _text("ended"),
    _moment("restored_at"),
    _text("withdrawn_because"),
    Column("pause", JSONB(none_as_null=True)),
    _moment("paused_since"),
    Column("weaknesses", JSONB),
    Column("breached", JSONB),
    Column("review", JSONB(none_as_null=True)),
    Column("in_review", Boolean),
    Column("closed", Boolean),
    _moment("closed_at"),
    _text("last_entry"),
    _text("stage"),
    _text("pause_reason"),
    _number("breaches"),
)

vendor_clock = Table(
    "vendor_clock",
    PROJECTIONS,
    _text("armed_entry", key=True),
    _text("incident_id"),
    _number("number"),
    _text("clock_id"),
    _text("clock"),
    _number("round"),
    _text("title"),
    _moment("armed_at"),
    _moment("due_at"),
    _text("state"),
    Column("current", Boolean),
    _moment("missed_at"),
    _moment("met_at"),
    _moment("ended_at"),
    _moment("breached_at"),
    _text("severity"),
    Column("stood_still", JSONB),
    Column("entries", ARRAY(Text)),
    _text("outcome"),
)

vendor_statement = Table(
    "vendor_statement",
    PROJECTIONS,
    _text("entry_id", key=True),
    _text("incident_id"),
    _number("number"),
    _number("round"),
    _text("said"),
    _moment("said_at"),
    _moment("recorded_at"),
    _text("source"),
    _text("text"),
    _moment("estimated_at"),
    Column("documents", JSONB),
    _text("their_reference"),
    _text("reference"),
    _text("link"),
    Column("late_by_us", Boolean),
    Column("entered_by", JSONB),
    Column("sealed", ARRAY(Text)),
)

vendor_call = Table(
    "vendor_call",
    PROJECTIONS,
    _text("entry_id", key=True),
    _text("incident_id"),
    _number("number"),
    _number("round"),
    _text("why"),
    _text("clock"),
    _number("rung"),
    _text("title"),
    Column("contacts", ARRAY(Text)),
    _text("channel"),
    Column("call", JSONB),
    _moment("called_at"),
    _number("communication"),
)

vendor_origin = Table(
    "vendor_origin",
    PROJECTIONS,
    _text("entry_id", key=True),
    _text("incident_id"),
    _number("number"),
    _text("provider"),
    _text("contract"),
    _number("rank"),
    _text("origin_provider"),
    _text("name"),
    _text("code_type"),
    _text("code"),
    _text("statement"),
    Column("stated_by", JSONB),
    _moment("stated_at"),
)

remediation_task = Table(
    "remediation_task",
    PROJECTIONS,
    _text("task_id", key=True),
    _text("incident_id"),
    _number("number"),
    _number("task"),
    _text("contract"),
    _text("provider"),
    _text("kind"),
    _text("title"),
    _text("basis"),
    Column("by_law", Boolean),
    _text("owner"),
    Column("due_on", Date),
    _text("state"),
    _moment("proposed_at"),
    _text("entry_id"),
)
