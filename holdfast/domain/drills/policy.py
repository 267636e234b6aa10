"""The scripts of drills, as this installation has published them."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, Self

from pydantic import Field, model_validator

from holdfast.domain.drills.plan import DrillGoal, Inject, Pace, require_playable
from holdfast.domain.facts import FactChange
from holdfast.domain.roles import Role
from holdfast.domain.values import Frozen, Identifier, Line, Text, Token

__all__ = ["DRILLS", "DrillReport", "DrillScript", "DrillsPolicy", "drills_policy"]

DRILLS = "drills"
"""The policy's name."""


class DrillReport(Frozen):
    """With what a drill begins: the report that opens it, and what is known then."""

    title: Line = Field(max_length=190)
    facts: tuple[FactChange, ...] = Field(default=(), max_length=50)


class DrillScript(Frozen):
    """One drill: whom it is for, with what it begins, what is brought in, what is expected."""

    title: Line
    description: Text
    services: tuple[Identifier, ...] = Field(min_length=1, max_length=20)
    pace: Pace = 1
    report: DrillReport
    roles: tuple[Role, ...] = Field(min_length=1)
    injects: tuple[Inject, ...] = Field(default=(), max_length=50)
    goals: tuple[DrillGoal, ...] = Field(default=(), max_length=30)

    @model_validator(mode="after")
    def _can_be_played(self) -> Self:
        require_playable(self.injects, self.goals, self.roles, self.services)
        strange = [each.service for each in self.report.facts if each.service]
        if lost := sorted(set(strange) - set(self.services)):
            message = f"the report states a fact of '{lost[0]}', which is not in `services`"
            raise ValueError(message)
        return self


class DrillsPolicy(Frozen):
    """All scripts, by id; what is not published here cannot be played."""

    name: Identifier
    version: Identifier
    format: Literal[1] = 1
    scripts: dict[Token, DrillScript] = Field(min_length=1)


@lru_cache(maxsize=8)
def drills_policy(content: str) -> DrillsPolicy:
    """Read a pinned policy of drills."""
    return DrillsPolicy.model_validate_json(content)
