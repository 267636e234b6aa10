"""What is asked of people: exactly which subject, who drafted it, who may answer, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import Subject
from holdfast.domain.roles import SYSTEM, Actor, Role
from holdfast.domain.values import JsonObject

__all__ = ["Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: the kind, the exact subject, who drafted it, and what people need to see.

    `roles` replaces the rule's where the question itself says who is meant; `without` are options
    of the rule that make no sense here, such as confirming a proposal that proposes nothing;
    `bypassable` is False where the rule's bypass does not hold for this subject;
    `only_by_exception` are options that it alone opens. An answer is due at `due_by` at the latest,
    whatever the rule says.
    """

    kind: DecisionKind
    subject: Subject
    authors: tuple[str, ...] = ()
    requested_by: Actor = SYSTEM
    roles: tuple[Role, ...] | None = None
    without: tuple[str, ...] = ()
    bypassable: bool = True
    only_by_exception: tuple[str, ...] = ()
    due_by: datetime | None = None
    context: JsonObject | None = None
    causes: tuple[str, ...] = ()
