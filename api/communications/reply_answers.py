"""What the doors of replies answer with."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from holdfast.domain.values import Instant, JsonObject

__all__ = ["Reply", "ReplyDisclosed", "ReplyList", "reply_of"]


class Reply(BaseModel):
    """Something that came back; who wrote and what is sealed."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "reply_id": "INC-2026-000001/reply-1",
                "number": 1,
                "kind": "complaint",
                "communication": 2,
                "received_at": "2026-03-04T12:00:00.000000Z",
                "due_at": None,
                "answered": None,
                "answered_at": None,
                "sealed": ["from", "text"],
                "recorded_by": {"id": "person-1f0c2a9b", "role": "responder"},
                "recorded_at": "2026-03-04T12:10:00.000000Z",
                "entry_id": "incident/INC-2026-000001#41",
            }
        },
    )

    reply_id: str
    number: int
    kind: str = Field(
        description="`acknowledgement`, `reply`, `complaint` or `regulator_question`."
    )
    communication: int | None
    received_at: Instant
    due_at: Instant | None
    answered: str | None = Field(description="The question that is answered by it.")
    answered_at: Instant | None = Field(description="Of a question: since when it is answered.")
    sealed: list[str] = Field(description="What is sealed and can be read on record.")
    recorded_by: JsonObject
    recorded_at: Instant
    entry_id: str


class ReplyList(BaseModel):
    """What came back, the first one first."""

    replies: list[Reply]


class ReplyDisclosed(BaseModel):
    """Who wrote and what, and the entry that says who has read this."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "example": {
                "reply_id": "INC-2026-000001/reply-1",
                "key": "person-7b0c4f0e5d6a4c0f9a3e2b1c8d7e6f50",
                "from": "A client",
                "text": "My salary did not arrive.",
                "entry_id": "disclosure/4e7a3c1d-5b0f-4f7e-9a61-0d2c8b7e6f50#0",
            }
        },
    )

    reply_id: str
    key: str = Field(description="The writer's pseudonym, and the name of their key.")
    sender: str | None = Field(default=None, alias="from")
    text: str | None = None
    entry_id: str


def reply_of(row: RowMapping) -> Reply:
    """A reply as it is told."""
    return Reply.model_validate(dict(row))
