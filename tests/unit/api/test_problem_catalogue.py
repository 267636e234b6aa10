"""Every refusal has a problem, and every problem says what to do."""

from __future__ import annotations

import re

import pytest

from api.problem_catalogue import PROBLEMS
from holdfast.domain.refusals import RefusalReason


@pytest.mark.parametrize("reason", RefusalReason)
def test_a_refusal_is_told_under_its_own_code(reason: RefusalReason) -> None:
    """A reason in evidence and a code in an answer are the same word."""
    assert 400 <= PROBLEMS[reason].status < 500


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_has_a_title_and_a_next_step(code: str) -> None:
    """The title states, the next step is a sentence; the code can stand in a URN."""
    kind = PROBLEMS[code]
    assert re.fullmatch(r"[a-z_]+", code)
    assert not kind.title.endswith(".")
    assert kind.next.endswith(".")
