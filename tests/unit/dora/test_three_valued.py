"""Answers that may be unknown: exactly what every way of knowing them would give."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from holdfast.dora.three_valued import Answer, all_of, answer_of, any_of, at_least

ANSWERS = st.lists(st.sampled_from(Answer), max_size=5)


def _outcomes(answers: list[Answer], needed: int) -> Answer:
    """By trying every way that the unknown may turn out."""
    ways = [(True, False) if one is Answer.UNKNOWN else (one is Answer.YES,) for one in answers]
    results = {sum(way) >= needed for way in itertools.product(*ways)}
    return Answer.UNKNOWN if len(results) > 1 else answer_of(results.pop())


@given(answers=ANSWERS, number=st.integers(0, 6))
def test_combinations_are_exact(answers: list[Answer], number: int) -> None:
    """All, any, and at least so many."""
    assert all_of(answers) is _outcomes(answers, len(answers))
    assert any_of(answers) is _outcomes(answers, 1)
    assert at_least(number, answers) is _outcomes(answers, number)


def test_of_nothing_all_hold_and_none_does() -> None:
    """As in two-valued logic."""
    assert all_of(()) is Answer.YES
    assert any_of(()) is Answer.NO
    assert at_least(0, ()) is Answer.YES
