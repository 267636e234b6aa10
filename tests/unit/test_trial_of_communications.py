"""Trials over incidents that communicate: who is told next when, and what is left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from holdfast.domain.policies import APPROVAL_MATRIX, SEVERITY_TREE
from tests.joint_walk import JointWalk
from tests.tried_walks import altered, told

_Content = dict[str, Any]


def _told() -> JointWalk:
    """Clients were told at noon, at a severity at which they are told again after two hours."""
    walk = JointWalk()
    walk.to_contain()
    walk.open().to_approved()
    return walk


def test_another_cadence_moves_the_next_update_to_an_audience() -> None:
    """As it moves that of the incident itself."""

    def hurried(content: _Content) -> None:
        content["leaves"]["high"]["update_every"] = "PT30M"

    due = ("due 2026-03-04T14:00:00Z", "due 2026-03-04T12:30:00Z")
    assert told(altered(SEVERITY_TREE, hurried), _told()) == [
        ("deadline", "situation-update", *due),
        ("deadline", "update/clients", *due),
    ]


def test_what_communications_wait_for_is_left_out() -> None:
    """A matrix that gives no time for approvals and lets nobody approve changes nothing there."""

    def stricter(content: _Content) -> None:
        rule = content["rules"]["communication.approval"]
        rule["schedule"]["due_after"] = "PT1M"
        rule["roles"] = ["legal"]

    walk = _told()
    late = walk.open()
    late.hand_in()
    walk.wait(timedelta(minutes=20))
    assert told(altered(APPROVAL_MATRIX, stricter), walk) == []


def test_the_incident_itself_is_tried_as_before() -> None:
    """Between the entries of its communications."""

    def two(content: _Content) -> None:
        content["rules"]["severity.assignment"]["options"]["confirm"]["quorum"] = 2

    walk = _told()
    settled = ("decision", "severity.assignment-1", "settled as 'confirm'", "open")
    assert told(altered(APPROVAL_MATRIX, two), walk) == [settled]
