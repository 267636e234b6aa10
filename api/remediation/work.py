"""Handing something in at a remediation task: told early what its workflow would refuse.

The workflow decides with authority, also after the incident is closed. What is refused here is
handed over all the same while the workflow runs, so that the attempt is evidence.
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from api.platform import Platform
from api.prefer import wait_seconds
from api.problems import Problem, refused
from api.submitting import (
    earlier_receipt,
    new_submission_id,
    require_incident,
    send,
    sign,
    submit,
)
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.remediation.asking import (
    LinkTask,
    ProposeTask,
    ReassignTask,
    ReportImplementation,
    RequestExtension,
    RequestRiskAcceptance,
)
from holdfast.domain.remediation.due import is_past
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.naming import task_addressee, task_id
from holdfast.domain.remediation.policy import REMEDIATION, RemediationPolicy, remediation_policy
from holdfast.domain.roles import Actor, Role
from holdfast.errors import InvalidInput
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.custody.attachments import list_attachments
from holdfast.store.decisions import fetch_answer_context
from holdfast.store.incidents import fetch_incident, fetch_phase
from holdfast.store.remediation.reading import fetch_task

__all__ = [
    "REMEDYING",
    "REPLACING",
    "TaskBody",
    "hand_in_task",
    "propose",
    "refusal_of",
    "require_task",
]

REMEDYING = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.VENDOR_MANAGER, Role.COMPLIANCE),
    *(Role.LEGAL, Role.MANAGEMENT_BODY),
)
"""Whoever may propose what is to be mended, say that it is done, and ask for more time."""

REPLACING = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
"""Whoever may open a task anew whose workflow is no more."""

TaskBody = ReportImplementation | ReassignTask | RequestExtension | RequestRiskAcceptance | LinkTask


async def require_task(connection: AsyncConnection, incident_id: str, number: int) -> RowMapping:
    """Read a task as it stands.

    Raises:
        Problem: there is no such incident, or no such task of it.
    """
    require_incident(await fetch_phase(connection, incident_id), incident_id)
    row = await fetch_task(connection, incident_id, number)
    if row is None:
        detail = f"there is no {task_id(incident_id, number)}"
        raise Problem(RefusalReason.UNKNOWN_TASK, detail, incident_id=incident_id)
    return row


async def propose(
    doors: Platform,
    incident_id: str,
    chosen_id: str | None,
    actor: Actor,
    body: ProposeTask,
    prefer: str | None,
) -> Response:
    """Hand a proposal in at an open incident, once under its id; answer as `send`.

    Raises:
        Problem: it is refused by what stands, or the id was used for something else.
        Unavailable: Temporal does not answer; nothing has changed.
    """
    async with doors.reads.connect() as connection:
        incident = await fetch_incident(connection, incident_id)
    require_incident(incident["phase"] if incident else None, incident_id)
    refusal = None
    if incident and not any(pin["name"] == REMEDIATION for pin in incident["policies"]):
        detail = f"{incident_id} is pinned to no rules of remediation"
        refusal = Refusal(RefusalReason.NO_REMEDIATION_RULES, detail)
    elif body.due_on is not None and is_past(body.due_on, datetime.now(UTC)):
        refusal = Refusal(RefusalReason.DUE_IN_THE_PAST, f"{body.due_on} has passed")
    handed = await submit(doors, incident_id, chosen_id, actor, body, None if refusal else prefer)
    if refusal is not None and handed.status_code == HTTPStatus.ACCEPTED:
        raise refused(refusal)
    return handed


async def hand_in_task(
    doors: Platform,
    row: RowMapping,
    chosen_id: str | None,
    actor: Actor,
    body: TaskBody,
    prefer: str | None,
) -> Response:
    """Hand a body in at a task, once under its id; answer as `send`.

    Raises:
        Problem: it is refused by what stands, or the id was used for something else.
        InvalidInput: it names a document that the incident does not have.
        Unavailable: Temporal does not answer, or the workflow is just being started.
    """
    to = task_addressee(row["incident_id"], row["number"])
    submission_id = chosen_id or new_submission_id(body.type)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, body):
        return receipt
    async with doors.reads.connect() as connection:
        if isinstance(body, ReportImplementation):
            await _require_documents(connection, row["incident_id"], body)
        policy = await _policy(doors, connection, row)
    refusal = refusal_of(row, policy, body, datetime.now(UTC))
    if refusal is not None and row["stage"] == TaskStage.CLOSED:
        raise refused(refusal)
    signed = sign(doors, to, submission_id, actor, body)
    if refusal is not None:
        await send(doors, to, signed, 0)
        raise refused(refusal)
    return await send(doors, to, signed, wait_seconds(prefer))


def refusal_of(
    row: RowMapping, policy: RemediationPolicy, body: TaskBody, now: datetime
) -> Refusal | None:
    """Say what the workflow would refuse, as far as what stands can tell."""
    name = task_id(row["incident_id"], row["number"])
    if TaskStage(row["stage"]) not in _ALLOWED[type(body)]:
        return Refusal(RefusalReason.WRONG_STAGE, f"{name} is {row['stage']}")
    if isinstance(body, ReassignTask):
        same = (row["owner_role"], row["owner_person"]) == (body.owner.role, body.owner.person)
        return Refusal(RefusalReason.NOTHING_CHANGED, "it is theirs already") if same else None
    day = body.due_on if isinstance(body, RequestExtension) else None
    day = body.until if isinstance(body, RequestRiskAcceptance) else day
    if day is not None and is_past(day, now):
        return Refusal(RefusalReason.DUE_IN_THE_PAST, f"{day} has passed")
    if isinstance(body, RequestExtension) and row["extensions"] >= policy.most_extensions:
        detail = f"{name} was granted more time {row['extensions']} times, which is the most"
        return Refusal(RefusalReason.TOO_MANY_EXTENSIONS, detail)
    longest = (now + policy.longest_acceptance).date()
    if isinstance(body, RequestRiskAcceptance) and body.until > longest:
        return Refusal(RefusalReason.ACCEPTANCE_TOO_LONG, f"until {longest} at most")
    return None


async def _policy(
    doors: Platform, connection: AsyncConnection, row: RowMapping
) -> RemediationPolicy:
    """The version by which the task is driven."""
    digest = row["policy"]["digest"]
    known = doors.policies.content(digest)
    if known is not None:
        return remediation_policy(known.content)
    return remediation_policy((await fetch_artifact(connection, digest)).decode())


async def _require_documents(
    connection: AsyncConnection, incident_id: str, body: ReportImplementation
) -> None:
    if not body.documents:
        return
    known = {each.digest for each in await list_attachments(connection, incident_id)}
    for number, digest in enumerate(body.documents):
        if digest not in known:
            message = f"{incident_id} has no attachment {digest}: take it in first"
            errors = [{"pointer": f"/documents/{number}", "message": message}]
            raise InvalidInput(message, errors=errors)


_LIVING = frozenset(stage for stage in TaskStage if stage is not TaskStage.CLOSED)

_ALLOWED: dict[type, frozenset[TaskStage]] = {
    ReportImplementation: frozenset({TaskStage.ACCEPTED, TaskStage.RISK_ACCEPTED}),
    ReassignTask: _LIVING,
    RequestExtension: frozenset({TaskStage.PROPOSED, TaskStage.ACCEPTED}),
    RequestRiskAcceptance: frozenset(
        {TaskStage.PROPOSED, TaskStage.ACCEPTED, TaskStage.RISK_ACCEPTED}
    ),
    LinkTask: _LIVING,
}
"""In which stages each can be taken at all."""
