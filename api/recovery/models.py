"""What is asked at the doors of recovery."""

from __future__ import annotations

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from holdfast.domain.recovery.asking import Moment, require_moment
from holdfast.domain.roles import Role
from holdfast.domain.values import Frozen, Identifier, Text
from holdfast.dora.downtime import Availability

__all__ = ["AvailabilityReport", "PlanActivation", "PlanDeactivation", "StandDownRequest"]


class _Asked(Frozen):
    """What every submission may say about itself."""

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class AvailabilityReport(_Asked):
    """How a service was at a moment."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "service": "instant-payments",
                "state": "partial",
                "at": "2026-03-04T10:15:00Z",
                "statement": "Every second payment goes through the second gateway.",
            }
        }
    )

    service: Identifier
    state: Availability = Field(
        description="`down`, `partial`, `restored` (as before the incident), or `backlog_cleared`"
        " (what was delayed is fully delivered as well)."
    )
    at: Moment | None = Field(
        description="When it was so, however much later you tell it. Null where since when it is"
        " unavailable is unknown: that counts from the detection."
    )
    statement: Text
    replaces: int | None = Field(
        default=None,
        ge=1,
        description="The number of an earlier statement about it that this one corrects.",
    )

    @model_validator(mode="after")
    def _an_end_has_a_moment(self) -> Self:
        require_moment(self.state, self.at)
        return self


class PlanActivation(_Asked):
    """That a business continuity plan was formally activated."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "plan": "bcp-payments",
                "services": ["instant-payments"],
                "because": "Payments of clients go over the second centre.",
                "activated_at": "2026-03-04T10:30:00Z",
            }
        }
    )

    plan: Identifier = Field(description="The id of the plan.")
    services: tuple[Identifier, ...] = Field(default=(), max_length=50)
    because: Text
    activated_at: Moment


class PlanDeactivation(_Asked):
    """That a plan carries the business no longer."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "statement": "All payments go over the first centre again.",
                "at": "2026-03-04T12:00:00Z",
            }
        }
    )

    statement: Text
    at: Moment


class StandDownRequest(_Asked):
    """Why to ask once more."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"reason": "Two days have passed without a new alert."}}
    )

    reason: Text
