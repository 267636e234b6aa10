"""Answering a decision request, whatever workflow has put it.

The workflow decides with authority. Here the same rule, `weigh`, is asked early of what the
projections hold, so that a mistake is told at once; where the attempt itself matters, it is
signalled all the same, and the workflow records its refusal.
"""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic import ConfigDict, Field, field_validator

from api.authentication import acting_as
from api.models import Decision, Receipt
from api.platform import Platform
from api.prefer import wait_seconds
from api.problem_documents import problems
from api.problems import Problem, refused
from api.submitting import earlier_receipt, require_open, send, sign
from holdfast.domain.addressee import Addressee
from holdfast.domain.communication.naming import communication_of_request
from holdfast.domain.decisions import weigh
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.remediation.naming import task_of_request
from holdfast.domain.reporting.naming import reporting_of_request
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Answer
from holdfast.domain.third_party.naming import escalation_of_request
from holdfast.domain.values import (
    Digest,
    Frozen,
    Identifier,
    JsonObject,
    Text,
    Token,
    require_canonical,
)
from holdfast.store.access_tokens import Caller
from holdfast.store.decisions import StoredDecision, fetch_answer_context

__all__ = ["DECIDING", "DecisionAnswer", "decide_on", "decision_of"]

DECIDING: dict[int | str, dict[str, Any]] = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}
"""What the API's document says of the answers to an answer."""

_RECORDED = frozenset(
    {
        RefusalReason.SELF_APPROVAL,
        RefusalReason.ROLE_NOT_ENTITLED,
        RefusalReason.STALE_DIGEST,
        RefusalReason.EXCEPTION_NOT_ALLOWED,
        RefusalReason.EXCEPTION_REQUIRED,
    }
)
"""Attempts that an auditor will ask about."""


class DecisionAnswer(Frozen):
    """An answer to a decision request."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "decision_id": "d-7f3b9c",
                "option": "approved",
                "subject_digest": f"sha256:{'4f' * 32}",
                "rationale": "Isolation stops the exfiltration; the branch can work on paper.",
            }
        }
    )

    decision_id: Identifier = Field(description="Chosen by you: the same id is one decision.")
    option: Token
    subject_digest: Digest = Field(description="Of exactly what you have looked at.")
    rationale: Text | None = None
    data: JsonObject = Field(default_factory=dict, description="What the option asks for.")
    exception_code: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9-]{1,40}$")
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")

    @field_validator("data")
    @classmethod
    def _data_is_canonical(cls, data: JsonObject) -> JsonObject:
        require_canonical(data)
        return data


def decision_of(stored: StoredDecision) -> Decision:
    """A decision request as it is told."""
    request = stored.request.model_dump(mode="json", exclude={"id", "answers"})
    return Decision.model_validate(
        {
            **request,
            "request_id": stored.request.id,
            "communication": communication_of_request(stored.request.id),
            "third_party": escalation_of_request(stored.request.id),
            "remediation": task_of_request(stored.request.id),
            "reporting": reporting_of_request(stored.request.id),
            "due_at": stored.request.due_at,
            "entitled": sorted(stored.entitled),
            "context": stored.context,
            "requested_at": stored.requested_at,
            "answers": list(stored.answers),
            "settled_at": stored.settled_at,
        }
    )


async def decide_on(
    doors: Platform,
    to: Addressee,
    request_id: str,
    body: DecisionAnswer,
    caller: Caller,
    prefer: str | None,
) -> Response:
    """Take an answer to a request of that workflow.

    Raises:
        Problem: the answer is refused here already, or was refused before under the same id.
        Unavailable: a part does not answer; nothing has changed.
    """
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, request_id, body.decision_id)
    answer = Answer(request_id=request_id, **body.model_dump(exclude={"decision_id", "role"}))
    if receipt := await earlier_receipt(doors, context, to, caller.actor_id, answer):
        return receipt
    if to.is_incident:
        require_open(context.phase, to.chain)
    if context.decision is None:
        detail = f"there is no request {request_id} in {to.name}"
        raise Problem(RefusalReason.UNKNOWN_REQUEST, detail)
    actor = _acting(caller, body, context.decision)
    signed = sign(doors, to, body.decision_id, actor, answer)
    weighed = weigh(context.decision.request, answer, actor, context.decision.entitled)
    if isinstance(weighed, Refusal):
        if weighed.reason in _RECORDED:
            await send(doors, to, signed, 0)
        raise refused(weighed)
    return await send(doors, to, signed, wait_seconds(prefer))


def _acting(caller: Caller, body: DecisionAnswer, stored: StoredDecision) -> Actor:
    entitled = {*stored.request.roles, *stored.entitled}
    if body.exception_code is not None and stored.request.bypass is not None:
        entitled = set(stored.request.bypass.roles)
    return acting_as(caller, body.role, *entitled)
