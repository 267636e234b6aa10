"""Where the assessment of one month stands: everything that its workflow carries."""

from __future__ import annotations

from copy import copy
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.clocks import Clock
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.incident.opening import ReceivedSignal
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.recurrence.assessment import Series
from holdfast.domain.recurrence.periods import Period
from holdfast.domain.submissions import SignedSubmission
from holdfast.domain.values import Digest, Frozen, Identifier

__all__ = [
    "MONTHLY_WORKFLOW",
    "RECURRENCE_WORKFLOW",
    "MonthlyInput",
    "RecurrenceInput",
    "RecurrenceState",
]

RECURRENCE_WORKFLOW = "RecurrenceWorkflow"
"""The name stands in histories, so it is never changed."""

MONTHLY_WORKFLOW = "MonthlyRecurrenceWorkflow"
"""The name stands in histories and in the schedule, so it is never changed."""


class RecurrenceState(BaseModel):
    """The whole state of one assessment; fields are added, never changed in meaning."""

    model_config = ConfigDict(extra="forbid")

    period: Period
    matrix: PinnedPolicy | None = None
    """The approval matrix in force when the assessment was made; None before that."""
    incidents: int = 0
    exempt: int = 0
    series: dict[Identifier, Series] = Field(default_factory=dict)
    outcomes: dict[Identifier, bool] = Field(default_factory=dict)
    """By series: major or not, as people have decided."""
    clocks: dict[Identifier, Clock] = Field(default_factory=dict)
    requests: dict[Identifier, DecisionRequest] = Field(default_factory=dict)
    seen: dict[Identifier, Digest] = Field(default_factory=dict)
    sequence: int = 0

    @property
    def assessed(self) -> bool:
        """Whether the judgement is recorded."""
        return self.matrix is not None

    @property
    def over(self) -> bool:
        """Whether nothing is left to decide."""
        return self.assessed and not any(
            request.state == "open" for request in self.requests.values()
        )

    def snapshot(self) -> Self:
        """Copy the state as it is now; the values within are immutable and shared."""
        containers = {name: copy(value) for name, value in vars(self).items() if _holds(value)}
        return self.model_copy(update=containers)


def _holds(value: object) -> bool:
    return isinstance(value, dict | list)


class MonthlyInput(Frozen):
    """What the schedule starts: the assessment of the month before the moment it is due."""

    history_limit: int = 1_000


class RecurrenceInput(Frozen):
    """The one argument of the workflow. Fields are added, never changed in meaning.

    `asked` is the submission of whoever has started it by hand. `state` and `inbox` are what the
    run before handed over.
    """

    period: Period
    asked: SignedSubmission | None = None
    history_limit: int = 1_000
    state: RecurrenceState | None = None
    inbox: tuple[ReceivedSignal, ...] = ()
