"""Pauses: for reasons that the contract allows, decided by people, ended by them or by time."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.schedules import Schedule
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party.asking import EndPause, RequestPause
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.naming import escalation_prefix
from holdfast.domain.third_party.state import Pause
from holdfast.domain.third_party.times import clock_of, resumed
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject, digest_of
from holdfast.dora.register.terms import PauseReason

__all__ = [
    "drop",
    "end_on_request",
    "over",
    "pause_decided",
    "pause_question",
    "request",
    "run_again",
]


def request(
    work: EscalationWork, submission: Submission, body: RequestPause, now: datetime
) -> Refusal | None:
    """Ask that clocks stand still, for one of the contract's reasons."""
    if refusal := _refuse(work, body):
        return refusal
    state, reason = work.state, _reasons(work)[body.reason]
    state.pauses += 1
    content: JsonObject = {
        "pause": state.pauses,
        "reason": body.reason,
        "statement": body.statement,
        **reason.model_dump(mode="json"),
    }
    about = Subject(type="pause", id=_pause_id(work), digest=digest_of(content))
    entry = work.receipt(EventKind.PAUSE_REQUESTED, submission, content, subject=about)
    state.pause = Pause(number=state.pauses, reason=body.reason, entry=entry)
    work.ask(pause_question(about, submission.principal.id, content, entry), now)
    return None


def pause_question(about: Subject, asked_by: str, content: JsonObject, entry: str) -> Question:
    """Whether the clocks may stand still; `entry` is that of the request."""
    return Question(
        kind=DecisionKind.THIRD_PARTY_PAUSE,
        subject=about,
        authors=(asked_by,),
        context=content,
        causes=(entry,),
    )


def pause_decided(work: EscalationWork, decided: Decided, now: datetime) -> None:
    """Let the clocks stand still from now on, or run on."""
    state, pause = work.state, work.state.pause
    if pause is None or decided.option != "granted" or not state.stage.running:
        state.pause = None
        return
    reason = _reasons(work)[pause.reason]
    ids = [work.clock_id(clock) for clock in reason.clocks]
    paused = tuple(each for each in ids if work.clocks.pause(each, causes=(decided.entry,)))
    state.pause = pause.model_copy(update={"since": now, "paused": paused})
    work.clocks.arm(
        _clock_id(work),
        f"{work.taken.provider_name}: end the pause ({pause.reason})"[:200],
        now,
        Schedule(due_after=reason.longest),
        policy=work.taken.register_of_information,
        causes=(decided.entry,),
    )


def end_on_request(
    work: EscalationWork, submission: Submission, body: EndPause, now: datetime
) -> Refusal | None:
    """Let the clocks run again: the reason has gone."""
    pause = work.state.pause
    if pause is None or pause.since is None:
        return Refusal(RefusalReason.PAUSE_NOT_ALLOWED, "no pause is granted that could end")
    content = _ended(pause, body.statement, by_time=False)
    entry = work.receipt(EventKind.PAUSE_ENDED, submission, content, subject=_about(work))
    work.clocks.meet(_clock_id(work), actor=submission.principal, causes=(entry,))
    run_again(work, pause, now, entry)
    return None


def over(work: EscalationWork, clock_id: str, cause: str, now: datetime) -> bool:
    """End the pause whose longest time has just passed; False if the clock is another's."""
    pause = work.state.pause
    if pause is None or clock_id != _clock_id(work):
        return False
    content = _ended(pause, None, by_time=True)
    entry = work.note(EventKind.PAUSE_ENDED, content, subject=_about(work), causes=(cause,))
    work.clocks.meet(clock_id, causes=(entry,))
    run_again(work, pause, now, entry)
    return True


def drop(work: EscalationWork, why: str, cause: str) -> None:
    """Forget a pause that was asked for or runs: nothing is left that could stand still."""
    pause, work.state.pause = work.state.pause, None
    if pause is None:
        return
    for asked in work.desk.open_requests(DecisionKind.THIRD_PARTY_PAUSE):
        work.desk.void(asked, why, causes=(cause,))
    work.clocks.cancel(_clock_id(work), causes=(cause,))


def run_again(work: EscalationWork, pause: Pause, now: datetime, entry: str) -> None:
    """Give every clock what was left of its time; a claimed restoration keeps it standing still."""
    state, claim = work.state, work.state.claim
    state.pause = None
    for clock_id in pause.paused:
        clock, which = work.clocks.get(clock_id), clock_of(clock_id)
        if clock is None or which is None or pause.since is None:
            continue
        moments = (pause.since, clock.due_at, now)
        due_at, schedule = resumed(
            work.taken, state.severity, which, *moments, pace=work.clocks.pace
        )
        work.clocks.resume(clock_id, now, due_at, schedule, causes=(entry,))
        if claim is not None and work.clocks.pause(clock_id, causes=(claim.entry,)):
            claim = claim.model_copy(update={"paused": (*claim.paused, clock_id)})
            state.claim = claim


def _refuse(work: EscalationWork, body: RequestPause) -> Refusal | None:
    state, reasons = work.state, _reasons(work)
    if refusal := work.wrong_stage(EscalationStage.ASKED):
        return refusal
    if body.reason not in reasons:
        allowed = ", ".join(reasons) or "none"
        detail = f"the contract does not allow '{body.reason}'; it allows: {allowed}"
        return Refusal(RefusalReason.PAUSE_NOT_ALLOWED, detail)
    if state.pause is not None:
        return Refusal(RefusalReason.PAUSE_NOT_ALLOWED, "a pause is asked for or runs already")
    ids = [work.clock_id(clock) for clock in reasons[body.reason].clocks]
    if not any((clock := work.clocks.get(each)) and clock.running for each in ids):
        detail = f"none of the clocks of '{body.reason}' runs"
        return Refusal(RefusalReason.PAUSE_NOT_ALLOWED, detail)
    return None


def _reasons(work: EscalationWork) -> dict[str, PauseReason]:
    terms = work.taken.terms
    return dict(terms.pauses) if terms else {}


def _ended(pause: Pause, statement: str | None, *, by_time: bool) -> JsonObject:
    said = {"pause": pause.number, "reason": pause.reason}
    return {**said, "statement": statement, "by_time": by_time}


def _pause_id(work: EscalationWork) -> str:
    return f"{work.state.opening.id}/pause-{work.state.pauses}"


def _about(work: EscalationWork) -> Subject:
    return Subject(type="pause", id=_pause_id(work))


def _clock_id(work: EscalationWork) -> str:
    return f"{escalation_prefix(work.state.opening.number)}pause-{work.state.pauses}"
