"""What the limits of 2025/301 Art. 5 follow from: the entity that reports, and what has happened.

Orders that cannot be are refused, each at the field of the later moment.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StrictBool, field_validator
from pydantic_core.core_schema import ValidationInfo

from holdfast.domain.values import Frozen, Instant
from holdfast.dora.register.codes import MemberState, Subdivision
from holdfast.dora.register.entities import EntityType

__all__ = ["ClockCase", "Moment", "ReportingEntity"]

_FIRST_YEAR, _LAST_YEAR = 2010, 2098
"""Public holidays of every state are known for these years, and for one more at each end."""

_NOT_BEFORE = {
    "classified_major_at": "aware_at",
    "initial_submitted_at": "classified_major_at",
    "final_submitted_at": "intermediate_submitted_at",
}
_NAMED = {
    "aware_at": "the entity was aware of the incident",
    "classified_major_at": "the incident was classified as major",
    "initial_submitted_at": "the initial notification was submitted",
    "intermediate_submitted_at": "the intermediate report was submitted",
}


def _in_known_years(value: datetime) -> datetime:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        message = (
            f"the year {value.year} has no calendar: give a moment of {_FIRST_YEAR} to {_LAST_YEAR}"
        )
        raise ValueError(message)
    return value


def _known(value: object) -> object:
    """No list of submissions is one without any: null stands for what has not happened."""
    return () if value is None else value


Moment = Annotated[Instant, AfterValidator(_in_known_years)]
"""An instant of a year whose public holidays are known."""


class ReportingEntity(Frozen):
    """What the deadlines of a financial entity depend on.

    `nis2_essential_or_important` is Directive (EU) 2022/2555 Art. 3; None is unknown, and then
    nobody may rely on relief. `relief_withdrawn_from` is when a decision of the authority under
    Art. 5(6) was notified.
    """

    type: EntityType
    member_state: MemberState
    subdivision: Subdivision | None = None
    nis2_essential_or_important: StrictBool | None = None
    relief_withdrawn_from: Moment | None = None

    @field_validator("subdivision")
    @classmethod
    def _lies_in_the_member_state(cls, value: str | None, info: ValidationInfo) -> str | None:
        state = info.data.get("member_state")
        if value is not None and state is not None and not value.startswith(f"{state}-"):
            message = f"'{value}' is no part of the Member State {state}"
            raise ValueError(message)
        return value


class ClockCase(Frozen):
    """What has happened so far; what has not, or is not known, is null.

    No limit falls on the day of awareness alone, so that it may be as early as it likes. Reports
    that were submitted together have the same instant (2025/302 Art. 2). Recovery moves no
    limit: the updated report that it calls for has none (2025/301 Art. 5(1)(b)).
    """

    entity: ReportingEntity
    aware_at: Instant
    classified_major_at: Moment | None = None
    initial_submitted_at: Moment | None = None
    intermediate_submitted_at: Annotated[tuple[Moment, ...], BeforeValidator(_known)] = ()
    regular_activities_recovered_at: Moment | None = None
    final_submitted_at: Moment | None = None

    @field_validator("classified_major_at", "initial_submitted_at", "final_submitted_at")
    @classmethod
    def _comes_after(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        before = _NOT_BEFORE[str(info.field_name)]
        # A moment that was refused itself is no reason to refuse this one as well.
        if value is not None and before in info.data:
            _require_order(info.data[before], value, before)
        return value

    @field_validator("intermediate_submitted_at")
    @classmethod
    def _come_after_the_initial(
        cls, value: tuple[datetime, ...], info: ValidationInfo
    ) -> tuple[datetime, ...]:
        before = "initial_submitted_at"
        if value and before in info.data:
            _require_order(info.data[before], min(value), before)
        return value


def _require_order(
    earlier: datetime | tuple[datetime, ...] | None, later: datetime, name: str
) -> None:
    since = max(earlier, default=None) if isinstance(earlier, tuple) else earlier
    if since is None:
        message = f"this cannot be before {_NAMED[name]}: give {name}"
        raise ValueError(message)
    if later < since:
        message = f"this cannot be before {_NAMED[name]} ({name})"
        raise ValueError(message)
