"""Replay of providers' clocks, restorations and reviews: each follows from what has led to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import JudgedEvent, Judgement, Verdict
from holdfast.domain.third_party.kinds import Said
from tests.judged_walks import CONTENTS, WALKS
from tests.replayed import judged_with, of, saying, with_event
from tests.statements import ROBIN
from tests.third_party_walk import ThirdPartyWalk
from tests.timed_walk import TimedWalk

BROKEN = WALKS["paused claimed too early and broken again"]
FIRED = WALKS["told by one provider and fired at another"]


def the_number(walk: TimedWalk, kind: EventKind, subject: str) -> int:
    """The number of the last entry of that kind about that subject."""
    numbers = [
        number
        for number, event in enumerate(walk.events)
        if event.kind is kind and event.subject.id == subject
    ]
    return numbers[-1]


def judged_as(walk: TimedWalk, number: int, event: Event) -> Judgement:
    """The judgement on an entry that was put in the place of another."""
    events = with_event(walk.judged(), number, event)
    return of(replay(events, CONTENTS), events[number].entry)


def about(event: Event, subject: str) -> Event:
    """The same of another subject."""
    return event.model_copy(update={"subject": Subject(type=event.subject.type, id=subject)})


def after(walk: TimedWalk, number: int, outcome: str) -> list[Judgement]:
    """What comes out different where a decision had been another one."""
    changed = saying(outcome=outcome)(walk.events[number])
    return list(
        replay(with_event(walk.judged(), number, changed), CONTENTS).having(Verdict.DIFFERENT)
    )


def decision(walk: TimedWalk, name: str) -> int:
    """The number of the entry that decides that request."""
    return the_number(walk, EventKind.DECISION_DECIDED, name)


@pytest.mark.parametrize("clock", ["acknowledge-1", "update-1", "restore-2", "review-1", "pause-2"])
def test_a_deadline_is_that_of_the_terms(clock: str) -> None:
    """A later one comes out different, whatever has set it."""
    number = the_number(BROKEN, EventKind.CLOCK_ARMED, f"third-party-1:{clock}")
    later = saying(due_at="2026-03-09T12:00:00.000000Z")(BROKEN.events[number])
    judgement = judged_as(BROKEN, number, later)
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == "the rules give another due_at"


def test_a_new_severity_sets_the_deadlines_of_that_severity() -> None:
    """Since the provider was asked; not those of the severity before."""
    name = "third-party-2:acknowledge-1"
    armed = [n for n, e in enumerate(FIRED.events) if e.kind is EventKind.CLOCK_ARMED]
    first, again = (n for n in armed if FIRED.events[n].subject.id == name)
    old = saying(due_at=FIRED.events[first].payload["due_at"])(FIRED.events[again])
    assert judged_as(FIRED, again, old).verdict is Verdict.DIFFERENT


def test_a_breach_needs_a_time_that_has_passed() -> None:
    """Neither an early miss nor a breach without one stands."""
    number = the_number(BROKEN, EventKind.CLOCK_MISSED, "third-party-1:acknowledge-1")
    missed, events = BROKEN.events[number], BROKEN.judged()
    early = JudgedEvent(
        "early", events[number].occurred_at, about(missed, "third-party-1:restore-1")
    )
    breach = BROKEN.events[number + 1].model_copy(update={"causes": ("early",)})
    made_up = JudgedEvent("made-up", events[number].occurred_at, breach)
    report = replay([*events[: number + 2], early, made_up, *events[number + 2 :]], CONTENTS)
    assert of(report, "early").reason == "nothing of this clock is due then"
    assert of(report, "made-up").verdict is Verdict.DIFFERENT


def test_what_is_said_meets_no_more_than_it_says() -> None:
    """An update is no workaround."""
    number = the_number(BROKEN, EventKind.CLOCK_MET, "third-party-1:first_response-1")
    judgement = judged_as(BROKEN, number, about(BROKEN.events[number], "third-party-1:restore-1"))
    assert judgement.verdict is Verdict.DIFFERENT
    assert "is no restore, but a update" in (judgement.reason or "")


def test_when_it_was_said_decides_whether_a_time_was_kept() -> None:
    """A clock that was met late is not made to be met in time."""
    walk = ThirdPartyWalk()
    walk.to_severity_1()
    escalation = walk.escalate()
    walk.wait(timedelta(minutes=16))
    escalation.say(Said.ACKNOWLEDGEMENT)
    number = the_number(walk, EventKind.CLOCK_MET, "third-party-1:acknowledge-1")
    event = walk.events[number]
    assert event.payload["after_deadline"] is True
    kept = saying(after_deadline=False, as_of="2026-03-04T12:10:00.000000Z")(event)
    judgement = judged_as(walk, number, kept)
    assert judgement.reason == "the rules give another after_deadline, as_of"


def test_a_pause_that_was_refused_lets_nothing_stand_still() -> None:
    """Nor does it end, nor do clocks run again."""
    kinds = [
        each.kind
        for each in after(BROKEN, decision(BROKEN, "third-party-1:third_party.pause-2"), "refused")
    ]
    assert kinds.count(EventKind.CLOCK_PAUSED) >= 2
    assert EventKind.PAUSE_ENDED in kinds
    assert EventKind.CLOCK_RESUMED in kinds


def test_only_the_clocks_of_the_reason_stand_still() -> None:
    """Though a pause is granted, the contract does not let it stop another time."""
    name = "third-party-1:workaround-1"
    paused = [n for n, each in enumerate(BROKEN.events) if each.kind is EventKind.CLOCK_PAUSED]
    first = next(number for number in paused if BROKEN.events[number].subject.id == name)
    forged = about(BROKEN.events[first], "third-party-1:update-1")
    judgement = judged_as(BROKEN, first, forged)
    assert judgement.verdict is Verdict.DIFFERENT
    assert "does not lead to clock.paused" in (judgement.reason or "")


def test_a_clock_runs_again_with_what_was_left() -> None:
    """Not with more."""
    number = the_number(BROKEN, EventKind.CLOCK_RESUMED, "third-party-1:restore-1")
    later = saying(due_at="2026-03-04T23:00:00.000000Z")(BROKEN.events[number])
    assert judged_as(BROKEN, number, later).reason == "the rules give another due_at"


def test_a_pause_ends_by_time_only_when_its_time_has_passed() -> None:
    """What somebody has ended is not made to have run out."""
    judgement = judged_with(FIRED, EventKind.PAUSE_ENDED, saying(by_time=False))
    assert judgement.reason == "the rules give another by_time"


def test_nothing_is_restored_that_people_have_not_confirmed() -> None:
    """The word of the provider alone restores nothing."""
    name = "third-party-1:third_party.restoration-2"
    different = after(BROKEN, decision(BROKEN, name), "not_restored")
    restored = next(each for each in different if each.kind is EventKind.THIRD_PARTY_RESTORED)
    assert "does not lead to third_party.restored" in (restored.reason or "")


def test_a_review_that_was_given_back_closes_nothing() -> None:
    """Neither are its measures proposed."""
    last = [n for n, e in enumerate(BROKEN.events) if e.kind is EventKind.THIRD_PARTY_CLOSED][-1]
    name = next(
        BROKEN.events[n].subject.id
        for n in range(last, 0, -1)
        if BROKEN.events[n].kind is EventKind.DECISION_DECIDED
    )
    different = after(BROKEN, decision(BROKEN, name), "returned")
    kinds = {each.kind for each in different}
    assert {EventKind.REMEDIATION_PROPOSED, EventKind.THIRD_PARTY_CLOSED} <= kinds


def test_the_vendor_manager_alone_does_not_close_over_a_critical_function() -> None:
    """The management body has to sign too."""
    closed = the_number(BROKEN, EventKind.THIRD_PARTY_CLOSED, "INC-2026-000001/third-party-1")
    signed = [
        n
        for n, event in enumerate(BROKEN.events)
        if event.kind is EventKind.DECISION_DECIDED and "third_party.review" in event.subject.id
    ]
    manager = BROKEN.judged()[signed[-2]].entry
    too_soon = BROKEN.events[closed].model_copy(update={"causes": (manager,)})
    judgement = judged_as(BROKEN, closed, too_soon)
    assert judgement.verdict is Verdict.DIFFERENT
    assert "does not lead to third_party.closed" in (judgement.reason or "")


def test_who_drafted_a_review_is_asked_to_sign_nothing() -> None:
    """The question names all who have drafted it, and who has signed before."""
    asked = [
        event
        for event in BROKEN.events
        if event.kind is EventKind.DECISION_REQUESTED and "third_party.review" in event.subject.id
    ]
    assert [event.payload["roles"] for event in asked[-2:]] == [
        ["vendor_manager"],
        ["management_body"],
    ]
    assert ROBIN.id in asked[-1].payload["authors"]
    number = BROKEN.events.index(asked[-1])
    forgotten = saying(authors=[ROBIN.id])(asked[-1])
    assert judged_as(BROKEN, number, forgotten).reason == "the rules give another authors"


def test_a_weakness_that_the_terms_do_not_have_is_not_found_by_the_rules() -> None:
    """What people have found comes out as they say it."""
    found = [event for event in FIRED.events if event.kind is EventKind.WEAKNESS_FOUND]
    assert {event.payload["found_by_rules"] for event in found} == {True, False}
    by_rules = next(
        event for event in found if event.answers is None and "DORA" in str(event.payload)
    )
    number = FIRED.events.index(by_rules)
    judgement = judged_as(FIRED, number, saying(weakness="It is slow.")(by_rules))
    assert judgement.reason == "the rules give another weakness"


def test_a_signature_that_was_taken_back_closes_nothing() -> None:
    """Though the entry that gave it is there."""
    closed = the_number(BROKEN, EventKind.THIRD_PARTY_CLOSED, "INC-2026-000001/third-party-1")
    events, (cause,) = BROKEN.judged(), BROKEN.events[closed].causes
    decided = next(each.event for each in events if each.entry == cause)
    assert decided is not None
    voided = decided.model_copy(update={"kind": EventKind.DECISION_VOIDED, "payload": {}})
    forged = JudgedEvent("forged", events[closed].occurred_at, voided)
    report = replay([*events[:closed], forged, *events[closed:]], CONTENTS)
    assert of(report, events[closed].entry).reason == f"{decided.subject.id} is voided"


def test_a_breach_is_not_one_of_a_severity_that_never_was() -> None:
    """Nobody makes it milder afterwards."""
    judgement = judged_with(BROKEN, EventKind.THIRD_PARTY_BREACHED, saying(severity="SEV4"))
    assert judgement.verdict is Verdict.DIFFERENT
    assert "has had no severity SEV4 since" in (judgement.reason or "")


def test_what_was_missed_is_not_closed_without_a_review() -> None:
    """Withdrawn or not."""
    name = "INC-2026-000001/third-party-1"
    withdrawn = the_number(FIRED, EventKind.THIRD_PARTY_WITHDRAWN, name)
    events, event = FIRED.judged(), FIRED.events[withdrawn]
    closed = event.model_copy(
        update={"kind": EventKind.THIRD_PARTY_CLOSED, "causes": (events[withdrawn].entry,)}
    )
    forged = JudgedEvent("forged", events[-1].occurred_at, closed)
    judgement = of(replay([*events, forged], CONTENTS), "forged")
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason == f"times were missed in {name}: it needs a review"
