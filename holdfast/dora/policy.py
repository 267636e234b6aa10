"""The limits of classification as data, so that each evaluation names the version that it used."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, field_validator

from holdfast.domain.schedules import Schedule
from holdfast.domain.values import MAX_SAFE_INTEGER, Frozen, Identifier, Line

__all__ = ["ClassificationPolicy", "Recurrence"]

_Limit = Annotated[StrictInt, Field(ge=1, le=MAX_SAFE_INTEGER)]
_Percent = Annotated[StrictInt, Field(ge=1, le=99)]


class Recurrence(Frozen):
    """When incidents that are not major alone are looked at together (Art. 8(2))."""

    within_months: Annotated[StrictInt, Field(ge=1, le=120)]
    at_least: Annotated[StrictInt, Field(ge=2, le=1_000)]


class ClassificationPolicy(Frozen):
    """The limits of Art. 8 and 9, strictly exceeded but for the number of Member States."""

    name: Identifier
    version: Identifier
    format: StrictInt = Field(default=1, exclude_if=lambda given: given == 1)
    applies_from: date
    source: Line
    clients_percent: _Percent
    clients: _Limit
    counterparts_percent: _Percent
    transactions_percent: _Percent
    transactions_value_percent: _Percent
    duration_hours: _Limit
    downtime_hours: _Limit
    member_states: Annotated[StrictInt, Field(ge=1, le=30)]
    home_member_state_counts: StrictBool
    costs_eur: _Limit
    thresholds_needed: Annotated[StrictInt, Field(ge=1, le=6)]
    recurrence: Recurrence
    decision: Schedule
    """Until when people must have decided whether an incident is major, after awareness."""
    initial_notification: Schedule
    """Warnings and ladder of the initial notification; the due instant is `limits`'s."""

    @field_validator("format")
    @classmethod
    def _format_is_known(cls, value: int) -> int:
        if value != 1:
            message = f"version {value} of the format is unknown: this release reads version 1"
            raise ValueError(message)
        return value
