"""What a provider says, whoever enters it: which of its times that meets, and what follows."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.clocks import ClockState
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party import calling, restoring
from holdfast.domain.third_party.asking import VendorStatement
from holdfast.domain.third_party.kinds import EscalationStage, Said
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.register.terms import VendorClock

__all__ = ["MEETS", "UPDATES", "hear"]

_ANSWERED = (VendorClock.ACKNOWLEDGE, VendorClock.FIRST_RESPONSE)
MEETS: dict[Said, tuple[VendorClock, ...]] = {
    Said.ACKNOWLEDGEMENT: (VendorClock.ACKNOWLEDGE,),
    Said.UPDATE: _ANSWERED,
    Said.ESTIMATE: _ANSWERED,
    Said.WORKAROUND: (*_ANSWERED, VendorClock.WORKAROUND),
    Said.DOCUMENT: (),
    Said.RESTORATION: _ANSWERED,
}
"""Which times a statement meets at once; that a service is restored, people here confirm."""

UPDATES = frozenset({Said.UPDATE, Said.ESTIMATE, Said.WORKAROUND})
"""What counts as the update that was due: the next is due a whole time later."""

_ENTERED_LATE = timedelta(minutes=5)
_AHEAD = timedelta(minutes=1)
"""How far in the future a statement may lie: clocks are not exact."""


def hear(
    work: EscalationWork, submission: Submission, body: VendorStatement, now: datetime
) -> Refusal | None:
    """Record a statement, and let it meet the times that were due when it was made."""
    if refusal := _refuse(work, submission.principal, body, now):
        return refusal
    entry = work.receipt(
        EventKind.THIRD_PARTY_STATED, submission, _content(body, now), sealed=body.sealed
    )
    state = work.state
    state.their_reference = body.their_reference or state.their_reference
    state.estimated_at = body.estimated_at or state.estimated_at
    if not state.stage.running:
        return None
    for clock in MEETS[body.said]:
        work.meet(clock, submission.principal, entry, body.said_at)
    if body.said in UPDATES:
        _updated(work, submission.principal, body, now, entry)
    elif body.said is Said.RESTORATION and state.stage is EscalationStage.ASKED:
        restoring.claim(work, submission.principal, body.said_at, entry, now)
    return None


def _updated(
    work: EscalationWork, actor: Actor, body: VendorStatement, now: datetime, entry: str
) -> None:
    """Count it as the update that was due; the next is due a whole time later."""
    state, clock_id = work.state, work.clock_id(VendorClock.UPDATE)
    clock = work.clocks.get(clock_id)
    if clock is None or clock.state not in {ClockState.RUNNING, ClockState.MISSED}:
        return
    state.heard_at = max(state.heard_at or body.said_at, body.said_at)
    work.meet(VendorClock.UPDATE, actor, entry, body.said_at)
    calling.arm(work, VendorClock.UPDATE, state.heard_at, now, entry)


def _content(body: VendorStatement, now: datetime) -> JsonObject:
    said = body.model_dump(mode="json", exclude={"type", "sealed"})
    return {**said, "late_by_us": now - body.said_at > _ENTERED_LATE}


def _refuse(
    work: EscalationWork, actor: Actor, body: VendorStatement, now: datetime
) -> Refusal | None:
    if (actor.role is Role.VENDOR) is not body.source.of_provider:
        detail = f"'{body.source}' is not how {actor.role} brings in what a provider says"
        return Refusal(RefusalReason.ROLE_NOT_ENTITLED, detail)
    if not body.source.of_provider and body.reference is None:
        detail = "name the call, the mail or the page that it is taken from under 'reference'"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    if body.said is Said.ESTIMATE and body.estimated_at is None:
        detail = "an estimate says until when under 'estimated_at'"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    if body.said is Said.DOCUMENT and not body.documents:
        return Refusal(RefusalReason.DATA_INVALID, "name the document under 'documents'")
    began = work.state.opening.asked_at
    if not began - _AHEAD <= body.said_at <= now + _AHEAD:
        said = rfc3339(body.said_at)
        detail = f"it was said at {said}, not between {rfc3339(began)} and now"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    return None
