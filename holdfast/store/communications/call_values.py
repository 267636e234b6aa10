"""The values of a call of a provider: what the call says, and by when which of its times runs out.

All of them are said by an entry: the call itself, or the clock that the escalation has armed.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.communication.message import ANSWER_LINK
from holdfast.domain.communication.template_values import TIMES_OF_A_CALL, ValueKind
from holdfast.domain.communication.wishes import VendorCall
from holdfast.domain.third_party.naming import escalation_named, escalation_prefix
from holdfast.store.communications.known_values import KnownValue
from holdfast.store.communications.told_incident import ClockTold, ToldIncident

__all__ = ["values_of_call"]

_LONGEST_REASON = 2_000
"""Characters of the reason: no message may become too long by what somebody has written there."""


def values_of_call(call: VendorCall, told: ToldIncident, at: datetime) -> dict[str, KnownValue]:
    """What the message of that call may say, by name; `at` is aware."""
    said = {
        "provider": call.provider,
        "contract": call.contract,
        "escalation": call.escalation,
        "call_reason": _cut(call.because),
        "call_rung": call.rung,
        "overdue_time": call.about,
        "their_reference": call.their_reference,
        "answer_link": ANSWER_LINK,
    }
    moments = {"overdue_since": call.due_at, "answer_until": call.answer_until}
    known = {
        name: KnownValue(ValueKind.TEXT, text, (call.entry,))
        for name, text in said.items()
        if text is not None
    }
    known |= {
        name: KnownValue(ValueKind.MOMENT, moment, (call.entry,))
        for name, moment in moments.items()
        if moment is not None
    }
    return known | _times(call, told, at)


def _times(call: VendorCall, told: ToldIncident, at: datetime) -> dict[str, KnownValue]:
    """Until when each time of the contract runs that still runs and lies ahead."""
    named = escalation_named(call.escalation)
    if named is None:
        return {}
    found = {
        name: _latest(told, f"{escalation_prefix(named[1])}{clock}-")
        for name, clock in TIMES_OF_A_CALL.items()
    }
    return {
        name: KnownValue(ValueKind.MOMENT, clock.due_at, (clock.entry,))
        for name, clock in found.items()
        if clock is not None and clock.open and clock.due_at > at
    }


def _latest(told: ToldIncident, prefix: str) -> ClockTold | None:
    """The clock of the last round: each time that something breaks again, there is another one."""
    rounds = {
        int(number): clock
        for clock_id, clock in told.clocks.items()
        if clock_id.startswith(prefix) and (number := clock_id.removeprefix(prefix)).isdigit()
    }
    return rounds[max(rounds)] if rounds else None


def _cut(reason: str) -> str:
    if len(reason) <= _LONGEST_REASON:
        return reason
    return f"{reason[: _LONGEST_REASON - 1].rstrip()}…"
