"""The limits of Delegated Regulation (EU) 2025/301 Art. 5(1) and 5(2), before any relief."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

__all__ = ["Limit", "final_limit", "initial_limit", "intermediate_limit"]

_FROM_CLASSIFICATION = timedelta(hours=4)
_FROM_AWARENESS = timedelta(hours=24)
_FROM_INITIAL = timedelta(hours=72)


class Limit(NamedTuple):
    """Until when, by which clause, and why in words."""

    at: datetime
    clause: str
    because: str


def initial_limit(aware_at: datetime, classified_at: datetime) -> Limit:
    """The limit of the initial notification.

    Both instants are aware. Exactly 24 h between them falls under Art. 5(1)(a).
    """
    from_classification = classified_at + _FROM_CLASSIFICATION
    from_awareness = aware_at + _FROM_AWARENESS
    if classified_at > from_awareness:
        because = "4 h from classification, which came more than 24 h after awareness"
        return Limit(from_classification, "2025/301 Art. 5(2)", because)
    if from_classification <= from_awareness:
        because = "4 h from classification, earlier than 24 h from awareness"
        return Limit(from_classification, "2025/301 Art. 5(1)(a)", because)
    because = "24 h from awareness, earlier than 4 h from classification"
    return Limit(from_awareness, "2025/301 Art. 5(1)(a)", because)


def intermediate_limit(initial_submitted_at: datetime) -> Limit:
    """The limit of the intermediate report: from the real submission, not from the limit of it."""
    because = "72 h from the submission of the initial notification"
    return Limit(initial_submitted_at + _FROM_INITIAL, "2025/301 Art. 5(1)(b)", because)


def final_limit(month_later: datetime, *, updated: bool) -> Limit:
    """The limit of the final report, a month after the latest intermediate report."""
    report = "latest updated intermediate report" if updated else "intermediate report"
    because = f"one calendar month from the submission of the {report}"
    return Limit(month_later, "2025/301 Art. 5(1)(c)", because)
