"""The doors of third parties: a provider escalated to, what it told us, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.authentication import AnyReader, acting_as, allow
from api.deciding import decision_of
from api.models import Decision, IncidentId, Receipt, SubmissionAccepted
from api.pinned_register import incident_with_register, provider_of, serving_contracts
from api.platform import Doors
from api.prefer import Prefer
from api.problem_documents import problems
from api.sealed_words import seal_speaker
from api.strict_route import StrictRoute
from api.submitting import new_submission_id, require_incident
from api.third_parties.answers import (
    Escalation,
    EscalationList,
    ServingContracts,
    escalation_in_full,
    escalation_in_short,
)
from api.third_parties.models import EscalationNumber, NewEscalation, ProviderNotification
from api.third_parties.opening import ask_for_escalation, require_said
from api.third_parties.work import ESCALATING, require_escalation
from holdfast.domain.third_party.asking import InvokeEscalation, RecordNotification
from holdfast.domain.third_party.naming import escalation_of_request
from holdfast.store.access_tokens import Caller
from holdfast.store.communications.reading import list_communications
from holdfast.store.decisions import fetch_decisions
from holdfast.store.incidents import fetch_phase
from holdfast.store.third_parties.reading import (
    list_calls,
    list_clocks,
    list_escalations,
    list_origins,
    list_remediation,
    list_statements,
)

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["third parties"], route_class=StrictRoute)

Escalating = Annotated[Caller, Depends(allow(*ESCALATING))]

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.post(
    "/{incident_id}/third-parties",
    status_code=202,
    summary="Ask that a provider be escalated to",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def invoke(
    incident_id: IncidentId,
    body: NewEscalation,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """Ask for the escalation of a contract, on which facts and why; somebody else decides.

    The decision is of the kind `third_party.invocation`, about the receipt's entry.
    """
    actor = acting_as(caller, body.role, *ESCALATING)
    async with doors.reads.connect() as connection:
        incident, register = await incident_with_register(connection, incident_id)
    require_said("asked_at", body.asked_at)
    asked = InvokeEscalation(
        provider=provider_of(incident["services"], register, body.contract),
        **body.model_dump(exclude={"submission_id", "role"}),
    )
    submission_id = body.submission_id or new_submission_id(asked.type)
    return await ask_for_escalation(doors, incident_id, submission_id, actor, asked, prefer)


@router.post(
    "/{incident_id}/third-parties/notifications",
    status_code=202,
    summary="Record that a provider has told us of an incident of its own",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def record_notification(
    incident_id: IncidentId,
    body: ProviderNotification,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """Record what a provider has told us (DORA Art. 30(3)(b)); its escalation is open with that.

    The receipt's `result` has its `number`. The provider's times run from `said_at`.
    """
    require_said("said_at", body.said_at)
    actor = acting_as(caller, body.role, *ESCALATING)
    async with doors.reads.connect() as connection:
        incident, register = await incident_with_register(connection, incident_id)
    provider = provider_of(incident["services"], register, body.contract)
    submission_id = body.submission_id or new_submission_id("third_party_notification")
    rest = body.model_dump(mode="json", exclude={"said_by", "role", "submission_id"})
    sealed = await seal_speaker(doors, incident_id, submission_id, actor, body.said_by, rest)
    told = RecordNotification(
        provider=provider,
        sealed=sealed,
        **body.model_dump(exclude={"said_by", "role", "submission_id"}),
    )
    return await ask_for_escalation(doors, incident_id, submission_id, actor, told, prefer)


@router.get(
    "/{incident_id}/third-parties",
    summary="List the third parties of an incident",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_third_parties(incident_id: IncidentId, doors: Doors) -> EscalationList:
    """List every escalation with where it stands, the first one first."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        found = await list_escalations(connection, incident_id)
    return EscalationList(third_parties=[escalation_in_short(row) for row in found])


@router.get(
    "/{incident_id}/third-parties/contracts",
    summary="List the contracts that carry what is affected",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_contracts(incident_id: IncidentId, doors: Doors) -> ServingContracts:
    """List which contracts carry the affected services, by the register that the incident pins."""
    async with doors.reads.connect() as connection:
        incident, register = await incident_with_register(connection, incident_id)
        known = await list_escalations(connection, incident_id)
    return serving_contracts(incident, register, known)


@router.get(
    "/{incident_id}/third-parties/{number}",
    summary="Read an escalation",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_third_party(
    incident_id: IncidentId, number: EscalationNumber, doors: Doors
) -> Escalation:
    """Read an escalation in full: its terms, times, calls, statements, decisions and review."""
    async with doors.reads.connect() as connection:
        row = await require_escalation(connection, incident_id, number)
        parts = await _parts(connection, incident_id, number)
        decisions = await _decisions(connection, incident_id, number)
    return escalation_in_full(row, parts, decisions)


async def _parts(
    connection: AsyncConnection, incident_id: str, number: int
) -> Mapping[str, Sequence[Any]]:
    """What the projections hold beside the escalation itself, by field of the answer."""
    tasks = await list_remediation(connection, incident_id)
    told = {row["number"]: row for row in await list_communications(connection, incident_id)}
    calls: list[Mapping[str, Any]] = []
    for call in await list_calls(connection, incident_id, number):
        message = told.get(call["communication"])
        sent = message["deliveries"] if message else {}
        deliveries = [{"number": int(key), **sent[key]} for key in sorted(sent, key=int)]
        digest = message["message"] if message else None
        calls.append({**call, "message": digest, "deliveries": deliveries})
    return {
        "clocks": await list_clocks(connection, incident_id, number),
        "statements": await list_statements(connection, incident_id, number),
        "calls": calls,
        "origins": await list_origins(connection, incident_id, number),
        "tasks": [task for task in tasks if task["number"] == number],
    }


async def _decisions(
    connection: AsyncConnection, incident_id: str, number: int
) -> Sequence[Decision]:
    return [
        decision_of(stored)
        for stored in await fetch_decisions(connection, incident_id, only_open=False)
        if escalation_of_request(stored.request.id) == number
    ]
