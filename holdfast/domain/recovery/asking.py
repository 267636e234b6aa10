"""What people report of a recovery, as bodies of submissions: all go to the incident."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from holdfast.domain.values import Frozen, Identifier, Instant, Text
from holdfast.dora.downtime import Availability

__all__ = [
    "ActivateContinuity",
    "DeactivateContinuity",
    "Moment",
    "RecoveryBody",
    "ReportAvailability",
    "require_moment",
]

_FIRST_YEAR = 1970


def _not_long_ago(moment: datetime) -> datetime:
    if moment.year < _FIRST_YEAR:
        message = f"{moment.year} is no year of an incident"
        raise ValueError(message)
    return moment


Moment = Annotated[Instant, AfterValidator(_not_long_ago)]
"""When something was so: what lies centuries back is a slip."""


def require_moment(state: Availability, at: datetime | None) -> None:
    """Check that an end has a moment: only a start may be unknown.

    Raises:
        ValueError: it has none.
    """
    if at is None and not state.unavailable:
        message = f"say `at` which moment the service was {state}"
        raise ValueError(message)


class ReportAvailability(Frozen):
    """Say how a service was at a moment, however much later that is told.

    Without `at`, since when the service is unavailable is unknown: it counts from the detection.
    `replaces` is the number of an earlier statement about it that this one corrects.
    """

    type: Literal["availability"] = "availability"
    service: Identifier
    state: Availability
    at: Moment | None
    statement: Text
    replaces: int | None = Field(default=None, ge=1, exclude_if=lambda given: given is None)

    @model_validator(mode="after")
    def _an_end_has_a_moment(self) -> Self:
        require_moment(self.state, self.at)
        return self


class ActivateContinuity(Frozen):
    """Record that a business continuity plan was formally activated, for which services and why."""

    type: Literal["continuity_activation"] = "continuity_activation"
    plan: Identifier
    services: tuple[Identifier, ...] = Field(default=(), max_length=50)
    because: Text
    activated_at: Moment


class DeactivateContinuity(Frozen):
    """Record that a plan is not needed any more: normal operation has taken over."""

    type: Literal["continuity_deactivation"] = "continuity_deactivation"
    plan: Identifier
    statement: Text
    at: Moment


RecoveryBody = Annotated[
    ReportAvailability | ActivateContinuity | DeactivateContinuity,
    Field(discriminator="type"),
]
"""All of them."""
