"""Storm control: how many signals a storm of alerts becomes."""

from __future__ import annotations

import pytest

from api.backoff import Backoff
from api.pace import Pace


@pytest.mark.parametrize(("seconds", "most"), [(1, 2), (10, 5), (60, 8), (600, 26)])
def test_a_storm_becomes_a_bounded_number_of_signals(seconds: int, most: int) -> None:
    """With an alert every hundredth of a second, the interval doubles up to half a minute."""
    pace, sent = Pace(), 0
    for hundredths in range(seconds * 100):
        now = 1_000 + hundredths / 100
        if pace.may_send("INC", now):
            pace.sent("INC", now)
            sent += 1
    assert 1 <= sent <= most


def test_the_first_alert_after_a_quiet_time_goes_at_once() -> None:
    """Quiet resets the interval."""
    pace = Pace()
    for now in (0.0, 1.0, 3.0, 7.0):
        assert pace.may_send("INC", now)
        pace.sent("INC", now)
    assert not pace.may_send("INC", 14.0)
    pace.forget_quiet(60.0)
    assert pace.may_send("INC", 60.0)
    pace.sent("INC", 60.0)
    assert pace.next_at("INC") == 61.0


def test_incidents_do_not_slow_each_other() -> None:
    """Each has a pace of its own."""
    pace = Pace()
    pace.sent("INC-1", 0.0)
    assert pace.may_send("INC-2", 0.0)


def test_a_backoff_doubles_and_tells_its_ends() -> None:
    """Only the first failure and the first success after it are news."""
    backoff = Backoff()
    assert backoff.failed(0.0)
    delays, now = [], 0.0
    for _ in range(8):
        now = backoff.retry_at
        assert not backoff.failed(now)
        delays.append(backoff.retry_at - now)
    assert delays == sorted(delays)
    assert delays[-1] == 5.0
    assert backoff.succeeded()
    assert not backoff.succeeded()
    assert backoff.retry_at == 0.0


def test_failures_that_happen_together_are_one() -> None:
    """Sixteen attempts under way that fail at once do not make the next one wait for minutes."""
    backoff = Backoff()
    for _ in range(16):
        backoff.failed(0.0)
    assert backoff.retry_at == pytest.approx(0.2)
