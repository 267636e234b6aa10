"""Laws of `nearest`: every change that is named does what is said, and a little less does not."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.domain.values import JsonObject
from holdfast.dora.classification import classify
from holdfast.dora.evaluation import evaluate
from holdfast.dora.nearest.combinations import combinations_to_major, developments
from holdfast.dora.nearest.sentences import grounds, questions, single_developments
from holdfast.dora.nearest.turn import Change
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.three_valued import Answer
from tests.unit.dora.cases import POLICY, WITHOUT_HOME, changed, read, with_facts
from tests.unit.dora.test_agreement_with_the_law import partly_unknown

_SLOW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_POLICIES = st.sampled_from([POLICY, WITHOUT_HOME])


def _one_less(change: Change, by: int) -> Change | None:
    """The same change, one unit short of it; None where it is none of a single figure."""
    ((path, value),) = change if len(change) == 1 else ((None, None),)
    if path is None or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return ((path, value - by),)


@_SLOW
@given(case=partly_unknown(), policy=_POLICIES)
def test_every_single_change_turns_a_no(
    case: tuple[JsonObject, list[str]], policy: ClassificationPolicy
) -> None:
    """Applied, it makes the incident major; one unit less does not."""
    facts = read(with_facts(case[0], [(path, None) for path in case[1]]))
    evaluation = evaluate(facts, policy)
    if evaluation.tally.major() is not Answer.NO:
        return
    for one in single_developments(evaluation, developments(evaluation)):
        assert classify(changed(facts, one.change), policy).major is Answer.YES, one
        short = _one_less(one.change, 1)
        if short is not None and not one.words.startswith("a "):
            assert classify(changed(facts, short), policy).major is not Answer.YES, one


@_SLOW
@given(case=partly_unknown(), policy=_POLICIES)
def test_every_combination_turns_it_and_no_part_is_superfluous(
    case: tuple[JsonObject, list[str]], policy: ClassificationPolicy
) -> None:
    """All of it together makes the incident major, and without any part it is not certain."""
    facts = read(with_facts(case[0], [(path, None) for path in case[1]]))
    evaluation = evaluate(facts, policy)
    if evaluation.tally.major() is Answer.YES:
        return
    every = developments(evaluation)
    still_open = [one for one in every if one.is_open]
    known = evaluation.tally.major() is Answer.NO
    for group in combinations_to_major(evaluation, every if known else still_open):
        applied = [one.change for one in group]
        assert classify(changed(facts, *applied), policy).major is Answer.YES, group
        for left_out in applied:
            rest = [change for change in applied if change is not left_out]
            assert classify(changed(facts, *rest), policy).major is not Answer.YES, group


@_SLOW
@given(case=partly_unknown(), policy=_POLICIES)
def test_every_question_settles_what_it_says(
    case: tuple[JsonObject, list[str]], policy: ClassificationPolicy
) -> None:
    """Answered one way it is major, or answered the other way it is not."""
    facts = read(with_facts(case[0], [(path, None) for path in case[1]]))
    evaluation = evaluate(facts, policy)
    if evaluation.tally.major() is not Answer.UNKNOWN:
        return
    for one in questions(evaluation):
        for moves, change in ((one.if_met, one.change_met), (one.unless_met, one.change_unmet)):
            expected = evaluation.tally.major_after(moves)
            assert classify(changed(facts, change), policy).major is expected, one
    assert classify(facts, policy).nearest != ()


@_SLOW
@given(case=partly_unknown(), policy=_POLICIES)
def test_every_ground_unmakes_a_yes(
    case: tuple[JsonObject, list[str]], policy: ClassificationPolicy
) -> None:
    """Were the fact wrong, the answer would be as said; one unit nearer, it would still stand."""
    facts = read(with_facts(case[0], [(path, None) for path in case[1]]))
    evaluation = evaluate(facts, policy)
    if evaluation.tally.major() is not Answer.YES:
        return
    for one in grounds(evaluation):
        after = evaluation.tally.major_after(one.moves)
        assert classify(changed(facts, one.change), policy).major is after, one
        if after is Answer.YES:
            continue
        path = one.change[0][0]
        of_whole = path.endswith(("_total", "_average", "_average_value"))
        nearer = _one_less(one.change, 1 if of_whole else -1)
        if nearer is not None:
            assert classify(changed(facts, nearer), policy).major is Answer.YES, one


@_SLOW
@given(case=partly_unknown(), policy=_POLICIES)
def test_lines_are_few_and_never_repeat(
    case: tuple[JsonObject, list[str]], policy: ClassificationPolicy
) -> None:
    """At most ten, each another one, and always at least one."""
    facts = read(with_facts(case[0], [(path, None) for path in case[1]]))
    lines = classify(facts, policy).nearest
    assert 1 <= len(lines) <= 10
    assert len(set(lines)) == len(lines)
