"""The doors of judgements: every evaluation with its proof, and the severity as a drawing."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader
from api.drawings import DRAWN, draw_tree
from api.models import IncidentId
from api.platform import Doors
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import require_incident
from holdfast.domain.events import EventKind
from holdfast.domain.policies import severity_tree
from holdfast.domain.values import Instant, JsonObject
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.incidents import fetch_phase
from holdfast.store.judged_entries import list_judged

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["incidents"], route_class=StrictRoute)


class Evaluation(BaseModel):
    """One evaluation under Delegated Regulation (EU) 2024/1772."""

    model_config = ConfigDict(from_attributes=True)

    entry_id: str = Field(description="The evidence entry that holds it.")
    recorded_at: Instant
    policy: JsonObject = Field(description="Under which thresholds.")
    evaluation: JsonObject = Field(
        description="For each entity: inputs, thresholds, proof, and what is nearest to turning it."
    )


class EvaluationList(BaseModel):
    """All evaluations of an incident, oldest first."""

    evaluations: list[Evaluation]


@router.get(
    "/{incident_id}/evaluations",
    summary="List the evaluations of an incident",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_evaluations(incident_id: IncidentId, doors: Doors) -> EvaluationList:
    """List every evaluation that was news; those whose content was disposed of are not told."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        entries = await list_judged(connection, incident_id, EventKind.CLASSIFICATION_EVALUATED)
    return EvaluationList(
        evaluations=[
            Evaluation(
                entry_id=stored.entry.id,
                recorded_at=stored.recorded_at,
                policy=stored.event.policy.model_dump(mode="json") if stored.event.policy else {},
                evaluation=stored.event.payload,
            )
            for stored in entries
        ]
    )


@router.get(
    "/{incident_id}/severity.svg",
    summary="Draw how the severity was proposed",
    dependencies=[AnyReader],
    response_class=Response,
    responses={**DRAWN, **problems(401, 403, 404, 422, 503)},
)
async def get_severity_drawing(incident_id: IncidentId, doors: Doors) -> Response:
    """Draw the severity tree of an incident, with the way of the latest proposal in bold."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        proposed = await list_judged(connection, incident_id, EventKind.SEVERITY_PROPOSED)
        if not proposed or proposed[-1].event.policy is None:
            detail = f"no severity was proposed for {incident_id} yet"
            raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
        pin, payload = proposed[-1].event.policy, proposed[-1].event.payload
        content = await fetch_artifact(connection, pin.digest)
    path = [step["node"] for step in payload["path"]]
    leaf = [payload["leaf"]] if "leaf" in payload else []
    return await draw_tree(severity_tree(content.decode()), pin.digest, [*path, *leaf])
