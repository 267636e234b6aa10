"""Reading what somebody may have altered on purpose: nothing that stands there stops a check."""

from __future__ import annotations

import json

from holdfast.domain.values import JsonValue

__all__ = ["IMPOSSIBLE_TIME", "believable_time", "read_json"]

IMPOSSIBLE_TIME = "0001-01-02T00:00:00.000000Z"
"""What stands for a time that Python's calendar does not have; no log has a leaf of that day."""


def read_json(content: bytes) -> JsonValue:
    """Read JSON in UTF-8.

    Raises:
        ValueError: it is none, or nested deeper than anything of ours.
    """
    try:
        return json.loads(content.decode())
    except RecursionError as error:
        message = "nested too deeply"
        raise ValueError(message) from error


def believable_time(column: str) -> str:
    """Return SQL for a time: infinity and the years before Christ come as `IMPOSSIBLE_TIME`."""
    bounded = f"{column} BETWEEN '{IMPOSSIBLE_TIME}' AND '9999-12-30T00:00:00Z'"
    return f"CASE WHEN {bounded} THEN {column} ELSE '{IMPOSSIBLE_TIME}' END"
