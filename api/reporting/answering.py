"""Saying yes to what is asked about a report, without looking for the question first.

It only finds the question; the answer goes the way of every decision.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deciding import DecisionAnswer, decide_on
from api.platform import Platform
from api.problems import Problem
from api.reporting.models import ReportApproving
from api.submitting import new_submission_id
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.naming import reporting_addressee, reporting_of_request
from holdfast.domain.roles import Role
from holdfast.store.access_tokens import Caller
from holdfast.store.decisions import StoredDecision, fetch_decisions
from holdfast.store.receipts import fetch_receipt, fetch_receipt_entry
from holdfast.store.reporting.reading import StoredReporting

__all__ = ["answer_question"]

_YES = {DecisionKind.REPORT_REVIEW: "cleared", DecisionKind.REPORT_APPROVAL: "approved"}


async def answer_question(
    doors: Platform,
    stored: StoredReporting,
    stage: ReportKind,
    body: ReportApproving,
    caller: Caller,
    prefer: str | None,
) -> Response:
    """Answer the question about that report which is open for the caller.

    Raises:
        Problem: nothing is asked about it, or the answer is refused.
        Unavailable: a part does not answer; nothing has changed.
    """
    incident_id = stored.row["incident_id"]
    decision_id = body.submission_id or new_submission_id("approval")
    async with doors.reads.connect() as connection:
        asked = await fetch_decisions(connection, incident_id, only_open=False)
        before = await _answered_before(connection, decision_id)
    about = [each for each in asked if _is_about(each, stored, stage)]
    roles = {body.role} if body.role else set(caller.roles)
    found = next((each for each in about if each.request.id == before), None)
    found = found or _for(about, roles, exceptional=body.exception_code is not None)
    if found is None:
        detail = f"nothing is asked about the {stage} of {stored.row['reporting_id']}"
        raise Problem(RefusalReason.UNKNOWN_REQUEST, detail, incident_id=incident_id)
    answer = DecisionAnswer(
        decision_id=decision_id,
        option=_YES[found.request.kind],
        subject_digest=body.subject_digest,
        rationale=body.rationale,
        exception_code=body.exception_code,
        role=body.role,
    )
    to = reporting_addressee(incident_id, stored.number)
    return await decide_on(doors, to, found.request.id, answer, caller, prefer)


async def _answered_before(connection: AsyncConnection, decision_id: str) -> str | None:
    """The question that was answered under that id; None where none was."""
    receipt = await fetch_receipt(connection, decision_id)
    if receipt is None or receipt.kind != EventKind.DECISION_ANSWERED:
        return None
    return (await fetch_receipt_entry(connection, receipt)).event.subject.id


def _is_about(asked: StoredDecision, stored: StoredReporting, stage: ReportKind) -> bool:
    mine = reporting_of_request(asked.request.id) == stored.number
    return mine and asked.request.kind in _YES and asked.context["kind"] == stage


def _for(
    about: Sequence[StoredDecision], roles: set[Role], *, exceptional: bool
) -> StoredDecision | None:
    """The open question that the roles may answer; another open one, where it is none of them."""
    unsettled = [each for each in about if each.settled_at is None]
    for each in unsettled:
        bypass = each.request.bypass if exceptional else None
        entitled = set(bypass.roles) if bypass else {*each.request.roles, *each.entitled}
        if entitled & roles:
            return each
    return unsettled[0] if unsettled else None
