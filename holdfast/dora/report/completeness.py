"""What a report lacks (Implementing Regulation (EU) 2025/302, Annex II), and what contradicts.

A suggestion counts as no value; a contact counts as filled as soon as the directory has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.dora.report.catalogue import FIELDS, field_definition
from holdfast.dora.report.content import FieldValue, FilledField, Gap, ReportContent
from holdfast.dora.report.contradictions import contradictions
from holdfast.dora.report.definitions import FieldDefinition
from holdfast.dora.report.values import FieldInvalid, check_value
from holdfast.dora.report_stages import ReportStage

__all__ = ["DELAY_NOTICE", "RECLASSIFICATION", "gap_of", "gaps", "gaps_of"]

RECLASSIFICATION, DELAY_NOTICE = "reclassification", "delay_notice"
"""Kinds that are none of the three reports."""

_REASONS = {
    RECLASSIFICATION: "why the incident met the criteria at no time (2025/302 Art. 5)",
    DELAY_NOTICE: "why the limit cannot be met (2025/301 Art. 5(3))",
}
_BESIDE_GENERAL = {
    RECLASSIFICATION: ("2.1", "2.2", "2.3", "2.10"),
    DELAY_NOTICE: ("2.1", "2.10"),
}
_NO_TYPE = frozenset({DELAY_NOTICE})
"""Annex I has no type of submission for them: field 1.1 stays empty."""

_MISSING, _SUGGESTED = "it has no value", "its value is only suggested: supply it"


def gaps_of(content: ReportContent) -> tuple[Gap, ...]:
    """What one version lacks."""
    fields = {field.number: field for field in content.fields}
    return gaps(fields, content.covers, content.kind)


def gaps(
    fields: Mapping[str, FilledField], covers: tuple[ReportStage, ...], kind: str
) -> tuple[Gap, ...]:
    """What is missing or contradicts itself in a report of that kind that covers these stages.

    In the order of the fields, one a field; one that several stages need is told for the first.
    """
    values = _values(fields)
    found: list[Gap] = []
    for field in FIELDS.values():
        found.extend(_of_field(field, fields.get(field.number), values, covers, kind))
    stage = max(covers, key=tuple(ReportStage).index, default=ReportStage.INITIAL)
    wanted = set(_BESIDE_GENERAL[kind]) if kind in _BESIDE_GENERAL else None
    broken = {gap.field for gap in found}
    for number, problem in contradictions(values, kind):
        of_report = wanted is None or number in wanted or number.startswith("1.")
        if of_report and number not in broken:
            broken.add(number)
            found.append(gap_of(number, stage, problem))
    return tuple(sorted(found, key=lambda gap: tuple(FIELDS).index(gap.field)))


def gap_of(number: str, stage: ReportStage, problem: str, condition: str | None = None) -> Gap:
    """A gap at a field, for a reason that its value or its absence gives.

    Raises:
        KeyError: there is no such field.
    """
    field = field_definition(number)
    return Gap(
        field=number,
        label=field.label,
        stage=stage,
        condition=condition,
        problem=problem,
        roles=field.roles,
    )


def _values(fields: Mapping[str, FilledField]) -> dict[str, FieldValue]:
    """What counts, in the form of its field; what is not in that form is left out here."""
    found: dict[str, FieldValue] = {}
    for number, field in fields.items():
        if field.suggestion or field.value is None:
            continue
        try:
            found[number] = check_value(number, field.value)
        except FieldInvalid:
            continue
    return found


def _of_field(
    field: FieldDefinition,
    filled: FilledField | None,
    values: Mapping[str, FieldValue],
    covers: tuple[ReportStage, ...],
    kind: str,
) -> Iterator[Gap]:
    stage, condition = _needed_at(field, values, covers, kind)
    counts = filled is not None and not filled.suggestion
    if filled is not None and counts and filled.value is not None:
        try:
            check_value(field.number, filled.value)
        except FieldInvalid as invalid:
            told = stage or (covers[0] if covers else ReportStage.INITIAL)
            yield gap_of(field.number, told, _in_short(invalid.problem), condition)
        return
    if stage is None or (filled is not None and counts and filled.contact is not None):
        return
    problem = _SUGGESTED if filled is not None and filled.suggestion else _MISSING
    yield gap_of(field.number, stage, problem, condition)


def _needed_at(
    field: FieldDefinition,
    values: Mapping[str, FieldValue],
    covers: tuple[ReportStage, ...],
    kind: str,
) -> tuple[ReportStage | None, str | None]:
    """The first stage that needs it, and on which condition."""
    if kind in _BESIDE_GENERAL:
        return _needed_beside(field, values, kind)
    ordered = (stage for stage in ReportStage if stage in covers)
    needed = next((stage for stage in ordered if field.needed(stage, values)), None)
    return needed, field.condition_words


def _needed_beside(
    field: FieldDefinition, values: Mapping[str, FieldValue], kind: str
) -> tuple[ReportStage | None, str | None]:
    """The same for a reclassification or a delay notice: who reports, which incident, and why."""
    if field.number == "2.10":
        return ReportStage.INITIAL, _REASONS[kind]
    if field.number == "1.1" and kind in _NO_TYPE:
        return None, None
    asked = field.number.startswith("1.") or field.number in _BESIDE_GENERAL[kind]
    if asked and field.needed(ReportStage.INITIAL, values):
        return ReportStage.INITIAL, field.condition_words
    return None, field.condition_words


def _in_short(problem: str) -> str:
    line = " ".join(problem.split())
    return line if len(line) <= 200 else f"{line[:197]}..."  # noqa: PLR2004 - the length of a Line
