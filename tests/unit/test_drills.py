"""Drills: every clock runs at the pace, injects come in order, no alert joins, and it is scored."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from holdfast.domain.clocks import Clocks, ClockState
from holdfast.domain.drills.plan import TITLE
from holdfast.domain.events import Event, EventKind
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.replay.course import Heard
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import JudgedEvent, Verdict
from holdfast.domain.roles import Role
from holdfast.domain.schedules import LadderStep, Schedule
from holdfast.evidence.entry import Entry
from tests.drill_scenes import PACE, drill_report
from tests.judged_walks import CONTENTS, WALKS
from tests.replayed import judged_with, number_of, of, saying, withheld
from tests.statements import ALERTMANAGER, COMMANDER, NOON, ROBIN, SASHA, alert_batch, facts, report
from tests.third_party_walk import ThirdPartyWalk
from tests.timed_walk import TimedWalk

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LADDER = (LadderStep(after=HOUR, roles=(Role.COMPLIANCE,)),)
SCHEDULE = Schedule(due_after=4 * HOUR, warn_before=(HOUR, 10 * MINUTE), ladder=LADDER)
DRILL = WALKS["a drill to its end"]
WITH_PROVIDER = WALKS["a provider in a drill"]


def opened(walk: ThirdPartyWalk | TimedWalk) -> list[Event]:
    """What follows from opening a drill."""
    walk.submit(SASHA, drill_report())
    return walk.events


@pytest.mark.parametrize("pace", [1, 7, 60, 1000])
def test_a_clock_warns_is_missed_and_escalates_as_much_earlier_as_time_runs_faster(
    pace: int,
) -> None:
    """Warnings, deadline and ladder: nothing of a schedule is left on the wall's time."""
    clocks = Clocks({}, Heard().record, pace)
    clock = clocks.arm("containment", "Contain", NOON, SCHEDULE)
    assert clock.due_at == NOON + 4 * HOUR / pace
    moments = []
    while (upcoming := clocks.next_moment()) is not None:
        moments.append(upcoming[0])
        clocks.ring(upcoming[0])
    expected = [3 * HOUR, 4 * HOUR - 10 * MINUTE, 4 * HOUR, 5 * HOUR]
    # Each length is rounded to a microsecond by itself.
    for moment, length in zip(moments, expected, strict=True):
        assert abs(moment - (NOON + length / pace)) <= timedelta(microseconds=1)
    assert clocks.get("containment") == clock.model_copy(
        update={"state": ClockState.MISSED, "warned": 2, "escalated": 1}
    )


def test_a_question_is_due_at_the_pace_and_so_is_its_clock() -> None:
    """What people are told and what rings is the same moment."""
    real, drill = TimedWalk(), TimedWalk()
    real.submit(SASHA, report().model_copy(update={"reporter": SASHA}))
    drill.submit(SASHA, drill_report())
    usual = real.state.requests["incident.confirmation-1"].due_at - NOON
    played = drill.state.requests["incident.confirmation-1"]
    assert played.due_at - NOON == usual / PACE
    assert drill.state.clocks[played.clock_id].due_at == played.due_at


def test_every_clock_of_a_drill_is_due_within_the_pace_of_the_longest_policy() -> None:
    """Of the incident, its communications and its escalations: none is on the wall's time."""
    for walk in (DRILL, WITH_PROVIDER):
        entries = [each for each in walk.entries() if each.event.kind is EventKind.CLOCK_ARMED]
        workflows = {each.workflow.partition("/")[0] for each in entries}
        assert "incident" in workflows
        for entry in entries:
            due_at = entry.event.payload["due_at"]
            assert due_at < (entry.occurred_at + timedelta(days=60) / PACE).isoformat()
    assert any(
        each.workflow.startswith("third-party")
        for each in WITH_PROVIDER.entries()
        if each.event.kind is EventKind.CLOCK_ARMED
    )


def test_a_provider_gets_back_after_a_pause_what_was_left_at_the_pace() -> None:
    """Nothing of its time is lost or won by the pause, though time runs sixty times as fast."""
    paused = [e for e in WITH_PROVIDER.entries() if e.event.kind is EventKind.CLOCK_PAUSED]
    resumed = [e for e in WITH_PROVIDER.entries() if e.event.kind is EventKind.CLOCK_RESUMED]
    assert len(paused) == len(resumed) > 0
    for before, after in zip(paused, resumed, strict=True):
        assert before.event.subject == after.event.subject
        assert _left(before) == _left(after)


def _left(entry: Entry) -> timedelta:
    return datetime.fromisoformat(entry.event.payload["due_at"]) - entry.occurred_at


def test_injects_come_in_order_at_their_moments_and_not_after_the_end() -> None:
    """The last of the script lies after the closure: it never comes."""
    came = [each for each in DRILL.entries() if each.event.kind is EventKind.DRILL_INJECTED]
    assert [each.event.payload["inject"] for each in came] == [1, 2, 3]
    moments = [length / PACE for length in (2 * MINUTE, 6 * MINUTE, 9 * MINUTE)]
    assert [each.occurred_at - NOON for each in came] == moments
    assert DRILL.process.next_moment() is None


