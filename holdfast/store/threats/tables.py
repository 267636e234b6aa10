"""The tables of cyber threats and of the versions of their notifications."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["cyber_threat", "threat_notification"]

_TEXTS = ("workflow_id", "title", "description", "entity")

cyber_threat = Table(
    "cyber_threat",
    PROJECTIONS,
    Column("threat_id", Text, primary_key=True),
    *(Column(name, Text) for name in _TEXTS),
    Column("incidents", ARRAY(Text)),
    Column("pins", JSONB),
    Column("detected_at", DateTime(timezone=True)),
    Column("recorded_at", DateTime(timezone=True)),
    Column("recorded_by", JSONB),
    Column("facts", JSONB),
    Column("significant", Text),
    Column("proof", JSONB),
    Column("assessed_at", DateTime(timezone=True)),
    Column("fields", JSONB),
    Column("notified_at", DateTime(timezone=True)),
    Column("closed", JSONB),
    Column("closed_at", DateTime(timezone=True)),
    Column("last_entry", Text),
)

threat_notification = Table(
    "threat_notification",
    PROJECTIONS,
    Column("notification_id", Text, primary_key=True),
    Column("threat_id", Text),
    Column("version", BigInteger),
    Column("content", Text),
    Column("authors", ARRAY(Text)),
    Column("authority", Text),
    Column("corrects", BigInteger),
    Column("comment", Text),
    Column("put_forward_at", DateTime(timezone=True)),
    Column("returned", JSONB),
    Column("approved_by", JSONB),
    Column("approved_at", DateTime(timezone=True)),
    Column("submissions", JSONB),
    Column("refusals", JSONB),
    Column("receipts", JSONB),
    Column("last_entry", Text),
)
