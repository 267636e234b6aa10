"""The values that a template finds filled in: from the incident, its facts, and its register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from holdfast.domain.communication.kinds import Purpose
from holdfast.domain.communication.message import ANSWER_LINK, ScheduledFor
from holdfast.domain.communication.template_values import OFFERED, ValueKind
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.fact_catalogue import FACTS
from holdfast.domain.incident.following import UPDATE_CLOCK
from holdfast.dora.register import Register
from holdfast.store.communications.call_values import values_of_call
from holdfast.store.communications.known_values import KnownValue
from holdfast.store.communications.told_incident import StatedFact, ToldIncident

__all__ = ["prefilled"]

_PROMISING = frozenset({Purpose.HOLDING_STATEMENT, Purpose.SITUATION_UPDATE, Purpose.CLIENT_NOTICE})
"""Purposes whose messages say when the next one follows."""

_NO_MEMBER_STATE = "none"

_NO_LINK = "(answer link)"
"""Of these characters no place of a link can come about anew."""


def prefilled(
    told: ToldIncident, register: Register | None, wish: DraftWish, at: datetime
) -> dict[str, KnownValue]:
    """All values that are known at that instant for such a draft, by name; others are unknown."""
    known = {**_facts(told), **told.values, **_of_the_draft(told, wish, at)}
    known |= _registered(told, register)
    if (due := _next_update(told, wish, at)) is not None:
        known["next_update_due"] = due
    if wish.call is not None:
        known |= values_of_call(wish.call, told, at)
    return {name: _without_link(name, value) for name, value in known.items()}


def _without_link(name: str, value: KnownValue) -> KnownValue:
    """The value, without the place of a link: no title of an alert may make one, or stop a text."""
    if name == "answer_link":
        return value
    raw = value.raw
    if isinstance(raw, str):
        return replace(value, raw=raw.replace(ANSWER_LINK, _NO_LINK))
    if isinstance(raw, tuple):
        return replace(value, raw=tuple(each.replace(ANSWER_LINK, _NO_LINK) for each in raw))
    return value


def _of_the_draft(told: ToldIncident, wish: DraftWish, at: datetime) -> dict[str, KnownValue]:
    known = {
        "audience": KnownValue(ValueKind.TEXT, str(wish.audience)),
        "internal": KnownValue(ValueKind.BOOLEAN, wish.audience.internal),
        "drafted_at": KnownValue(ValueKind.MOMENT, at),
    }
    fired = next(
        (entry for why, roles, entry in told.firings if (why, roles) == (wish.because, wish.roles)),
        None,
    )
    if wish.because is not None:
        known["because"] = KnownValue(ValueKind.TEXT, wish.because, (fired,))
    if wish.roles:
        roles = tuple(role.value.replace("_", " ") for role in wish.roles)
        known["roles"] = KnownValue(ValueKind.LIST, roles, (fired,) * len(roles))
    if wish.supersedes in told.published:
        corrected = told.published[wish.supersedes]
        known["correction_of"] = KnownValue(ValueKind.MOMENT, corrected.at, (corrected.entry,))
    return known


def _registered(told: ToldIncident, register: Register | None) -> dict[str, KnownValue]:
    found = [(name, register.service(name) if register else None) for name in told.services]
    services = [service.name if service else name for name, service in found]
    entities, vendors = list[str](), list[str]()
    for _, service in found:
        if register and service:
            entities.append(register.entities[service.entity].name)
            vendors += [
                register.providers[vendor].name
                for vendor in service.vendors
                if vendor in register.providers
            ]
    named = {"services": services, "entities": entities, "vendors": vendors}
    return {name: _names(each, told.services_entry) for name, each in named.items() if each}


def _names(names: Iterable[str], entry: str | None) -> KnownValue:
    once = tuple(dict.fromkeys(names))
    return KnownValue(ValueKind.LIST, once, (entry,) * len(once))


def _next_update(told: ToldIncident, wish: DraftWish, at: datetime) -> KnownValue | None:
    """Until when the next message is promised, or the next update is due.

    A message that promises another one stands in for the update that is due now: what it promises
    is the one after that. Without a clock the cadence is counted from when it leaves at the
    earliest.
    """
    if "recovered_at" in told.values:
        return None
    own, team = told.clocks.get(f"update/{wish.audience}"), told.clocks.get(UPDATE_CLOCK)
    if wish.purpose in _PROMISING:
        earliest = max(at, wish.release.at) if isinstance(wish.release, ScheduledFor) else at
        if told.update_every is not None:
            began = max(own.due_at, earliest) if own and own.open else earliest
            entry = own.entry if own and own.open else told.values["severity"].entries[0]
            promised = began + told.update_every / (told.pace or 1)
            return KnownValue(ValueKind.MOMENT, promised, (entry,))
    due = [clock for clock in (own, team) if clock and clock.open and clock.due_at > at]
    if not due:
        return None
    nearest = min(due, key=lambda clock: clock.due_at)
    return KnownValue(ValueKind.MOMENT, nearest.due_at, (nearest.entry,))


def _facts(told: ToldIncident) -> dict[str, KnownValue]:
    found = ((name, _fact(told, name)) for name in FACTS)
    return {name: value for name, value in found if value is not None}


def _fact(told: ToldIncident, name: str) -> KnownValue | None:
    kind = OFFERED[name].kind
    stated = _statements(told, name)
    if kind is ValueKind.BOOLEAN:
        return _boolean(told, name, stated)
    if not stated or (name == "restored_at" and len(stated) < len(told.services)):
        return None
    if kind is ValueKind.MOMENT:
        return _moment(name, stated)
    if kind is ValueKind.LIST:
        return _list(stated[0])
    worst = max(stated, key=_weight)
    value = worst.value if isinstance(worst.value, int) else str(worst.value)
    return KnownValue(kind, value, (worst.entry,), estimate=worst.estimate)


def _boolean(told: ToldIncident, name: str, stated: Sequence[StatedFact]) -> KnownValue | None:
    """The worst statement; a fact that follows from others is true if one is, false if all are."""
    worst = next((each for each in stated if each.value is True), None)
    others = [_fact(told, other) for other in FACTS[name].follows_from]
    if worst is None and (implied := next((each for each in others if each and each.raw), None)):
        return implied
    if worst := worst or next(iter(stated), None):
        return KnownValue(ValueKind.BOOLEAN, worst.value is True, (worst.entry,))
    return others[0] if others and all(each is not None for each in others) else None


def _moment(name: str, stated: Sequence[StatedFact]) -> KnownValue:
    """The last of moments at which something was over, the first of all others."""
    moments = [(datetime.fromisoformat(str(each.value)), each.entry) for each in stated]
    at, entry = max(moments) if name == "restored_at" else min(moments)
    return KnownValue(ValueKind.MOMENT, at, (entry,))


def _list(stated: StatedFact) -> KnownValue:
    codes = tuple(str(stated.value).split(" "))
    codes = () if codes == (_NO_MEMBER_STATE,) else codes
    return KnownValue(ValueKind.LIST, codes, (stated.entry,) * len(codes))


def _statements(told: ToldIncident, name: str) -> list[StatedFact]:
    keys = [name, *(f"{name}@{service}" for service in told.services)]
    every = (told.facts.get(key) for key in keys)
    return [each for each in every if each is not None and each.value is not None]


def _weight(stated: StatedFact) -> int:
    return stated.value if isinstance(stated.value, int) else 0
