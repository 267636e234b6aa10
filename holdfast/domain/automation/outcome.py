"""What became of an automated step."""

from __future__ import annotations

from enum import StrEnum

from holdfast.domain.values import Count, Digest, Frozen, Line

__all__ = ["NOBODY_KNOWS", "AutomationOutcome", "AutomationState"]

NOBODY_KNOWS = "nobody knows whether it was done: look, and report it by hand"
"""What is said of an attempt that may have had its effect, or a part of it."""


class AutomationState(StrEnum):
    """How an attempt has ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """It has said so itself, or it surely was not begun."""
    UNKNOWN = "unknown"
    """It may have been done: it was broken off, or no answer came."""


class AutomationOutcome(Frozen):
    """The outcome of one attempt; `output` is the digest of what it has said, where it has.

    `exit_status` is that of a command, `http_status` that of a request.
    """

    state: AutomationState
    summary: Line
    output: Digest | None = None
    exit_status: int | None = None
    http_status: int | None = None
    took_seconds: Count = 0
