"""How reports are driven: warnings, drafts ahead of time, delay notices, and each entity's own.

The instants themselves are the law's (`holdfast.dora.clocks`); what is here is ours.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator

from holdfast.domain.schedules import LadderStep, Schedule
from holdfast.domain.values import Duration, Frozen, Identifier, Line
from holdfast.dora.clock_cases import Moment
from holdfast.dora.register.codes import Currency, Lei, MemberState
from holdfast.dora.register.services import Day
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "REPORTING",
    "CalendarChange",
    "EntityRules",
    "ReportingPolicy",
    "StageRules",
    "Submitter",
    "reporting_policy",
]

REPORTING = "reporting"
"""The name of the policy."""


class StageRules(Frozen):
    """What holds for one of the three reports.

    `draft_before` is how long before its limit a draft is prepared, at the latest as soon as its
    clock runs. `delay_notice_before` is when a delay notice is drafted for a report that nobody has
    approved yet (2025/301 Art. 5(3)). `answer_before` is how long before the limit its review and
    approval are due, so that their ladders run while there is time.
    """

    warn_before: tuple[Duration, ...] = ()
    ladder: tuple[LadderStep, ...] = Field(min_length=1)
    draft_before: Duration
    delay_notice_before: Duration
    answer_before: Duration


class Submitter(Frozen):
    """Who submits in place of the financial entity (DORA Art. 19(5)).

    A financial entity has an LEI; another submitter may have the `code` of the register instead.
    """

    name: Line
    lei: Lei | None = None
    code: Line | None = None


class EntityRules(Frozen):
    """What holds for one financial entity, by its id in the register.

    `authority` is the channel of its competent authority, as this installation configures it;
    `primary_contact` and `second_contact` are pseudonyms of the directory (fields 1.7 to 1.12).
    `relief_withdrawn_from` is when a decision under 2025/301 Art. 5(6) was notified.
    """

    authority: Identifier
    currency: Currency
    primary_contact: Identifier
    second_contact: Identifier
    submitter: Submitter | None = None
    relief_withdrawn_from: Moment | None = None


class CalendarChange(Frozen):
    """Days of a Member State's calendar that the `holidays` library has not, or has wrongly."""

    add: dict[Day, Line] = Field(default_factory=dict)
    remove: tuple[Day, ...] = ()


class ReportingPolicy(Frozen):
    """What holds for every reporting of an incident that is pinned to it."""

    name: Literal["reporting"]
    version: Identifier
    format: Literal[1] = 1
    stages: dict[ReportStage, StageRules]
    update: Schedule
    """An updated intermediate report: what "without undue delay" (Art. 5(1)(b)) is to us."""
    channel_down: Schedule
    """After how long a submission that the channel does not take escalates."""
    client_notification: Schedule
    """Telling clients whose financial interests are hit: without undue delay (DORA Art. 19(3))."""
    open_after_final: Duration = Field(gt=0)
    """How long the final report may be corrected before the reporting ends by itself."""
    entities: dict[Identifier, EntityRules] = Field(default_factory=dict)
    calendars: dict[MemberState, CalendarChange] = Field(default_factory=dict)

    @field_validator("stages")
    @classmethod
    def _all_are_ruled(cls, stages: dict[ReportStage, StageRules]) -> dict[ReportStage, StageRules]:
        if missing := [stage.value for stage in ReportStage if stage not in stages]:
            message = f"no rules for {', '.join(missing)}"
            raise ValueError(message)
        return stages


@lru_cache(maxsize=16)
def reporting_policy(content: str) -> ReportingPolicy:
    """Read the policy from its pinned content."""
    return ReportingPolicy.model_validate_json(content)
