"""Replay where entries are withheld: nothing that rests on them is taken for replayed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.domain.events import EventKind
from holdfast.domain.replay.judgements import JUDGED, replay
from holdfast.domain.replay.verdicts import Verdict
from tests.judged_walks import CONTENTS, WALKS, TimedWalk
from tests.replayed import (
    NEW_VALUES,
    leaves,
    number_of,
    of,
    replaced,
    verdicts,
    with_event,
    withheld,
)
from tests.statements import ROBIN, facts

walks = st.sampled_from(list(WALKS.values()))


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
    assert {judgement.kind for judgement in silent} == {
        EventKind.SEVERITY_PROPOSED,
        EventKind.CLASSIFICATION_EVALUATED,
    }
    why = f"{events[number].entry} is withheld; it may have changed the facts"
    assert {judgement.reason for judgement in silent} == {why}


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
    paths = [path for path in leaves(event.payload) if path[0] != "policies"]
    payload = replaced(event.payload, data.draw(st.sampled_from(paths)), data.draw(NEW_VALUES))
    changed = event.model_copy(update={"payload": payload})
    altered = verdicts(replay(with_event(events, number, changed), CONTENTS))
    for judgement in without.having(Verdict.SAME):
        assert altered[judgement.entry] is Verdict.SAME
