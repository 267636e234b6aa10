"""The door of evaluations: every one that an incident has had, with its inputs and its proof."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader
from api.models import IncidentId
from api.platform import Doors
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import require_incident
from holdfast.domain.values import Instant, JsonObject
from holdfast.store.evaluations import list_evaluations
from holdfast.store.incidents import fetch_phase

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
        entries = await list_evaluations(connection, incident_id)
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
