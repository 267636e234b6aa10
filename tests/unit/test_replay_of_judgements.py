"""Replay: what was judged comes out the same again, and nothing else ever does."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from holdfast.domain.events import EventKind
from holdfast.domain.policies import APPROVAL_MATRIX, SEVERITY_TREE
from holdfast.domain.replay import judgements
from holdfast.domain.replay.judgements import JUDGED, NOT_JUDGED, replay
from holdfast.domain.replay.verdicts import JudgedEvent, Verdict
from holdfast.domain.roles import Role
from holdfast.domain.values import JsonObject, canonical_json
from tests.judged_walks import CONTENTS, WALKS, TimedWalk
from tests.replayed import (
    NEW_VALUES,
    leaves,
    number_of,
    of,
    replaced,
    with_event,
)
from tests.rulebook import POLICIES
from tests.statements import NOON, ROBIN

walks = st.sampled_from(list(WALKS.values()))


def test_every_kind_is_either_judged_or_has_a_reason_why_not() -> None:
    """A judgement that somebody adds to the process cannot be passed over in silence."""
    assert JUDGED.keys() | NOT_JUDGED.keys() == set(EventKind)
    assert JUDGED.keys() & NOT_JUDGED.keys() == set()


def test_the_walks_hold_judgements_of_every_kind() -> None:
    """What follows is said of all; recurring incidents and threats have tests of their own."""
    seen = {kind for walk in WALKS.values() for kind in walk.kinds()}
    of_recurrence = {EventKind.RECURRENCE_ASSESSED, EventKind.RECURRENCE_DECIDED}
    of_threats = {EventKind.THREAT_ASSESSED}
    assert seen >= JUDGED.keys() - of_recurrence - of_threats


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS.keys())
def test_every_judgement_comes_out_byte_for_byte_as_recorded(walk: TimedWalk) -> None:
    """The evidence and the pinned policies are all that it takes."""
    report = replay(walk.judged(), CONTENTS)
    assert [j for j in report.judgements if j.verdict is not Verdict.SAME] == []
    assert len(report.judgements) == sum(kind in JUDGED for kind in walk.kinds())


@st.composite
def tampered(draw: st.DrawFn) -> tuple[list[JudgedEvent], str]:
    """Entries of which one has another payload in a judged place, and the id of that one."""
    walk = draw(walks)
    judged = [number for number, kind in enumerate(walk.kinds()) if kind in JUDGED]
    number = draw(st.sampled_from(judged))
    event = walk.events[number]
    stated = JUDGED[event.kind].stated
    paths = [path for path in leaves(event.payload) if path[0] not in stated]
    path = draw(st.sampled_from(paths))
    payload: JsonObject = replaced(event.payload, path, draw(NEW_VALUES))
    assume(canonical_json(payload) != canonical_json(event.payload))
    events = walk.judged()
    changed = event.model_copy(update={"payload": payload})
    return with_event(events, number, changed), events[number].entry


@settings(max_examples=80, deadline=None)
@given(case=tampered())
def test_any_judged_value_that_was_tampered_with_comes_out_different(
    case: tuple[list[JudgedEvent], str],
) -> None:
    """The verdict names the entry; nothing about it is ever taken for the same."""
    events, entry = case
    judgement = of(replay(events, CONTENTS), entry)
    assert judgement.verdict is Verdict.DIFFERENT
    assert judgement.reason


@pytest.mark.parametrize("change", [{"more": 1}, {"due_at": None}], ids=["added", "emptied"])
def test_a_member_too_many_or_too_few_comes_out_different(change: JsonObject) -> None:
    """Bytes are compared, not what somebody thinks matters."""
    walk = WALKS["to the end"]
    number = number_of(walk, EventKind.CLOCK_ARMED)
    event = walk.events[number]
    payload = {**event.payload, **change}
    events = with_event(walk.judged(), number, event.model_copy(update={"payload": payload}))
    report = replay(events, CONTENTS)
    assert [j.entry for j in report.having(Verdict.DIFFERENT)] == [events[number].entry]
    assert of(report, events[number].entry).reason == f"the rules give another {next(iter(change))}"


def test_a_self_approval_that_slipped_in_comes_out_different() -> None:
    """Each answer is weighed again, so the separation of duties is held again."""
    walk = WALKS["second thoughts"]
    number = number_of(walk, EventKind.DECISION_ANSWERED, 2)  # on the recovery that Robin checked
    forged = walk.events[number].model_copy(
        update={"actor": ROBIN.model_copy(update={"role": Role.INCIDENT_COMMANDER})}
    )
    report = replay(with_event(walk.judged(), number, forged), CONTENTS)
    answer, decided = report.having(Verdict.DIFFERENT)[:2]
    assert "self_approval" in (answer.reason or "")
    assert decided.kind is EventKind.DECISION_DECIDED


def test_an_entry_judged_under_another_version_comes_out_different() -> None:
    """The incident is pinned to one version for as long as it lives."""
    walk = WALKS["to the end"]
    number = number_of(walk, EventKind.SEVERITY_PROPOSED)
    other = POLICIES[SEVERITY_TREE].pin.model_copy(update={"version": "9.9.9"})
    forged = walk.events[number].model_copy(update={"policy": other})
    report = replay(with_event(walk.judged(), number, forged), CONTENTS)
    (judgement,) = report.having(Verdict.DIFFERENT)
    assert "9.9.9" in (judgement.reason or "")


_UNDER_THE_TREE = {
    EventKind.SEVERITY_PROPOSED,
    EventKind.ESCALATION_TRIGGERED,  # the management body is told because the tree says so
    EventKind.CLOCK_ARMED,  # updates are due as often as it says
    EventKind.CLOCK_CANCELLED,
}


@pytest.mark.parametrize("given_content", [None, "{}", "changed"])
def test_a_policy_that_is_missing_or_has_other_bytes_is_no_ground_for_a_verdict(
    given_content: str | None,
) -> None:
    """What was judged under it is not replayable; all the rest is."""
    pin, content = POLICIES[SEVERITY_TREE].pin, POLICIES[SEVERITY_TREE].content
    contents = {digest: text for digest, text in CONTENTS.items() if digest != pin.digest}
    if given_content is not None:
        contents[pin.digest] = given_content.replace("changed", content.replace("SEV2", "SEV3"))
    report = replay(WALKS["to the end"].judged(), contents)
    silent = report.having(Verdict.NOT_REPLAYABLE)
    kinds = {judgement.kind for judgement in silent}
    assert EventKind.SEVERITY_PROPOSED in kinds
    assert kinds <= _UNDER_THE_TREE
    assert all(pin.digest in (judgement.reason or "") for judgement in silent)
    assert report.having(Verdict.DIFFERENT) == ()


def test_without_the_matrix_no_decision_and_no_deadline_is_called_the_same() -> None:
    """Nothing is judged from what was recorded alone."""
    digest = POLICIES[APPROVAL_MATRIX].pin.digest
    contents = {name: text for name, text in CONTENTS.items() if name != digest}
    report = replay(WALKS["late and bypassed"].judged(), contents)
    assert {judgement.kind for judgement in report.having(Verdict.SAME)} == {
        EventKind.SEVERITY_PROPOSED,
        EventKind.SEVERITY_ASSIGNED,
        EventKind.CLASSIFICATION_EVALUATED,
        EventKind.ESCALATION_TRIGGERED,
        EventKind.CLOCK_ARMED,  # of containment, class and updates, which other policies set
        EventKind.CLOCK_WARNED,
        EventKind.CLOCK_MISSED,
        EventKind.CLOCK_ESCALATED,
    }
    assert report.having(Verdict.DIFFERENT) == ()


def test_a_kind_that_nobody_has_classified_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even before the test above has told its author."""
    monkeypatch.setattr(judgements, "JUDGED", {})
    report = replay(WALKS["to the end"].judged(), CONTENTS)
    assert report.judgements
    assert {judgement.verdict for judgement in report.judgements} == {Verdict.NOT_REPLAYABLE}


def test_content_without_its_moment_is_no_input() -> None:
    """A judgement always has a time."""
    with pytest.raises(ValueError, match="no moment"):
        JudgedEvent("e", None, WALKS["to the end"].events[0])
    assert JudgedEvent("e", NOON, None).known is None
