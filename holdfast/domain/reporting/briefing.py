"""Waking people for a report, for as long as one is due."""

from __future__ import annotations

from holdfast.domain.child_briefing import brief_people
from holdfast.domain.reporting.naming import communication_of_reporting
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.roles import Role

__all__ = ["brief"]


def brief(work: ReportingWork, roles: tuple[Role, ...], because: str, cause: str) -> None:
    """Wake the people in charge of these roles; `cause` is the entry that says why."""
    state, opening = work.state, work.state.opening
    state.messages += 1
    number = communication_of_reporting(opening.number, state.messages)
    brief_people(work, opening.incident, number, roles, because, cause)
