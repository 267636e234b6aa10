"""The score of a drill, against figures counted from the entries in another way."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.drills.score import DrillScore, scored
from holdfast.domain.drills.tally import Tally
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import SYSTEM, Actor, Role
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry
from tests.drill_scenes import PACE, plan
from tests.judged_walks import WALKS
from tests.statements import COMMANDER, NOON, ROBIN, SASHA

DRILL = WALKS["a drill to its end"]


def own() -> list[Entry]:
    """What the incident's own workflow has recorded before the score."""
    entries = [each for each in DRILL.entries() if each.workflow.startswith("incident/")]
    kinds = [each.event.kind for each in entries]
    return entries[: kinds.index(EventKind.DRILL_SCORED)]


def recorded() -> JsonObject:
    """The recorded score."""
    return DRILL.last(EventKind.DRILL_SCORED).payload


def test_the_recorded_figures_are_those_that_a_naive_count_gives() -> None:
    """Each is counted again from the raw entries, without the rules of the score."""
    entries, score = own(), recorded()
    count = Counter(each.event.kind for each in entries)
    assert score["missed"] == count[EventKind.CLOCK_MISSED] > 0
    assert score["bypasses"] == count[EventKind.DECISION_BYPASSED] == 1
    assert score["injected"] == count[EventKind.DRILL_INJECTED] == 3
    assert score["decided"] == count[EventKind.DECISION_DECIDED]
    assert score["refused"] == count[EventKind.SUBMISSION_REFUSED] == 1
    assert (score["ratified"], score["not_ratified"]) == (1, 0)
    people = Counter(
        (each.event.actor.id, str(each.event.actor.role))
        for each in entries
        if each.event.answers is not None
    )
    told = {(each["person"], each["role"]): each["submissions"] for each in score["participants"]}
    assert told == dict(people)


def test_times_to_decide_count_in_the_time_of_the_drill() -> None:
    """Twenty seconds on the wall are twenty minutes at a pace of sixty."""
    entries = own()
    took = {each["request"]: each["took_seconds"] for each in recorded()["decisions"]}
    for name, seconds in took.items():
        asked, decided = (
            next((each.occurred_at for each in entries if _is(each, kind, name)), None)
            for kind in (EventKind.DECISION_REQUESTED, EventKind.DECISION_DECIDED)
        )
        expected = (decided - asked) * PACE if asked and decided else None
        assert seconds == (None if expected is None else expected.total_seconds())
    assert took["incident.confirmation-1"] == 20 * 60


def test_goals_are_kept_or_missed_by_the_time_of_the_drill() -> None:
    """Confirmed after twenty minutes of the drill, where a quarter of an hour was the goal."""
    goals = {each["goal"]: each for each in recorded()["goals"]}
    assert goals["confirmed"]["after_seconds"] == 20 * 60
    assert goals["confirmed"]["kept"] is False
    assert goals["failover"]["after_seconds"] is None
    assert (recorded()["goals_kept"], recorded()["goals_missed"]) == (0, 2)


def test_the_score_holds_no_number_but_integers() -> None:
    """Evidence has no floats."""

    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [number for each in value.values() for number in numbers(each)]
        if isinstance(value, list):
            return [number for each in value for number in numbers(each)]
        return [value]

    assert not any(isinstance(each, float) for each in numbers(recorded()))


def _is(entry: Entry, kind: EventKind, name: str) -> bool:
    return entry.event.kind is kind and entry.event.subject.id == name


def _event(what: EventKind, about: str, actor: Actor = SYSTEM, /, **payload: object) -> Event:
    answers = f"s-{about}" if actor != SYSTEM else None
    subject = Subject(type="submission", id=about)
    return Event(kind=what, subject=subject, actor=actor, payload=payload, answers=answers)


_PEOPLE = st.sampled_from([ROBIN, SASHA, COMMANDER, Actor(id="person-kim", role=Role.LEGAL)])
_SMALL = st.integers(0, 12)


@st.composite
def courses(draw: st.DrawFn) -> list[tuple[Event, datetime]]:
    """Entries of a drill in any order that a process could write: asked before decided."""
    at, events, asked = NOON, list[tuple[Event, datetime]](), list[str]()
    for number in range(draw(st.integers(0, 25))):
        at += timedelta(seconds=draw(st.integers(0, 400)))
        kind = draw(st.sampled_from(["ask", "decide", "miss", "bypass", "refuse", "inject"]))
        if kind == "ask":
            asked.append(f"q-{number}")
            said = _event(EventKind.DECISION_REQUESTED, asked[-1], kind="review.sign_off")
        elif kind == "decide" and asked:
            name = asked.pop(draw(st.integers(0, len(asked) - 1)))
            told = {"outcome": "signed_off", "bypassed": draw(st.booleans())}
            said = _event(EventKind.DECISION_DECIDED, name, draw(_PEOPLE), **told)
        elif kind == "bypass":
            said = _event(EventKind.DECISION_BYPASSED, f"b-{number}")
        elif kind == "refuse":
            reason = draw(st.sampled_from(["self_approval", "stale_digest"]))
            kind_of = EventKind.SUBMISSION_REFUSED
            said = _event(kind_of, f"r-{number}", draw(_PEOPLE), reason=reason)
        elif kind == "inject":
            said = _event(EventKind.DRILL_INJECTED, f"i-{number}")
        else:
            said = _event(EventKind.CLOCK_MISSED, f"decision/q-{draw(_SMALL)}")
        events.append((said, at))
    return events


def score_of(course: list[tuple[Event, datetime]], pace: int) -> DrillScore:
    """The score at the end of that course."""
    tally = Tally()
    for event, at in course:
        tally = tally.taken(event, at)
    last = max((at for _, at in course), default=NOON)
    return scored(plan(pace), tally, NOON, last)


@given(course=courses(), pace=st.sampled_from([1, 7, 60]))
def test_every_entry_counts_once_and_nothing_counts_besides(
    course: list[tuple[Event, datetime]], pace: int
) -> None:
    """Totals are those of the entries; what was asked is decided, undecided, or was voided."""
    score = score_of(course, pace)
    count = Counter(event.kind for event, _ in course)
    assert score.missed == len(score.missed_clocks) == count[EventKind.CLOCK_MISSED]
    assert score.bypasses == count[EventKind.DECISION_BYPASSED]
    assert score.injected == count[EventKind.DRILL_INJECTED]
    assert score.refused == count[EventKind.SUBMISSION_REFUSED]
    assert sum(score.refused_by_reason.values()) == score.refused
    assert score.decided == count[EventKind.DECISION_DECIDED]
    assert score.decided + score.undecided == count[EventKind.DECISION_REQUESTED]
    handed_in = sum(event.actor != SYSTEM for event, _ in course)
    assert sum(each.submissions for each in score.participants) == handed_in
    assert score.goals_kept + score.goals_missed == len(score.goals)


@given(course=courses())
def test_the_same_course_at_twice_the_pace_takes_twice_the_time_of_the_drill(
    course: list[tuple[Event, datetime]],
) -> None:
    """Nothing else of the score depends on how fast time runs."""
    once, twice = score_of(course, 30), score_of(course, 60)
    assert twice.lasted_seconds == 2 * once.lasted_seconds
    pairs = zip(once.decisions, twice.decisions, strict=True)
    for slow, fast in pairs:
        expected = None if slow.took_seconds is None else 2 * slow.took_seconds
        assert fast.took_seconds == expected
    assert (once.missed, once.participants) == (twice.missed, twice.participants)
