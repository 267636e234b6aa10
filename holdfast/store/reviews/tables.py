"""The projection tables of reviews as SQLAlchemy Core sees them; the migration defines them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["lesson", "review"]


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


review = Table(
    "review",
    PROJECTIONS,
    _text("incident_id", key=True),
    Column("version", BigInteger),
    _text("digest"),
    Column("content", JSONB),
    Column("recorded_by", JSONB),
    _moment("recorded_at"),
    _text("entry_id"),
    Column("versions", JSONB),
    Column("sign_offs", JSONB),
    _moment("signed_off_at"),
    _text("signed_off"),
)

lesson = Table(
    "lesson",
    PROJECTIONS,
    _text("lesson_id", key=True),
    _text("incident_id"),
    Column("number", BigInteger),
    _text("text"),
    _text("risk"),
    _text("statement"),
    Column("assessed_by", JSONB),
    _moment("assessed_at"),
    _text("entry_id"),
)
