"""The decisions of an escalation: asked of whom, answered by whom and why, bypassed, ratified.

Those that its own workflow has put, and two that its incident has put for it: whether to invoke it,
and whether the failover is performed that a breach has proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import Frozen, Identifier, Instant, Line, Text, Token
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.chain import Chain
from holdfast.evidence.oversight.held_times import Moment

__all__ = ["GivenAnswer", "TakenDecision", "UsedBypass", "taken_decisions"]


class GivenAnswer(Frozen):
    """An answer that counted: whose, when, and why."""

    entry: Identifier
    at: Instant
    by: Actor
    option: Token
    rationale: Text | None
    exception_code: Identifier | None


class UsedBypass(Frozen):
    """That the rule was bypassed, with which code, and what came of the question whether rightly.

    `ratification` is the request that asks that; `ratified` its outcome, None while it is open.
    """

    entry: Identifier
    exception_code: Identifier
    ratification: Identifier | None = None
    ratified: Token | None = None


class TakenDecision(Frozen):
    """A question that was put, and what came of it. What no entry here says is None or empty.

    `about` is its exact subject. `claim` is the statement of whose truth it asks, where it asks
    whether a restoration holds.
    """

    request: Identifier
    kind: DecisionKind | None = None
    question: Line | None = None
    about: Subject | None = None
    asked: Moment | None = None
    due_at: Instant | None = None
    roles: tuple[Role, ...] = ()
    options: tuple[Token, ...] = ()
    authors: tuple[Identifier, ...] = ()
    claim: Identifier | None = None
    answers: tuple[GivenAnswer, ...] = ()
    state: DecisionState = DecisionState.OPEN
    outcome: Token | None = None
    decided: Moment | None = None
    bypass: UsedBypass | None = None
    voided: Moment | None = None
    voided_because: Text | None = None


def taken_decisions(chain: Chain, actions: Iterable[str] = ()) -> tuple[TakenDecision, ...]:
    """The decisions of an escalation in the order in which they were put.

    `actions` are the ids of the failovers that its breaches have proposed.
    """
    told: dict[str, list[Entry]] = defaultdict(list)
    for entry in chain.entries:
        if entry.event.kind.startswith("decision."):
            told[entry.event.subject.id].append(entry)
    found = {name: _decision(name, entries) for name, entries in told.items()}
    mine = {entry.event.subject.id for entry in chain.own}
    mine |= {entry.event.subject.id for entry in _invoking(chain)}
    mine |= {name for name, each in found.items() if _is_about(each, "action", actions)}
    mine |= {name for name, each in found.items() if _is_about(each, "bypass", mine)}
    return tuple(_ratified(each, found.values()) for name, each in found.items() if name in mine)


def _invoking(chain: Chain) -> list[Entry]:
    """The decisions that led to the escalation."""
    if chain.opened is None:
        return []
    led = chain.led_to(chain.opened)
    return [entry for entry in led if entry.event.kind is EventKind.DECISION_DECIDED]


def _is_about(decision: TakenDecision, kind: str, names: Iterable[str]) -> bool:
    about = decision.about
    return about is not None and about.type == kind and about.id in names


def _decision(request: str, entries: Iterable[Entry]) -> TakenDecision:
    decision = TakenDecision(request=request)
    for entry in entries:
        decision = decision.model_copy(update=_told(decision, entry))
    return decision


def _told(decision: TakenDecision, entry: Entry) -> dict[str, object]:
    """What an entry changes of what is known of a decision."""
    payload, now = entry.event.payload, Moment(at=entry.occurred_at, entry=entry.id)
    match entry.event.kind:
        case EventKind.DECISION_REQUESTED:
            return _asked(entry)
        case EventKind.DECISION_ANSWERED:
            return {"answers": (*decision.answers, _answer(entry))}
        case EventKind.DECISION_DECIDED:
            decided = {"state": DecisionState.DECIDED, "decided": now}
            return {**decided, "outcome": payload["outcome"], "kind": DecisionKind(payload["kind"])}
        case EventKind.DECISION_BYPASSED:
            return {"bypass": UsedBypass(entry=entry.id, exception_code=payload["exception_code"])}
        case EventKind.DECISION_VOIDED:
            voided = {"state": DecisionState.VOIDED, "voided": now}
            return {**voided, "voided_because": payload["because"]}
    return {}


def _asked(entry: Entry) -> dict[str, object]:
    payload = entry.event.payload
    kind = DecisionKind(payload["kind"])
    asks_whether_restored = kind is DecisionKind.THIRD_PARTY_RESTORATION
    asked = TakenDecision(
        request=entry.event.subject.id,
        kind=kind,
        question=payload["question"],
        about=Subject.model_validate(payload["about"]),
        asked=Moment(at=entry.occurred_at, entry=entry.id),
        due_at=payload["due_at"],
        roles=tuple(Role(role) for role in payload["roles"]),
        options=tuple(payload["options"]),
        authors=tuple(payload["authors"]),
        claim=payload["context"]["statement"] if asks_whether_restored else None,
    )
    return {name: getattr(asked, name) for name in asked.model_fields_set - {"request"}}


def _answer(entry: Entry) -> GivenAnswer:
    payload = entry.event.payload
    return GivenAnswer(
        entry=entry.id,
        at=entry.occurred_at,
        by=entry.event.actor,
        option=payload["option"],
        rationale=payload["rationale"],
        exception_code=payload["exception_code"],
    )


def _ratified(decision: TakenDecision, others: Iterable[TakenDecision]) -> TakenDecision:
    """The decision with the question whether its bypass was justified."""
    if decision.bypass is None:
        return decision
    for other in others:
        if _is_about(other, "bypass", (decision.request,)):
            known = {"ratification": other.request, "ratified": other.outcome}
            bypass = decision.bypass.model_copy(update=known)
            return decision.model_copy(update={"bypass": bypass})
    return decision
