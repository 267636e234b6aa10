"""Where one communication stands: everything that its workflow carries, and nothing else."""

from __future__ import annotations

from copy import copy
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.clocks import Clock
from holdfast.domain.communication.delivering import DeliveryState
from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.opening import Opening
from holdfast.domain.decisions import DecisionRequest, DecisionState
from holdfast.domain.incident.opening import ReceivedSignal
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.severity import Severity
from holdfast.domain.values import Digest, Frozen, Identifier, Instant

__all__ = ["CommunicationInput", "CommunicationState"]


class CommunicationState(BaseModel):
    """The whole state of one communication; fields are added, never changed in meaning."""

    model_config = ConfigDict(extra="forbid")

    opening: Opening
    matrix: PinnedPolicy
    stage: Stage = Stage.DRAFT
    version: int = 0
    draft: Draft | None = None
    drafted: Identifier | None = None
    """The entry of the latest version."""
    authors: tuple[Identifier, ...] = ()
    """All who have written in any version: none of them clears or approves."""
    severity: Severity | None = None
    reviews_left: list[Identifier] = Field(default_factory=list)
    """Requests that have not cleared the message yet."""
    publish_at: Instant | None = None
    approved: Identifier | None = None
    """The entry that says that the latest version is approved."""
    released: Identifier | None = None
    deliveries: dict[str, DeliveryState] = Field(default_factory=dict)
    clocks: dict[Identifier, Clock] = Field(default_factory=dict)
    requests: dict[Identifier, DecisionRequest] = Field(default_factory=dict)
    seen: dict[Identifier, Digest] = Field(default_factory=dict)
    told: list[Identifier] = Field(default_factory=list)
    """Entries of which the incident still has to be given notice."""
    incident_closed: bool = False
    """Whether the incident has ended: nobody is asked about deliveries any more."""
    closed: bool = False
    """Whether it was said that nothing of it is left to do."""
    sequence: int = 0

    @property
    def message(self) -> str | None:
        """The digest of the latest version."""
        return self.draft.message if self.draft else None

    @property
    def over(self) -> bool:
        """Whether nothing more can leave and nothing is left to decide."""
        return (
            self.stage.settled
            and not self.orders_due
            and not any(each.state is DecisionState.OPEN for each in self.requests.values())
        )

    @property
    def orders_due(self) -> tuple[DeliveryState, ...]:
        """The deliveries that a channel has to be given."""
        return tuple(each for each in self.deliveries.values() if each.under_way)

    def snapshot(self) -> Self:
        """Copy the state as it is now; the values within are immutable and shared."""
        containers = {
            name: copy(value)
            for name, value in vars(self).items()
            if isinstance(value, dict | list)
        }
        return self.model_copy(update=containers)


class CommunicationInput(Frozen):
    """The one argument of the workflow. Fields are added, never changed in meaning.

    `state` and `inbox` are what the run before handed over.
    """

    opening: Opening
    matrix: PinnedPolicy
    history_limit: int = 1_000
    state: CommunicationState | None = None
    inbox: tuple[ReceivedSignal, ...] = ()
