"""Inputs of `holdfast dora clocks`, for the golden file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["OTHER", "Example", "at_once", "moment_of", "reported", "written"]

Example = tuple[str, str, dict[str, Any]]
"""A name, why it is there, and the input."""

OTHER = "payment_institution"
"""A type that Art. 5(5) does not name."""


def reported(
    kind: str, state: str, initial: str, intermediate: str | None = None, recovered: str = ""
) -> dict[str, Any]:
    """A case classified an hour before the initial notification, two after awareness."""
    sent = moment_of(initial)
    case = at_once(kind, state, sent - timedelta(hours=3), sent - timedelta(hours=1))
    return {
        **case,
        "initial_submitted_at": initial,
        "intermediate_submitted_at": [intermediate] if intermediate else [],
        "regular_activities_recovered_at": f"{recovered}T12:00:00Z" if recovered else None,
    }


def at_once(
    kind: str, state: str, aware: str | datetime, classified: str | datetime
) -> dict[str, Any]:
    """A case of which nothing was reported."""
    return {
        "entity": {
            "type": kind,
            "member_state": state,
            "subdivision": None,
            "nis2_essential_or_important": False,
            "relief_withdrawn_from": None,
        },
        "aware_at": written(aware),
        "classified_major_at": written(classified),
        "initial_submitted_at": None,
        "intermediate_submitted_at": [],
        "regular_activities_recovered_at": None,
        "final_submitted_at": None,
    }


def moment_of(text: str) -> datetime:
    """The instant of a text, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def written(moment: str | datetime) -> str:
    """The text of an instant."""
    return moment if isinstance(moment, str) else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
