"""Replay: what was judged comes out the same again, and nothing else ever does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from holdfast.domain.events import Event, EventKind
from holdfast.domain.policies import APPROVAL_MATRIX, SEVERITY_TREE
from holdfast.domain.replay import judgements
from holdfast.domain.replay.judgements import JUDGED, NOT_JUDGED, replay
from holdfast.domain.replay.verdicts import JudgedEvent, Judgement, ReplayReport, Verdict
from holdfast.domain.roles import Role
from holdfast.domain.values import JsonObject, JsonValue, canonical_json
from tests.judged_walks import CONTENTS, WALKS, TimedWalk
from tests.walk import NOON, POLICIES, ROBIN, facts

walks = st.sampled_from(list(WALKS.values()))


def verdicts(report: ReplayReport) -> dict[str, Verdict]:
    """The verdicts by entry."""
    return {judgement.entry: judgement.verdict for judgement in report.judgements}


def of(report: ReplayReport, entry: str) -> Judgement:
    """The judgement on that entry."""
    return next(judgement for judgement in report.judgements if judgement.entry == entry)


def with_event(events: list[JudgedEvent], number: int, event: Event) -> list[JudgedEvent]:
    """The entries, one of them with another event."""
    judged = events[number]
    changed = JudgedEvent(judged.entry, judged.occurred_at, event)
    return [*events[:number], changed, *events[number + 1 :]]


def number_of(walk: TimedWalk, kind: EventKind, which: int = 0) -> int:
    """The number of an entry of that kind."""
    return [number for number, found in enumerate(walk.kinds()) if found is kind][which]


def test_every_kind_is_either_judged_or_has_a_reason_why_not() -> None:
    """A judgement that somebody adds to the process cannot be passed over in silence."""
    assert JUDGED.keys() | NOT_JUDGED.keys() == set(EventKind)
    assert JUDGED.keys() & NOT_JUDGED.keys() == set()


def test_the_walks_hold_judgements_of_every_kind() -> None:
    """What follows is said of all of them."""
    seen = {kind for walk in WALKS.values() for kind in walk.kinds()}
    assert seen >= JUDGED.keys()


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS.keys())
def test_every_judgement_comes_out_byte_for_byte_as_recorded(walk: TimedWalk) -> None:
    """The evidence and the pinned policies are all that it takes."""
    report = replay(walk.judged(), CONTENTS)
    assert [j for j in report.judgements if j.verdict is not Verdict.SAME] == []
    assert len(report.judgements) == sum(kind in JUDGED for kind in walk.kinds())


def _leaves(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path


def _replaced(value: JsonValue, path: tuple[str | int, ...], new: JsonValue) -> JsonValue:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


_NEW_VALUES: st.SearchStrategy[JsonValue] = (
    st.none()
    | st.booleans()
    | st.integers(0, 9)
    | st.sampled_from(["SEV1", "SEV4", "P1", "approved", "2026-03-04T12:00:00.000000Z", "system"])
    | st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=5)
    | st.just([])
    | st.just({"x": 1})
)


@st.composite
def tampered(draw: st.DrawFn) -> tuple[list[JudgedEvent], str]:
    """Entries of which one has another payload in a judged place, and the id of that one."""
    walk = draw(walks)
    judged = [number for number, kind in enumerate(walk.kinds()) if kind in JUDGED]
    number = draw(st.sampled_from(judged))
    event = walk.events[number]
    stated = JUDGED[event.kind].stated
    paths = [path for path in _leaves(event.payload) if path[0] not in stated]
    path = draw(st.sampled_from(paths))
    payload: JsonObject = _replaced(event.payload, path, draw(_NEW_VALUES))
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


_UNDER_THE_TREE = {EventKind.SEVERITY_PROPOSED}


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
    assert {judgement.kind for judgement in silent} == _UNDER_THE_TREE
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
        EventKind.ESCALATION_TRIGGERED,
        EventKind.CLOCK_ARMED,  # of the containment, which the recovery policy sets
        EventKind.CLOCK_WARNED,
        EventKind.CLOCK_MISSED,
        EventKind.CLOCK_ESCALATED,
    }
    assert report.having(Verdict.DIFFERENT) == ()


def withheld(judged: JudgedEvent, *, kind_known: bool) -> JudgedEvent:
    """The entry without its content."""
    if judged.event is None or not kind_known:
        return JudgedEvent(judged.entry, None, None)
    return JudgedEvent(judged.entry, judged.occurred_at, None, judged.event.kind)


def test_a_withheld_statement_of_facts_silences_what_rests_on_it() -> None:
    """Proposals and escalations after it are not replayable, and say why."""
    walk = TimedWalk()
    walk.to_contain()
    walk.submit(ROBIN, facts(service_unavailable=True, supports_critical_function=False))
    events = walk.judged()
    number = number_of(walk, EventKind.FACTS_CHANGED)
    events[number] = withheld(events[number], kind_known=True)
    report = replay(events, CONTENTS)
    silent = report.having(Verdict.NOT_REPLAYABLE)
    assert [judgement.kind for judgement in silent] == [EventKind.SEVERITY_PROPOSED]
    assert silent[0].reason == f"{events[number].entry} is withheld; it may have changed the facts"


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS.keys())
def test_without_all_entries_of_one_kind_nothing_comes_out_different(walk: TimedWalk) -> None:
    """What they would have changed is not taken for unchanged."""
    for kind in set(walk.kinds()):
        events = [
            withheld(judged, kind_known=True) if found is kind else judged
            for judged, found in zip(walk.judged(), walk.kinds(), strict=True)
        ]
        assert replay(events, CONTENTS).having(Verdict.DIFFERENT) == (), kind


def test_a_deadline_that_may_have_been_set_before_is_not_replayable() -> None:
    """Nobody can see whether this one is set for the first time or again."""
    walk = WALKS["to the end"]
    events = walk.judged()
    events[3] = withheld(events[3], kind_known=False)
    containment = next(
        judged.entry
        for judged in events
        if judged.event and judged.event.payload.get("title") == "Contain the incident"
    )
    judgement = of(replay(events, CONTENTS), containment)
    assert judgement.verdict is Verdict.NOT_REPLAYABLE
    assert judgement.reason == f"{events[3].entry} is withheld; it may have changed the clocks"


@settings(max_examples=25, deadline=None)
@given(walk=walks, data=st.data())
def test_withholding_never_makes_a_difference_nor_adds_a_verdict(
    walk: TimedWalk, data: st.DataObject
) -> None:
    """Whatever is withheld: each judgement is the same, or not replayable with its reason."""
    count = len(walk.events)
    hidden = data.draw(st.sets(st.integers(0, count - 1), max_size=count // 2))
    kind_known = data.draw(st.booleans())
    events = [
        withheld(judged, kind_known=kind_known) if number in hidden else judged
        for number, judged in enumerate(walk.judged())
    ]
    report = replay(events, CONTENTS)
    assert report.having(Verdict.DIFFERENT) == ()
    assert all(judgement.reason for judgement in report.having(Verdict.NOT_REPLAYABLE))
    found = verdicts(report)
    judged = {e.entry for e, kind in zip(events, walk.kinds(), strict=True) if kind in JUDGED}
    assert judged <= found.keys()
    assert all(found[events[n].entry] is Verdict.NOT_REPLAYABLE for n in hidden if not kind_known)


@settings(max_examples=50, deadline=None)
@given(walk=walks, data=st.data())
def test_what_is_the_same_without_an_entry_does_not_rest_on_it(
    walk: TimedWalk, data: st.DataObject
) -> None:
    """However that entry had been, the verdict on the others would not have changed."""
    events = walk.judged()
    number = data.draw(st.integers(0, len(events) - 1))
    event = walk.events[number]
    hidden = withheld(events[number], kind_known=data.draw(st.booleans()))
    without = replay([*events[:number], hidden, *events[number + 1 :]], CONTENTS)
    # Without the opening, the policy that an entry itself names is all there is to go by.
    paths = [path for path in _leaves(event.payload) if path[0] != "policies"]
    payload = _replaced(event.payload, data.draw(st.sampled_from(paths)), data.draw(_NEW_VALUES))
    changed = event.model_copy(update={"payload": payload})
    altered = verdicts(replay(with_event(events, number, changed), CONTENTS))
    for judgement in without.having(Verdict.SAME):
        assert altered[judgement.entry] is Verdict.SAME


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
