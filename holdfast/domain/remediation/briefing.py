"""Waking people for a task, for as long as it lives."""

from __future__ import annotations

from holdfast.domain.child_briefing import brief_people
from holdfast.domain.remediation.naming import communication_of_task
from holdfast.domain.remediation.work import TaskWork
from holdfast.domain.roles import Role

__all__ = ["brief"]


def brief(work: TaskWork, roles: tuple[Role, ...], because: str, cause: str) -> None:
    """Wake the people in charge of these roles; `cause` is the entry that says why."""
    state, opening = work.state, work.state.opening
    state.messages += 1
    number = communication_of_task(opening.number, state.messages)
    brief_people(work, opening.incident, number, roles, because, cause)
