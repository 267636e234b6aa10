"""When reports are due: Delegated Regulation (EU) 2025/301 Art. 5, before any relief."""

from __future__ import annotations

from datetime import datetime, timedelta

__all__ = ["initial_notification_due"]

_FROM_CLASSIFICATION = timedelta(hours=4)
_FROM_AWARENESS = timedelta(hours=24)


def initial_notification_due(
    aware_at: datetime, classified_at: datetime
) -> tuple[datetime, str, str]:
    """When the initial notification is due, the clause that says so, and why in words.

    Both instants are aware. Exactly 24 h between them falls under Art. 5(1)(a).
    """
    from_classification = classified_at + _FROM_CLASSIFICATION
    from_awareness = aware_at + _FROM_AWARENESS
    if classified_at > from_awareness:
        because = "4 h from classification, which came more than 24 h after awareness"
        return from_classification, "2025/301 Art. 5(2)", because
    if from_classification <= from_awareness:
        because = "4 h from classification, earlier than 24 h from awareness"
        return from_classification, "2025/301 Art. 5(1)(a)", because
    because = "24 h from awareness, earlier than 4 h from classification"
    return from_awareness, "2025/301 Art. 5(1)(a)", because
