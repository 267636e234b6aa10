"""One report as it was filled: values by field number, each with where it comes from.

This is the internal form: renderers write it as authorities want it, and what people approve is the
digest of its canonical bytes. Contacts stand in it by pseudonym and entry only: their names,
addresses and numbers are put in when it is rendered, and can be erased.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StrictBool, StringConstraints

from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import Count, Frozen, Identifier, Instant, Line, Text
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "FieldNumber",
    "FieldSource",
    "FieldValue",
    "FilledField",
    "Gap",
    "ReportContent",
]

FieldNumber = Annotated[str, StringConstraints(pattern=r"^[1-4]\.[1-9][0-9]?$")]
"""A field of Annex I, such as `3.15`."""

_Text = Annotated[Text, StringConstraints(max_length=32_767)]

FieldValue = StrictBool | Count | _Text | tuple[Line, ...]
"""Yes or no; a number of things; a text, an instant, a length, a decimal; or several choices."""


class FieldSource(StrEnum):
    """Where a value comes from."""

    SUPPLIED = "supplied"
    """A person has put it in."""
    FACT = "fact"
    """A fact of the incident."""
    ENTRY = "entry"
    """What the evidence says: decisions, reviews, escalations, availability."""
    COMPUTED = "computed"
    """Computed from facts, such as a percentage."""
    REGISTER = "register"
    """The register of information, or the reporting policy."""
    CONTACT = "contact"
    """The directory: the value itself is not in here."""


class FilledField(Frozen):
    """One field that has a value, and its provenance.

    `estimate` is None where the question makes no sense. A `suggestion` is something that people
    still have to take up by supplying it; it does not count as filled. `contact` names the
    pseudonym whose sealed value fills the field when it is rendered; `value` is None then.
    """

    number: FieldNumber
    value: FieldValue | None
    source: FieldSource
    estimate: StrictBool | None = None
    suggestion: StrictBool = False
    because: Line | None = None
    entries: tuple[Identifier, ...] = ()
    by: Actor | None = None
    contact: Identifier | None = None


class Gap(Frozen):
    """A mandatory field without a value: why it is mandatory here, and who can supply it."""

    field: FieldNumber
    label: Line
    stage: ReportStage
    condition: Line | None = None
    """The condition of Annex II that holds; None where it is mandatory without one."""
    problem: Line
    """What is wrong: it is missing, or what was given does not fit."""
    roles: tuple[Role, ...] = ()


class ReportContent(Frozen):
    """One version of one report of one financial entity.

    `covers` are the reports that it is at once (2025/302 Art. 2), in the order of the law;
    `submission` is field 1.1. `as_of` is the last entry of the incident that it rests on.
    """

    format: Literal[1] = 1
    incident: Identifier
    reporting: Identifier
    entity: Identifier
    kind: Line
    covers: tuple[ReportStage, ...]
    version: Count
    as_of: Identifier
    filled_at: Instant
    fields: tuple[FilledField, ...]
    gaps: tuple[Gap, ...] = ()

    def value(self, number: str) -> FieldValue | None:
        """The value of a field; None where it has none, or only a suggestion."""
        found = self.field(number)
        return found.value if found and not found.suggestion else None

    def field(self, number: str) -> FilledField | None:
        """The field of that number, if it is filled or suggested."""
        return next((each for each in self.fields if each.number == number), None)
