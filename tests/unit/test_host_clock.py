"""The kernel's word about this host's clock: shown where there is one, or absent."""

from __future__ import annotations

import sys

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from holdfast.sequencer import host_clock
from holdfast.sequencer.host_clock import HostClock, HostClockCollector, read_host_clock


def _shown() -> str:
    registry = CollectorRegistry()
    registry.register(HostClockCollector())
    return generate_latest(registry).decode()


@pytest.mark.skipif(sys.platform != "linux", reason="adjtimex is Linux's")
def test_linux_says_how_its_clock_stands() -> None:
    """Or forbids to ask; whatever it says is a possible state of a clock."""
    clock = read_host_clock()
    if clock is None:
        pytest.skip("this sandbox forbids adjtimex")
    assert abs(clock.offset) < 1
    # The kernel's own limit, at which it gives the clock up as unsynchronised.
    assert 0 <= clock.maximum_error <= 16.1


def test_metrics_are_what_the_kernel_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read at each scrape."""
    clock = HostClock(synchronised=True, offset=-0.002, maximum_error=0.25)
    monkeypatch.setattr(host_clock, "read_host_clock", lambda: clock)
    lines = _shown().splitlines()
    assert "holdfast_host_clock_synchronised 1.0" in lines
    assert "holdfast_host_clock_offset_seconds -0.002" in lines
    assert "holdfast_host_clock_maximum_error_seconds 0.25" in lines


def test_where_nobody_knows_there_is_no_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zero would say that all is well."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert read_host_clock() is None
    assert _shown() == ""
