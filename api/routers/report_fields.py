"""The doors of one field of a report: supplied, corrected, withdrawn.

A field belongs to the reporting: what is supplied once stands in every report made after it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.authentication import acting_as, allow
from api.models import Receipt, SubmissionAccepted
from api.platform import Doors
from api.prefer import Prefer
from api.problem_documents import problems
from api.reporting.fields import read_value
from api.reporting.models import FieldOfReport, FieldSupplied, ReportNamed, Withdrawal
from api.reporting.work import SUPPLYING, hand_in_report, named_reporting
from api.strict_route import StrictRoute
from holdfast.domain.reporting.asking import SupplyField
from holdfast.store.access_tokens import Caller

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["reports"], route_class=StrictRoute)

MaySupply = Annotated[Caller, Depends(allow(*SUPPLYING))]

_FIELD = "/{incident_id}/reports/{stage}/fields/{number}"
_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.put(
    _FIELD,
    status_code=202,
    summary="Supply or correct a field of a report",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def supply_field(
    report: ReportNamed,
    number: FieldOfReport,
    body: FieldSupplied,
    doors: Doors,
    caller: MaySupply,
    prefer: Prefer = None,
) -> Response:
    """Say what a field holds; whoever says it does not approve the report that has it.

    What was put forward without it is withdrawn, and has to be put forward anew.
    """
    said = SupplyField(
        field=number,
        value=read_value(number, body.value),
        estimate=body.estimate,
        because=body.because,
    )
    actor = acting_as(caller, body.role, *SUPPLYING)
    stored = await named_reporting(doors, report)
    return await hand_in_report(doors, stored, body.submission_id, actor, said, prefer)


@router.delete(
    _FIELD,
    status_code=202,
    summary="Withdraw what was supplied for a field",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def withdraw_field(
    report: ReportNamed,
    number: FieldOfReport,
    doors: Doors,
    caller: MaySupply,
    asked: Annotated[Withdrawal, Depends()],
    prefer: Prefer = None,
) -> Response:
    """Let it count no longer: the field is filled from facts and entries again, where it can be."""
    said = SupplyField(field=number, value=read_value(number, None), because=asked.because)
    actor = acting_as(caller, asked.role, *SUPPLYING)
    stored = await named_reporting(doors, report)
    return await hand_in_report(doors, stored, asked.submission_id, actor, said, prefer)
