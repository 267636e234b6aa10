"""Restoration: the provider claims it, people here confirm it or not, and it may break again."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party import calling, pausing, reviewing
from holdfast.domain.third_party.asking import ReportRelapse
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.state import Claim
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import digest_of, rfc3339
from holdfast.dora.register.terms import VendorClock

__all__ = ["STOPPED", "claim", "relapse", "restoration_decided", "restoration_question"]

STOPPED = (VendorClock.UPDATE, VendorClock.WORKAROUND, VendorClock.RESTORE)
"""What stands still between the claim and its confirmation: the provider waits for us there."""


def claim(work: EscalationWork, actor: Actor, said_at: datetime, entry: str, now: datetime) -> None:
    """Take the claim that the service is restored, and ask whether it is; `entry` says it."""
    state = work.state
    ids = [work.clock_id(clock) for clock in STOPPED]
    paused = tuple(each for each in ids if work.clocks.pause(each, causes=(entry,)))
    state.stage = EscalationStage.CLAIMED
    state.claim = Claim(entry=entry, said_at=said_at, paused=paused)
    work.ask(restoration_question(state.opening.id, actor, said_at, entry), now)


def restoration_question(escalation: str, actor: Actor, said_at: datetime, entry: str) -> Question:
    """Whether the provider has restored the service, as `entry` says that it did at `said_at`."""
    content = {"statement": entry, "said_at": rfc3339(said_at)}
    return Question(
        kind=DecisionKind.THIRD_PARTY_RESTORATION,
        subject=Subject(type="restoration", id=escalation, digest=digest_of(content)),
        authors=(actor.id,),
        context=content,
        causes=(entry,),
    )


def restoration_decided(work: EscalationWork, decided: Decided, now: datetime) -> None:
    """Count it as restored since it was said, or let the times run on as if nothing was said."""
    state, claimed = work.state, work.state.claim
    if claimed is None:
        return
    state.claim = None
    actor = decided.request.answers[-1].actor
    if decided.option != "confirmed":
        _run_on(work, claimed, decided, now)
        return
    for clock in (VendorClock.WORKAROUND, VendorClock.RESTORE):
        work.meet(clock, actor, decided.entry, claimed.said_at)
    work.clocks.cancel(work.clock_id(VendorClock.UPDATE), causes=(decided.entry,))
    content = {
        "claimed_at": rfc3339(claimed.said_at),
        "by": actor.model_dump(mode="json"),
    }
    state.stage = state.outcome = EscalationStage.RESTORED
    restored = work.note(EventKind.THIRD_PARTY_RESTORED, content, causes=(decided.entry,))
    pausing.drop(work, "the service is restored", restored)
    reviewing.await_review(work, now, work.tell(restored))


def relapse(
    work: EscalationWork, submission: Submission, body: ReportRelapse, now: datetime
) -> Refusal | None:
    """Ask the provider again: what it had restored is broken once more."""
    refusal = work.wrong_stage(EscalationStage.RESTORED, EscalationStage.REVIEW)
    if refusal or work.state.outcome is not EscalationStage.RESTORED:
        return refusal or work.wrong_stage()
    content = {"statement": body.statement, "round": work.state.round + 1}
    entry = work.receipt(EventKind.THIRD_PARTY_RELAPSED, submission, content)
    work.state.outcome = None
    reviewing.put_off(work, entry)
    calling.begin_round(work, f"It is broken again: {body.statement}", now, now, causes=(entry,))
    return None


def _run_on(work: EscalationWork, claimed: Claim, decided: Decided, now: datetime) -> None:
    work.state.stage = EscalationStage.ASKED
    for clock_id in claimed.paused:
        clock = work.clocks.get(clock_id)
        if clock is not None:
            cause = (decided.entry,)
            work.clocks.resume(clock_id, now, clock.due_at, clock.schedule, causes=cause)
    because = f"We cannot confirm that it is restored. {decided.rationale or ''}".strip()
    calling.call_again(work, because, now, decided.entry)
