"""The Prefer header (RFC 7240), as the doors that wait for a receipt offer it."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

__all__ = ["Prefer", "wait_seconds"]

_LONGEST_WAIT = 60
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=$|[,;])", re.IGNORECASE)

Prefer = Annotated[
    str | None,
    Header(description="`wait=N`: hold the answer up to N seconds (at most 60) for the receipt."),
]
"""A route's parameter for how long the caller prefers to wait."""


def wait_seconds(prefer: str | None) -> int:
    """How long the caller prefers to wait, at most a minute; 0 when nothing is said."""
    match = _WAIT.search(prefer or "")
    return min(int(match[1]), _LONGEST_WAIT) if match else 0
