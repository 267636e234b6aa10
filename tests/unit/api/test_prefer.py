"""The Prefer header: what of it is understood."""

from __future__ import annotations

import pytest

from api.prefer import wait_seconds


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("wait=10", 10),
        ("WAIT = 10", 10),
        ('wait="7"', 7),
        ("respond-async, wait=10", 10),
        ("respond-async; wait=3", 3),
        ("wait=600", 60),
        ("wait=-1", 0),
        ("wait=1.5", 0),
        ("wait=abc", 0),
        ("await=10", 0),
        ("wait=99999999999999999999", 0),
    ],
)
def test_a_preference_is_read_leniently(prefer: str | None, seconds: int) -> None:
    """RFC 7240: a preference that is not understood is ignored."""
    assert wait_seconds(prefer) == seconds
