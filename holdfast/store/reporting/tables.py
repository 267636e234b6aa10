"""The projection tables of reports to competent authorities as SQLAlchemy Core sees them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["report_deadline", "report_field", "report_version", "reporting"]


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


def _maybe(name: str) -> Column[object]:
    """A JSON column that may be null."""
    return Column(name, JSONB(none_as_null=True))


reporting = Table(
    "reporting",
    PROJECTIONS,
    _text("reporting_id", key=True),
    _text("incident_id"),
    Column("number", BigInteger),
    _text("entity"),
    _moment("aware_at"),
    _moment("classified_at"),
    _text("evaluation"),
    _text("decided"),
    Column("policy", JSONB),
    Column("register", JSONB),
    Column("matrix", JSONB),
    _text("severity"),
    _text("state"),
    _text("outcome"),
    _text("reference"),
    _maybe("computed"),
    _maybe("update_required"),
    Column("delays", JSONB),
    _text("opened_entry"),
    _moment("opened_at"),
    _moment("closed_at"),
    _text("last_entry"),
)

report_deadline = Table(
    "report_deadline",
    PROJECTIONS,
    _text("reporting_id", key=True),
    _text("stage", key=True),
    _text("incident_id"),
    _moment("due_at"),
    _moment("strict_due_at"),
    _text("clause"),
    _maybe("relief"),
    _text("because"),
    _text("clock"),
    _moment("clock_due_at"),
    Column("late", Boolean),
    _moment("settled_at"),
)

report_version = Table(
    "report_version",
    PROJECTIONS,
    _text("report_id", key=True),
    _text("reporting_id"),
    _text("incident_id"),
    Column("version", BigInteger),
    _text("kind"),
    Column("covers", ARRAY(Text)),
    _text("state"),
    _text("content"),
    _text("fields"),
    Column("gaps", JSONB),
    Column("authors", ARRAY(Text)),
    _text("as_of"),
    Column("ahead", Boolean),
    Column("corrects", BigInteger),
    _text("because"),
    _text("put_forward"),
    _maybe("sign_off"),
    _text("drafted_entry"),
    _moment("drafted_at"),
    _maybe("cleared_by"),
    _moment("cleared_at"),
    _maybe("returned"),
    _maybe("approved_by"),
    _moment("approved_at"),
    _text("approved_entry"),
    _text("exception_code"),
    _text("authority"),
    _moment("submitted_at"),
    _text("reference"),
    Column("submissions", JSONB),
    Column("refusals", JSONB),
    Column("receipts", JSONB),
    _text("last_entry"),
)

report_field = Table(
    "report_field",
    PROJECTIONS,
    _text("reporting_id", key=True),
    _text("field", key=True),
    _text("incident_id"),
    _maybe("value"),
    Column("estimate", Boolean),
    _text("because"),
    _text("replaces"),
    _text("entry_id"),
    Column("supplied_by", JSONB),
    _moment("supplied_at"),
)
