"""What people ask of a running incident besides its work: a second look, or other policies."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.values import Frozen, Text

__all__ = ["Matter", "Reconsider", "Repin"]


class Matter(StrEnum):
    """What can be looked at once more."""

    SEVERITY = "severity"
    CLASSIFICATION = "classification"
    STAND_DOWN = "stand_down"
    """Whether those who respond may stand down, after people had decided to stay."""


class Reconsider(Frozen):
    """Put the question of the severity, the classification or of standing down once more."""

    type: Literal["reconsider"] = "reconsider"
    about: Matter
    reason: Text


class Repin(Frozen):
    """Let the incident go on under these versions of policies.

    `policies` carry their content, `pins` are those that travel without.
    """

    type: Literal["repin"] = "repin"
    policies: tuple[PinnedPolicy, ...] = Field(default=(), max_length=20)
    pins: tuple[PolicyPin, ...] = Field(default=(), max_length=20)
    reason: Text

    @property
    def all_pins(self) -> tuple[PolicyPin, ...]:
        """Every version asked for, by name."""
        pins = (*(policy.pin for policy in self.policies), *self.pins)
        return tuple(sorted(pins, key=lambda pin: pin.name))
