"""From what a caller asks to a signed submission, its signal, and its receipt."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from api.incident_workflows import WorkflowEnded
from api.models import Receipt, SubmissionAccepted
from api.platform import Platform
from api.prefer import wait_seconds
from api.problem_catalogue import DoorCode
from api.problems import Problem
from api.tracing import current_traceparent
from holdfast.domain.addressee import Addressee, incident_addressee
from holdfast.domain.incident.state import Phase
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.naming import task_named
from holdfast.domain.reporting.naming import reporting_named
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, SignedSubmission, Submission, SubmissionBody
from holdfast.domain.third_party.naming import escalation_named
from holdfast.errors import HoldfastError, Unavailable
from holdfast.store.communications.reading import fetch_stage
from holdfast.store.decisions import AnswerContext, fetch_answer_context
from holdfast.store.receipts import StoredReceipt, fetch_receipt_entry, says_the_same
from holdfast.store.remediation.reading import fetch_task
from holdfast.store.reporting.reading import fetch_reporting
from holdfast.store.third_parties.reading import fetch_escalation

__all__ = [
    "WorkflowMissing",
    "answer_after",
    "answer_with",
    "earlier_receipt",
    "new_submission_id",
    "receipt_path",
    "require_incident",
    "require_open",
    "send",
    "sign",
    "submit",
]


class WorkflowMissing(Unavailable):
    """A workflow that has not ended is not there: it is being started, or was terminated."""


def new_submission_id(kind: str) -> str:
    """Return an id for a submission whose caller has chosen none."""
    return f"{kind}-{uuid.uuid4()}"


def receipt_path(submission_id: str) -> str:
    """Where the receipt of a submission is read."""
    return f"/v1/receipts/{quote(submission_id, safe='')}"


def answer_with(status: int, content: BaseModel, **headers: str) -> Response:
    """Answer with a model, as it is."""
    return Response(
        content.model_dump_json(),
        status_code=status,
        media_type="application/json",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def sign(
    doors: Platform, to: Addressee, submission_id: str, actor: Actor, body: SubmissionBody
) -> SignedSubmission:
    """Make the submission, addressed and attributed, and sign it."""
    return doors.signer.sign(
        Submission(
            submission_id=submission_id,
            workflow_id=to.workflow_id,
            principal=actor,
            submitted_at=datetime.now(UTC),
            trace=current_traceparent(),
            body=body,
        )
    )


async def send(doors: Platform, to: Addressee, signed: SignedSubmission, wait: int) -> Response:
    """Signal a submission; answer with its receipt if it comes while the caller waits.

    Raises:
        Problem: the workflow has ended.
        Unavailable: Temporal does not answer; nothing has changed.
    """

    async def signal() -> None:
        await _signal(doors, to, signed)

    return await answer_after(doors, to, signed.submission.submission_id, wait, signal)


async def answer_after(
    doors: Platform,
    to: Addressee,
    submission_id: str,
    wait: int,
    hand_over: Callable[[], Awaitable[None]],
) -> Response:
    """Hand a submission over; answer with its receipt if it comes while the caller waits."""
    with doors.receipts.expecting(submission_id) as event:
        await hand_over()
        found = await doors.receipts.wait(submission_id, event, wait)
    if found is not None:
        return answer_with(200, receipt_of(found), Preference_Applied=f"wait={wait}")
    path = receipt_path(submission_id)
    accepted = SubmissionAccepted(submission_id=submission_id, incident_id=to.chain, receipt=path)
    return answer_with(202, accepted, Location=path)


async def submit(
    doors: Platform,
    incident_id: str,
    chosen_id: str | None,
    actor: Actor,
    body: SubmissionBody,
    prefer: str | None,
) -> Response:
    """Hand a body in at an open incident, once under its id; answer as `send`.

    Raises:
        Problem: there is no such incident, it has ended, or the id was used for something else.
        Unavailable: Temporal does not answer; nothing has changed.
    """
    submission_id, to = chosen_id or new_submission_id(body.type), incident_addressee(incident_id)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, body):
        return receipt
    require_open(context.phase, incident_id)
    signed = sign(doors, to, submission_id, actor, body)
    return await send(doors, to, signed, wait_seconds(prefer))


async def earlier_receipt(
    doors: Platform, context: AnswerContext, to: Addressee, actor_id: str, body: SubmissionBody
) -> Response | None:
    """Answer a submission that was sent before with the receipt that it has.

    Raises:
        Problem: it was refused, or its id was used for something else.
    """
    found = context.receipt
    if found is None:
        return None
    async with doors.reads.connect() as connection:
        entry = await fetch_receipt_entry(connection, found)
    if found.incident_id != to.chain or not says_the_same(entry, actor_id, body):
        detail = f"'{found.submission_id}' was used for something else"
        raise Problem(RefusalReason.SUBMISSION_ID_REUSED, detail)
    if not found.accepted:
        raise Problem(found.result["reason"], found.result["detail"], entry_id=found.entry_id)
    return answer_with(200, receipt_of(found))


def receipt_of(found: StoredReceipt) -> Receipt:
    """The receipt as it is told."""
    return Receipt.model_validate(found)


def require_incident(phase: str | None, incident_id: str) -> str:
    """Refuse what is asked of an incident that does not exist, or not yet."""
    if phase is None:
        detail = f"there is no incident {incident_id}"
        raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
    return phase


def require_open(phase: str | None, incident_id: str) -> None:
    """Refuse what is asked of an incident that has ended."""
    if require_incident(phase, incident_id) == Phase.CLOSED:
        raise _ended(incident_addressee(incident_id))


async def _signal(doors: Platform, to: Addressee, signed: SignedSubmission) -> None:
    try:
        await doors.workflows.signal(signed)
    except WorkflowEnded as error:
        raise await _not_there(doors, to, signed.submission.body) from error
    doors.metrics.submissions.labels(signed.submission.body.type).inc()


async def _not_there(doors: Platform, to: Addressee, body: SubmissionBody) -> HoldfastError:
    """Why a workflow is not there: it has ended, or it is one that is just being started."""
    async with doors.reads.connect() as connection:
        standing = await _standing(connection, to)
    if standing is None:
        return _ended(to)
    stage, over = standing
    if not over:
        return WorkflowMissing(f"{to.name} is just being started", part="temporal")
    code = to.over if isinstance(body, Answer) else RefusalReason.WRONG_STAGE
    return Problem(code, f"{to.name} is {stage}", incident_id=to.chain)


async def _standing(connection: AsyncConnection, to: Addressee) -> tuple[str, bool] | None:
    """The stage of what an incident has opened, and whether it has ended; None for incidents."""
    if named := escalation_named(to.name):
        row = await fetch_escalation(connection, *named)
        return None if row is None else (row["stage"], row["closed"])
    if named := task_named(to.name):
        task = await fetch_task(connection, *named)
        return None if task is None else (task["stage"], task["stage"] == TaskStage.CLOSED)
    if named := reporting_named(to.name):
        reporting = await fetch_reporting(connection, *named)
        return None if reporting is None else (reporting["state"], reporting["state"] == "closed")
    stage = await fetch_stage(connection, to.workflow_id)
    return None if stage is None else (str(stage), stage.settled)


def _ended(to: Addressee) -> Problem:
    return Problem(to.over, f"{to.name} is closed", incident_id=to.chain)
