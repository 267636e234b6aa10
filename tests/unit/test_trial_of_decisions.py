"""What candidates for matrix and recovery would have changed, in incidents made for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast.domain.actions import ActionCategory, TakeAction
from holdfast.domain.policies import APPROVAL_MATRIX, RECOVERY
from tests.judged_walks import TimedWalk
from tests.statements import BOARD, COMMANDER, ROBIN, SASHA, disruptive
from tests.tried_walks import TickingWalk, altered, told

_Content = dict[str, Any]


def _contained() -> TimedWalk:
    """Confirmed at 12:01:20, with the severity proposed then and confirmed at 12:02."""
    walk = TickingWalk()
    walk.to_contain()
    return walk


def _confirmation(content: _Content) -> _Content:
    rule: _Content = content["rules"]["severity.assignment"]
    return rule


def _two(content: _Content) -> None:
    _confirmation(content)["options"]["confirm"]["quorum"] = 2


def _others(content: _Content) -> None:
    _confirmation(content)["roles"] = ["legal"]


def _renamed(content: _Content) -> None:
    options = _confirmation(content)["options"]
    options["agree"] = options.pop("confirm")


@pytest.mark.parametrize(
    ("change", "would_be"),
    [
        (_two, "open"),
        (_others, "an answer would be refused (role_not_entitled)"),
        (_renamed, "an answer would be refused (unknown_option)"),
    ],
)
def test_recorded_answers_are_weighed_by_the_candidate(
    change: Callable[[_Content], None], would_be: str
) -> None:
    """They would not have settled the decision, or not been allowed."""
    changes = told(altered(APPROVAL_MATRIX, change), _contained())
    assert [each[:3] for each in changes] == [
        ("decision", "severity.assignment-1", "settled as 'confirm'")
    ]
    assert changes[0][3].startswith(would_be)


def test_one_answer_less_would_have_settled_it_earlier() -> None:
    """The second answer then changes nothing."""

    def one(content: _Content) -> None:
        content["rules"]["failover.approval"]["options"]["approved"]["quorum"] = 1

    changes = told(altered(APPROVAL_MATRIX, one), _with_failover())
    settled = ("decision", "failover.approval-1", "open", "settled as 'approved'")
    assert changes == [settled]


def _with_failover() -> TimedWalk:
    walk = _contained()
    over = TakeAction(category=ActionCategory.FAILOVER, action="Fail over", disruptive=False)
    walk.submit(ROBIN, over)
    walk.answer(COMMANDER, "failover.approval-1", "approved")
    walk.answer(BOARD, "failover.approval-1", "approved")
    return walk


def test_a_bypass_that_the_candidate_does_not_allow() -> None:
    """The exception code would not have been there for a responder."""

    def no_bypass(content: _Content) -> None:
        content["rules"]["containment.approval"]["bypass"] = None

    walk = _contained()
    walk.submit(SASHA, disruptive())
    walk.answer(ROBIN, "containment.approval-1", "approved", code="E-IMMINENT-HARM")
    changes = told(altered(APPROVAL_MATRIX, no_bypass), walk)
    assert [each[1] for each in changes] == ["containment.approval-1"]
    assert "exception_not_allowed" in changes[0][3]


def test_a_schedule_of_the_matrix_moves_its_deadlines() -> None:
    """Every clock of that decision, and no other."""

    def hurried(content: _Content) -> None:
        _confirmation(content)["schedule"]["due_after"] = "PT10M"

    due = ("due 2026-03-04T12:31:20Z", "due 2026-03-04T12:11:20Z")
    assert told(altered(APPROVAL_MATRIX, hurried), _contained()) == [
        ("deadline", "decision/severity.assignment-1", *due)
    ]


@pytest.mark.parametrize(
    ("phase", "clock", "was", "would_be"),
    [
        ("contain", "containment", "due 2026-03-04T14:02:00Z", "due 2026-03-04T13:02:00Z"),
        ("review", "review", "due 2026-03-18T12:06:00Z", "due 2026-03-04T13:06:00Z"),
    ],
)
def test_a_recovery_policy_moves_its_deadlines(
    phase: str, clock: str, was: str, would_be: str
) -> None:
    """Containment and review."""

    def hour(content: _Content) -> None:
        content[phase]["due_after"] = "PT1H"

    walk = TickingWalk()
    walk.to_learn()
    assert told(altered(RECOVERY, hour), walk) == [("deadline", clock, was, would_be)]
