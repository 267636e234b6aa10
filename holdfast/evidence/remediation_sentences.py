"""Entries about remediation tasks in words."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["REMEDIATION_SENTENCES"]

_MOST_WORDS = 300
"""Characters of what people and ticket systems say that one line repeats."""


def _opened(event: Event, payload: JsonObject) -> str:
    task = payload["task"]
    kept = ", mandatory" if task["mandatory"] else ""
    instead = f" in place of remediation {payload['replaces']}" if payload["replaces"] else ""
    return (
        f"{_name(event)} opened{instead}: {task['title']} ({task['priority']}{kept};"
        f" {_owner(task['owner'])}, due {task['due_on']})"
    )


def _accepted(event: Event, payload: JsonObject) -> str:
    return f"{_name(event)} accepted: it is to be done before {payload['due_at'][:10]}"


def _declined(event: Event, payload: JsonObject) -> str:
    return f"{_name(event)} declined: {_short(payload['because'])}"


def _reassigned(event: Event, payload: JsonObject) -> str:
    before, owner = _owner(payload["before"]), _owner(payload["owner"])
    return f"{_name(event)} given from {before} to {owner}: {_short(payload['because'])}"


def _extension(event: Event, payload: JsonObject) -> str:
    return (
        f"{_name(event)}: more time asked for, until {payload['due_on']}"
        f" (due {payload['before']}): {_short(payload['because'])}"
    )


def _extended(event: Event, payload: JsonObject) -> str:
    return (
        f"{_name(event)} due {payload['due_on']} instead of {payload['before']}"
        f" (extension {payload['extensions']}): {_short(payload['because'])}"
    )


def _implemented(event: Event, payload: JsonObject) -> str:
    until = payload["observe_until"]
    observed = f"; observed until {until[:16]}Z" if until else ""
    return f"{_name(event)} implemented: {_short(payload['statement'])}{observed}"


def _validated(event: Event, payload: JsonObject) -> str:
    return f"{_name(event)} found effective by {payload['by']['role']}"


def _returned(event: Event, payload: JsonObject) -> str:
    return (
        f"{_name(event)} found not effective, to be done again until {payload['due_on']}:"
        f" {_short(payload['because'])}"
    )


def _risk(event: Event, payload: JsonObject) -> str:
    return (
        f"{_name(event)}: acceptance of its risk asked for, until {payload['until']}:"
        f" {_short(payload['because'])}"
    )


def _risk_accepted(event: Event, payload: JsonObject) -> str:
    return (
        f"{_name(event)}: its risk accepted until {payload['until']}: {_short(payload['because'])}"
    )


def _reopened(event: Event, payload: JsonObject) -> str:
    return f"{_name(event)} open again, due {payload['due_on']}: {_short(payload['because'])}"


def _linked(event: Event, payload: JsonObject) -> str:
    state = f", {payload['state']}" if payload["state"] else ""
    comment = f": {_short(payload['comment'])}" if payload["comment"] else ""
    return f"{_name(event)} in {payload['system']}: {payload['reference']}{state}{comment}"


def _closed(event: Event, payload: JsonObject) -> str:
    return f"{_name(event)} closed: {payload['outcome']}"


def _name(event: Event) -> str:
    return "Remediation " + event.subject.id.split("/")[1].removeprefix("remediation-")


def _short(words: str | None) -> str:
    said = words or "no reason given"
    return said if len(said) <= _MOST_WORDS else f"{said[: _MOST_WORDS - 1]}…"


def _owner(owner: JsonObject) -> str:
    return str(owner["role"])


REMEDIATION_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.REMEDIATION_OPENED: _opened,
    EventKind.REMEDIATION_ACCEPTED: _accepted,
    EventKind.REMEDIATION_DECLINED: _declined,
    EventKind.REMEDIATION_REASSIGNED: _reassigned,
    EventKind.EXTENSION_REQUESTED: _extension,
    EventKind.REMEDIATION_EXTENDED: _extended,
    EventKind.REMEDIATION_IMPLEMENTED: _implemented,
    EventKind.REMEDIATION_VALIDATED: _validated,
    EventKind.REMEDIATION_RETURNED: _returned,
    EventKind.RISK_ACCEPTANCE_REQUESTED: _risk,
    EventKind.REMEDIATION_RISK_ACCEPTED: _risk_accepted,
    EventKind.REMEDIATION_REOPENED: _reopened,
    EventKind.REMEDIATION_LINKED: _linked,
    EventKind.REMEDIATION_CLOSED: _closed,
}
"""By kind; part of the registry of all sentences."""
