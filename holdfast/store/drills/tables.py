"""The projection table of training as SQLAlchemy Core sees it; the migration defines it."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["training"]

training = Table(
    "training",
    PROJECTIONS,
    Column("entry_id", Text, primary_key=True),
    Column("training_id", Text),
    Column("person", Text),
    Column("role", Text),
    Column("course", Text),
    Column("trained_on", Date),
    Column("drill", Text),
    Column("recorded_by", JSONB),
    Column("recorded_at", DateTime(timezone=True)),
)
