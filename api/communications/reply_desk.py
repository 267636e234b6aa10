"""Replies at the door: sealed under a key of their writer alone, signed, durable before an answer.

Neither the outbox nor Temporal nor a log has ever held who wrote or what.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self

from fastapi import Response
from pydantic import ConfigDict, Field, field_validator, model_validator
from sqlalchemy.ext.asyncio import AsyncConnection

from api.communications.work import require_communication
from api.platform import Platform
from api.prefer import wait_seconds
from api.problems import Problem
from api.submitting import (
    answer_after,
    answer_with,
    new_submission_id,
    receipt_of,
    require_open,
    sign,
)
from holdfast.domain.addressee import incident_addressee
from holdfast.domain.communication.asking import RecordReply
from holdfast.domain.communication.kinds import ReplyKind
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import (
    Frozen,
    Identifier,
    Instant,
    Line,
    Text,
    canonical_json,
    digest_of,
)
from holdfast.errors import InvalidInput
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.communications.reading import list_replies
from holdfast.store.communications.reply_intake import AskedReply, accept_reply
from holdfast.store.incidents import fetch_phase
from holdfast.store.outbox import OutboxRow
from holdfast.store.receipts import fetch_receipt
from holdfast.store.reports import new_pseudonym

__all__ = ["ReplyReport", "record_reply"]

_AHEAD_AT_MOST = timedelta(minutes=5)
_MOST_BYTES = 14_000
"""Of a text: sealed, it has to stay below 20,000 characters of base64."""


class ReplyReport(Frozen):
    """Something that came back; `from` and `text` are sealed before anything is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "submission_id": "complaint-7",
                "reply": "complaint",
                "from": "A client, by phone",
                "text": "My salary did not arrive, and nobody told me.",
                "received_at": "2026-03-04T12:00:00Z",
            }
        }
    )

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one reply."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")
    reply: ReplyKind
    sender: Line | None = Field(default=None, alias="from", description="Who wrote or called.")
    text: Text | None = Field(default=None, description="What they said.")
    received_at: Instant | None = Field(default=None, description="Now, if left out.")
    due_at: Instant | None = Field(
        default=None, description="Until when a regulator wants the answer."
    )
    answered: int | None = Field(
        default=None, ge=1, description="The number of the regulator's question that is answered."
    )

    @field_validator("text")
    @classmethod
    def _fits_sealed(cls, text: str | None) -> str | None:
        if text is not None and len(text.encode()) > _MOST_BYTES:
            message = f"at most {_MOST_BYTES} bytes in UTF-8: take in what is longer as a file"
            raise ValueError(message)
        return text

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.due_at is not None and self.reply is not ReplyKind.REGULATOR_QUESTION:
            message = "only a regulator's question has a `due_at`"
            raise ValueError(message)
        if self.due_at is None and self.reply is ReplyKind.REGULATOR_QUESTION:
            message = "say in `due_at` until when the regulator wants the answer"
            raise ValueError(message)
        if self.reply is not ReplyKind.ACKNOWLEDGEMENT and self.text is None:
            message = f"say in `text` what the {self.reply} says"
            raise ValueError(message)
        return self


async def record_reply(
    doors: Platform,
    of: tuple[str, int | None],
    body: ReplyReport,
    actor: Actor,
    prefer: str | None,
) -> Response:
    """Take in what came back: `of` an incident, and of the communication of that number in it.

    Raises:
        Problem: it is refused by what stands, or its id was used for something else.
        InvalidInput: it came in the future, or answers no question that there is.
    """
    incident_id, number = of
    _require_past(body)
    asked = _asked(doors, incident_id, number, body, actor)
    submission_id, to = asked.signed.submission.submission_id, incident_addressee(incident_id)
    row = await _accept(doors, asked, number, body.answered)
    if row is None:
        async with doors.reads.connect() as connection:
            found = await fetch_receipt(connection, submission_id)
        if found is not None and not found.accepted:
            raise Problem(found.result["reason"], found.result["detail"], entry_id=found.entry_id)
        if found is not None:
            return answer_with(200, receipt_of(found))

    async def announce() -> None:
        await doors.relay.announce([row] if row else [])

    return await answer_after(doors, to, submission_id, wait_seconds(prefer), announce)


async def _accept(
    doors: Platform, asked: AskedReply, number: int | None, answered: int | None
) -> OutboxRow | None:
    """Keep it; None where it was kept before. Nothing is kept of what a check here refuses."""
    async with doors.engine.begin() as connection:
        earlier = await fetch_receipt(connection, asked.signed.submission.submission_id)
        row = await accept_reply(connection, doors.keyring, asked)
        if row is None:
            return None
        if earlier is not None:
            detail = f"'{row.submission_id}' was used for something else"
            raise Problem(RefusalReason.SUBMISSION_ID_REUSED, detail)
        require_open(await fetch_phase(connection, asked.incident_id), asked.incident_id)
        if number is not None:
            await require_communication(connection, asked.incident_id, number)
        if answered is not None:
            await _require_question(connection, asked.incident_id, answered)
    return row


async def _require_question(connection: AsyncConnection, incident_id: str, number: int) -> None:
    for row in await list_replies(connection, incident_id):
        if (row["number"], row["kind"]) == (number, ReplyKind.REGULATOR_QUESTION):
            return
    message = f"{incident_id} has no regulator's question {number}"
    raise InvalidInput(message, errors=[{"pointer": "/answered", "message": message}])


def _asked(
    doors: Platform, incident_id: str, number: int | None, body: ReplyReport, actor: Actor
) -> AskedReply:
    """Seal and sign a reply as it was handed in."""
    submission_id = body.submission_id or new_submission_id("reply")
    key = SubjectKey.generate(new_pseudonym())
    said = {"from": body.sender, "text": body.text}
    reply = RecordReply(
        reply=body.reply,
        communication=number,
        received_at=body.received_at or datetime.now(UTC),
        due_at=body.due_at,
        answered=f"reply-{body.answered}" if body.answered else None,
        sealed={
            name: key.seal(submission_id, name, words) for name, words in said.items() if words
        },
    )
    signed = sign(doors, incident_addressee(incident_id), submission_id, actor, reply)
    unsealed = body.model_dump(mode="json", exclude={"sender", "text", "role", "submission_id"})
    return AskedReply(
        actor_id=actor.id,
        incident_id=incident_id,
        request=digest_of({**unsealed, "communication": number}),
        key=key,
        said=canonical_json(said),
        signed=signed,
    )


def _require_past(body: ReplyReport) -> None:
    if body.received_at is not None and body.received_at > datetime.now(UTC) + _AHEAD_AT_MOST:
        message = "received_at lies in the future"
        raise InvalidInput(message, errors=[{"pointer": "/received_at", "message": message}])
