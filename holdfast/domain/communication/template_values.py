"""What a template may say of an incident without anybody typing it: names, kinds and meanings.

Facts stand under their names in the catalogue of facts; of a fact that belongs to services, the
worst statement over all of them.
"""

from __future__ import annotations

from enum import StrEnum

from holdfast.domain.fact_catalogue import FACTS, FactType
from holdfast.domain.values import Frozen, Line
from holdfast.dora.register.terms import VendorClock

__all__ = [
    "ALWAYS_SAID_BY_A_CALL",
    "OFFERED",
    "OF_A_CALL",
    "TIMES_OF_A_CALL",
    "OfferedValue",
    "ValueKind",
]


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

TIMES_OF_A_CALL = {
    "acknowledge_by": VendorClock.ACKNOWLEDGE,
    "respond_by": VendorClock.FIRST_RESPONSE,
    "update_by": VendorClock.UPDATE,
    "workaround_by": VendorClock.WORKAROUND,
    "restore_by": VendorClock.RESTORE,
}
"""The values that say by when a provider has to do what, while that time runs."""

OF_A_CALL = {
    "provider": _text("The provider that is called, by its name in the register"),
    "contract": _text("The reference of the contract under which it is called"),
    "escalation": _text("Our reference, by which answers are matched: INC-…/third-party-N"),
    "call_reason": _text("Why the provider is called"),
    "call_rung": _text("The rung of its own ladder that is called, from the second on"),
    "overdue_time": _text(f"Which of its times has passed: {', '.join(VendorClock)}"),
    "overdue_since": _moment("When that time has passed"),
    "acknowledge_by": _moment("Until when the provider has to acknowledge the call"),
    "respond_by": _moment("Until when it has to give a first response"),
    "update_by": _moment("Until when it has to give the next update"),
    "workaround_by": _moment("Until when it has to offer a workaround"),
    "restore_by": _moment("Until when it has to restore the service"),
    "their_reference": _text("The provider's own reference"),
    "answer_link": _text("The place of the link by which to answer"),
    "answer_until": _moment("Until when the link opens"),
}
"""What only the call of a provider knows."""

ALWAYS_SAID_BY_A_CALL = (
    *("incident", "title", "phase", "opened_at", "aware_at", "audience", "drafted_at"),
    *("provider", "contract", "escalation", "call_reason", "answer_link", "answer_until"),
)
"""What every call of a provider can print; of all else it has to be asked whether it is known."""

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
    **OF_A_CALL,
    **{
        name: OfferedValue(kind=_KINDS[fact.type], meaning=fact.meaning)
        for name, fact in FACTS.items()
    },
}
"""All of them, by name."""
