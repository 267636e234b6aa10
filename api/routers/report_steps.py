"""The doors at which reports are put forward, answered, delayed, sent, and acknowledged.

They work as long as the reporting lives: corrections are taken after the incident is closed.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response

from api.authentication import ReadingCaller, acting_as, allow
from api.deciding import DECIDING
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors
from api.prefer import Prefer
from api.problem_documents import problems
from api.problems import Problem
from api.reporting.answering import answer_question
from api.reporting.models import (
    ByChannel,
    ReportApproving,
    ReportDelay,
    ReportForwarding,
    ReportNamed,
    ReportReceived,
    ReportWrittenOff,
    Submission,
)
from api.reporting.work import (
    FORWARDING,
    RECEIVING,
    hand_in_report,
    named_reporting,
    require_reportings,
)
from api.strict_route import StrictRoute
from api.submitting import submit
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.reporting.asking import (
    ExplainDelay,
    PutForward,
    RecordOtherMeans,
    RecordReceipt,
    SubmitAgain,
    WriteOffReporting,
)
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.naming import report_id, reporting_id
from holdfast.store.access_tokens import Caller
from holdfast.store.reporting.reading import StoredReporting

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["reports"], route_class=StrictRoute)

MayForward = Annotated[Caller, Depends(allow(*FORWARDING))]
MayReceive = Annotated[Caller, Depends(allow(*RECEIVING))]

_REPORT = "/{incident_id}/reports/{stage}"
_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.post(
    f"{_REPORT}/approval",
    status_code=202,
    summary="Put a report forward for review and approval",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def put_forward(
    report: ReportNamed,
    body: ReportForwarding,
    doors: Doors,
    caller: MayForward,
    prefer: Prefer = None,
) -> Response:
    """Have it filled as things stand now, then reviewed and approved, and then submitted.

    The questions stand in `GET …/reports/{stage}`. Whoever supplied a field or puts it forward
    answers none of them. Put it forward again to correct what was submitted.
    """
    said = PutForward(kind=report.stage, also=body.also, comment=body.comment)
    actor = acting_as(caller, body.role, *FORWARDING)
    stored = await named_reporting(doors, report)
    return await hand_in_report(doors, stored, body.submission_id, actor, said, prefer)


@router.post(
    f"{_REPORT}/approve",
    status_code=202,
    summary="Clear or approve a report",
    response_model=SubmissionAccepted,
    responses=DECIDING,
)
async def approve(
    report: ReportNamed,
    body: ReportApproving,
    doors: Doors,
    caller: ReadingCaller,
    prefer: Prefer = None,
) -> Response:
    """Say yes to the question about this report that is open for your role.

    The same as answering it with `cleared` or `approved` at
    `POST /v1/incidents/{id}/decisions/{request_id}`, where it can also be given back.
    """
    stored = await named_reporting(doors, report)
    return await answer_question(doors, stored, report.stage, body, caller, prefer)


@router.post(
    f"{_REPORT}/delay",
    status_code=202,
    summary="Say why a report will be late",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def explain_delay(
    report: ReportNamed,
    body: ReportDelay,
    doors: Doors,
    caller: MayForward,
    prefer: Prefer = None,
) -> Response:
    """Have a notice of it made for the authority, to be approved (2025/301 Art. 5(3))."""
    stage = report.stage.stage
    if stage is None:
        detail = f"a {report.stage} has no limit of its own"
        raise Problem(RefusalReason.REPORT_NOT_DUE, detail, incident_id=report.incident_id)
    said = ExplainDelay(stage=stage, because=body.because, expected_at=body.expected_at)
    actor = acting_as(caller, body.role, *FORWARDING)
    stored = await named_reporting(doors, report)
    return await hand_in_report(doors, stored, body.submission_id, actor, said, prefer)


@router.post(
    f"{_REPORT}/submission",
    status_code=202,
    summary="Submit a report again, or say that it was submitted by other means",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def submit_report(
    report: ReportNamed,
    body: Annotated[Submission, Body()],
    doors: Doors,
    caller: MayForward,
    prefer: Prefer = None,
) -> Response:
    """Take an approved version to the authority; what is approved is first submitted by itself.

    `channel` sends it once more, exactly as it was. `other` records that it has reached the
    authority in another way, as where a portal is down (2025/302 Art. 4).
    """
    said: SubmitAgain | RecordOtherMeans
    if isinstance(body, ByChannel):
        said = SubmitAgain(version=body.version, because=body.because)
    else:
        content = body.model_dump(exclude={"role", "submission_id", "means", "by"})
        said = RecordOtherMeans(means=body.by, **content)
    actor = acting_as(caller, body.role, *FORWARDING)
    stored = await named_reporting(doors, report)
    _require_version(stored, report.stage, said.version)
    return await hand_in_report(doors, stored, body.submission_id, actor, said, prefer)


@router.post(
    f"{_REPORT}/receipt",
    status_code=202,
    summary="Say what the authority has answered",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def record_receipt(
    report: ReportNamed,
    body: ReportReceived,
    doors: Doors,
    caller: MayReceive,
    prefer: Prefer = None,
) -> Response:
    """Record the acknowledgement of a version, and the reference that the authority has given."""
    said = RecordReceipt(**body.model_dump(exclude={"role", "submission_id"}))
    actor = acting_as(caller, body.role, *RECEIVING)
    stored = await named_reporting(doors, report)
    _require_version(stored, report.stage, said.version)
    return await hand_in_report(doors, stored, body.submission_id, actor, said, prefer)


@router.post(
    "/{incident_id}/reports/write-off",
    status_code=202,
    summary="Count a reporting as ended whose workflow is no more",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def write_off(
    incident_id: IncidentId,
    body: ReportWrittenOff,
    doors: Doors,
    caller: MayForward,
    prefer: Prefer = None,
) -> Response:
    """Let the incident wait for it no longer: what was not reported by then is reported by hand."""
    actor = acting_as(caller, body.role, *FORWARDING)
    async with doors.reads.connect() as connection:
        found = await require_reportings(connection, incident_id)
    if body.reporting not in {each.number for each in found}:
        detail = f"there is no {reporting_id(incident_id, body.reporting)}"
        raise Problem(RefusalReason.UNKNOWN_REPORT, detail, incident_id=incident_id)
    said = WriteOffReporting(reporting=body.reporting, because=body.because)
    return await submit(doors, incident_id, body.submission_id, actor, said, prefer)


def _require_version(stored: StoredReporting, stage: ReportKind, number: int) -> None:
    """Refuse a version that is none of this report."""
    version = stored.version(number)
    if version is None or version["kind"] != stage:
        called = report_id(stored.row["incident_id"], stored.number, number)
        raise Problem(RefusalReason.UNKNOWN_REPORT, f"there is no {stage} report {called}")
