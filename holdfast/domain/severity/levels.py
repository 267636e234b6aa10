"""How bad an incident is and how fast to respond: the entity's own scales (DORA Art. 17(3)(b))."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Priority", "Severity"]


class Severity(StrEnum):
    """How bad it is, worst first."""

    SEV1 = "SEV1"
    SEV2 = "SEV2"
    SEV3 = "SEV3"
    SEV4 = "SEV4"

    def at_least(self, other: Severity) -> bool:
        """Whether this severity is as bad as the other, or worse."""
        return self.value <= other.value


class Priority(StrEnum):
    """How fast to respond, fastest first."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
