"""Cursors come back as they went out; anything else is refused as input, never an error of ours."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cursor import (
    incident_cursor,
    position_cursor,
    read_incident_cursor,
    read_position_cursor,
)
from holdfast.domain.values import MAX_SAFE_INTEGER
from holdfast.errors import InvalidInput


@given(st.integers(0, MAX_SAFE_INTEGER))
def test_a_position_comes_back(position: int) -> None:
    """Round trip."""
    assert read_position_cursor(position_cursor(position)) == position


@given(
    st.datetimes(timezones=st.just(UTC)), st.from_regex(r"INC-[0-9]{4}-[0-9]{6}", fullmatch=True)
)
def test_an_incident_comes_back(opened_at: datetime, incident_id: str) -> None:
    """Round trip."""
    assert read_incident_cursor(incident_cursor(opened_at, incident_id)) == (opened_at, incident_id)


def test_no_cursor_is_the_start() -> None:
    """The first page needs none."""
    assert read_position_cursor(None) == 0
    assert read_incident_cursor(None) is None


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        "A" * 500,
        _encoded([-1]),
        _encoded([2**53]),
        _encoded([1.5]),
        _encoded({"a": 1}),
        _encoded(["2026-03-04T00:00:00", "INC-2026-000001"]),
        _encoded(["never", "INC-2026-000001"]),
        _encoded(["2026-03-04T00:00:00+00:00", "a\u0000b"]),
        base64.urlsafe_b64encode(b"[" * 200).decode(),
    ],
)
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    """By both readers."""
    with pytest.raises(InvalidInput):
        read_position_cursor(cursor)
    with pytest.raises(InvalidInput):
        read_incident_cursor(cursor)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(cursor: str) -> None:
    """No text raises anything else."""
    for read in (read_position_cursor, read_incident_cursor):
        try:
            read(cursor)
        except InvalidInput:
            continue
