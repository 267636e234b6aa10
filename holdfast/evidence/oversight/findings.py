"""What oversight finds: breaches and failovers, where it began, weaknesses, reviews, measures."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.domain.actions import ActionState
from holdfast.domain.events import EventKind
from holdfast.domain.roles import Actor, Role
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.asking import OversightReview
from holdfast.domain.third_party.kinds import MeasureKind
from holdfast.domain.values import Count, Digest, Frozen, Identifier, Instant, Line, Text
from holdfast.dora.register.services import Day
from holdfast.dora.register.terms import Failover, VendorClock
from holdfast.evidence.oversight.chain import Chain
from holdfast.evidence.oversight.held_times import HeldTime, Moment, Result
from holdfast.evidence.oversight.taken_decisions import TakenDecision

__all__ = [
    "Breach",
    "FollowingMeasure",
    "FoundWeakness",
    "PerformedFailover",
    "SignOff",
    "StatedOrigin",
    "WrittenReview",
    "breaches",
    "failovers",
    "measures",
    "origins",
    "proposed_failovers",
    "reviews",
    "weaknesses",
]


class Breach(Frozen):
    """That a time of the contract has passed, and what the contract says of that.

    `kept_after_all` is True where it was told later that the time had been kept.
    """

    entry: Identifier
    at: Instant
    round: Count
    clock: VendorClock
    due_at: Instant
    severity: Severity | None
    penalties: Text | None
    failover: Failover | None
    kept_after_all: bool


class PerformedFailover(Frozen):
    """A failover that a breach has proposed, and how far it came.

    `settled` is when it was approved or rejected.
    """

    action: Identifier
    what: Line
    service: Identifier | None
    state: ActionState
    proposed: Moment
    decision: Identifier | None
    settled: Moment | None = None
    performed: Moment | None = None
    result: Text | None = None


class StatedOrigin(Frozen):
    """Where in the provider's chain it began. Rank 1 is the provider itself.

    A later statement takes the place of an earlier one.
    """

    entry: Identifier
    at: Instant
    by: Actor
    rank: Count
    provider: Identifier | None
    name: Line
    code_type: Line | None
    code: Line | None
    statement: Text


class FoundWeakness(Frozen):
    """A weakness, found by the rules themselves or by somebody."""

    entry: Identifier
    at: Instant
    by: Actor
    weakness: Line
    detail: Text | None
    found_by_rules: bool


class SignOff(Frozen):
    """What a role said of a review; `outcome` is None while it has not answered."""

    role: Role
    decision: Identifier
    outcome: Line | None
    by: Actor | None
    at: Instant | None


class WrittenReview(Frozen):
    """A draft of the oversight review, and who has signed exactly it off."""

    entry: Identifier
    at: Instant
    by: Actor
    version: Count
    digest: Digest | None
    review: OversightReview
    breaches: tuple[Identifier, ...]
    weaknesses: tuple[Line, ...]
    critical: bool
    sign_offs: tuple[SignOff, ...]


class FollowingMeasure(Frozen):
    """What has to follow; `basis` is the article that asks for it."""

    entry: Identifier
    at: Instant
    id: Identifier
    kind: MeasureKind
    title: Line
    basis: Line | None
    owner: Role | None
    due_on: Day | None


def breaches(chain: Chain, times: Iterable[HeldTime]) -> tuple[Breach, ...]:
    """All times that have passed, in order."""
    kept = {each.missed.entry for each in times if each.missed and each.result is Result.KEPT}
    return tuple(
        Breach(
            entry=entry.id,
            at=entry.occurred_at,
            kept_after_all=bool(kept.intersection(entry.event.causes)),
            **{name: entry.event.payload[name] for name in _BREACH},
        )
        for entry in chain.own_of(EventKind.THIRD_PARTY_BREACHED)
    )


_BREACH = ("round", "clock", "due_at", "severity", "penalties", "failover")


def proposed_failovers(chain: Chain) -> list[str]:
    """The ids of the actions that the breaches of an escalation have proposed."""
    breached = [entry.id for entry in chain.own_of(EventKind.THIRD_PARTY_BREACHED)]
    proposed = [
        each.event.subject.id
        for entry in breached
        for each in chain.following(entry, EventKind.ACTION_PROPOSED)
    ]
    return list(dict.fromkeys(proposed))


def failovers(chain: Chain, decisions: Iterable[TakenDecision]) -> tuple[PerformedFailover, ...]:
    """What was proposed to take the provider's place."""
    asked = {each.about.id: each.request for each in decisions if each.about is not None}
    return tuple(_failover(chain, each, asked.get(each)) for each in proposed_failovers(chain))


