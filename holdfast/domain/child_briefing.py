"""Waking people for a child of an incident: by messages that leave unasked, as long as it lives.

The incident may be closed long before its children are, so they open their messages by themselves.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from holdfast.domain.child_work import ChildState, ChildWork
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.naming import communication_id
from holdfast.domain.communication.opening import Opening, opened_content
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.roles import Role

__all__ = ["BriefingState", "brief_people"]

_LONGEST_REASON = 200


class BriefingState(ChildState, Protocol):
    """What a child carries that opens messages by itself."""

    to_open: list[tuple[Opening, PinnedPolicy]]


_State = TypeVar("_State", bound=BriefingState)


def brief_people(
    work: ChildWork[_State],
    incident: str,
    number: int,
    roles: tuple[Role, ...],
    because: str,
    cause: str,
) -> None:
    """Wake the people in charge of these roles; `cause` is the entry that says why.

    `number` is that of the message among the incident's communications.
    """
    state = work.state
    audience = Audience.STAFF
    if set(roles) == {Role.MANAGEMENT_BODY}:
        audience = Audience.MANAGEMENT_BODY
    wish = DraftWish(
        purpose=Purpose.ESCALATION_BRIEF,
        audience=audience,
        roles=roles,
        because=because[:_LONGEST_REASON],
    )
    content = opened_content(
        number, wish.purpose, audience, state.severity, state.matrix.pin, wish=wish
    )
    about = Subject(type="communication", id=communication_id(incident, number))
    event = Event(
        kind=EventKind.COMMUNICATION_OPENED, subject=about, payload=content, causes=(cause,)
    )
    message = Opening(
        incident=incident,
        number=number,
        purpose=wish.purpose,
        audience=audience,
        opened=work.record(event),
        severity=state.severity,
        wish=wish,
        pace=work.clocks.pace,
    )
    state.to_open.append((message, state.matrix))
