"""Opening a communication of the incident: its number, its entry, and the start of its workflow."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.naming import communication_id
from holdfast.domain.communication.opening import (
    OpenedCommunication,
    Opening,
    opened_content,
)
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident.work import Work
from holdfast.domain.values import JsonObject

__all__ = [
    "begin",
    "has_rules",
    "keep",
    "next_communication",
    "open_by_itself",
    "opened_payload",
    "opening_of",
]


def has_rules(work: Work) -> bool:
    """Whether the matrix of the incident says who signs communications off."""
    return DecisionKind.COMMUNICATION_APPROVAL in work.desk.kinds


def open_by_itself(
    work: Work, wish: DraftWish, causes: tuple[str, ...], *, escalation: int | None = None
) -> None:
    """Open a communication that nobody has asked for; `causes` are entries that say why.

    `escalation` is the number of that whose call it is.
    """
    number, about = next_communication(work)
    content = opened_payload(work, number, wish.purpose, wish.audience, wish=wish)
    kind = EventKind.COMMUNICATION_OPENED
    opened = work.note(kind, content, subject=about, causes=causes)
    opening = opening_of(work, number, wish.purpose, wish.audience, opened)
    begin(work, opening.model_copy(update={"wish": wish}), escalation)


def next_communication(work: Work) -> tuple[int, Subject]:
    """The number of the next communication, and what entries call it."""
    number = len(work.state.communications) + 1
    called = communication_id(work.state.incident_id, number)
    return number, Subject(type="communication", id=called)


def opened_payload(
    work: Work,
    number: int,
    purpose: Purpose,
    audience: Audience,
    *,
    draft: Draft | None = None,
    wish: DraftWish | None = None,
) -> JsonObject:
    """What `communication.opened` holds."""
    state = work.state
    pin = state.matrix_policy.pin
    return opened_content(number, purpose, audience, state.severity, pin, draft=draft, wish=wish)


def opening_of(
    work: Work, number: int, purpose: Purpose, audience: Audience, opened: str
) -> Opening:
    """With what the communication begins; `opened` is the entry that says so."""
    return Opening(
        incident=work.state.incident_id,
        number=number,
        purpose=purpose,
        audience=audience,
        opened=opened,
        severity=work.state.severity,
        pace=work.clocks.pace,
    )


def begin(work: Work, opening: Opening, escalation: int | None = None) -> None:
    """Let its workflow be started, once everything that leads to it is durable."""
    known = OpenedCommunication(
        number=opening.number,
        purpose=opening.purpose,
        audience=opening.audience,
        escalation=escalation,
    )
    keep(work, known)
    work.state.to_open.append((opening, work.state.matrix_policy))


def keep(work: Work, known: OpenedCommunication) -> None:
    """Keep what the incident knows of it."""
    work.state.communications[str(known.number)] = known
