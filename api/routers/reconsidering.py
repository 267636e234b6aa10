"""The doors of a second look, and of going on under other versions of policies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict, Field

from api.authentication import acting_as, allow
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors, Platform
from api.prefer import Prefer
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import submit
from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import PINNED_ONLY
from holdfast.domain.reconsidering import Matter, Reconsider, Repin
from holdfast.domain.roles import Role
from holdfast.domain.values import Frozen, Identifier, Text
from holdfast.store.access_tokens import Caller
from holdfast.store.policy_kinds import INCIDENT_POLICIES

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["decisions"], route_class=StrictRoute)

_ASKING = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL, Role.MANAGEMENT_BODY),
)
_REPINNING = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.MANAGEMENT_BODY)

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


class SecondLook(Frozen):
    """What to look at once more, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"about": "severity", "reason": "The settlement cut-off is at 16:00."}
        }
    )

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")
    about: Matter
    reason: Text


class OtherPolicies(Frozen):
    """Under which published versions an incident is to go on, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "versions": {"severity-tree": "2.1.0"},
                "reason": "The new tree knows the cut-off of the clearing house.",
            }
        }
    )

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")
    versions: dict[Identifier, Identifier] = Field(
        min_length=1,
        max_length=len(INCIDENT_POLICIES),
        description="Version by name of the policy.",
    )
    reason: Text


@router.post(
    "/{incident_id}/reconsiderations",
    status_code=202,
    summary="Ask for a second look at severity or classification",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def reconsider(
    incident_id: IncidentId,
    body: SecondLook,
    doors: Doors,
    caller: Annotated[Caller, Depends(allow(*_ASKING))],
    prefer: Prefer = None,
) -> Response:
    """Put the question once more, about what is proposed now: severity may go up and down."""
    actor = acting_as(caller, body.role, *_ASKING)
    asked = Reconsider(about=body.about, reason=body.reason)
    return await submit(doors, incident_id, body.submission_id, actor, asked, prefer)


@router.post(
    "/{incident_id}/policies",
    status_code=202,
    summary="Ask that an incident goes on under other versions of its policies",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def request_repinning(
    incident_id: IncidentId,
    body: OtherPolicies,
    doors: Doors,
    caller: Annotated[Caller, Depends(allow(*_REPINNING))],
    prefer: Prefer = None,
) -> Response:
    """Ask for published versions. Somebody else decides; until then the incident keeps its own."""
    actor = acting_as(caller, body.role, *_REPINNING)
    pins = [_published(doors, name, version) for name, version in sorted(body.versions.items())]
    contents = [doors.policies.content(pin.digest) for pin in pins if pin.name not in PINNED_ONLY]
    asked = Repin(
        policies=tuple(content for content in contents if content is not None),
        pins=tuple(pin for pin in pins if pin.name in PINNED_ONLY),
        reason=body.reason,
    )
    return await submit(doors, incident_id, body.submission_id, actor, asked, prefer)


def _published(doors: Platform, name: str, version: str) -> PolicyPin:
    known = doors.policies.versions.get(name, ()) if name in INCIDENT_POLICIES else ()
    for stored in known:
        if stored.version == version:
            return stored.pin
    detail = f"no version {version} of a policy {name} of incidents is published"
    raise Problem(DoorCode.NOT_FOUND, detail, policy=name, version=version)
