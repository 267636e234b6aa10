"""A trial of what was in force anyway: it changes nothing, and judges as the process did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.domain.classification_inputs import Moments
from holdfast.domain.classifying import evaluate, whether_major
from holdfast.domain.policies import APPROVAL_MATRIX, SEVERITY_TREE
from holdfast.domain.trial.candidates import SCOPES, candidate_from
from holdfast.domain.trial.comparison import differences
from holdfast.domain.trial.course import Course
from holdfast.domain.trial.rules import Shelf
from tests.judged_walks import WALKS, TimedWalk
from tests.rulebook import POLICIES, RULEBOOK
from tests.tried_walks import KEPT, past_of, random_walk, tried

_SEEDS = st.integers(min_value=0, max_value=10**6)


def _course(name: str, walk: TimedWalk) -> Course:
    candidate = candidate_from(POLICIES[name])
    scope, shelf = candidate.scope, Shelf(KEPT)
    course = Course(scope, lambda pins: shelf.rules(pins, scope.needs, None))
    course.run(past_of(walk.entries(), POLICIES[name]), walk.now)
    return course


def _walk(name: str, seed: int) -> TimedWalk:
    # Under its own first version, an incident re-pinned to another would have gone otherwise.
    return random_walk(seed, repinned=name != APPROVAL_MATRIX)


@pytest.mark.parametrize("name", SCOPES)
@settings(max_examples=25, deadline=None)
@given(seed=_SEEDS)
def test_what_is_pinned_changes_nothing(name: str, seed: int) -> None:
    """Whatever happens in an incident, long after it has happened."""
    assert tried(POLICIES[name], _walk(name, seed)).changed == 0


@pytest.mark.parametrize("name", SCOPES)
@settings(max_examples=25, deadline=None)
@given(seed=_SEEDS)
def test_an_incident_is_judged_again_as_it_was(name: str, seed: int) -> None:
    """What the process recorded comes out again at the same moments, from facts and decisions."""
    course = _course(name, _walk(name, seed))
    assert differences(course.recorded.tracks, course.tracks) == ()
    assert course.recorded.faithful


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("scene", [name for name in WALKS if "drill" not in name])
def test_the_judged_walks_are_judged_again_as_they_were(name: str, scene: str) -> None:
    """Every judgement of the process is in one of them."""
    course = _course(name, WALKS[scene])
    assert differences(course.recorded.tracks, course.tracks) == ()


def test_random_walks_tell_of_everything_that_is_judged() -> None:
    """Nothing that never happens would be found to be the same."""
    told = {
        key[0]
        for name in SCOPES
        for seed in range(12)
        for key in _course(name, _walk(name, seed)).tracks.marks
    }
    assert told == set.union(*(set(scope.judged) for scope in SCOPES.values()))


@settings(max_examples=60, deadline=None)
@given(seed=_SEEDS, hours=st.integers(min_value=0, max_value=60))
def test_major_is_answered_without_its_proof_as_with_it(seed: int, hours: int) -> None:
    """The short way is the production's."""
    walk = random_walk(seed)
    assert walk.state.aware_at is not None
    moments = Moments(
        aware_at=walk.state.aware_at,
        recovered_at=walk.state.recovered_at,
        at=walk.now + timedelta(hours=hours),
    )
    policy, register = RULEBOOK.classification, RULEBOOK.register
    assert policy is not None
    whole = evaluate(walk.state.facts, moments, policy, register)
    assert whether_major(walk.state.facts, moments, policy, register) is whole.major


@settings(max_examples=60, deadline=None)
@given(seed=_SEEDS)
def test_a_leaf_is_found_without_its_path_as_with_it(seed: int) -> None:
    """The short way is the production's."""
    facts, tree = random_walk(seed).state.facts, RULEBOOK.severity_tree
    assert POLICIES[SEVERITY_TREE].pin.version == tree.version
    assert tree.leaf_under(facts) == tree.propose(facts).leaf
