"""The projection tables of recoveries as SQLAlchemy Core sees them; the migration defines them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["availability", "continuity", "downtime", "recovery"]

availability = Table(
    "availability",
    PROJECTIONS,
    Column("entry_id", Text, primary_key=True),
    Column("incident_id", Text),
    Column("number", BigInteger),
    Column("service", Text),
    Column("state", Text),
    Column("at", DateTime(timezone=True)),
    Column("statement", Text),
    Column("replaces", BigInteger),
    Column("told_by", JSONB),
    Column("told_at", DateTime(timezone=True)),
)

downtime = Table(
    "downtime",
    PROJECTIONS,
    Column("incident_id", Text, primary_key=True),
    Column("entry_id", Text),
    Column("computed", JSONB),
    Column("computed_at", DateTime(timezone=True)),
)

continuity = Table(
    "continuity",
    PROJECTIONS,
    Column("incident_id", Text, primary_key=True),
    Column("plan", Text, primary_key=True),
    Column("activation", BigInteger, primary_key=True, autoincrement=False),
    Column("services", ARRAY(Text)),
    Column("because", Text),
    Column("activated_at", DateTime(timezone=True)),
    Column("activated_by", JSONB),
    Column("activation_entry", Text),
    Column("deactivated_at", DateTime(timezone=True)),
    Column("statement", Text),
    Column("deactivated_by", JSONB(none_as_null=True)),
    Column("deactivation_entry", Text),
)

recovery = Table(
    "recovery",
    PROJECTIONS,
    Column("incident_id", Text, primary_key=True),
    Column("validated_at", DateTime(timezone=True)),
    Column("validated_entry", Text),
    Column("stood_down_at", DateTime(timezone=True)),
    Column("stood_down_because", Text),
    Column("stood_down_roles", ARRAY(Text)),
    Column("stood_down_entry", Text),
)
