"""The projection tables of key figures as SQLAlchemy Core sees them; the migration defines them.

What PostgreSQL derives from other columns (`cause`, `counted`) is read only.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["measured_course", "measured_incident"]


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


measured_incident = Table(
    "measured_incident",
    PROJECTIONS,
    _text("incident_id", key=True),
    Column("drill", Boolean),
    _moment("detected_at"),
    _moment("occurred_at"),
    _moment("confirmed_at"),
    _moment("classified_at"),
    _moment("contained_at"),
    _moment("recovered_at"),
    _moment("closed_at"),
    _text("outcome"),
    _text("severity"),
    Column("services", ARRAY(Text)),
    Column("entities", ARRAY(Text)),
    _text("cause_stated"),
    _text("cause_fact"),
    _text("cause_review"),
    Column("downtime_stated", JSONB),
    Column("downtime_computed", JSONB),
    Column("clients", JSONB),
    Column("entries", JSONB),
    _text("cause"),
    Column("counted", Boolean),
)

measured_course = Table(
    "measured_course",
    PROJECTIONS,
    _text("incident_id", key=True),
    _text("figure", key=True),
    _text("subject", key=True),
    _text("kind"),
    _moment("began_at"),
    _moment("due_at"),
    _moment("ended_at"),
    _text("state"),
    Column("marked", Boolean),
    Column("entries", ARRAY(Text)),
)