def test_an_inject_states_facts_by_rule_and_wakes_whom_a_message_is_for() -> None:
    """What follows names the inject as its cause."""
    walk = TimedWalk()
    opened(walk)
    walk.wait(10 * MINUTE / PACE)
    stated = walk.last(EventKind.FACTS_CHANGED)
    keys = [each["key"] for each in stated.payload["changes"]]
    assert keys == ["clients_affected@instant-payments"]
    assert stated.actor.role is Role.SYSTEM
    briefs = [e for e in walk.events if e.kind is EventKind.COMMUNICATION_OPENED]
    assert any(brief.payload["wish"]["because"] == "The board asks." for brief in briefs)


def test_facts_of_people_are_not_contradicted_by_the_script() -> None:
    """The inject comes all the same; what it would state is left out."""
    walk = TimedWalk()
    opened(walk)
    walk.submit(ROBIN, facts(clients_total=100))
    walk.wait(10 * MINUTE / PACE)
    assert walk.state.injected == 3
    assert walk.state.facts.get("clients_affected@instant-payments") is None


def test_no_alert_joins_a_drill() -> None:
    """It is declined, so that it is routed to an incident of its own."""
    walk = TimedWalk()
    opened(walk)
    declined = walk.submit(ALERTMANAGER, alert_batch("b1"))
    assert declined.kind is EventKind.ALERTS_DECLINED
    assert walk.state.alerts == 0


def test_a_drill_whose_title_does_not_say_so_is_refused() -> None:
    """Nobody may take it for the real thing."""
    walk = TimedWalk()
    refused = walk.submit(SASHA, drill_report().model_copy(update={"title": "Payments fail"}))
    assert refused.payload["reason"] == RefusalReason.MALFORMED
    assert walk.state.drill is None


def test_whoever_leads_the_drill_does_not_confirm_it() -> None:
    """They have drafted it, as everybody who reports has."""
    refused = [e for e in DRILL.events if e.kind is EventKind.SUBMISSION_REFUSED]
    assert [each.payload["reason"] for each in refused] == [RefusalReason.SELF_APPROVAL]


def test_only_a_drill_says_that_it_is_one() -> None:
    """The entry that opens a real incident has the members that it always had."""
    real = TimedWalk()
    real.submit(ALERTMANAGER, report())
    assert "drill" not in real.events[0].payload
    assert DRILL.events[0].payload["drill"]["pace"] == PACE
    assert DRILL.state.title.startswith(TITLE)
    assert EventKind.DRILL_SCORED not in WALKS["to the end"].kinds()


def test_the_score_is_recorded_right_before_the_end() -> None:
    """It is the last but one of what the incident records."""
    own = [each.event.kind for each in DRILL.entries() if each.workflow.startswith("incident/")]
    assert own[-2:] == [EventKind.DRILL_SCORED, EventKind.INCIDENT_CLOSED]


def test_a_figure_of_the_score_that_was_changed_is_found_on_replay() -> None:
    """The score is made again from the entries, and so is each inject."""
    for figure in ("decided", "missed", "bypasses", "goals_kept", "lasted_seconds"):
        judged = judged_with(DRILL, EventKind.DRILL_SCORED, saying(**{figure: 77}))
        assert judged.verdict is Verdict.DIFFERENT
    judged = judged_with(DRILL, EventKind.DRILL_INJECTED, saying(text="Nothing happens."))
    assert judged.verdict is Verdict.DIFFERENT


def test_an_inject_that_came_too_early_is_found_on_replay() -> None:
    """Its moment follows from the script and the pace."""
    events, number = DRILL.judged(), number_of(DRILL, EventKind.DRILL_INJECTED, 1)
    early = JudgedEvent(events[number].entry, NOON, events[number].event)
    judged = of(replay([*events[:number], early, *events[number + 1 :]], CONTENTS), early.entry)
    assert (judged.verdict, judged.reason) == (Verdict.DIFFERENT, "no inject 2 is due then")


def test_a_score_over_an_entry_that_is_withheld_is_not_judged_again() -> None:
    """What is withheld may have counted."""
    events, number = DRILL.judged(), number_of(DRILL, EventKind.CLOCK_MISSED)
    events[number] = withheld(events[number], kind_known=True)
    scored = number_of(DRILL, EventKind.DRILL_SCORED)
    judged = of(replay(events, CONTENTS), events[scored].entry)
    assert judged.verdict is Verdict.NOT_REPLAYABLE


def test_a_drill_whose_pace_was_changed_has_other_clocks_on_replay() -> None:
    """The pace is part of what every deadline follows from."""
    events = DRILL.judged()
    first = events[0].event
    assert first is not None
    plan = {**first.payload["drill"], "pace": 30}
    changed = first.model_copy(update={"payload": {**first.payload, "drill": plan}})
    events[0] = JudgedEvent(events[0].entry, events[0].occurred_at, changed)
    found = replay(events, CONTENTS).having(Verdict.DIFFERENT)
    assert {each.kind for each in found} >= {EventKind.CLOCK_ARMED, EventKind.DRILL_INJECTED}


def test_the_commander_is_still_asked_as_in_a_real_incident() -> None:
    """Same process: the phases of a drill are those of any incident."""
    phases = [e.payload["phase"] for e in DRILL.events if e.kind is EventKind.PHASE_ENTERED]
    assert phases == ["triage", "contain", "recover", "learn", "closed"]
    assert any(e.actor == COMMANDER for e in DRILL.events)
