"""What a report on paper is made of: its content, and what stands beside it in the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.clocks import Deadline
from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import ReportContent
from holdfast.dora.report_stages import ReportStage

__all__ = ["LocalRule", "PaperDeadline", "ReportPaper"]

_LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class LocalRule:
    """The clock of the entity's place: its name for people, and its rule as POSIX writes it."""

    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class PaperDeadline:
    """Until when a report may be submitted, and when it was; `relief` is why it may be later."""

    stage: ReportStage
    due_at: datetime
    clause: str
    because: str = ""
    relief: str = ""
    submitted_at: datetime | None = None
    missed: bool = False

    @classmethod
    def of(
        cls,
        stage: ReportStage,
        deadline: Deadline,
        submitted_at: datetime | None = None,
        *,
        missed: bool = False,
    ) -> Self:
        """From a deadline as it was computed."""
        relief = deadline.relief
        return cls(
            stage=stage,
            due_at=deadline.due_at,
            clause=deadline.clause,
            because=deadline.because,
            relief=f"{relief.reason}, {relief.clause}" if relief else "",
            submitted_at=submitted_at,
            missed=missed,
        )

    @property
    def met(self) -> bool | None:
        """Whether it was met; None while that is open."""
        if self.submitted_at is not None:
            return self.submitted_at <= self.due_at
        return False if self.missed else None


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """One version of a report, with what a management body wants to know of it.

    `contacts` are the texts of the contact fields by number: personal data. Without them the paper
    names pseudonyms. What is empty is not known, and is left out.
    """

    content: ReportContent
    contacts: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    entity: str = ""
    authority: str = ""
    deadlines: tuple[PaperDeadline, ...] = ()
    place: LocalRule | None = None
    approved: bool = False
    bypassed: str = ""
    """The exception code under which it was approved, if it was."""
    drill: bool = False

    @property
    def kind(self) -> ReportKind:
        """What the version is."""
        return ReportKind(self.content.kind)

    @property
    def entity_name(self) -> str:
        """Of whom it is: by its name if that is known, else by its id in the register.

        Cut where it would fill a page; fields 1.2 and 1.5 have all of it.
        """
        named = self.content.value("1.5") or self.content.value("1.2")
        found = self.entity or (named if isinstance(named, str) else "") or self.content.entity
        return found if len(found) <= _LONGEST_NAME else f"{found[:_LONGEST_NAME]}…"

    @property
    def currency(self) -> str:
        """The currency of the report (field 1.15)."""
        told = self.content.value("1.15")
        return told if isinstance(told, str) else ""

    def value(self, number: str) -> str:
        """A text of the report; empty where it has none."""
        told = self.content.value(number)
        return told if isinstance(told, str) and number in FIELDS else ""
