"""The doors of playbooks: which there are, which an incident carries out, and how they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.authentication import AnyReader, acting_as, allow
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors
from api.playbooks.answers import (
    IncidentPlaybooks,
    PlaybookList,
    known_playbooks,
    play_in_full,
)
from api.playbooks.models import (
    AddedStep,
    NewPlay,
    PlaybookQuery,
    PlayPath,
    StepPath,
    StepReport,
    StepStart,
    StepWord,
)
from api.playbooks.pinned import playbooks_in_force, playbooks_of
from api.playbooks.work import PLAYING, hand_in
from api.prefer import Prefer
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from holdfast.domain.playbooks.asking import (
    AddStep,
    RepeatStep,
    ReportStep,
    SkipStep,
    StartPlaybook,
    StartStep,
)
from holdfast.store.access_tokens import Caller
from holdfast.store.incidents import fetch_incident
from holdfast.store.playbooks.reading import list_plays

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["playbooks"], route_class=StrictRoute)

Playing = Annotated[Caller, Depends(allow(*PLAYING))]


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Which step of which play of which incident."""

    incident_id: IncidentId
    play: PlayPath
    step: StepPath


Place = Annotated[StepPlace, Depends()]

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}
_STEP = "/incidents/{incident_id}/plays/{play}/steps/{step}"


@router.get(
    "/playbooks",
    summary="Which playbooks are in force",
    dependencies=[AnyReader],
    responses=problems(401, 403, 422, 503),
)
async def read_playbooks(doors: Doors, asked: Annotated[PlaybookQuery, Query()]) -> PlaybookList:
    """Read the playbooks in force: all of them, or those for a service and a type of incident."""
    async with doors.reads.connect() as connection:
        pin, policy = await playbooks_in_force(doors, connection, datetime.now(UTC))
    services = frozenset({asked.service}) if asked.service else None
    known = [
        each
        for each in known_playbooks(policy, services)
        if each.fits and (asked.type is None or policy.playbooks[each.playbook].is_for(asked.type))
    ]
    return PlaybookList(policy=pin, playbooks=known)


@router.get(
    "/incidents/{incident_id}/playbooks",
    summary="Which playbooks fit an incident, and how those stand that it carries out",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def read_playbooks_of(incident_id: IncidentId, doors: Doors) -> IncidentPlaybooks:
    """Read the playbooks of the pinned version, those for its services first, and the plays."""
    async with doors.reads.connect() as connection:
        incident = await fetch_incident(connection, incident_id)
        if incident is None:
            detail = f"there is no incident {incident_id}"
            raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
        pinned = await playbooks_of(doors, connection, incident)
        plays = await list_plays(connection, incident_id)
    return IncidentPlaybooks(
        incident_id=incident_id,
        policy=pinned[0] if pinned else None,
        playbooks=known_playbooks(pinned[1], frozenset(incident["services"])) if pinned else [],
        plays=[play_in_full(each) for each in plays],
    )


@router.post(
    "/incidents/{incident_id}/plays",
    status_code=202,
    summary="Begin to carry out a playbook",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def start_playbook(
    incident_id: IncidentId, body: NewPlay, doors: Doors, caller: Playing, prefer: Prefer = None
) -> Response:
    """Begin a playbook of the pinned version, once the incident is confirmed; several may run.

    The receipt's `result` has the number of the `play`.
    """
    actor = acting_as(caller, body.role, *PLAYING)
    asked = StartPlaybook(playbook=body.playbook)
    return await hand_in(doors, incident_id, body.submission_id, actor, asked, prefer)


@router.post(
    "/incidents/{incident_id}/plays/{play}/steps",
    status_code=202,
    summary="Add a step on the spot",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def add_step(
    incident_id: IncidentId,
    play: PlayPath,
    body: AddedStep,
    doors: Doors,
    caller: Playing,
    prefer: Prefer = None,
) -> Response:
    """Add a step that the playbook does not have; a play that was finished goes on with it."""
    actor = acting_as(caller, body.role, *PLAYING)
    asked = AddStep(play=play, step=body.step)
    return await hand_in(doors, incident_id, body.submission_id, actor, asked, prefer)


@router.post(
    f"{_STEP}/start",
    status_code=202,
    summary="Begin an attempt at a step",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def start_step(
    place: Place,
    body: StepStart,
    doors: Doors,
    caller: Playing,
    prefer: Prefer = None,
) -> Response:
    """Begin it by hand, as a dry run, or by its automation once a dry run has ended well.

    A step that disrupts is proposed as an action at first; start it again once that is approved.
    """
    actor = acting_as(caller, body.role, *PLAYING)
    asked = StartStep(play=place.play, step=place.step, mode=body.mode)
    return await hand_in(doors, place.incident_id, body.submission_id, actor, asked, prefer)


@router.post(
    f"{_STEP}/report",
    status_code=202,
    summary="Report how a step went",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def report_step(
    place: Place,
    body: StepReport,
    doors: Doors,
    caller: Playing,
    prefer: Prefer = None,
) -> Response:
    """Report it performed, with the evidence that it must leave, or failed, with the reason."""
    actor = acting_as(caller, body.role, *PLAYING)
    said = body.model_dump(exclude={"submission_id", "role"})
    asked = ReportStep(play=place.play, step=place.step, **said)
    return await hand_in(doors, place.incident_id, body.submission_id, actor, asked, prefer)


@router.post(
    f"{_STEP}/skip",
    status_code=202,
    summary="Leave a step out",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def skip_step(
    place: Place,
    body: StepWord,
    doors: Doors,
    caller: Playing,
    prefer: Prefer = None,
) -> Response:
    """Leave out what is not begun or has failed, for a reason; what waits for it goes on."""
    actor = acting_as(caller, body.role, *PLAYING)
    asked = SkipStep(play=place.play, step=place.step, because=body.because)
    return await hand_in(doors, place.incident_id, body.submission_id, actor, asked, prefer)


@router.post(
    f"{_STEP}/repeat",
    status_code=202,
    summary="Have a step done again",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def repeat_step(
    place: Place,
    body: StepWord,
    doors: Doors,
    caller: Playing,
    prefer: Prefer = None,
) -> Response:
    """Have what was performed, skipped or has failed done again; it needs a new approval too."""
    actor = acting_as(caller, body.role, *PLAYING)
    asked = RepeatStep(play=place.play, step=place.step, because=body.because)
    return await hand_in(doors, place.incident_id, body.submission_id, actor, asked, prefer)
