"""What candidates that judge facts would have changed, in incidents made for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from holdfast.domain.policies import (
    DORA_CLASSIFICATION,
    ESCALATION,
    REGISTER,
    SEVERITY_TREE,
)
from holdfast.domain.reporting.policy import REPORTING
from tests.judged_walks import TimedWalk
from tests.statements import COMMANDER, COMPLIANCE, ROBIN
from tests.tried_walks import TickingWalk, altered, changes_in, stated, told

_Content = dict[str, Any]


def _contained() -> TimedWalk:
    """Confirmed at 12:01:20, with severity SEV2 of the leaf `high` from 12:02 on."""
    walk = TickingWalk()
    walk.to_contain()
    return walk


def _reported_by_hand() -> TimedWalk:
    """The same, but pinned to no rules of reporting."""
    walk = TickingWalk()
    del walk.state.policies[REPORTING]
    walk.open_under(walk.state.all_pins)
    walk.answer(COMMANDER, "severity.assignment-1", "confirm")
    return walk


def _worst(content: _Content) -> None:
    leaves = content["leaves"]
    leaves["high"]["severity"], leaves["worst"]["severity"] = "SEV1", "SEV2"


_PROPOSED = ("severity", "proposed", "SEV2", "SEV1")
_ASSIGNED = ("severity", "assigned", "SEV2", "SEV1")


def test_a_confirmed_proposal_would_have_been_confirmed() -> None:
    """People who agreed with the tree are taken to agree with the candidate."""
    changes = changes_in(altered(SEVERITY_TREE, _worst), _contained())
    assert told(altered(SEVERITY_TREE, _worst), _contained()) == [_PROPOSED, _ASSIGNED]
    assert [change.at.strftime("%H:%M:%S") for change in changes] == ["12:01:20", "12:02:00"]
    assert [change.entry.rpartition("#")[2] for change in changes] == ["8", "22"]


def test_an_overridden_proposal_leaves_what_people_decided() -> None:
    """Only the proposal would have been another."""
    walk = TickingWalk()
    walk.to_triage()
    walk.answer(COMMANDER, "severity.assignment-1", "override", data={"severity": "SEV3"})
    assert told(altered(SEVERITY_TREE, _worst), walk) == [_PROPOSED]


def test_a_severity_moves_deadlines_that_depend_on_it() -> None:
    """The matrix gives a quarter of an hour to take note at SEV1, half an hour otherwise."""
    walk = _contained()
    walk.wait(timedelta(hours=3))  # the serious incident has been open for two hours
    changes = told(altered(SEVERITY_TREE, _worst), walk)
    assert changes == [
        _PROPOSED,
        _ASSIGNED,
        (
            "deadline",
            "decision/escalation.acknowledgement-2",
            "due 2026-03-04T14:30:40Z",
            "due 2026-03-04T14:15:40Z",
        ),
    ]


def test_a_severity_fires_other_triggers() -> None:
    """An incident that would be less severe would not have stayed open for too long."""

    def milder(content: _Content) -> None:
        leaves = content["leaves"]
        leaves["high"]["severity"], leaves["medium"]["severity"] = "SEV3", "SEV2"

    walk = _contained()
    walk.wait(timedelta(hours=3))
    assert (
        "escalation",
        "open-two-hours",
        "fires at 2026-03-04T14:00:40Z",
        "does not fire",
    ) in told(altered(SEVERITY_TREE, milder), walk)


def test_a_tree_that_tells_the_management_body_fires_that() -> None:
    """The severity itself asks for it."""

    def telling(content: _Content) -> None:
        content["leaves"]["high"]["management_body"] = "must"

    fires = ("escalation", "management-body", "does not fire", "fires at 2026-03-04T12:02:00Z")
    assert told(altered(SEVERITY_TREE, telling), _contained()) == [fires]


def test_another_cadence_is_told_once() -> None:
    """The clock is set again with every statement, by the same length."""

    def hurried(content: _Content) -> None:
        content["leaves"]["high"]["update_every"] = "PT30M"

    walk = _contained()
    walk.submit(ROBIN, stated(media_coverage=False))
    walk.submit(ROBIN, stated(media_coverage=True))
    due = ("due 2026-03-04T14:02:00Z", "due 2026-03-04T12:32:00Z")
    assert told(altered(SEVERITY_TREE, hurried), walk) == [("deadline", "situation-update", *due)]


def _hourly(content: _Content) -> None:
    content["triggers"]["open-two-hours"]["open_longer_than"] = "PT1H"


def _calmer(content: _Content) -> None:
    del content["triggers"]["payments-hit"]


def _stricter(content: _Content) -> None:
    new = {"because": "It has a severity.", "severity": "SEV4", "roles": ["legal"]}
    content["triggers"]["any-severity"] = new


@pytest.mark.parametrize(
    ("change", "trigger", "was", "would_be"),
    [
        (
            _hourly,
            "open-two-hours",
            "fires at 2026-03-04T14:00:40Z",
            "fires at 2026-03-04T13:00:40Z",
        ),
        (_calmer, "payments-hit", "fires at 2026-03-04T12:01:20Z", "does not fire"),
        (_stricter, "any-severity", "does not fire", "fires at 2026-03-04T12:02:00Z"),
    ],
)
def test_a_trigger_would_fire_otherwise(
    change: Callable[[_Content], None], trigger: str, was: str, would_be: str
) -> None:
    """Additionally, no longer, or at another time."""
    walk = _contained()
    walk.wait(timedelta(hours=5))
    assert told(altered(ESCALATION, change), walk) == [("escalation", trigger, was, would_be)]


def test_a_trigger_that_was_looked_at_late_is_no_change() -> None:
    """No worker ran when it was due: the same policy, looking in time, would have fired earlier."""
    walk = _contained()
    walk.now += timedelta(hours=7)
    walk.process.tick(walk.now)
    walk.judge()
    assert walk.state.fired[-1] == "open-two-hours"
    assert told(altered(ESCALATION, lambda _: None), walk) == []
    fires = ("fires at 2026-03-04T14:00:40Z", "fires at 2026-03-04T13:00:40Z")
    changed = [("escalation", "open-two-hours", *fires)]
    assert told(altered(ESCALATION, _hourly), walk) == changed


def _evaluated_as_major(begun: Callable[[], TimedWalk] = _contained) -> TimedWalk:
    """Many clients and the media, from 12:02:40 on: with a critical service, major."""
    walk = begun()
    walk.submit(ROBIN, stated(clients_affected=60_000, media_coverage=True))
    return walk


def _more_thresholds(content: _Content) -> None:
    content["thresholds_needed"] = 3


def test_other_limits_give_another_answer_and_no_notification() -> None:
    """People confirmed that it is major: with the candidate there was nothing to confirm."""
    walk = _evaluated_as_major(_reported_by_hand)
    walk.answer(COMPLIANCE, walk.open_class(), "confirm")
    assert told(altered(DORA_CLASSIFICATION, _more_thresholds), walk) == [
        ("major", "proposed", "yes", "unknown"),
        ("major", "decided", "major", "not decided"),
        ("deadline", "initial-notification", "due 2026-03-04T16:03:20Z", "not set"),
        ("escalation", "classified-major", "fires at 2026-03-04T12:03:20Z", "does not fire"),
    ]


def test_an_overridden_class_leaves_what_people_decided() -> None:
    """Only the answer of the thresholds would have been another."""
    walk = _evaluated_as_major()
    walk.answer(COMPLIANCE, walk.open_class(), "override", data={"major": False})
    proposed = ("major", "proposed", "yes", "unknown")
    assert told(altered(DORA_CLASSIFICATION, _more_thresholds), walk) == [proposed]


def test_a_shorter_duration_is_exceeded_earlier() -> None:
    """Time alone makes it major, by the look that the candidate asks for."""

    def short(content: _Content) -> None:
        content["duration_hours"] = 6

    walk = _contained()
    walk.submit(ROBIN, stated(clients_affected=60_000))
    walk.wait(timedelta(hours=30))
    changes = changes_in(altered(DORA_CLASSIFICATION, short), walk)
    assert [(change.was, change.would_be) for change in changes] == [("unknown", "yes")]
    assert changes[0].at.isoformat() == "2026-03-04T18:00:01+00:00"


def test_the_time_to_decide_is_counted_from_awareness() -> None:
    """As the process counts it."""

    def half(content: _Content) -> None:
        content["decision"]["due_after"] = "PT12H"

    due = ("due 2026-03-05T12:00:00Z", "due 2026-03-05T00:00:00Z")
    assert told(altered(DORA_CLASSIFICATION, half), _contained()) == [
        ("deadline", "classification", *due)
    ]


def test_a_register_turns_severity_and_class() -> None:
    """The service would not have supported a critical function, and hardly anybody uses it."""

    def ordinary(content: _Content) -> None:
        service = content["services"]["instant-payments"]
        service |= {"functions": [], "supports_critical_function": False, "clients_total": 900_000}

    walk = _evaluated_as_major()
    changes = told(altered(REGISTER, ordinary), walk)
    assert ("severity", "proposed", "SEV2", "SEV3") in changes
    assert ("severity", "assigned", "SEV2", "SEV3") in changes
    assert ("major", "proposed", "yes", "unknown") in changes
