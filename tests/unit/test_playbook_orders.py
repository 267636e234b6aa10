"""Steps in any order that people may try: nothing begins too early, nothing ends too soon."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.domain.events import EventKind
from holdfast.domain.playbooks.kinds import StepStage
from tests.playbook_walk import PlayWalk, step

_NAMES = ("a", "b", "c", "d")
_DEEDS = ("start", "performed", "failed", "skip", "repeat", "approve", "add")


@st.composite
def _playbooks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to four steps, each of which may wait for any of those before it."""
    steps = []
    for number, name in enumerate(_NAMES[: draw(st.integers(1, len(_NAMES)))]):
        before = [other for other in _NAMES[:number] if draw(st.booleans())]
        steps.append(step(name, *before, disruptive=draw(st.sampled_from((False, False, True)))))
    return steps


def _do(walk: PlayWalk, deed: str, name: str) -> None:
    if deed == "start":
        walk.start(name)
    elif deed in {"performed", "failed"}:
        walk.report(name, deed)
    elif deed == "skip":
        walk.skip(name)
    elif deed == "repeat":
        walk.repeat(name)
    elif deed == "add":
        walk.add("e", name)
    elif any("recovery.approval" in asked for asked in walk.open_requests()):
        walk.approve()


@settings(max_examples=60, deadline=None)
@given(
    _playbooks(),
    st.lists(st.tuples(st.sampled_from(_DEEDS), st.sampled_from((*_NAMES, "e"))), max_size=30),
)
def test_no_step_begins_before_its_time_and_a_play_ends_with_its_last(
    steps: list[dict[str, Any]], deeds: list[tuple[str, str]]
) -> None:
    """Whatever people try, in whatever order; and exactly what runs has a clock."""
    walk = PlayWalk(*steps)
    for deed, name in deeds:
        before, known = walk.play, len(walk.events)
        _do(walk, deed, name)
        for event in walk.events[known:]:
            if event.kind is EventKind.STEP_STARTED:
                begun = before.find(event.payload["step"])
                assert begun is not None
                waits = {each.step.id: each.stage for each in before.steps}
                assert all(waits[one].finished for one in begun.step.after)
                if begun.step.disruptive:
                    assert walk.state.actions[event.payload["action"]].state == "approved"
        ended = all(
            each.stage in {StepStage.PERFORMED, StepStage.SKIPPED} for each in walk.play.steps
        )
        assert walk.play.finished is ended
        finished = EventKind.PLAYBOOK_FINISHED in [event.kind for event in walk.events[known:]]
        assert finished is (ended and not before.finished)
        running = [each for each in walk.play.steps if each.stage is StepStage.RUNNING]
        armed = {name for name, clock in walk.state.clocks.items() if clock.open}
        assert {walk.play.clock_of(each) for each in running} == {
            name for name in armed if name.startswith("play-")
        }
