"""The doors of an incident's decisions: what waits for people, and their answers."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.authentication import AnyReader, ReadingCaller
from api.deciding import DECIDING, DecisionAnswer, decide_on, decision_of
from api.models import DecisionList, IncidentId, SubmissionAccepted
from api.platform import Doors
from api.prefer import Prefer
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import require_incident
from holdfast.domain.addressee import Addressee, incident_addressee
from holdfast.domain.communication.naming import (
    communication_addressee,
    communication_of_request,
)
from holdfast.domain.remediation.naming import task_addressee, task_of_request
from holdfast.domain.reporting.naming import reporting_addressee, reporting_of_request
from holdfast.domain.third_party.naming import escalation_addressee, escalation_of_request
from holdfast.domain.values import Identifier
from holdfast.store.decisions import fetch_decisions
from holdfast.store.incidents import fetch_phase

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["decisions"], route_class=StrictRoute)


@router.get(
    "/{incident_id}/decisions",
    summary="List the decisions of an incident",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_decisions(incident_id: IncidentId, doors: Doors) -> DecisionList:
    """List every question that was put in an incident, settled or not, oldest first."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        found = await fetch_decisions(connection, incident_id, only_open=False)
    return DecisionList(decisions=[decision_of(stored) for stored in found])


@router.post(
    "/{incident_id}/decisions/{request_id}",
    status_code=202,
    summary="Decide",
    response_model=SubmissionAccepted,
    responses=DECIDING,
)
async def decide(
    incident_id: IncidentId,
    request_id: Identifier,
    body: DecisionAnswer,
    doors: Doors,
    caller: ReadingCaller,
    prefer: Prefer = None,
) -> Response:
    """Answer a decision request, about exactly the subject whose digest you give.

    Repeat it with the same `decision_id` whenever you do not know whether it arrived. Who may
    decide is said by the request; every role may try, and a refused attempt is evidence. Reviews
    and approvals of communications are answered here too, and what escalations to third parties,
    remediation tasks and reports to authorities ask.
    """
    to = _asked_by(incident_id, request_id)
    return await decide_on(doors, to, request_id, body, caller, prefer)


def _asked_by(incident_id: str, request_id: str) -> Addressee:
    """Whoever has put that request: the beginning of its id says so."""
    if (number := communication_of_request(request_id)) is not None:
        return communication_addressee(incident_id, number)
    if (number := escalation_of_request(request_id)) is not None:
        return escalation_addressee(incident_id, number)
    if (number := task_of_request(request_id)) is not None:
        return task_addressee(incident_id, number)
    if (number := reporting_of_request(request_id)) is not None:
        return reporting_addressee(incident_id, number)
    return incident_addressee(incident_id)
