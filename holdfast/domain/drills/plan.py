"""With what a drill is played: its script as it was when it began, and how fast time runs in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, StrictInt, model_validator

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import PolicyPin
from holdfast.domain.fact_catalogue import FACTS, FactType
from holdfast.domain.facts import FactChange
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import Duration, Frozen, Line, Text, Token

__all__ = [
    "TITLE",
    "DrillGoal",
    "DrillPlan",
    "Inject",
    "InjectKind",
    "Pace",
    "drill_seconds",
    "require_playable",
]

TITLE = "Drill: "
"""How the title of every drill begins, so that nobody takes it for the real thing."""

_MOST_INJECTS, _MOST_GOALS = 50, 30
_NOBODY = frozenset({Role.SYSTEM, Role.ALERT_SOURCE, Role.VENDOR})

Pace = Annotated[StrictInt, Field(ge=1, le=1000)]
"""How much faster than usual time runs: at 60, an hour of the drill is a minute on the wall."""


class InjectKind(StrEnum):
    """What the script brings in."""

    MESSAGE = "message"
    """Something that staff are told; they get a brief."""
    FACTS = "facts"
    ALERTS = "alerts"
    """What monitoring would show; nothing of it comes over the doors of alerts."""
    VENDOR = "vendor"
    """What a provider would say."""
    MEDIA = "media"
    """What the media would ask or write."""


class Inject(Frozen):
    """What the script brings in, so long after the beginning in the time of the drill.

    `roles` are told of a message; `facts` are stated by rule.
    """

    after: Duration
    kind: InjectKind
    text: Text
    roles: tuple[Role, ...] = ()
    facts: tuple[FactChange, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.kind is InjectKind.FACTS and not self.facts:
            message = "an inject of facts states some: name them in `facts`"
            raise ValueError(message)
        if self.kind is InjectKind.MESSAGE and not self.roles:
            message = "a message goes to somebody: name `roles`"
            raise ValueError(message)
        if strangers := sorted(_NOBODY.intersection(self.roles)):
            message = f"nobody of {', '.join(strangers)} takes part in a drill"
            raise ValueError(message)
        if moments := [each.fact for each in self.facts if _is_moment(each)]:
            message = f"'{moments[0]}' is a moment, which a script written before cannot know"
            raise ValueError(message)
        return self


class DrillGoal(Frozen):
    """A decision that is expected, of that `outcome` if one is named, and within which time."""

    id: Token
    title: Line
    decision: DecisionKind
    outcome: Token | None = None
    within: Duration


class DrillPlan(Frozen):
    """A drill as it was opened: nothing of the script is read again."""

    script: Token
    policy: PolicyPin
    pace: Pace = 1
    lead: Actor
    roles: tuple[Role, ...]
    injects: tuple[Inject, ...] = Field(default=(), max_length=_MOST_INJECTS)
    goals: tuple[DrillGoal, ...] = Field(default=(), max_length=_MOST_GOALS)

    def due_at(self, number: int, opened_at: datetime) -> datetime | None:
        """When the inject of that number, from 1, falls due; None where there is none."""
        if not 1 <= number <= len(self.injects):
            return None
        return opened_at + self.injects[number - 1].after / self.pace


def drill_seconds(length: timedelta, pace: int) -> int:
    """A length on the wall in whole seconds of the drill."""
    return int((length * pace).total_seconds())


def require_playable(
    injects: tuple[Inject, ...],
    goals: tuple[DrillGoal, ...],
    roles: tuple[Role, ...],
    services: tuple[str, ...],
) -> None:
    """Require that a script can be played as it is written.

    Raises:
        ValueError: its injects are out of order, or it names what it does not have.
    """
    for number, (before, after) in enumerate(pairwise(injects), 2):
        if after.after < before.after:
            message = f"inject {number} comes before the one that stands before it: order them"
            raise ValueError(message)
    named = [goal.id for goal in goals]
    if twice := sorted({each for each in named if named.count(each) > 1}):
        message = f"the goal '{twice[0]}' stands there twice"
        raise ValueError(message)
    if strangers := sorted(_NOBODY.intersection(roles)):
        message = f"nobody of {', '.join(strangers)} takes part in a drill"
        raise ValueError(message)
    for number, inject in enumerate(injects, 1):
        for change in inject.facts:
            if change.service is not None and change.service not in services:
                message = f"inject {number} states a fact of '{change.service}': not in `services`"
                raise ValueError(message)


def _is_moment(change: FactChange) -> bool:
    return FACTS[change.fact].type is FactType.INSTANT
