"""The projection tables of documents as SQLAlchemy Core sees them; the migration defines them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from holdfast.store.tables import PROJECTIONS

__all__ = ["acknowledgement", "document"]

document = Table(
    "process_document",
    PROJECTIONS,
    Column("document", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("kind", Text),
    Column("title", Text),
    Column("digest", Text),
    Column("media_type", Text),
    Column("size", BigInteger),
    Column("reason", Text),
    Column("caused_by", Text),
    Column("drafted_by", JSONB),
    Column("drafted_at", DateTime(timezone=True)),
    Column("draft_entry", Text),
    Column("approved_by", JSONB(none_as_null=True)),
    Column("approved_at", DateTime(timezone=True)),
    Column("approval_entry", Text),
    Column("rationale", Text),
    Column("published_by", JSONB(none_as_null=True)),
    Column("published_at", DateTime(timezone=True)),
    Column("publication_entry", Text),
    Column("effective_on", Date),
    Column("concerns", ARRAY(Text)),
    Column("acknowledge_within_days", BigInteger),
    Column("acknowledge_by", Date),
)

acknowledgement = Table(
    "process_acknowledgement",
    PROJECTIONS,
    Column("document", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("role", Text),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("entry_id", Text),
)
