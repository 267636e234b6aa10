"""Calling a provider: a round begins, its times run, and when one has passed its ladder is climbed.

Each call is an entry that says all that its message needs; the incident opens the communication.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.clocks import Rang
from holdfast.domain.events import EventKind
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.kinds import EscalationStage, Invocation
from holdfast.domain.third_party.times import clock_of, vendor_schedule
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.register.terms import ProviderRung, VendorClock

__all__ = [
    "CALLS",
    "arm",
    "begin_round",
    "breach_content",
    "call_again",
    "climb",
    "missed",
    "rearm",
    "tell_severity",
]

CALLS = frozenset({EventKind.THIRD_PARTY_ASKED, EventKind.THIRD_PARTY_CALLED})
"""The entries each of which is a message to the provider."""

_LONGEST_REASON = 2_000
"""Characters of why a provider is called: people may have said more, and a message must not."""

_TITLES = {
    VendorClock.ACKNOWLEDGE: "acknowledge our call",
    VendorClock.FIRST_RESPONSE: "give a first response",
    VendorClock.UPDATE: "give the next update",
    VendorClock.WORKAROUND: "offer a workaround",
    VendorClock.RESTORE: "restore the service",
}
_TOLD_BY_ITSELF = frozenset({VendorClock.ACKNOWLEDGE, VendorClock.FIRST_RESPONSE})


def begin_round(
    work: EscalationWork,
    because: str,
    asked_at: datetime,
    now: datetime,
    *,
    causes: tuple[str, ...],
) -> None:
    """Ask the provider, and let its times run from an aware instant."""
    state = work.state
    state.round, state.rung = state.round + 1, 0
    state.stage, state.asked_at, state.heard_at = EscalationStage.ASKED, asked_at, None
    content: JsonObject = {
        "severity": str(state.severity) if state.severity else None,
        "asked_at": rfc3339(asked_at),
        **_call(work, because, None, None, now),
    }
    asked = work.tell(work.note(EventKind.THIRD_PARTY_ASKED, content, causes=causes))
    notified = state.round == 1 and state.opening.invocation is Invocation.NOTIFICATION
    for clock in VendorClock:
        if not (notified and clock in _TOLD_BY_ITSELF):
            arm(work, clock, asked_at, now, asked)


def arm(
    work: EscalationWork, clock: VendorClock, since: datetime, now: datetime, cause: str
) -> None:
    """Let one of the times run since an aware instant, if it is promised."""
    found = vendor_schedule(work.taken, work.state.severity, clock, since)
    if found is None:
        return
    _, schedule = found
    work.clocks.arm(
        work.clock_id(clock),
        f"{work.taken.provider_name}: {_TITLES[clock]}"[:200],
        now,
        schedule,
        since=since,
        policy=work.taken.register_of_information,
        causes=(cause,),
    )


def rearm(work: EscalationWork, severity: Severity, now: datetime, cause: str) -> None:
    """Let the times that run be those of a new severity, since when they always ran, and say so."""
    state, same = work.state, severity is work.state.severity
    state.severity = severity
    if same or state.taken is None or not state.stage.running or state.asked_at is None:
        return
    running = [
        clock
        for clock in VendorClock
        if (known := work.clocks.get(work.clock_id(clock))) is not None and known.running
    ]
    for clock in running:
        heard = state.heard_at if clock is VendorClock.UPDATE else None
        arm(work, clock, heard or state.asked_at, now, cause)
    if running:
        tell_severity(work, severity, now, cause)


def tell_severity(work: EscalationWork, severity: Severity, now: datetime, cause: str) -> None:
    """Tell the provider that other times of the contract count than it was told before."""
    because = f"Our severity is {severity} now: its times count, from when you were asked."
    content = {"why": "severity", "clock": str(VendorClock.RESTORE)}
    content |= _call(work, because, None, None, now)
    work.tell(work.note(EventKind.THIRD_PARTY_CALLED, content, causes=(cause,)))


def missed(work: EscalationWork, rang: Rang, clock: VendorClock, now: datetime) -> None:
    """Record the breach, give the incident notice, and call the rung that was reached."""
    state = work.state
    state.breaches.append(rang.clock.id)
    content = breach_content(work, clock, rang.clock.due_at)
    breached = work.note(EventKind.THIRD_PARTY_BREACHED, content, causes=(rang.entry,))
    work.tell(breached)
    if state.stage.running:
        _call_rung(work, "breach", rang, now, breached)


def climb(work: EscalationWork, rang: Rang, now: datetime) -> None:
    """Call the next rung of the provider's ladder, unless another time has led there before."""
    state = work.state
    if rang.rung is None or rang.rung <= state.rung or not state.stage.running:
        return
    state.rung = rang.rung
    _call_rung(work, "rung", rang, now, rang.entry)


def call_again(work: EscalationWork, because: str, now: datetime, cause: str) -> None:
    """Tell the provider that what it says is restored is not."""
    content = {"why": "not_restored", "clock": str(VendorClock.RESTORE)}
    content |= _call(work, because, None, None, now)
    work.tell(work.note(EventKind.THIRD_PARTY_CALLED, content, causes=(cause,)))


def breach_content(work: EscalationWork, clock: VendorClock, due_at: datetime) -> JsonObject:
    """What a breach means: what the contract says of it, and what could take over."""
    terms, severity = work.taken.terms, work.state.severity
    failover = terms.failover if terms and terms.failover and clock in terms.failover.on else None
    return {
        "clock": str(clock),
        "due_at": rfc3339(due_at),
        "severity": str(severity) if severity else None,
        "penalties": terms.penalties if terms else None,
        "failover": failover.model_dump(mode="json") if failover else None,
    }


def _call_rung(work: EscalationWork, why: str, rang: Rang, now: datetime, cause: str) -> None:
    clock = clock_of(rang.clock.id)
    title = _TITLES[clock] if clock else rang.clock.title
    because = f"You had to {title} by {rang.clock.due_at:%Y-%m-%d %H:%M} UTC."
    content: JsonObject = {"why": why, "clock": str(clock)}
    content |= _call(work, because, str(clock), rang.clock.due_at, now)
    work.tell(work.note(EventKind.THIRD_PARTY_CALLED, content, causes=(cause,)))


def _call(
    work: EscalationWork, because: str, about: str | None, due_at: datetime | None, now: datetime
) -> JsonObject:
    """Whom of the provider to call, and what the message has to say."""
    state, taken = work.state, work.taken
    rung = taken.terms.ladder[state.rung] if taken.terms else None
    return {
        "rung": state.rung,
        **_called(rung),
        "call": {
            "escalation": state.opening.id,
            "provider": taken.provider_name,
            "contract": taken.contract,
            "because": because[:_LONGEST_REASON],
            "rung": rung.title if rung and state.rung else None,
            "about": about,
            "due_at": rfc3339(due_at) if due_at else None,
            "their_reference": state.their_reference,
            "answer_until": rfc3339(now + taken.rules.link_lifetime),
        },
    }


def _called(rung: ProviderRung | None) -> JsonObject:
    """Without a ladder the message goes where the policy sends what is for providers."""
    if rung is None:
        nobody: JsonObject = {"title": None, "contacts": [], "channel": None}
        return {**nobody, "alternative": None, "language": None}
    return {
        "title": rung.title,
        "contacts": list(rung.contacts),
        "channel": rung.channel,
        "alternative": rung.alternative,
        "language": rung.language,
    }
