"""Whatever is told and decided in whatever order: what no path of the recovery may do."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.domain.classification_inputs import Moments, classification_facts
from holdfast.domain.events import EventKind
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.unavailability import unavailable_services
from holdfast.domain.reconsidering import Matter, Reconsider
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import Verdict
from holdfast.dora.downtime import Availability
from tests.judged_walks import CONTENTS
from tests.recovery_scenes import (
    DOWN,
    PARTIAL,
    RESTORED,
    activated,
    deactivated,
    pass_checks,
    recovered,
    said,
)
from tests.statements import COMMANDER, NOON, ROBIN, SASHA, SERVICE
from tests.timed_walk import TimedWalk

_SERVICES = st.sampled_from([SERVICE, "card-payments"])
_STATEMENTS = st.builds(
    lambda *told: [said(*told)],
    st.sampled_from(list(Availability)),
    st.integers(0, 70),
    _SERVICES,
    st.none() | st.integers(1, 4),
)
_INTERRUPTIONS = st.builds(
    lambda state, minute, length, service: [
        said(state, minute, service),
        said(RESTORED, minute + length, service),
    ],
    st.sampled_from([DOWN, PARTIAL]),
    st.integers(0, 70),
    st.integers(1, 9),
    _SERVICES,
)
_STEPS = st.sampled_from(
    ["declare", "recover", "stand down", "stay", "ask", "activate", "deactivate", "close"]
)


def take(walk: TimedWalk, step: object) -> None:
    """Do one of the things that people can do; most of them are refused at most times."""
    if isinstance(step, list):
        for told in step:
            walk.submit(ROBIN, told)
    elif step in {"declare", "recover"}:
        walk.submit(ROBIN, recovered())
    elif step == "activate":
        walk.submit(SASHA, activated(walk.now))
    elif step == "deactivate":
        walk.submit(SASHA, deactivated(walk.now))
    elif step == "ask":
        walk.submit(SASHA, Reconsider(about=Matter.STAND_DOWN, reason="It is quiet."))
    answers = {
        "recover": ("recovery.validation", "validated"),
        "stand down": ("recovery.stand_down", "stood_down"),
        "stay": ("recovery.stand_down", "stay"),
        "close": ("incident.closure", "close"),
    }
    kind, option = answers.get(str(step), ("", ""))
    for request_id in walk.open_requests():
        if kind and request_id.startswith(kind):
            walk.answer(COMMANDER, request_id, option)


@settings(max_examples=60, deadline=None)
@given(st.lists(_STATEMENTS | _INTERRUPTIONS | _STEPS, min_size=4, max_size=14))
def test_no_path_learns_over_a_service_that_is_down_or_stands_down_over_a_plan(
    steps: list[object],
) -> None:
    """And the figures that classification counts are those that were computed, and replay."""
    walk = TimedWalk()
    walk.to_recover()
    pass_checks(walk)
    walk.wait(timedelta(minutes=90))
    walk.submit(SASHA, activated(walk.now))
    for step in steps:
        take(walk, step)
        state = walk.state
        if state.phase is Phase.LEARN:
            assert unavailable_services(walk.process.work) == {}
        kinds = walk.kinds()
        if kinds[-1] is EventKind.RESPONSE_STOOD_DOWN:
            assert not [plan for plan in state.continuity.values() if plan.active]
        assert state.phase is not Phase.CLOSED
    computed = [each for each in walk.events if each.kind is EventKind.DOWNTIME_COMPUTED]
    if computed:
        moments = Moments(aware_at=NOON, recovered_at=None, at=walk.now)
        services = computed[-1].payload["services"]
        facts = classification_facts(walk.state.facts, moments, tuple(services), None, None)
        counted = {each.id: each.downtime_minutes for each in facts.services or ()}
        assert counted == {name: each["minutes"] for name, each in services.items()}
    report = replay(walk.judged(), CONTENTS)
    assert [each for each in report.judgements if each.verdict is not Verdict.SAME] == []
