"""Whether values fit the form, and what it lacks (2025/302, Annex IV)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import StringConstraints

from holdfast.domain.roles import Role
from holdfast.domain.values import Frozen, Line
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.forms import NotInForm
from holdfast.dora.report.reading import read_as
from holdfast.dora.report.values import FieldInvalid
from holdfast.dora.threat_form.catalogue import THREAT_CONTACT_FIELDS, THREAT_FIELDS, ThreatField

__all__ = ["ThreatGap", "check_threat_value", "threat_gaps"]

_LONGEST_LINE = 200


class ThreatGap(Frozen):
    """What the form lacks at a field, or what is wrong there, and who can supply it."""

    field: Annotated[str, StringConstraints(pattern=r"^(1?[1-9]|10|20)$")]
    label: Line
    condition: Line | None = None
    problem: Line
    roles: tuple[Role, ...] = ()


def check_threat_value(number: str, value: FieldValue) -> FieldValue:
    """The value in the form in which the field holds it; checked once more, it stays the same.

    Raises:
        KeyError: there is no such field.
        FieldInvalid: it does not fit.
    """
    field = THREAT_FIELDS[number]
    try:
        return read_as(field.kind, field.choices, value)
    except NotInForm as problem:
        raise FieldInvalid(number, str(problem)) from problem


def threat_gaps(
    values: Mapping[str, FieldValue], contacts: Collection[str] = ()
) -> tuple[ThreatGap, ...]:
    """What is missing or does not fit, in the order of the form.

    `contacts` are the numbers of contact fields that the directory fills when it is written.
    """
    return tuple(
        gap for field in THREAT_FIELDS.values() for gap in _of_field(field, values, contacts)
    )


def _of_field(
    field: ThreatField, values: Mapping[str, FieldValue], contacts: Collection[str]
) -> Iterator[ThreatGap]:
    value = values.get(field.number)
    if value is not None:
        try:
            check_threat_value(field.number, value)
        except FieldInvalid as invalid:
            yield _gap(field, invalid.problem)
        return
    if field.number in THREAT_CONTACT_FIELDS and field.number in contacts:
        return
    if field.needed(values):
        yield _gap(field, "it has no value")


def _gap(field: ThreatField, problem: str) -> ThreatGap:
    line = " ".join(problem.split())
    return ThreatGap(
        field=field.number,
        label=field.label,
        condition=field.condition_words,
        problem=line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 3]}...",
        roles=field.roles,
    )
