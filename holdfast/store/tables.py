"""The projection tables as SQLAlchemy Core sees them; the migrations define them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

__all__ = [
    "PROJECTIONS",
    "attachment",
    "clock",
    "communication",
    "decision",
    "hold",
    "incident",
    "policy",
    "receipt",
    "recurrence",
    "reply",
    "status_post",
    "timeline",
]

PROJECTIONS = MetaData(schema="projection")


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


incident = Table(
    "incident",
    PROJECTIONS,
    _text("incident_id", key=True),
    _text("workflow_id"),
    _text("title"),
    _text("description"),
    _text("origin"),
    Column("reporter", JSONB),
    _text("phase"),
    _text("severity"),
    _text("priority"),
    _text("outcome"),
    _text("duplicate_of"),
    Column("services", ARRAY(Text)),
    _moment("aware_at"),
    _moment("opened_at"),
    _moment("closed_at"),
    Column("alerts", BigInteger),
    Column("facts", JSONB),
    Column("proposal", JSONB(none_as_null=True)),
    Column("actions", JSONB),
    Column("checks", JSONB),
    Column("review", JSONB(none_as_null=True)),
    Column("policies", JSONB),
    Column("classification", JSONB(none_as_null=True)),
    Column("evaluation", JSONB(none_as_null=True)),
    Column("drill", JSONB(none_as_null=True)),
    Column("process", JSONB(none_as_null=True)),
)

timeline = Table(
    "timeline",
    PROJECTIONS,
    _text("entry_id", key=True),
    Column("position", BigInteger),
    _text("incident_id"),
    _text("kind"),
    _moment("occurred_at"),
    _moment("recorded_at"),
    _text("actor_id"),
    _text("role"),
    _text("summary"),
)

decision = Table(
    "decision",
    PROJECTIONS,
    _text("workflow_id", key=True),
    _text("request_id", key=True),
    _text("incident_id"),
    _text("kind"),
    _text("question"),
    _text("state"),
    Column("subject", JSONB),
    Column("authors", ARRAY(Text)),
    Column("roles", ARRAY(Text)),
    Column("options", JSONB),
    Column("bypass", JSONB(none_as_null=True)),
    Column("context", JSONB),
    _moment("requested_at"),
    _moment("due_at"),
    Column("answers", JSONB),
    _text("outcome"),
    _moment("settled_at"),
    Column("only_by_exception", ARRAY(Text)),
)

clock = Table(
    "clock",
    PROJECTIONS,
    _text("workflow_id", key=True),
    _text("clock_id", key=True),
    _text("incident_id"),
    _text("title"),
    _text("state"),
    _moment("due_at"),
    _moment("next_at"),
    Column("entitled", ARRAY(Text)),
)

receipt = Table(
    "receipt",
    PROJECTIONS,
    _text("submission_id", key=True),
    _text("incident_id"),
    _text("entry_id"),
    _text("kind"),
    Column("accepted", Boolean),
    Column("result", JSONB),
    _moment("occurred_at"),
    _moment("recorded_at"),
)

attachment = Table(
    "attachment",
    PROJECTIONS,
    _text("attachment_id", key=True),
    _text("incident_id"),
    _text("entry_id"),
    _text("digest"),
    Column("size", BigInteger),
    _text("media_type"),
    _text("description"),
    _moment("collected_at"),
    Column("collected_by", JSONB),
    _moment("taken_in_at"),
)

hold = Table(
    "hold",
    PROJECTIONS,
    _text("incident_id", key=True),
    _text("hold_id", key=True),
    _text("type"),
    _text("reason"),
    Column("placed_by", JSONB),
    _moment("placed_at"),
    Column("lifted_by", JSONB(none_as_null=True)),
    _moment("lifted_at"),
    _text("lifted_because"),
)

policy = Table(
    "policy",
    PROJECTIONS,
    _text("name", key=True),
    _text("version", key=True),
    _text("incident_id"),
    _text("digest"),
    _text("state"),
    _text("reason"),
    Column("drafted_by", JSONB),
    _moment("drafted_at"),
    Column("trial", JSONB(none_as_null=True)),
    Column("published_by", JSONB(none_as_null=True)),
    _moment("published_at"),
    _moment("effective_at"),
)

recurrence = Table(
    "recurrence",
    PROJECTIONS,
    _text("incident_id", key=True),
    _text("workflow_id"),
    _text("period"),
    _moment("assessed_at"),
    Column("assessment", JSONB),
    Column("outcomes", JSONB),
)

communication = Table(
    "communication",
    PROJECTIONS,
    _text("incident_id", key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _text("workflow_id"),
    _text("purpose"),
    _text("audience"),
    _text("severity"),
    _text("stage"),
    Column("version", BigInteger),
    _text("message"),
    Column("draft", JSONB(none_as_null=True)),
    Column("versions", JSONB),
    Column("sign_off", JSONB(none_as_null=True)),
    Column("reviews", JSONB),
    Column("returned", JSONB),
    Column("approvals", JSONB),
    Column("deliveries", JSONB),
    Column("supersedes", BigInteger),
    Column("superseded_by", BigInteger),
    Column("opened_by", JSONB),
    _moment("opened_at"),
    _moment("submitted_at"),
    _moment("approved_at"),
    _text("publish_when"),
    _moment("publish_at"),
    _moment("published_at"),
    _moment("cancelled_at"),
    _text("cancelled_because"),
    Column("complete", Boolean),
    _moment("closed_at"),
)

reply = Table(
    "reply",
    PROJECTIONS,
    _text("incident_id", key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _text("reply_id"),
    _text("kind"),
    Column("communication", BigInteger),
    _moment("received_at"),
    _moment("due_at"),
    _text("answered"),
    _moment("answered_at"),
    Column("sealed", ARRAY(Text)),
    Column("recorded_by", JSONB),
    _moment("recorded_at"),
    _text("entry_id"),
)

status_post = Table(
    "status_post",
    PROJECTIONS,
    _text("incident_id", key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("post_id", Uuid),
    Column("version", BigInteger),
    _text("message"),
    _moment("released_at"),
    Column("languages", JSONB),
    Column("superseded_by", BigInteger),
    _moment("superseded_at"),
)
