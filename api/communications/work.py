"""Handing something in at a communication that stands: told early what its workflow would refuse.

The workflow decides with authority. What is refused here is handed over all the same while the
workflow runs, so that the attempt is evidence.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from api.platform import Platform
from api.prefer import wait_seconds
from api.problems import Problem, refused
from api.submitting import earlier_receipt, new_submission_id, require_incident, send, sign
from holdfast.domain.communication.asking import (
    CancelCommunication,
    EditDraft,
    PublishCommunication,
    SubmitDraft,
)
from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.naming import communication_addressee, communication_id
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor, Role
from holdfast.store.communications.reading import fetch_communication
from holdfast.store.decisions import fetch_answer_context
from holdfast.store.incidents import fetch_phase

__all__ = [
    "DRAFTING",
    "CommunicationBody",
    "hand_in",
    "require_communication",
    "stage_refusal",
]

DRAFTING = (*(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL),)
"""Whoever may write a communication, and hand it in."""

CommunicationBody = EditDraft | SubmitDraft | PublishCommunication | CancelCommunication


async def require_communication(
    connection: AsyncConnection, incident_id: str, number: int
) -> RowMapping:
    """Read a communication as it stands.

    Raises:
        Problem: there is no such incident, or no such communication in it.
    """
    require_incident(await fetch_phase(connection, incident_id), incident_id)
    row = await fetch_communication(connection, incident_id, number)
    if row is None:
        detail = f"there is no {communication_id(incident_id, number)}"
        raise Problem(RefusalReason.UNKNOWN_COMMUNICATION, detail, incident_id=incident_id)
    return row


async def hand_in(
    doors: Platform,
    row: RowMapping,
    chosen_id: str | None,
    actor: Actor,
    body: CommunicationBody,
    prefer: str | None,
) -> Response:
    """Hand a body in at a communication, once under its id; answer as `send`.

    `row` was read before this is called: a receipt that it does not know of is found here.

    Raises:
        Problem: it is refused by what stands, or the id was used for something else.
        Unavailable: Temporal does not answer, or the workflow is just being started.
    """
    to = communication_addressee(row["incident_id"], row["number"])
    submission_id = chosen_id or new_submission_id(body.type)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, body):
        return receipt
    refusal = _refusal(row, body)
    if refusal is not None and Stage(row["stage"]).settled:
        raise refused(refusal)
    signed = sign(doors, to, submission_id, actor, body)
    if refusal is not None:
        await send(doors, to, signed, 0)
        raise refused(refusal)
    return await send(doors, to, signed, wait_seconds(prefer))


def stage_refusal(row: RowMapping, *allowed: Stage) -> Refusal | None:
    """Refuse what only other stages allow."""
    if Stage(row["stage"]) in allowed:
        return None
    name = communication_id(row["incident_id"], row["number"])
    return Refusal(RefusalReason.WRONG_STAGE, f"{name} is in stage {row['stage']}")


def _refusal(row: RowMapping, body: CommunicationBody) -> Refusal | None:
    """Say what the workflow would refuse, in the order in which it looks.

    Of one that has just been opened, or waits for its first draft, only the workflow knows.
    """
    return _LOOK[type(body)](row, body) if row["version"] else None


def _refuse_edit(row: RowMapping, body: EditDraft) -> Refusal | None:
    if refusal := stage_refusal(row, *_EDITABLE) or _stale(row, body.base):
        return refusal
    if body.draft.message == row["message"]:
        return Refusal(RefusalReason.NOTHING_CHANGED, f"that is version {row['version']} already")
    return None


def _refuse_submission(row: RowMapping, body: SubmitDraft) -> Refusal | None:
    if refusal := _stale(row, body.message) or stage_refusal(row, Stage.DRAFT):
        return refusal
    if missing := row["draft"]["missing"]:
        detail = f"still to be stated: {', '.join(missing)}"
        return Refusal(RefusalReason.DRAFT_INCOMPLETE, detail)
    return None


def _refuse_publication(row: RowMapping, body: PublishCommunication) -> Refusal | None:
    return _stale(row, body.message) or stage_refusal(row, Stage.APPROVED)


def _refuse_cancellation(row: RowMapping, body: CancelCommunication) -> Refusal | None:
    del body
    return stage_refusal(row, *_EDITABLE)


def _stale(row: RowMapping, digest: str) -> Refusal | None:
    if digest == row["message"]:
        return None
    detail = f"version {row['version']} is {row['message']}, not {digest}"
    return Refusal(RefusalReason.STALE_DIGEST, detail)


_EDITABLE = tuple(stage for stage in Stage if stage.editable)
_LOOK: dict[type, Callable[..., Refusal | None]] = {
    EditDraft: _refuse_edit,
    SubmitDraft: _refuse_submission,
    PublishCommunication: _refuse_publication,
    CancelCommunication: _refuse_cancellation,
}
