"""What is done with the contacts of the stakeholder directory in words, for the timeline."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["DIRECTORY_SENTENCES"]


def _contact(event: Event, payload: JsonObject) -> str:
    return f"Contact points of {event.subject.id} {payload['done']}: {', '.join(payload['points'])}"


DIRECTORY_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.CONTACT_RECORDED: _contact,
}
