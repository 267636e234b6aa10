"""What a template may say of an incident without anybody typing it: names, kinds and meanings.

Facts stand under their names in the catalogue of facts; of a fact that belongs to services, the
worst statement over all of them.
"""

from __future__ import annotations

from enum import StrEnum

from holdfast.domain.fact_catalogue import FACTS, FactType
from holdfast.domain.values import Frozen, Line

__all__ = ["OFFERED", "OfferedValue", "ValueKind"]


class ValueKind(StrEnum):
    """How a value is shown, and what a template may do with it."""

    TEXT = "text"
    COUNT = "count"
    BOOLEAN = "boolean"
    """Asked with `{% if … %}`, never printed."""
    MOMENT = "moment"
    LIST = "list"
    """Texts, in order."""


class OfferedValue(Frozen):
    """A value by its kind and its meaning."""

    kind: ValueKind
    meaning: Line


def _text(meaning: str) -> OfferedValue:
    return OfferedValue(kind=ValueKind.TEXT, meaning=meaning)


def _moment(meaning: str) -> OfferedValue:
    return OfferedValue(kind=ValueKind.MOMENT, meaning=meaning)


def _list(meaning: str) -> OfferedValue:
    return OfferedValue(kind=ValueKind.LIST, meaning=meaning)


def _boolean(meaning: str) -> OfferedValue:
    return OfferedValue(kind=ValueKind.BOOLEAN, meaning=meaning)


_OF_THE_INCIDENT = {
    "incident": _text("The incident's id"),
    "title": _text("Its title, as it was reported"),
    "severity": _text("The assigned severity, SEV1 to SEV4"),
    "priority": _text("The assigned priority, P1 to P4"),
    "phase": _text("The phase: detect, triage, contain, recover, learn or closed"),
    "opened_at": _moment("When it was opened here"),
    "aware_at": _moment("When the entity became aware of it"),
    "contained_at": _moment("When it was declared contained"),
    "recovered_at": _moment("When the recovery was validated"),
    "services": _list("The affected services, by their names in the register"),
    "entities": _list("The financial entities whose services those are, by name"),
    "vendors": _list("The providers of those services, by name"),
    "major": _boolean("It was decided that the incident is major"),
    "actions_taken": _list("The actions performed, the latest twenty, oldest first"),
    "next_update_due": _moment("Until when the next update is due"),
}

_OF_THE_MESSAGE = {
    "audience": _text("To whom it is addressed, such as clients"),
    "internal": _boolean("It stays within the financial entity"),
    "drafted_at": _moment("When this version was drafted"),
    "because": _text("Why an escalation brings somebody in"),
    "roles": _list("Whom an escalation brings in"),
    "correction_of": _moment("When the message that this one corrects was published"),
}

_KINDS = {
    FactType.BOOLEAN: ValueKind.BOOLEAN,
    FactType.COUNT: ValueKind.COUNT,
    FactType.TEXT: ValueKind.TEXT,
    FactType.INSTANT: ValueKind.MOMENT,
    FactType.MEMBER_STATES: ValueKind.LIST,
}

OFFERED: dict[str, OfferedValue] = {
    **_OF_THE_INCIDENT,
    **_OF_THE_MESSAGE,
    **{
        name: OfferedValue(kind=_KINDS[fact.type], meaning=fact.meaning)
        for name, fact in FACTS.items()
    },
}
"""All of them, by name."""
