"""The recovery in the process: availability, the figures and facts that follow, its milestone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.classification_inputs import Moments, classification_facts, next_crossing
from holdfast.domain.events import EventKind
from holdfast.domain.recovery.asking import ReportAvailability
from tests.recovery_scenes import CLEARED, DOWN, PARTIAL, RESTORED, pass_checks, recovered, said
from tests.recovery_walk import HOUR, MINUTE, fact, in_learn, reason, told
from tests.rulebook import RULEBOOK
from tests.statements import NOON, ROBIN, SERVICE, incident_facts, service_facts
from tests.walk import Walk


def downtime(walk: Walk) -> int | None:
    """What classification counts as downtime now."""
    moments = Moments(aware_at=NOON, recovered_at=None, at=walk.now)
    found = classification_facts(walk.state.facts, moments, (SERVICE,), None, None)
    assert found.services is not None
    minutes = found.services[0].downtime_minutes
    return None if minutes is None else int(minutes)


def test_each_statement_is_followed_by_the_figures_and_by_what_follows_of_them() -> None:
    """Several interruptions add up; severity and classification are judged again."""
    walk = told(said(DOWN, -10), said(RESTORED, 60), said(PARTIAL, 90))
    computed = walk.last(EventKind.DOWNTIME_COMPUTED).payload
    service = computed["services"][SERVICE]
    assert service["minutes"] == 70 + 510
    assert service["partial_minutes"] == 510
    assert service["interruptions"] == 2
    assert service["until"] is None
    assert computed["duration"] == {
        "minutes": 610,
        "from": "2026-03-04T11:50:00.000000Z",
        "until": None,
        "estimate": True,
    }
    assert fact(walk, "service_unavailable") is False
    assert fact(walk, "service_degraded") is True
    assert fact(walk, "earlier_downtime_seconds") == 70 * 60
    assert fact(walk, "occurred_at", None) == "2026-03-04T11:50:00.000000Z"
    assert walk.state.evaluation is not None


def test_classification_counts_every_interruption_and_goes_on_counting() -> None:
    """The one that runs counts up to now, those before it are added."""
    walk = told(said(DOWN, 0), said(RESTORED, 60), said(DOWN, 570))
    assert downtime(walk) == 60 + 30
    walk.wait(20 * MINUTE)
    assert downtime(walk) == 60 + 50
    walk.submit(ROBIN, said(RESTORED, 610))
    assert downtime(walk) == 100
    walk.submit(ROBIN, said(CLEARED, 615))
    assert downtime(walk) == 615


def test_the_earlier_interruptions_bring_the_limit_nearer() -> None:
    """Two hours are exceeded when those that count are two hours together."""
    policy = RULEBOOK.classification
    assert policy is not None
    walk = told(said(DOWN, 0), said(RESTORED, 60), said(DOWN, 590))
    moments = Moments(aware_at=NOON, recovered_at=None, at=walk.now)
    assert next_crossing(walk.state.facts, moments, policy) == NOON + 650 * MINUTE + timedelta(
        seconds=1
    )


def test_what_people_state_as_a_figure_comes_before_what_was_computed() -> None:
    """Rules never overwrite it; what rules have stated follows what is told."""
    walk = Walk()
    walk.to_contain()
    walk.submit(ROBIN, service_facts(downtime_minutes=500))
    walk.submit(ROBIN, incident_facts(occurred_at="2026-03-04T10:00:00Z"))
    walk.wait(10 * HOUR)
    walk.submit(ROBIN, said(DOWN, -30))
    assert downtime(walk) == 500
    assert fact(walk, "occurred_at", None) == "2026-03-04T10:00:00Z"
    assert walk.last(EventKind.DOWNTIME_COMPUTED).payload["duration"]["minutes"] == 720


def test_a_corrected_start_is_corrected_in_the_facts() -> None:
    """That it began before it was detected was a slip: nothing of that is left."""
    walk = told(said(DOWN, -30), said(DOWN, 30, replaces=1))
    assert fact(walk, "occurred_at", None) is None
    assert fact(walk, "down_from") == "2026-03-04T12:30:00.000000Z"
    duration = walk.last(EventKind.DOWNTIME_COMPUTED).payload["duration"]
    assert duration["from"] == "2026-03-04T12:00:00.000000Z"
    assert reason(walk.submit(ROBIN, said(DOWN, 31, replaces=1))) == "times_contradict"
    assert reason(walk.submit(ROBIN, said(DOWN, 31, "other", replaces=2))) == "times_contradict"


@pytest.mark.parametrize(
    "body", [said(RESTORED, 10), said(CLEARED, 10), said(DOWN, 602)], ids=lambda each: each.state
)
def test_what_cannot_have_been_is_refused_and_changes_nothing(body: ReportAvailability) -> None:
    """Restored though never down, a backlog of nothing, or a moment that lies ahead."""
    walk = told()
    before = walk.state.model_dump_json(exclude={"seen"})
    assert reason(walk.submit(ROBIN, body)) == "times_contradict"
    assert walk.state.model_dump_json(exclude={"seen"}) == before


def test_a_recovery_is_not_declared_while_a_service_is_not_restored() -> None:
    """It is named, with how it is; checks that passed do not help."""
    walk = told(said(DOWN, 0), said(PARTIAL, 30), said(DOWN, 40, "card-payments"))
    walk.contain()
    pass_checks(walk)
    refused = walk.submit(ROBIN, recovered())
    assert reason(refused) == "services_not_restored"
    assert f"card-payments (down), {SERVICE} (partial)" in refused.payload["detail"]
    walk.submit(ROBIN, said(RESTORED, 60))
    walk.submit(ROBIN, said(RESTORED, 50, "card-payments"))
    assert walk.submit(ROBIN, recovered()).kind is EventKind.MILESTONE_REACHED


def test_a_service_that_fails_again_takes_a_declared_recovery_back() -> None:
    """The validation is void; once restored, it is declared once more."""
    walk = told(said(DOWN, 0), said(RESTORED, 60))
    walk.contain()
    pass_checks(walk)
    walk.submit(ROBIN, recovered())
    walk.submit(ROBIN, said(DOWN, 70))
    assert walk.state.requests["recovery.validation-1"].state == "voided"
    assert reason(walk.submit(ROBIN, recovered())) == "services_not_restored"
    walk.submit(ROBIN, said(RESTORED, 80))
    walk.submit(ROBIN, recovered())
    assert "recovery.validation-2" in walk.open_requests()


def test_the_end_of_the_last_interruption_is_when_the_incident_was_resolved() -> None:
    """Not when people came to validate it; a backlog cleared later moves it."""
    walk = in_learn()
    assert fact(walk, "resolved_at", None) == "2026-03-04T13:00:00.000000Z"
    walk.submit(ROBIN, said(CLEARED, 90))
    assert fact(walk, "resolved_at", None) == "2026-03-04T13:30:00.000000Z"
    assert walk.last(EventKind.DOWNTIME_COMPUTED).payload["duration"]["minutes"] == 90


def test_after_the_recovery_only_what_leaves_every_service_restored_is_taken() -> None:
    """What fails again then is another incident."""
    walk = in_learn()
    refused = walk.submit(ROBIN, said(DOWN, 300))
    assert reason(refused) == "wrong_phase"
    assert "new incident" in refused.payload["detail"]
