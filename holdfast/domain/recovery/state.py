"""What an incident carries of its recovery besides the statements, and what is open of it."""

from __future__ import annotations

from holdfast.domain.values import Count, Frozen, Identifier, Instant, JsonObject
from holdfast.dora.downtime import Availability

__all__ = ["ContinuityPlan", "OpenResponse", "plan_subject"]


class ContinuityPlan(Frozen):
    """A business continuity plan as it was activated last; active until it was deactivated."""

    plan: Identifier
    activation: Count
    services: tuple[Identifier, ...]
    activated_at: Instant
    deactivated_at: Instant | None = None

    @property
    def active(self) -> bool:
        """Whether it still carries the business."""
        return self.deactivated_at is None


class OpenResponse(Frozen):
    """What of the response goes on still: what those look at who decide on standing down."""

    continuity: tuple[Identifier, ...]
    services: dict[Identifier, Availability]
    plays: tuple[int, ...]

    @property
    def content(self) -> JsonObject:
        """What the question shows, and its digest is of."""
        return self.model_dump(mode="json")


def plan_subject(incident_id: str, plan: str) -> str:
    """The id of a continuity plan within its incident."""
    return f"{incident_id}/{plan}"
