"""The recovery of an incident as the evidence tells it, up to the entry that is judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.domain.recovery.state import OpenResponse
from holdfast.dora.downtime import Availability, AvailabilityStatement, Known, compute_downtime

__all__ = ["RecoveryCourse"]


@dataclass(slots=True)
class RecoveryCourse:
    """What was told of the availability of services, and which continuity plans are active."""

    told: list[AvailabilityStatement] = field(default_factory=list)
    active: set[str] = field(default_factory=set)
    plays: set[int] = field(default_factory=set)

    def left(self, known: Known) -> OpenResponse:
        """What of the response goes on still.

        Raises:
            TimesContradict: what was told cannot all have been so.
        """
        services = dict[str, Availability]()
        if self.told:
            computed = compute_downtime(self.told, known, known.aware_at)
            services = {each.service: each.state for each in computed.unavailable}
        return OpenResponse(
            continuity=tuple(sorted(self.active)),
            services=services,
            plays=tuple(sorted(self.plays)),
        )