def _failover(chain: Chain, action: str, decision: str | None) -> PerformedFailover:
    kinds = (kind for kind in EventKind if kind.startswith("action."))
    first, *later = [each for each in chain.of(*kinds) if each.event.subject.id == action]
    payload = first.event.payload
    failover = PerformedFailover(
        action=action,
        what=payload["action"],
        service=payload["service"],
        state=payload["state"],
        proposed=Moment(at=first.occurred_at, entry=first.id),
        decision=decision,
    )
    for entry in later:
        now = Moment(at=entry.occurred_at, entry=entry.id)
        update: dict[str, object] = {"state": ActionState(entry.event.payload["state"])}
        if entry.event.kind is EventKind.ACTION_PERFORMED:
            update |= {"performed": now, "result": entry.event.payload["result"]}
        else:
            update["settled"] = now
        failover = failover.model_copy(update=update)
    return failover


def origins(chain: Chain) -> tuple[StatedOrigin, ...]:
    """What was stated of the origin, the latest last."""
    return tuple(
        StatedOrigin(
            entry=entry.id,
            at=entry.occurred_at,
            by=entry.event.actor,
            provider=entry.event.payload["origin_provider"],
            **{name: entry.event.payload[name] for name in _ORIGIN},
        )
        for entry in chain.own_of(EventKind.ORIGIN_STATED)
    )


_ORIGIN = ("rank", "name", "code_type", "code", "statement")


def weaknesses(chain: Chain) -> tuple[FoundWeakness, ...]:
    """All weaknesses, in the order in which they were found."""
    return tuple(
        FoundWeakness(
            entry=entry.id,
            at=entry.occurred_at,
            by=entry.event.actor,
            weakness=entry.event.payload["weakness"],
            detail=entry.event.payload["detail"],
            found_by_rules=entry.event.payload["found_by_rules"],
        )
        for entry in chain.own_of(EventKind.WEAKNESS_FOUND)
    )


def reviews(chain: Chain, decisions: Iterable[TakenDecision]) -> tuple[WrittenReview, ...]:
    """All drafts of the oversight review, the latest last."""
    asked = [each for each in decisions if each.about and each.about.type == "oversight_review"]
    return tuple(
        WrittenReview(
            entry=entry.id,
            at=entry.occurred_at,
            by=entry.event.actor,
            version=entry.event.payload["version"],
            digest=entry.event.subject.digest,
            review=OversightReview.model_validate(entry.event.payload["review"]),
            breaches=tuple(entry.event.payload["breaches"]),
            weaknesses=tuple(entry.event.payload["weaknesses"]),
            critical=entry.event.payload["critical"],
            sign_offs=_sign_offs(asked, entry.event.subject.digest),
        )
        for entry in chain.own_of(EventKind.THIRD_PARTY_REVIEWED)
    )


def _sign_offs(asked: Iterable[TakenDecision], digest: str | None) -> tuple[SignOff, ...]:
    return tuple(
        SignOff(
            role=each.roles[0],
            decision=each.request,
            outcome=each.outcome if each.decided else "voided" if each.voided else None,
            by=each.answers[-1].by if each.decided and each.answers else None,
            at=each.decided.at if each.decided else None,
        )
        for each in asked
        if each.about is not None and each.about.digest == digest
    )


def measures(chain: Chain) -> tuple[FollowingMeasure, ...]:
    """What was proposed to follow, in order."""
    return tuple(
        FollowingMeasure(
            entry=entry.id,
            at=entry.occurred_at,
            id=entry.event.subject.id,
            **{name: entry.event.payload[name] for name in _MEASURE},
        )
        for entry in chain.own_of(EventKind.REMEDIATION_PROPOSED)
    )


_MEASURE = ("kind", "title", "basis", "owner", "due_on")
