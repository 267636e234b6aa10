"""Documents of the process in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["DOCUMENT_SENTENCES"]


def _drafted(_: Event, payload: JsonObject) -> str:
    cause = f", caused by {payload['caused_by']}" if payload["caused_by"] else ""
    return f"{_version(payload)} drafted{cause}: {payload['reason']}"


def _approved(_: Event, payload: JsonObject) -> str:
    why = f": {payload['rationale']}" if payload["rationale"] else ""
    return f"{_version(payload)} approved{why}"


def _published(_: Event, payload: JsonObject) -> str:
    roles = ", ".join(payload["concerns"]).replace("_", " ")
    owed = f"; to be acknowledged by {roles} until {payload['acknowledge_by']}" if roles else ""
    return f"{_version(payload)} published, in force from {payload['effective_on']}{owed}"


def _acknowledged(event: Event, payload: JsonObject) -> str:
    return f"{_version(payload)} acknowledged as {event.actor.role.replace('_', ' ')}"


def _version(payload: JsonObject) -> str:
    kind = {"sop": "SOP", "bpmn": "BPMN file"}.get(payload["kind"], payload["kind"].capitalize())
    return f"{kind} {payload['document']} {payload['version']} ({payload['title']})"


DOCUMENT_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.DOCUMENT_DRAFTED: _drafted,
    EventKind.DOCUMENT_APPROVED: _approved,
    EventKind.DOCUMENT_PUBLISHED: _published,
    EventKind.DOCUMENT_ACKNOWLEDGED: _acknowledged,
}
