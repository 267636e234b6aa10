"""What the doors of recovery answer."""

from __future__ import annotations

from typing import Self
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from api.drills.marks import OfDrill
from holdfast.domain.values import Identifier, Instant, JsonObject, rfc3339
from holdfast.dora.recovery_fields import days_hours_minutes
from holdfast.dora.third_party_findings import ReportField

__all__ = [
    "AvailabilityList",
    "ContinuityList",
    "DowntimeView",
    "PlanActivated",
    "RecoveryReportFields",
    "StandDownView",
    "ToldAvailability",
    "downtime_view",
]


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class ToldAvailability(_Answer):
    """One statement of how a service was."""

    number: int
    service: str
    state: str
    at: Instant | None
    statement: str
    replaces: int | None
    replaced: bool = Field(description="Whether a later statement corrects it.")
    told_by: JsonObject
    told_at: Instant
    entry_id: str


class AvailabilityList(BaseModel):
    """All that was told, in the order in which it was told."""

    incident_id: Identifier
    statements: list[ToldAvailability]


class _Limits(_Answer):
    since: Instant = Field(alias="from")
    until: Instant | None = Field(description="Null while it goes on.")


class UnavailablePeriod(_Limits):
    """A time in which a service was fully (`down`) or partially (`partial`) unavailable."""

    state: str


class CountedSpan(_Limits):
    """A time that counts as downtime."""

    minutes: int


class ServiceDowntimeView(_Limits):
    """The downtime of one service (2024/1772 Art. 3(2)); several interruptions add up."""

    service: str
    state: str = Field(description="How it is now.")
    minutes: int = Field(description="Whole minutes, the last begun one included.")
    downtime: str = Field(description="As field 3.16 has it: `DD:HH:MM`.")
    partial_minutes: int
    delayed: bool = Field(
        description="Whether a delay persisted: then it counts from the start of the incident until"
        " the delayed service was fully delivered."
    )
    estimate: bool = Field(description="Whether it goes on, or since when it was is unknown.")
    interruptions: int
    periods: list[UnavailablePeriod]
    spans: list[CountedSpan]
    entries: list[str] = Field(description="The statements behind it.")


class DurationView(_Limits):
    """The duration of the incident (2024/1772 Art. 3(1)), as what was told of services has it."""

    minutes: int
    duration: str = Field(description="As field 3.15 has it: `DD:HH:MM`.")
    estimate: bool


class DowntimeView(BaseModel):
    """The figures as of now; what goes on counts up to now."""

    incident_id: Identifier
    at: Instant
    computed: str | None = Field(
        description="The entry that holds the figures as of the last statement."
    )
    services: list[ServiceDowntimeView]
    duration: DurationView


class PlanActivated(_Answer):
    """An activation of a continuity plan, and where the records of it are."""

    plan: str
    activation: int
    services: list[str]
    because: str
    activated_at: Instant
    activated_by: JsonObject
    activation_entry: str
    active: bool
    deactivated_at: Instant | None
    statement: str | None
    deactivated_by: JsonObject | None
    deactivation_entry: str | None
    records_before: str = Field(description="The timeline until the activation.")
    records_during: str = Field(description="The timeline from the activation on, to its end.")

    @classmethod
    def of(cls, incident_id: str, row: RowMapping) -> Self:
        """The activation of that row (DORA Art. 11(8): records of before and during)."""
        began, ended = rfc3339(row["activated_at"]), row["deactivated_at"]
        during = {"since": began, **({"until": rfc3339(ended)} if ended else {})}
        return cls.model_validate(
            {
                **row,
                "active": ended is None,
                "records_before": _timeline(incident_id, {"until": began}),
                "records_during": _timeline(incident_id, during),
            }
        )


class ContinuityList(BaseModel):
    """The activations of continuity plans, the first one first."""

    incident_id: Identifier
    activations: list[PlanActivated]


class StandDownView(BaseModel):
    """Whether those who respond have stood down."""

    incident_id: Identifier
    validated_at: Instant | None = Field(description="When the recovery was validated.")
    stood_down: bool
    stood_down_at: Instant | None
    because: str | None
    roles: list[str]
    entry: str | None
    active_plans: list[str] = Field(description="To be deactivated before standing down.")


class RecoveryReportFields(OfDrill):
    """What the recovery says to the fields of the incident's reports."""

    incident_id: Identifier
    fields: tuple[ReportField, ...] = Field(
        description="In the order of Implementing Regulation (EU) 2025/302. Where nothing fills a"
        " field, its value is null."
    )


def downtime_view(incident_id: str, figures: JsonObject, entry: str | None) -> DowntimeView:
    """The figures of a computation, as `downtime.computed` has them."""
    services = [
        {"service": name, "downtime": days_hours_minutes(each["minutes"]), **each}
        for name, each in figures["services"].items()
    ]
    duration = figures["duration"]
    return DowntimeView.model_validate(
        {
            "incident_id": incident_id,
            "at": figures["at"],
            "computed": entry,
            "services": services,
            "duration": {"duration": days_hours_minutes(duration["minutes"]), **duration},
        }
    )


def _timeline(incident_id: str, between: dict[str, str]) -> str:
    return f"/v1/incidents/{quote(incident_id, safe='')}/timeline?{urlencode(between)}"
