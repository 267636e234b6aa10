"""The door of the ticket system: signed webhooks (Standard Webhooks 1.0.0), and no account.

What comes in is submitted as a responder whose id is nobody's: a person who decides is never the
one who says that it is done.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.platform import Doors, Platform
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.remediation.answers import TicketNewsTaken
from api.remediation.models import TicketNews
from api.remediation.work import TaskBody, hand_in_task, require_task
from api.strict_json import parse_strict, read_body, require_json
from api.submitting import answer_with, receipt_path
from holdfast.channels.signed_webhooks import NotGenuine, WebhookSecrets
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.remediation.asking import LinkTask, ReportImplementation
from holdfast.domain.remediation.naming import task_named
from holdfast.domain.roles import Actor, Role

__all__ = ["TICKET_SYSTEM", "router"]

router = APIRouter(prefix="/v1/webhooks", tags=["remediation"])

TICKET_SYSTEM = Actor(id="ticket-system", role=Role.RESPONDER)
"""As whom a ticket system speaks; no token has this id."""

_LARGEST = 64 * 1024
_SCHEMA = TicketNews.model_json_schema()
# A request body that is verified before it is read has no place for definitions of its own.
_DEFINED = _SCHEMA.pop("$defs")
_SCHEMA["properties"]["implemented"]["anyOf"][0] = _DEFINED["TicketImplementation"]
_BODY = {"required": True, "content": {"application/json": {"schema": _SCHEMA}}}


@router.post(
    "/remediation",
    status_code=202,
    summary="Tell what a ticket system knows of a task",
    response_model=TicketNewsTaken,
    responses=problems(400, 401, 404, 409, 413, 415, 422, 503),
    openapi_extra={"requestBody": _BODY, "security": []},
)
async def take_news(request: Request, doors: Doors) -> Response:
    """Take a signed webhook: what a task is called there, how it stands, and that it is done.

    The signature covers the raw bytes, `webhook-id` and `webhook-timestamp`, which may be five
    minutes from now. The same id is one statement, however often it comes. Nothing is decided by
    it: a person validates what was done.
    """
    require_json(request.headers)
    raw = await read_body(request, _LARGEST)
    identity = _verified(doors, request, raw)
    news = _read(raw)
    named = task_named(news.task_id)
    if named is None:
        detail = f"'{news.task_id}' is no id of a task"
        raise Problem(RefusalReason.UNKNOWN_TASK, detail)
    said = LinkTask(
        system=news.system,
        reference=news.reference,
        state=news.state,
        comment=news.comment,
        event=identity,
    )
    bodies: list[TaskBody] = [said]
    if news.implemented is not None:
        reference = f"{news.system} {news.reference}"[:200]
        done = news.implemented.statement
        bodies.append(ReportImplementation(statement=done, references=(reference,)))
    receipts = [await _hand_in(doors, named, identity, body) for body in bodies]
    return answer_with(202, TicketNewsTaken(task_id=news.task_id, receipts=receipts))


async def _hand_in(doors: Platform, task: tuple[str, int], identity: str, body: TaskBody) -> str:
    submission_id = f"{body.type}-{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
    async with doors.reads.connect() as connection:
        row = await require_task(connection, *task)
    await hand_in_task(doors, row, submission_id, TICKET_SYSTEM, body, None)
    return receipt_path(submission_id)


def _verified(doors: Platform, request: Request, raw: bytes) -> str:
    """The id of the webhook, once it is known to be genuine."""
    file = doors.settings.tasks_incoming_secret_file
    if file is None:
        detail = "no ticket system is configured: set HOLDFAST_TASKS_INCOMING_SECRET_FILE"
        raise Problem(DoorCode.NOT_FOUND, detail)
    try:
        return WebhookSecrets(file).verify(request.headers, raw, datetime.now(UTC))
    except NotGenuine as error:
        doors.metrics.refused_webhooks.labels(error.message).inc()
        detail = "the webhook is not signed with a secret of this installation, or not now"
        raise Problem(DoorCode.WEBHOOK_NOT_GENUINE, detail) from None


def _read(raw: bytes) -> TicketNews:
    value = parse_strict(raw)
    try:
        return TicketNews.model_validate(value)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
