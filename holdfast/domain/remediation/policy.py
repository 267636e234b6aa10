"""How remediation is driven: due dates, reminders, who hears of what is overdue, what may wait."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator

from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.schedules import LadderStep
from holdfast.domain.third_party.kinds import MeasureKind
from holdfast.domain.values import Duration, Frozen, Identifier

__all__ = ["REMEDIATION", "PriorityRules", "RemediationPolicy", "remediation_policy"]

REMEDIATION = "remediation"
"""The name of the policy."""


class PriorityRules(Frozen):
    """What follows from a priority.

    `due_within` counts from the proposal where nobody names a date. `remind_before` are the
    reminders of the owner, `ladder` who hears that it is overdue. `observe` is how long what was
    implemented is watched before anybody can say whether it is effective.
    """

    due_within: Duration = Field(gt=0)
    remind_before: tuple[Duration, ...] = ()
    ladder: tuple[LadderStep, ...] = Field(min_length=1)
    observe: Duration
    mandatory: bool
    """Whether the incident stays open until such a task is validated, or its risk accepted."""


class RemediationPolicy(Frozen):
    """What holds for every task of an incident that is pinned to it."""

    name: Literal["remediation"]
    version: Identifier
    format: Literal[1] = 1
    priorities: dict[TaskPriority, PriorityRules]
    oversight: dict[MeasureKind, TaskPriority]
    """The priority of what follows from the review of a provider."""
    most_extensions: int = Field(ge=0, le=20)
    longest_acceptance: Duration = Field(gt=0)
    expiry_remind_before: tuple[Duration, ...] = ()
    due_after_reopening: Duration = Field(gt=0)
    """When a task is due that is open again: its acceptance expired, or it was done in vain."""

    @field_validator("priorities")
    @classmethod
    def _all_are_ruled(
        cls, rules: dict[TaskPriority, PriorityRules]
    ) -> dict[TaskPriority, PriorityRules]:
        if missing := [priority.value for priority in TaskPriority if priority not in rules]:
            message = f"no rules for {', '.join(missing)}"
            raise ValueError(message)
        return rules

    @field_validator("oversight")
    @classmethod
    def _every_measure_has_a_priority(
        cls, priorities: dict[MeasureKind, TaskPriority]
    ) -> dict[MeasureKind, TaskPriority]:
        if missing := [kind.value for kind in MeasureKind if kind not in priorities]:
            message = f"no priority for {', '.join(missing)}"
            raise ValueError(message)
        return priorities


@lru_cache(maxsize=16)
def remediation_policy(content: str) -> RemediationPolicy:
    """Read the policy from its pinned content."""
    return RemediationPolicy.model_validate_json(content)
