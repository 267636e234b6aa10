"""Where a task stands, how urgent it is, and what it came from."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["TaskOrigin", "TaskPriority", "TaskStage"]


class TaskStage(StrEnum):
    """Where one task stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    """It is to be done: by its owner, until its due date."""
    IMPLEMENTED = "implemented"
    """It was done, by those who say so; whether it helps is not validated yet."""
    VALIDATED = "validated"
    """Somebody who did not implement it found it effective."""
    RISK_ACCEPTED = "risk_accepted"
    """Left undone for a time, by decision; the acceptance expires."""
    DECLINED = "declined"
    CLOSED = "closed"


class TaskPriority(StrEnum):
    """How urgent a task is; the policy says what follows from that."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TaskOrigin(StrEnum):
    """What a task came from."""

    REVIEW = "review"
    """The post-incident review (DORA Art. 13(2))."""
    OVERSIGHT = "oversight"
    """The review of a provider (DORA Art. 28)."""
    RESPONSE = "response"
    """Somebody who responds has seen what has to be mended."""
    DRILL = "drill"
