"""What the provider has said, when the clocks stood still for it, and what it restored.

Of every statement three things are kept apart: when it was made, when it was recorded here, and who
has entered it. Who spoke for the provider is sealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.roles import Actor
from holdfast.domain.third_party.asking import Attachment
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.domain.values import (
    Count,
    Digest,
    Duration,
    Frozen,
    Identifier,
    Instant,
    Line,
    Text,
    Token,
)
from holdfast.dora.register.terms import VendorClock
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.chain import Chain
from holdfast.evidence.oversight.held_times import HeldTime
from holdfast.evidence.oversight.taken_decisions import TakenDecision

__all__ = [
    "AskedPause",
    "ProviderStatement",
    "Relapse",
    "Restoration",
    "Withdrawal",
    "pauses",
    "relapses",
    "restorations",
    "statements",
    "withdrawal",
]


class ProviderStatement(Frozen):
    """What the provider has said: when, how it reached us, who entered it, and what it met.

    `recorded_after_seconds` is negative where the provider's clock goes ahead of ours. `meets` are
    the times that it met; `sealed` names what of it is sealed.
    """

    entry: Identifier
    round: Count
    said: Said
    said_at: Instant
    recorded_at: Instant
    recorded_after_seconds: int
    recorded_late_by_us: bool
    source: Source
    entered_by: Actor
    entered_by_provider: bool
    text: Text | None
    estimated_at: Instant | None
    documents: tuple[Attachment, ...]
    their_reference: Line | None
    reference: Line | None
    link: Digest | None
    meets: tuple[Identifier, ...]
    sealed: tuple[Token, ...]


class AskedPause(Frozen):
    """A pause that was asked for: the contract's reason, what was decided, and when it ended.

    `granted` is None while nobody has decided; `decision` is the request that asks.
    """

    entry: Identifier
    pause: Count
    round: Count
    asked_at: Instant
    asked_by: Actor
    reason: Token
    because: Line
    statement: Text
    clocks: tuple[VendorClock, ...]
    longest: Duration
    decision: Identifier | None
    granted: bool | None
    since: Instant | None
    until: Instant | None = None
    ended: Identifier | None = None
    ended_by_time: bool | None = None
    ended_because: Text | None = None


class Restoration(Frozen):
    """That the service was restored: as of when, and who here has confirmed it."""

    entry: Identifier
    round: Count
    restored_at: Instant
    confirmed_at: Instant
    confirmed_by: Actor


class Relapse(Frozen):
    """That what was restored is broken again; `round` is the one that begins."""

    entry: Identifier
    round: Count
    at: Instant
    by: Actor
    statement: Text


class Withdrawal(Frozen):
    """That nothing is asked of the provider any more, and why."""

    entry: Identifier
    at: Instant
    by: Actor
    because: Text


def statements(
    chain: Chain, times: Iterable[HeldTime], decisions: Iterable[TakenDecision]
) -> tuple[ProviderStatement, ...]:
    """Everything that the provider has said, in the order in which it was recorded."""
    held = tuple(times)
    confirmed = {
        each.claim: each.decided.entry
        for each in decisions
        if each.claim is not None and each.decided is not None
    }
    found = []
    for entry in chain.own_of(EventKind.THIRD_PARTY_STATED):
        bases = {entry.id, confirmed.get(entry.id, entry.id)}
        met = dict.fromkeys(each.id for each in held if bases.intersection(each.met_by))
        found.append(_statement(entry, tuple(met)))
    return tuple(found)


def _statement(entry: Entry, meets: tuple[str, ...]) -> ProviderStatement:
    event, payload = entry.event, entry.event.payload
    said_at = datetime.fromisoformat(payload["said_at"])
    source = Source(payload["source"])
    return ProviderStatement(
        entry=entry.id,
        round=payload["round"],
        said=payload["said"],
        said_at=said_at,
        recorded_at=entry.occurred_at,
        recorded_after_seconds=int((entry.occurred_at - said_at).total_seconds()),
        recorded_late_by_us=payload["late_by_us"],
        source=source,
        entered_by=event.actor,
        entered_by_provider=source.of_provider,
        text=payload["text"],
        estimated_at=payload["estimated_at"],
        documents=tuple(Attachment.model_validate(each) for each in payload["documents"]),
        their_reference=payload["their_reference"],
        reference=payload["reference"],
        link=payload["link"],
        meets=meets,
        sealed=tuple(sorted(event.sealed)),
    )


def pauses(chain: Chain, decisions: Iterable[TakenDecision]) -> tuple[AskedPause, ...]:
    """All pauses that were asked for, in order."""
    asked = {each.about.id: each for each in decisions if each.about is not None}
    return tuple(
        _pause(chain, entry, asked.get(entry.event.subject.id))
        for entry in chain.own_of(EventKind.PAUSE_REQUESTED)
    )


def _pause(chain: Chain, entry: Entry, decision: TakenDecision | None) -> AskedPause:
    payload = entry.event.payload
    decided = decision.decided if decision else None
    granted = None if decision is None or decided is None else decision.outcome == "granted"
    pause = AskedPause(
        entry=entry.id,
        pause=payload["pause"],
        round=payload["round"],
        asked_at=entry.occurred_at,
        asked_by=entry.event.actor,
        reason=payload["reason"],
        because=payload["because"],
        statement=payload["statement"],
        clocks=tuple(VendorClock(clock) for clock in payload["clocks"]),
        longest=payload["longest"],
        decision=decision.request if decision else None,
        granted=granted,
        since=decided.at if granted and decided else None,
    )
    for ended in chain.own_of(EventKind.PAUSE_ENDED):
        if ended.event.payload["pause"] == pause.pause:
            return pause.model_copy(update=_ended(ended))
    return pause


def _ended(entry: Entry) -> dict[str, object]:
    payload = entry.event.payload
    return {
        "until": entry.occurred_at,
        "ended": entry.id,
        "ended_by_time": payload["by_time"],
        "ended_because": payload["statement"],
    }


def restorations(chain: Chain) -> tuple[Restoration, ...]:
    """What was confirmed as restored, once a round."""
    return tuple(
        Restoration(
            entry=entry.id,
            round=entry.event.payload["round"],
            restored_at=entry.event.payload["claimed_at"],
            confirmed_at=entry.occurred_at,
            confirmed_by=Actor.model_validate(entry.event.payload["by"]),
        )
        for entry in chain.own_of(EventKind.THIRD_PARTY_RESTORED)
    )


def relapses(chain: Chain) -> tuple[Relapse, ...]:
    """What broke again, in order."""
    return tuple(
        Relapse(
            entry=entry.id,
            round=entry.event.payload["round"],
            at=entry.occurred_at,
            by=entry.event.actor,
            statement=entry.event.payload["statement"],
        )
        for entry in chain.own_of(EventKind.THIRD_PARTY_RELAPSED)
    )


def withdrawal(chain: Chain) -> Withdrawal | None:
    """Why nothing is asked any more; None where that is not so."""
    for entry in chain.own_of(EventKind.THIRD_PARTY_WITHDRAWN):
        because = entry.event.payload["because"]
        return Withdrawal(
            entry=entry.id, at=entry.occurred_at, by=entry.event.actor, because=because
        )
    return None
