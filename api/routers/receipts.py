"""The doors of receipts: what became of a decision, or of anything else that was submitted."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.authentication import AnyReader
from api.models import Receipt, SubmissionId
from api.platform import Doors, Platform
from api.prefer import Prefer, wait_seconds
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with, receipt_of

__all__ = ["router"]

router = APIRouter(
    prefix="/v1",
    tags=["receipts"],
    route_class=StrictRoute,
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)


@router.get(
    "/decisions/{decision_id:path}",
    summary="Read the receipt of a decision",
    response_model=Receipt,
)
async def get_decision_receipt(
    decision_id: SubmissionId, doors: Doors, prefer: Prefer = None
) -> Response:
    """Read what became of an answer to a decision request."""
    return await _receipt(doors, decision_id, prefer)


@router.get(
    "/receipts/{submission_id:path}",
    summary="Read the receipt of a submission",
    response_model=Receipt,
)
async def get_receipt(submission_id: SubmissionId, doors: Doors, prefer: Prefer = None) -> Response:
    """Read what became of a submission; with `Prefer: wait=N`, wait for it."""
    return await _receipt(doors, submission_id, prefer)


async def _receipt(doors: Platform, submission_id: str, prefer: str | None) -> Response:
    with doors.receipts.expecting(submission_id) as event:
        found = await doors.receipts.find(submission_id)
        if found is None:
            found = await doors.receipts.wait(submission_id, event, wait_seconds(prefer))
    if found is None:
        detail = f"'{submission_id}' has no receipt, or none yet"
        raise Problem(DoorCode.NOT_FOUND, detail, submission_id=submission_id)
    return answer_with(200, receipt_of(found))
