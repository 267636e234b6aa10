"""What an authority's own schema finds wrong, as gaps of the fields that stand there."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.domain.roles import Role
from holdfast.dora.report.completeness import DELAY_NOTICE, gap_of
from holdfast.dora.report.content import Gap, ReportContent
from holdfast.dora.report.json_paths import field_at
from holdfast.dora.report_stages import ReportStage

__all__ = ["has_json_form", "is_of_schema", "schema_gaps", "stand_ins"]

_AGAINST = "against the authority's schema: "
_ELSEWHERE = "1.1"
_LONGEST_LINE = 200

_STAND_INS = {
    **dict.fromkeys(("1.7", "1.10"), "Name"),
    **dict.fromkeys(("1.8", "1.11"), "name@example.org"),
    **dict.fromkeys(("1.9", "1.12"), "+3221234567"),
}


def has_json_form(kind: str) -> bool:
    """Whether the authorities' common JSON has a form for that kind: it has none for delays."""
    return kind != DELAY_NOTICE


def stand_ins(content: ReportContent) -> dict[str, str]:
    """Texts in the place of the contacts that a report names: a check needs no names of people."""
    named = {field.number for field in content.fields if field.contact is not None}
    return {number: text for number, text in _STAND_INS.items() if number in named}


def schema_gaps(content: ReportContent, problems: Iterable[str]) -> tuple[Gap, ...]:
    """One gap a field, for problems such as `incident.incidentDuration: is missing`.

    A field that lacks something already is not told again; what stands at no field is told at 1.1.
    """
    stage = content.covers[-1] if content.covers else ReportStage.INITIAL
    taken = {gap.field for gap in content.gaps}
    found: list[Gap] = []
    for problem in problems:
        number = field_at(problem.partition(": ")[0])
        if number is None or number not in taken:
            found.append(_gap(number, stage, problem))
        taken |= {number} if number else set()
    return tuple(found)


def _gap(number: str | None, stage: ReportStage, problem: str) -> Gap:
    told = f"{_AGAINST}{problem}"[:_LONGEST_LINE].strip()
    if number is not None:
        return gap_of(number, stage, told)
    # Whoever keeps the schema mends it; no field does.
    return gap_of(_ELSEWHERE, stage, told).model_copy(update={"roles": (Role.COMPLIANCE,)})


def is_of_schema(gap: Gap) -> bool:
    """Whether the authority's schema has found it: no entry and no rule of ours says it again."""
    return gap.problem.startswith(_AGAINST)
