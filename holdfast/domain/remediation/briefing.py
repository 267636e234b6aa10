"""Waking people for a task: by messages that leave unasked, for as long as the task lives.

The incident may be closed long before its tasks are, so a task opens its messages by itself.
"""

from __future__ import annotations

from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.naming import communication_id
from holdfast.domain.communication.opening import Opening, opened_content
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.remediation.naming import communication_of_task
from holdfast.domain.remediation.work import TaskWork
from holdfast.domain.roles import Role

__all__ = ["brief"]

_LONGEST_REASON = 200


def brief(work: TaskWork, roles: tuple[Role, ...], because: str, cause: str) -> None:
    """Wake the people in charge of these roles; `cause` is the entry that says why."""
    state, opening = work.state, work.state.opening
    audience = Audience.STAFF
    if set(roles) == {Role.MANAGEMENT_BODY}:
        audience = Audience.MANAGEMENT_BODY
    wish = DraftWish(
        purpose=Purpose.ESCALATION_BRIEF,
        audience=audience,
        roles=roles,
        because=because[:_LONGEST_REASON],
    )
    state.messages += 1
    number = communication_of_task(opening.number, state.messages)
    content = opened_content(
        number, wish.purpose, audience, state.severity, state.matrix.pin, wish=wish
    )
    about = Subject(type="communication", id=communication_id(opening.incident, number))
    event = Event(
        kind=EventKind.COMMUNICATION_OPENED, subject=about, payload=content, causes=(cause,)
    )
    opened = work.record(event)
    message = Opening(
        incident=opening.incident,
        number=number,
        purpose=wish.purpose,
        audience=audience,
        opened=opened,
        severity=state.severity,
        wish=wish,
    )
    state.to_open.append((message, state.matrix))
