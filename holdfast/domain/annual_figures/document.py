"""What the annual figures say, every number with the incidents and the entries behind it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from holdfast.domain.values import Count, Frozen, Identifier, Instant, Line
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "AnnualFigures",
    "CostLine",
    "DueReport",
    "MajorIncident",
    "NoticeGiven",
    "Share",
    "TakenInto",
    "WaitingCosts",
]


class TakenInto(StrEnum):
    """Why an incident is among the costs of a year."""

    FINAL_REPORT = "final_report"
    """Its final report was submitted in the year: all that is known of it counts."""
    ADJUSTMENT = "adjustment"
    """It was submitted in an earlier year: what has changed in this year counts."""


class NoticeGiven(StrEnum):
    """Whether the authority was told that a report would be late (2025/301 Art. 5(3))."""

    BEFORE = "before_the_limit"
    AFTER = "after_the_limit"
    NONE = "none"


class CostLine(Frozen):
    """What one incident adds to a year, in euro; null where nobody has stated it.

    `reference` is field 2.1 of its final report, `authority_references` what authorities call it.
    An adjustment is what has changed, and may be less than nothing. `supplied` says that somebody
    has put another figure into the final report itself (fields 4.13, 4.14): it is not in here.
    """

    incident: Identifier
    reference: Line
    authority_references: tuple[Line, ...]
    title: Line
    entities: tuple[Identifier, ...]
    taken: TakenInto
    final_report_at: Instant
    gross_eur: StrictInt | None
    recoveries_eur: StrictInt | None
    estimate: StrictBool
    supplied: tuple[Identifier, ...]
    entries: tuple[Identifier, ...]


class WaitingCosts(Frozen):
    """A major incident without a final report: what is stated of it belongs to no year yet."""

    incident: Identifier
    title: Line
    gross_eur: StrictInt | None
    recoveries_eur: StrictInt | None
    entries: tuple[Identifier, ...]


class MajorIncident(Frozen):
    """An incident that was classified as major in the year; null is not known."""

    incident: Identifier
    title: Line
    entities: tuple[Identifier, ...]
    classified_at: Instant
    third_party_origin: StrictBool | None
    member_states: tuple[Line, ...] | None
    entries: tuple[Identifier, ...]

    @property
    def cross_border(self) -> bool | None:
        """Whether two Member States or more are hit; None if nobody has said which."""
        return None if self.member_states is None else len(self.member_states) > 1


class DueReport(Frozen):
    """A report whose limit lies in the year, and which was submitted or whose limit has passed."""

    incident: Identifier
    reporting: Identifier
    entity: Identifier
    stage: ReportStage
    due_at: Instant
    clause: Line
    submitted_at: Instant | None
    on_time: StrictBool
    notice: NoticeGiven
    entries: tuple[Identifier, ...]


class Share(Frozen):
    """How many of how many; `unknown` are among neither."""

    count: Count
    of: Count
    unknown: Count
    basis_points: Annotated[int, Field(ge=0, le=10_000)] | None
    """Ten-thousandths, rounded half up; null of nothing."""


class AnnualFigures(Frozen):
    """The figures of a year, of one financial entity or of all (`entity` null).

    Only what had happened by `as_of` counts; drills never do.
    """

    year: Line
    since: Instant
    until: Instant
    as_of: Instant
    entity: Identifier | None
    gross_eur: StrictInt
    recoveries_eur: StrictInt
    unquantified: Count
    """Incidents among the costs whose gross costs nobody has stated."""
    costs: tuple[CostLine, ...]
    waiting: tuple[WaitingCosts, ...]
    major_incidents: Count
    incidents: tuple[MajorIncident, ...]
    reclassified: tuple[Identifier, ...]
    """Classified as major in the year, and found later never to have met the criteria."""
    third_party_origin: Share
    cross_border: Share
    on_time: Share
    missed_with_notice: Count
    missed_without_notice: Count
    reports: tuple[DueReport, ...]
