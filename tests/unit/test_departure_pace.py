"""How often a departure is tried again."""

from __future__ import annotations

import pytest

from holdfast.sequencer.departures import Pace


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 10), (2, 20), (5, 160), (10, 3600), (10_000, 3600)]
)
def test_the_pause_grows_up_to_an_hour(failures: int, seconds: float) -> None:
    """A stranger that is away for a week is not hammered at, and heard within the hour."""
    assert Pace().retry_after(failures) == seconds
