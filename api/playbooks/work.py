"""Handing something in at a playbook: told early what the incident would refuse.

The incident decides with authority, by the same rules. What is refused here is handed over all the
same, so that the attempt is evidence.
"""

from __future__ import annotations

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.platform import Platform
from api.playbooks.pinned import playbooks_of
from api.prefer import wait_seconds
from api.problems import refused
from api.submitting import earlier_receipt, new_submission_id, require_open, send, sign
from holdfast.domain.addressee import incident_addressee
from holdfast.domain.incident.playbooks import no_playbooks, refuse_playbook
from holdfast.domain.incident.state import Phase
from holdfast.domain.playbooks.asking import (
    AddStep,
    RepeatStep,
    ReportStep,
    SkipStep,
    StartPlaybook,
    StartStep,
)
from holdfast.domain.playbooks.refusing import (
    refuse_repeat,
    refuse_report,
    refuse_skip,
    refuse_start,
)
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor, Role
from holdfast.errors import InvalidInput
from holdfast.store.custody.attachments import list_attachments
from holdfast.store.decisions import fetch_answer_context
from holdfast.store.incidents import fetch_incident
from holdfast.store.playbooks.reading import StoredPlay, fetch_play

__all__ = ["PLAYING", "hand_in"]

PLAYING = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.VENDOR_MANAGER, Role.COMPLIANCE, Role.LEGAL),
)
"""Whoever may carry out playbooks."""

StepBody = StartStep | ReportStep | SkipStep | RepeatStep


async def hand_in(
    doors: Platform,
    incident_id: str,
    chosen_id: str | None,
    actor: Actor,
    body: StartPlaybook | AddStep | StepBody,
    prefer: str | None,
) -> Response:
    """Hand a body in at an open incident, once under its id; answer as `send`.

    Raises:
        Problem: it is refused by what stands, or the id was used for something else.
        InvalidInput: it names a document that the incident does not have.
        Unavailable: Temporal does not answer; nothing has changed.
    """
    to, submission_id = incident_addressee(incident_id), chosen_id or new_submission_id(body.type)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, body):
        return receipt
    require_open(context.phase, incident_id)
    async with doors.reads.connect() as connection:
        if isinstance(body, StartPlaybook):
            refusal = await _refuse_playbook(doors, connection, incident_id, body)
        else:
            if isinstance(body, ReportStep):
                await _require_documents(connection, incident_id, body)
            stored = await fetch_play(connection, incident_id, body.play)
            refusal = _refusal(incident_id, stored, body)
    signed = sign(doors, to, submission_id, actor, body)
    if refusal is not None:
        await send(doors, to, signed, 0)
        raise refused(refusal)
    return await send(doors, to, signed, wait_seconds(prefer))


async def _refuse_playbook(
    doors: Platform, connection: AsyncConnection, incident_id: str, body: StartPlaybook
) -> Refusal | None:
    incident = await fetch_incident(connection, incident_id)
    if incident is None:
        return None
    pinned = await playbooks_of(doors, connection, incident)
    if pinned is None:
        return no_playbooks(incident_id)
    return refuse_playbook(incident_id, Phase(incident["phase"]), pinned[1], body.playbook)


def _refusal(
    incident_id: str, stored: StoredPlay | None, body: AddStep | StepBody
) -> Refusal | None:
    """Say what the incident would refuse, as far as what stands can tell."""
    if stored is None:
        detail = f"{incident_id} carries out no play {body.play}"
        return Refusal(RefusalReason.UNKNOWN_PLAYBOOK, detail)
    if isinstance(body, AddStep):
        return None
    played, approval = stored.play.find(body.step), stored.approvals.get(body.step)
    if played is None:
        detail = f"play {body.play} has no step '{body.step}'"
        return Refusal(RefusalReason.UNKNOWN_STEP, detail)
    if isinstance(body, StartStep):
        return refuse_start(stored.play, played, body.mode, approval)
    if isinstance(body, ReportStep):
        return refuse_report(played, body)
    repeats = isinstance(body, RepeatStep)
    return refuse_repeat(stored.play, played, approval) if repeats else refuse_skip(played)


async def _require_documents(
    connection: AsyncConnection, incident_id: str, body: ReportStep
) -> None:
    """Refuse documents that are no attachments of the incident.

    Raises:
        InvalidInput: one is not; says which.
    """
    if not body.documents:
        return
    known = {each.digest for each in await list_attachments(connection, incident_id)}
    for number, digest in enumerate(body.documents):
        if digest not in known:
            message = f"{incident_id} has no attachment {digest}: take it in first"
            errors = [{"pointer": f"/documents/{number}", "message": message}]
            raise InvalidInput(message, errors=errors)
