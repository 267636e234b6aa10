"""The doors of cyber threats: recorded, assessed, filled in, notified, closed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.authentication import (
    ReadingCaller,
    acting_as,
    allow,
)
from api.deciding import DECIDING, DecisionAnswer, decide_on
from api.models import Receipt, SubmissionAccepted
from api.platform import Doors
from api.prefer import Prefer, wait_seconds
from api.problem_documents import problems
from api.problems import Problem, refused
from api.strict_route import StrictRoute
from api.submitting import answer_after, earlier_receipt, new_submission_id, sign
from api.threats.models import (
    ClosureAsked,
    FactsStated,
    FieldOfForm,
    FieldSuppliedToForm,
    NotificationAsked,
    ReceiptOfThreat,
    SubmissionOfThreat,
    ThreatName,
    ThreatRecorded,
)
from api.threats.work import hand_in_threat, read_threat_value, require_threat
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.roles import Role
from holdfast.domain.threats.asking import (
    CloseThreat,
    PutThreatForward,
    RecordThreat,
    RecordThreatReceipt,
    StateThreatFacts,
    SupplyThreatField,
)
from holdfast.domain.threats.naming import THREAT_WORKFLOW, threat_addressee
from holdfast.domain.threats.state import ThreatInput
from holdfast.domain.threats.stating import refuse_report
from holdfast.domain.values import Identifier
from holdfast.dora.three_valued import Answer
from holdfast.store.access_tokens import Caller
from holdfast.store.decisions import fetch_answer_context
from holdfast.store.threats.reading import (
    allocate_threat,
)

__all__ = ["router"]

router = APIRouter(prefix="/v1/threats", tags=["threats"], route_class=StrictRoute)

_TEAM = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_HANDING_OVER = (Role.COMPLIANCE, Role.INCIDENT_COMMANDER)
OfTeam = Annotated[Caller, Depends(allow(*_TEAM))]
HandingOver = Annotated[Caller, Depends(allow(*_HANDING_OVER))]
_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}
_NOT_SAID = frozenset({"submission_id", "role"})


@router.post(
    "",
    status_code=202,
    summary="Record a cyber threat",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def record_threat(
    body: ThreatRecorded, doors: Doors, caller: OfTeam, prefer: Prefer = None
) -> Response:
    """Record a threat, significant or not (DORA Art. 17(2)); it is assessed at once."""
    said = RecordThreat.model_validate(body.model_dump(exclude=set(_NOT_SAID)))
    if refusal := refuse_report(said, datetime.now(UTC)):
        raise refused(refusal)
    submission_id = body.submission_id or new_submission_id(said.type)
    actor = acting_as(caller, body.role, *_TEAM)
    async with doors.engine.begin() as connection:
        threat = await allocate_threat(connection, submission_id)
    to = threat_addressee(threat)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, said):
        return receipt
    signed = sign(doors, to, submission_id, actor, said)
    given = ThreatInput(threat=threat, asked=signed, history_limit=doors.settings.history_limit)

    async def start() -> None:
        # One that runs already was started by the same submission: its receipt is waited for.
        await doors.workflows.start(THREAT_WORKFLOW, given, to.workflow_id, said.title)

    return await answer_after(doors, to, submission_id, wait_seconds(prefer), start)


@router.post(
    "/{threat}/facts",
    status_code=202,
    summary="State facts of a cyber threat",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def state_facts(
    threat: ThreatName, body: FactsStated, doors: Doors, caller: OfTeam, prefer: Prefer = None
) -> Response:
    """Have it assessed anew; a form that waits for approval has to be put forward again."""
    actor = acting_as(caller, body.role, *_TEAM)
    said = StateThreatFacts(changes=body.changes)
    return await hand_in_threat(doors, threat, body.submission_id, actor, said, prefer)


@router.put(
    "/{threat}/fields/{number}",
    status_code=202,
    summary="Supply or withdraw a field of a threat's form",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def supply_field(
    threat: ThreatName,
    number: FieldOfForm,
    body: FieldSuppliedToForm,
    doors: Doors,
    caller: OfTeam,
    prefer: Prefer = None,
) -> Response:
    """Say what a field holds; whoever says it does not approve the form that has it."""
    actor = acting_as(caller, body.role, *_TEAM)
    said = SupplyThreatField(
        field=number, value=read_threat_value(number, body.value), because=body.because
    )
    return await hand_in_threat(doors, threat, body.submission_id, actor, said, prefer)


@router.post(
    "/{threat}/notification",
    status_code=202,
    summary="Put the notification of a cyber threat forward",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def put_forward(
    threat: ThreatName, body: NotificationAsked, doors: Doors, caller: OfTeam, prefer: Prefer = None
) -> Response:
    """Ask for approval of the form as it is filled now; to notify is voluntary (Art. 19(2))."""
    row = await require_threat(doors, threat)
    if row["significant"] != Answer.YES:
        detail = f"{threat} is significant: {row['significant']} (2024/1772 Art. 10)"
        raise Problem(RefusalReason.THREAT_NOT_SIGNIFICANT, detail)
    actor = acting_as(caller, body.role, *_TEAM)
    said = PutThreatForward(comment=body.comment)
    return await hand_in_threat(doors, threat, body.submission_id, actor, said, prefer)


@router.post(
    "/{threat}/decisions/{request_id}",
    status_code=202,
    summary="Decide whether a cyber threat is notified",
    response_model=SubmissionAccepted,
    responses=DECIDING,
)
async def decide(
    threat: ThreatName,
    request_id: Identifier,
    body: DecisionAnswer,
    doors: Doors,
    caller: ReadingCaller,
    prefer: Prefer = None,
) -> Response:
    """Answer a decision request of a threat, as one of an incident is answered."""
    return await decide_on(doors, threat_addressee(threat), request_id, body, caller, prefer)


@router.post(
    "/{threat}/submission",
    status_code=202,
    summary="Send an approved notification again, or record that it has gone by other means",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def submit_again(
    threat: ThreatName,
    body: SubmissionOfThreat,
    doors: Doors,
    caller: HandingOver,
    prefer: Prefer = None,
) -> Response:
    """Send exactly the approved version once more; with `means`, record how it has gone."""
    actor = acting_as(caller, body.role, *_HANDING_OVER)
    said = body.body()
    if said is None:
        detail = "`means` and `submitted_at` go together: give both, or neither"
        raise Problem(RefusalReason.DATA_INVALID, detail)
    return await hand_in_threat(doors, threat, body.submission_id, actor, said, prefer)


@router.post(
    "/{threat}/receipt",
    status_code=202,
    summary="Record what the authority has answered on a cyber threat",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def record_receipt(
    threat: ThreatName,
    body: ReceiptOfThreat,
    doors: Doors,
    caller: HandingOver,
    prefer: Prefer = None,
) -> Response:
    """Say when and what; its reference and documents are kept with it."""
    actor = acting_as(caller, body.role, *_HANDING_OVER)
    said = RecordThreatReceipt.model_validate(body.model_dump(exclude=set(_NOT_SAID)))
    return await hand_in_threat(doors, threat, body.submission_id, actor, said, prefer)


@router.post(
    "/{threat}/closure",
    status_code=202,
    summary="Close a cyber threat",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def close_threat(
    threat: ThreatName, body: ClosureAsked, doors: Doors, caller: HandingOver, prefer: Prefer = None
) -> Response:
    """Close it as inactive; nothing can be added to it any more."""
    actor = acting_as(caller, body.role, *_HANDING_OVER)
    said = CloseThreat(because=body.because)
    return await hand_in_threat(doors, threat, body.submission_id, actor, said, prefer)
