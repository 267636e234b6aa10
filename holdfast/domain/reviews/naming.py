"""How a lesson is called: its incident, and its place among the lessons of the review."""

from __future__ import annotations

import re

__all__ = ["LESSON_PATTERN", "lesson_id", "lesson_named"]

LESSON_PATTERN = r"^INC-[0-9]{4}-[0-9]{6,12}-lesson-[1-9][0-9]?$"
"""What the id of a lesson looks like."""

_NAME = re.compile(r"(INC-[0-9]{4}-[0-9]{6,12})-lesson-([1-9][0-9]?)")


def lesson_id(incident_id: str, number: int) -> str:
    """The id of the lesson of that number, from 1 on."""
    return f"{incident_id}-lesson-{number}"


def lesson_named(name: str) -> tuple[str, int] | None:
    """The incident and the number behind such an id; None if it is none."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2])) if found else None
