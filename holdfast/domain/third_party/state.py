"""Where one escalation stands: everything that its workflow carries, and nothing else."""

from __future__ import annotations

from copy import copy
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.clocks import Clock
from holdfast.domain.decisions import DecisionRequest, DecisionState
from holdfast.domain.incident.opening import ReceivedSignal
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.asking import OversightReview
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.opening import EscalationOpening, TakenTerms
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, JsonObject, Line, Token

__all__ = ["Claim", "EscalationInput", "EscalationState", "Pause", "ReviewDraft"]


class Claim(Frozen):
    """That the provider says it is restored: in which entry, since when, and what stands still."""

    entry: Identifier
    said_at: Instant
    paused: tuple[Identifier, ...] = ()


class Pause(Frozen):
    """A pause that was asked for; `since` is when it was granted, `paused` what stands still.

    `entry` is that of the request.
    """

    number: int
    reason: Token
    entry: Identifier
    since: Instant | None = None
    paused: tuple[Identifier, ...] = ()


class ReviewDraft(Frozen):
    """The latest draft of the oversight review, as its entry has it, and all who have drafted."""

    review: OversightReview
    version: int
    drafted_by: tuple[Identifier, ...]
    entry: Identifier
    content: JsonObject
    signed_by: tuple[Identifier, ...] = ()


class EscalationState(BaseModel):
    """The whole state of one escalation; fields are added, never changed in meaning."""

    model_config = ConfigDict(extra="forbid")

    opening: EscalationOpening
    matrix: PinnedPolicy
    taken: TakenTerms | None = None
    stage: EscalationStage = EscalationStage.ASKED
    outcome: EscalationStage | None = None
    """How it ended, once nothing is wanted from the provider: restored or withdrawn."""
    round: int = 0
    severity: Severity | None = None
    asked_at: Instant | None = None
    """When the provider was asked in this round."""
    heard_at: Instant | None = None
    """When it was last heard of."""
    rung: int = 0
    """The rung of its ladder that was reached in this round."""
    their_reference: Line | None = None
    estimated_at: Instant | None = None
    claim: Claim | None = None
    pauses: int = 0
    pause: Pause | None = None
    """The pause that was asked for or runs."""
    breaches: list[Identifier] = Field(default_factory=list)
    """The clocks that were missed, by id."""
    weaknesses: list[Line] = Field(default_factory=list)
    review: ReviewDraft | None = None
    reviews: int = 0
    tasks: int = 0
    clocks: dict[Identifier, Clock] = Field(default_factory=dict)
    requests: dict[Identifier, DecisionRequest] = Field(default_factory=dict)
    seen: dict[Identifier, Digest] = Field(default_factory=dict)
    told: list[Identifier] = Field(default_factory=list)
    """Entries of which the incident still has to be given notice."""
    sequence: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing is left to ask, to review or to decide."""
        return self.stage is EscalationStage.CLOSED and not any(
            request.state is DecisionState.OPEN for request in self.requests.values()
        )

    def snapshot(self) -> Self:
        """Copy the state as it is now; the values within are immutable and shared."""
        containers = {
            name: copy(value)
            for name, value in vars(self).items()
            if isinstance(value, dict | list)
        }
        return self.model_copy(update=containers)


class EscalationInput(Frozen):
    """The one argument of the workflow. Fields are added, never changed in meaning.

    `state` and `inbox` are what the run before handed over.
    """

    opening: EscalationOpening
    matrix: PinnedPolicy
    history_limit: int = 1_000
    state: EscalationState | None = None
    inbox: tuple[ReceivedSignal, ...] = ()
