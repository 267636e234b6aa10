"""The decisions of an incident as its bundle tells them: what was asked, answered, and decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from holdfast.domain.events import Event, EventKind
from holdfast.evidence.bundle.correspondence import Happened

__all__ = ["Answer", "Decision", "decisions"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered to a question."""

    occurred_at: str
    role: str
    actor: str
    option: str
    rationale: str
    exception_code: str


@dataclass(slots=True)
class Decision:
    """A question put to people, what they answered, and what came of it."""

    request: str
    question: str
    roles: Sequence[str] = ()
    due_at: str = ""
    answers: list[Answer] = field(default_factory=list)
    outcome: str = "open"


def decisions(happened: Iterable[Happened]) -> list[Decision]:
    """Tell the decisions, in the order in which they were put."""
    found: dict[str, Decision] = {}
    for at, event in happened:
        payload = event.payload
        if not event.kind.startswith("decision."):
            continue
        decision = found.setdefault(event.subject.id, Decision(event.subject.id, ""))
        if event.kind is EventKind.DECISION_REQUESTED:
            decision.question, decision.roles = payload["question"], payload["roles"]
            decision.due_at = payload["due_at"]
        elif event.kind is EventKind.DECISION_ANSWERED:
            decision.answers.append(_answer(at, event))
        elif event.kind is EventKind.DECISION_DECIDED:
            bypassed = " (bypassing the rule)" if payload["bypassed"] else ""
            decision.outcome = f"{payload['outcome']}{bypassed}"
        elif event.kind is EventKind.DECISION_VOIDED:
            decision.outcome = f"voided: {payload['because']}"
    return list(found.values())


def _answer(at: str, event: Event) -> Answer:
    payload = event.payload
    return Answer(
        occurred_at=at,
        role=str(event.actor.role),
        actor=event.actor.id,
        option=payload["option"],
        rationale=payload["rationale"] or "",
        exception_code=payload["exception_code"] or "",
    )
