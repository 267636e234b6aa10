"""What the entries of an escalation add to its course, those of its decisions and clocks too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.policies import APPROVAL_MATRIX, PinnedPolicy
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.third_party_reading import (
    escalation_behind,
    read_count,
    read_instant,
    read_opening,
    read_oversight,
    read_pause,
    read_statement,
    read_terms,
)
from holdfast.domain.replay.verdicts import KnownEntry, NotReplayable
from holdfast.domain.third_party.hearing import UPDATES
from holdfast.domain.third_party.kinds import EscalationStage, Said
from holdfast.domain.third_party.naming import escalation_of_request
from holdfast.domain.third_party.state import Claim, EscalationState, Pause, ReviewDraft
from holdfast.domain.third_party.times import clock_of, vendor_clock_id
from holdfast.domain.values import digest_of
from holdfast.dora.register.terms import VendorClock

__all__ = ["ESCALATION_FOLDS", "fold_clock", "fold_decision"]

_Fold = Callable[[EscalationCourse, KnownEntry], None]

_NO_PIN = PolicyPin(name=APPROVAL_MATRIX, version="unread", digest=digest_of(None))
_UNREAD = PinnedPolicy.model_construct(pin=_NO_PIN, content="")
"""In the place of the matrix, which is read where a rule is run that goes by it."""


def _open(course: Course, entry: KnownEntry) -> None:
    pinned = course.pin(APPROVAL_MATRIX)
    opening = read_opening(entry).model_copy(update={"pace": course.pace})
    state = EscalationState.model_construct(
        opening=opening,
        matrix=_UNREAD,
        severity=opening.severity,
        their_reference=opening.their_reference,
    )
    known = EscalationCourse(since=course.index, state=state, pinned=pinned)
    course.escalations[entry.event.subject.id] = known


def _take_terms(known: EscalationCourse, entry: KnownEntry) -> None:
    known.state.taken = read_terms(entry).taken


def _ask(known: EscalationCourse, entry: KnownEntry) -> None:
    state = known.state
    state.asked_at, state.round = read_instant(entry, "asked_at"), read_count(entry, "round")
    state.stage, state.outcome = EscalationStage.ASKED, None
    state.rung, state.heard_at = 0, None


def _call(known: EscalationCourse, entry: KnownEntry) -> None:
    known.state.rung = read_count(entry, "rung")


def _hear(known: EscalationCourse, entry: KnownEntry) -> None:
    state, said = known.state, read_statement(entry)
    state.their_reference = said.their_reference or state.their_reference
    if said.said is Said.RESTORATION and state.stage is EscalationStage.ASKED:
        state.stage = EscalationStage.CLAIMED
        known.claim, known.run_again = Claim(entry=entry.entry, said_at=said.said_at), set()


def _breach(known: EscalationCourse, entry: KnownEntry) -> None:
    clock, number = VendorClock(str(entry.event.payload.get("clock"))), known.opening.number
    known.state.breaches.append(vendor_clock_id(number, clock, read_count(entry, "round")))


def _restore(known: EscalationCourse, _entry: KnownEntry) -> None:
    known.state.stage = known.state.outcome = EscalationStage.RESTORED
    known.state.pause = None


def _relapse(known: EscalationCourse, _entry: KnownEntry) -> None:
    known.state.outcome = None


def _withdraw(known: EscalationCourse, entry: KnownEntry) -> None:
    if entry.event.payload.get("round") is None:
        # The incident says it of a workflow that is no more, and counts it as closed.
        known.state.stage = EscalationStage.CLOSED
        return
    known.state.stage = known.state.outcome = EscalationStage.WITHDRAWN
    known.state.pause = None


def _review(known: EscalationCourse, entry: KnownEntry) -> None:
    earlier = known.state.review
    drafted_by = {entry.event.actor.id, *(earlier.drafted_by if earlier else ())}
    known.state.review = ReviewDraft(
        review=read_oversight(entry),
        version=read_count(entry, "version"),
        drafted_by=tuple(sorted(drafted_by)),
        entry=entry.entry,
        content=entry.event.payload,
    )
    known.state.stage = EscalationStage.REVIEW


def _close(known: EscalationCourse, _entry: KnownEntry) -> None:
    known.state.stage = EscalationStage.CLOSED


def _ask_for_pause(known: EscalationCourse, entry: KnownEntry) -> None:
    number, reason = read_count(entry, "pause"), read_pause(entry).reason
    known.pause = Pause(number=number, reason=reason, entry=entry.entry)
    known.state.pauses, known.state.pause = number, known.pause


def _end_pause(known: EscalationCourse, _entry: KnownEntry) -> None:
    known.state.pause = None


def _weaken(known: EscalationCourse, entry: KnownEntry) -> None:
    weakness = str(entry.event.payload.get("weakness"))
    if weakness not in known.state.weaknesses:
        known.state.weaknesses.append(weakness)


def fold_decision(course: Course, entry: KnownEntry) -> None:
    """Take in what was decided in an escalation."""
    known = _behind(course, entry.event.subject.id)
    fold = _DECIDED.get(str(entry.event.payload.get("kind")))
    if known is not None and fold is not None:
        fold(known, entry)


def fold_clock(course: Course, entry: KnownEntry) -> None:
    """Take in what the clock of an escalation says of more than of itself."""
    clock_id, kind = entry.event.subject.id, entry.event.kind
    known = _behind(course, clock_id)
    if known is None:
        return
    if kind is EventKind.CLOCK_RESUMED:
        known.run_again.add(clock_id)
    elif kind is EventKind.CLOCK_MISSED:
        known.late.add(clock_id)
    elif kind is EventKind.CLOCK_MET:
        _meet(known, entry)
    elif kind is EventKind.CLOCK_PAUSED:
        _stand_still(course, known, entry)
    elif kind is EventKind.CLOCK_ARMED and clock_of(clock_id) is VendorClock.UPDATE:
        _wait_for_update(course, known, entry)
    elif kind is EventKind.CLOCK_ARMED and ":review-" in clock_id:
        known.state.reviews += 1


def _meet(known: EscalationCourse, entry: KnownEntry) -> None:
    """What was said in time and told late was no breach."""
    clock_id, breaches = entry.event.subject.id, known.state.breaches
    in_time = entry.event.payload.get("after_deadline") is False
    if in_time and clock_id in known.late and clock_id in breaches:
        breaches.remove(clock_id)
    known.late.discard(clock_id)


def _stand_still(course: Course, known: EscalationCourse, entry: KnownEntry) -> None:
    """Note for which of the two reasons the clock stands still."""
    cause, clock_id = _cause(course, entry), entry.event.subject.id
    if cause is None:
        return
    of_pause = cause.event.kind is EventKind.DECISION_DECIDED
    if of_pause and known.pause is not None:
        paused = (*known.pause.paused, clock_id)
        known.pause = known.pause.model_copy(update={"paused": paused})
    elif not of_pause and known.claim is not None:
        paused = (*known.claim.paused, clock_id)
        known.claim = known.claim.model_copy(update={"paused": paused})


def _wait_for_update(course: Course, known: EscalationCourse, entry: KnownEntry) -> None:
    cause = _cause(course, entry)
    if cause is None or cause.event.kind is not EventKind.THIRD_PARTY_STATED:
        return
    # Where it does not read, all that rests on it was lost when it was taken in.
    with suppress(NotReplayable):
        said = read_statement(cause)
        if said.said in UPDATES:
            known.state.heard_at = known.heard(said.said_at)


def _cause(course: Course, entry: KnownEntry) -> KnownEntry | None:
    return course.entries.get(next(iter(entry.event.causes), ""))


def _decide_pause(known: EscalationCourse, entry: KnownEntry) -> None:
    pause = known.pause
    if entry.event.payload.get("outcome") != "granted" or not known.state.stage.running:
        known.state.pause = None
    elif pause is not None:
        known.pause = known.state.pause = pause.model_copy(update={"since": entry.at})


def _decide_restoration(known: EscalationCourse, entry: KnownEntry) -> None:
    # That it is restored has an entry of its own.
    if entry.event.payload.get("outcome") != "confirmed":
        known.state.stage = EscalationStage.ASKED


def _decide_review(known: EscalationCourse, entry: KnownEntry) -> None:
    state = known.state
    if state.review is None or state.outcome is None:
        return
    if entry.event.payload.get("outcome") != "signed_off":
        state.stage = state.outcome
        return
    signed_by = (*state.review.signed_by, entry.event.actor.id)
    state.review = state.review.model_copy(update={"signed_by": signed_by})


_DECIDED: dict[str, _Fold] = {
    DecisionKind.THIRD_PARTY_PAUSE: _decide_pause,
    DecisionKind.THIRD_PARTY_RESTORATION: _decide_restoration,
    DecisionKind.THIRD_PARTY_REVIEW: _decide_review,
}


def _behind(course: Course, name: str) -> EscalationCourse | None:
    """The escalation that has put a request or armed a clock; None where it is not at hand."""
    number = escalation_of_request(name)
    return next((e for e in course.escalations.values() if e.opening.number == number), None)


def _of_known(run: _Fold) -> Callable[[Course, KnownEntry], None]:
    """Carry that escalation on; where its opening is not at hand, nothing rests on it."""

    def fold(course: Course, entry: KnownEntry) -> None:
        known = course.escalations.get(escalation_behind(entry))
        if known is not None:
            run(known, entry)

    return fold


ESCALATION_FOLDS: dict[EventKind, Callable[[Course, KnownEntry], None]] = {
    EventKind.THIRD_PARTY_OPENED: _open,
    EventKind.THIRD_PARTY_TERMS_READ: _of_known(_take_terms),
    EventKind.THIRD_PARTY_ASKED: _of_known(_ask),
    EventKind.THIRD_PARTY_CALLED: _of_known(_call),
    EventKind.THIRD_PARTY_STATED: _of_known(_hear),
    EventKind.THIRD_PARTY_BREACHED: _of_known(_breach),
    EventKind.THIRD_PARTY_RESTORED: _of_known(_restore),
    EventKind.THIRD_PARTY_RELAPSED: _of_known(_relapse),
    EventKind.THIRD_PARTY_WITHDRAWN: _of_known(_withdraw),
    EventKind.THIRD_PARTY_REVIEWED: _of_known(_review),
    EventKind.THIRD_PARTY_CLOSED: _of_known(_close),
    EventKind.PAUSE_REQUESTED: _of_known(_ask_for_pause),
    EventKind.PAUSE_ENDED: _of_known(_end_pause),
    EventKind.WEAKNESS_FOUND: _of_known(_weaken),
}
