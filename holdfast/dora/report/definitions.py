"""What a field of Annex II to Implementing Regulation (EU) 2025/302 is: kind, choices, when needed.

A field is needed at a stage if Annex II marks it there as mandatory or conditional and its
condition holds, where it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from holdfast.domain.roles import Role
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "Condition",
    "FieldDefinition",
    "FieldKind",
    "Requirement",
    "Values",
    "by_people",
]

Values = Mapping[str, FieldValue]
"""Values by field number: those that count as filled, without contacts."""


class FieldKind(StrEnum):
    """What a field holds, and so how its value is written."""

    TEXT = "text"
    REFERENCE = "reference"
    """A text of letters, digits and hyphens."""
    YES_NO = "yes_no"
    CHOICE = "choice"
    """One of the choices."""
    CHOICES = "choices"
    """One or more of the choices."""
    INSTANT = "instant"
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    DURATION = "duration"
    """Days, hours and minutes, `DD:HH:MM`."""
    COUNT = "count"
    PERCENT = "percent"
    """One decimal, rounded half up."""
    MONEY = "money"
    """Thousands of the reporting currency, not negative."""
    CURRENCY = "currency"
    """ISO 4217."""
    LEI = "lei"
    LEIS = "leis"
    """One LEI, or several parted by semicolons in an aggregated report."""
    CODE = "code"
    """An LEI, or another code of the register of information."""
    MAIL = "mail"
    PHONE = "phone"
    """With the international prefix."""


class Requirement(StrEnum):
    """What Annex II says of a field at one stage."""

    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    """Mandatory if its condition holds."""
    OPTIONAL = "optional"
    """Not mandatory at that stage; it may be supplied early."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a field is needed: in words, and as far as other fields of the report show it.

    Without `test` only people know: the field is filled when it applies, and is never demanded.
    """

    words: str
    test: Callable[[Values], bool] | None = None

    def holds(self, values: Values) -> bool:
        """Whether the other fields show that it holds."""
        return self.test is not None and self.test(values)


def by_people(words: str) -> Condition:
    """A condition that no other field shows."""
    return Condition(words)


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One field of Annex I, with what Annex II says of it, and where the reports' JSON has it."""

    number: str
    label: str
    kind: FieldKind
    requirements: tuple[Requirement, Requirement, Requirement]
    """At the initial notification, the intermediate report and the final report."""
    json_path: str
    roles: tuple[Role, ...]
    """Who can supply it; empty where nobody does: it follows from the report, or the directory."""
    choices: tuple[str, ...] = ()
    condition: Condition | None = None
    help: str = ""
    """What belongs into it, in words."""

    def requirement(self, stage: ReportStage) -> Requirement:
        """What Annex II says of it at that stage."""
        return self.requirements[tuple(ReportStage).index(stage)]

    @property
    def initial(self) -> Requirement:
        """At the initial notification."""
        return self.requirements[0]

    @property
    def intermediate(self) -> Requirement:
        """At the intermediate report."""
        return self.requirements[1]

    @property
    def final(self) -> Requirement:
        """At the final report."""
        return self.requirements[2]

    @property
    def condition_words(self) -> str | None:
        """Its condition in words; None where it has none."""
        return self.condition.words if self.condition else None

    def needed(self, stage: ReportStage, values: Values) -> bool:
        """Whether a report of that stage must have it, beside these values."""
        if self.requirement(stage) is Requirement.OPTIONAL:
            return False
        return self.condition is None or self.condition.holds(values)
