"""Asking an incident for an escalation: told early what the incident would refuse.

The incident decides with authority. What is refused here is handed over all the same, so that the
attempt is evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from fastapi import Response
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.platform import Platform
from api.prefer import wait_seconds
from api.problems import refused
from api.submitting import earlier_receipt, require_open, send, sign
from holdfast.domain.addressee import incident_addressee
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.policies import APPROVAL_MATRIX, approval_matrix
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor
from holdfast.domain.third_party.asking import InvokeEscalation, RecordNotification
from holdfast.errors import InvalidInput
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.decisions import fetch_answer_context
from holdfast.store.incidents import fetch_incident
from holdfast.store.tables import timeline
from holdfast.store.third_parties.reading import list_escalations

__all__ = ["ask_for_escalation", "require_entries", "require_said"]

_AHEAD_AT_MOST = timedelta(minutes=1)
"""How far in the future something may have been said: clocks are not exact."""


async def ask_for_escalation(
    doors: Platform,
    incident_id: str,
    submission_id: str,
    actor: Actor,
    body: InvokeEscalation | RecordNotification,
    prefer: str | None,
) -> Response:
    """Hand a body in at an open incident, once under its id; answer as `send`.

    Raises:
        Problem: it is refused by what stands, or the id was used for something else.
        InvalidInput: it names what the incident does not have.
        Unavailable: Temporal does not answer; nothing has changed.
    """
    to = incident_addressee(incident_id)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, body):
        return receipt
    require_open(context.phase, incident_id)
    async with doors.reads.connect() as connection:
        if isinstance(body, InvokeEscalation):
            await require_entries(connection, incident_id, body.facts)
        refusal = await _refusal(connection, doors, incident_id, body.contract)
    signed = sign(doors, to, submission_id, actor, body)
    if refusal is not None:
        await send(doors, to, signed, 0)
        raise refused(refusal)
    return await send(doors, to, signed, wait_seconds(prefer))


async def require_entries(
    connection: AsyncConnection, incident_id: str, entries: Sequence[str]
) -> None:
    """Refuse what rests on an entry that the incident does not have.

    Raises:
        InvalidInput: one of them is none of that incident; says which.
    """
    query = select(timeline.c.entry_id).where(
        timeline.c.incident_id == incident_id, timeline.c.entry_id.in_(entries)
    )
    known = set((await connection.execute(query)).scalars())
    errors = [
        {"pointer": f"/facts/{number}", "message": f"{incident_id} has no entry '{entry}'"}
        for number, entry in enumerate(entries)
        if entry not in known
    ]
    if errors:
        raise InvalidInput(errors[0]["message"], errors=errors)


def require_said(name: str, said_at: datetime | None) -> None:
    """Refuse what lies in the future.

    A provider may well have been asked before anybody knew that this is an incident.

    Raises:
        InvalidInput: it does; `name` is the field that says when.
    """
    if said_at is None or said_at <= datetime.now(UTC) + _AHEAD_AT_MOST:
        return
    message = f"{name} lies in the future"
    raise InvalidInput(message, errors=[{"pointer": f"/{name}", "message": message}])


async def _refusal(
    connection: AsyncConnection, doors: Platform, incident_id: str, contract: str
) -> Refusal | None:
    row = await fetch_incident(connection, incident_id)
    if row is not None and not await _has_rules(connection, doors, row):
        detail = (
            f"the approval matrix of {incident_id} says nothing of third parties:"
            " re-pin it to the matrix in force"
        )
        return Refusal(RefusalReason.NO_THIRD_PARTY_RULES, detail)
    for known in await list_escalations(connection, incident_id):
        if known["contract"] == contract and not known["closed"]:
            detail = f"{contract} is escalated to as third party {known['number']}"
            return Refusal(RefusalReason.ALREADY_ESCALATED, detail)
    return None


async def _has_rules(connection: AsyncConnection, doors: Platform, incident: RowMapping) -> bool:
    """Whether the matrix that the incident goes by knows of escalations at all."""
    digests = [pin["digest"] for pin in incident["policies"] if pin["name"] == APPROVAL_MATRIX]
    for digest in digests:
        known = doors.policies.content(digest)
        content = known.content if known else (await fetch_artifact(connection, digest)).decode()
        return DecisionKind.THIRD_PARTY_INVOCATION in approval_matrix(content).rules
    return False
