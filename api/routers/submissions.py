"""The doors of work on an incident: stating facts, and reporting actions, checks and reviews."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict, Field

from api.authentication import acting_as, allow
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors
from api.prefer import Prefer
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import submit
from holdfast.domain.actions import ActionReport
from holdfast.domain.facts import FactChange
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import FactChanges
from holdfast.domain.values import Frozen, Identifier
from holdfast.store.access_tokens import Caller

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["work"], route_class=StrictRoute)

_WORKING = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL, Role.VENDOR_MANAGER),
)
Working = Annotated[Caller, Depends(allow(*_WORKING))]

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


class _Asked(Frozen):
    """What every submission may say about itself."""

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class FactStatement(_Asked):
    """New statements of facts; each keeps what stood before."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "changes": [
                    {
                        "fact": "clients_affected",
                        "service": "instant-payments",
                        "value": 120000,
                        "quality": "estimate",
                        "source": "payment gateway dashboard",
                    }
                ]
            }
        }
    )

    changes: tuple[FactChange, ...] = Field(min_length=1, max_length=100)


class ActionStatement(_Asked):
    """One thing done: an action, its completion, a milestone, a check, or a review."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "report": {
                    "type": "action",
                    "category": "containment",
                    "action": "Route traffic around the failing gateway",
                    "service": "instant-payments",
                    "disruptive": False,
                }
            }
        }
    )

    report: ActionReport


@router.patch(
    "/{incident_id}/facts",
    status_code=202,
    summary="State facts",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def state_facts(
    incident_id: IncidentId,
    body: FactStatement,
    doors: Doors,
    caller: Working,
    prefer: Prefer = None,
) -> Response:
    """State facts, each with its source and whether it is measured or estimated.

    A `value` of null takes an earlier statement back: the fact is unknown again.
    """
    by_id = doors.policies.facts_by_service(body.changes, datetime.now(UTC))
    changes = FactChanges(changes=by_id)
    return await submit(
        doors, incident_id, body.submission_id, _actor(caller, body), changes, prefer
    )


@router.post(
    "/{incident_id}/actions",
    status_code=202,
    summary="Report an action, milestone, check or review",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def report_action(
    incident_id: IncidentId,
    body: ActionStatement,
    doors: Doors,
    caller: Working,
    prefer: Prefer = None,
) -> Response:
    """Report what was done. A disruptive action is proposed by this, and asks for its approval."""
    return await submit(
        doors, incident_id, body.submission_id, _actor(caller, body), body.report, prefer
    )


def _actor(caller: Caller, asked: _Asked) -> Actor:
    return acting_as(caller, asked.role, *_WORKING)
