"""Handing something in at an escalation that runs: told early what its workflow would refuse.

The workflow decides with authority. What is refused here is handed over all the same while the
workflow runs, so that the attempt is evidence.
"""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from api.platform import Platform
from api.prefer import wait_seconds
from api.problems import Problem, refused
from api.submitting import earlier_receipt, new_submission_id, require_incident, send, sign
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor, Role
from holdfast.domain.third_party.asking import (
    EndPause,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    ReviewEscalation,
    StateOrigin,
    VendorStatement,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.naming import escalation_addressee, escalation_id
from holdfast.domain.third_party.opening import TakenTerms
from holdfast.store.decisions import fetch_answer_context
from holdfast.store.incidents import fetch_phase
from holdfast.store.third_parties.reading import fetch_escalation

__all__ = [
    "ESCALATING",
    "EscalationBody",
    "hand_in_escalation",
    "require_escalation",
    "taken_terms_of",
]

ESCALATING = (*(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.VENDOR_MANAGER, Role.COMPLIANCE),)
"""Whoever may escalate to a provider, and enter what it says."""

EscalationBody = (
    VendorStatement
    | RequestPause
    | EndPause
    | ReportRelapse
    | StateOrigin
    | ReportWeakness
    | WithdrawEscalation
    | ReviewEscalation
)


async def require_escalation(
    connection: AsyncConnection, incident_id: str, number: int
) -> RowMapping:
    """Read an escalation as it stands.

    Raises:
        Problem: there is no such incident, or no such escalation in it.
    """
    require_incident(await fetch_phase(connection, incident_id), incident_id)
    row = await fetch_escalation(connection, incident_id, number)
    if row is None:
        detail = f"there is no {escalation_id(incident_id, number)}"
        raise Problem(RefusalReason.UNKNOWN_THIRD_PARTY, detail, incident_id=incident_id)
    return row


async def hand_in_escalation(
    doors: Platform,
    row: RowMapping,
    chosen_id: str | None,
    actor: Actor,
    body: EscalationBody,
    prefer: str | None,
) -> Response:
    """Hand a body in at an escalation, once under its id; answer as `send`.

    `row` was read before this is called: a receipt that it does not know of is found here. What
    `body` holds sealed has to be the same bytes each time (`api/sealed_words.py`).

    Raises:
        Problem: it is refused by what stands, or the id was used for something else.
        Unavailable: Temporal does not answer, or the workflow is just being started.
    """
    to = escalation_addressee(row["incident_id"], row["number"])
    submission_id = chosen_id or new_submission_id(body.type)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, body):
        return receipt
    refusal = refusal_of(row, body)
    if refusal is not None and _over(row):
        raise refused(refusal)
    signed = sign(doors, to, submission_id, actor, body)
    if refusal is not None:
        await send(doors, to, signed, 0)
        raise refused(refusal)
    return await send(doors, to, signed, wait_seconds(prefer))


def taken_terms_of(row: RowMapping) -> TakenTerms | None:
    """The terms that the provider is held to; None while they have not been read."""
    return None if row["taken"] is None else TakenTerms.model_validate(row["taken"])


def refusal_of(row: RowMapping, body: EscalationBody) -> Refusal | None:
    """Say what the workflow would refuse, as far as what stands can tell."""
    if refusal := _wrong_stage(row, *_ALLOWED[type(body)]):
        return refusal
    if isinstance(body, RequestPause):
        return _refuse_pause(row, body)
    if isinstance(body, EndPause) and row["pause_reason"] is None:
        return Refusal(RefusalReason.PAUSE_NOT_ALLOWED, "no pause is granted that could end")
    return None


def _refuse_pause(row: RowMapping, body: RequestPause) -> Refusal | None:
    taken = taken_terms_of(row)
    if taken is None:
        return None
    reasons = taken.terms.pauses if taken.terms else {}
    if body.reason not in reasons:
        allowed = ", ".join(reasons) or "none"
        detail = f"the contract does not allow '{body.reason}'; it allows: {allowed}"
        return Refusal(RefusalReason.PAUSE_NOT_ALLOWED, detail)
    if row["pause_reason"] is not None:
        return Refusal(RefusalReason.PAUSE_NOT_ALLOWED, "a pause is asked for or runs already")
    return None


def _wrong_stage(row: RowMapping, *allowed: EscalationStage) -> Refusal | None:
    if not row["closed"] and EscalationStage(row["stage"]) in allowed:
        return None
    name = escalation_id(row["incident_id"], row["number"])
    return Refusal(RefusalReason.WRONG_STAGE, f"{name} is in stage {row['stage']}")


def _over(row: RowMapping) -> bool:
    return bool(row["closed"])


_OPEN = tuple(stage for stage in EscalationStage if stage is not EscalationStage.CLOSED)
_RUNNING = tuple(stage for stage in EscalationStage if stage.running)
_ENDED = tuple(stage for stage in _OPEN if not stage.running)

_ALLOWED: dict[type, tuple[EscalationStage, ...]] = {
    VendorStatement: _OPEN,
    RequestPause: (EscalationStage.ASKED,),
    EndPause: _OPEN,
    ReportRelapse: (EscalationStage.RESTORED, EscalationStage.REVIEW),
    StateOrigin: _OPEN,
    ReportWeakness: _OPEN,
    WithdrawEscalation: _RUNNING,
    ReviewEscalation: _ENDED,
}
"""In which stages each can be taken at all."""
