"""Filling one version of a report: every field that is known, from where it is best known.

What people have supplied comes before everything; a value before a suggestion; and of two values
the one that stands first below. What nobody knows is not filled, and never a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from holdfast.domain.reporting.filling.answered import (
    continuity_fields,
    reason_fields,
    reference_fields,
)
from holdfast.domain.reporting.filling.beginning import beginning_fields
from holdfast.domain.reporting.filling.building import taken_over
from holdfast.domain.reporting.filling.costs import cost_fields
from holdfast.domain.reporting.filling.figures import figure_fields
from holdfast.domain.reporting.filling.general import general_fields
from holdfast.domain.reporting.filling.impact import impact_fields
from holdfast.domain.reporting.filling.recovering import recovering_fields
from holdfast.domain.reporting.filling.reviewed import reviewed_fields
from holdfast.domain.reporting.filling.sources import FillSources, Wanted
from holdfast.domain.reporting.filling.stated import entity_facts
from holdfast.domain.reporting.filling.supplied import supplied_fields
from holdfast.domain.reporting.filling.third_parties import third_party_report_fields
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report.content import FilledField
from holdfast.dora.report.values import FieldInvalid, check_value
from holdfast.dora.report_stages import ReportStage

__all__ = ["fill"]

_REASONS = "2.10"
_OF_A_NOTICE = frozenset({"2.1", "2.2", "2.3", _REASONS})
_NOTICES = frozenset({ReportKind.DELAY_NOTICE, ReportKind.RECLASSIFICATION})

_SECTIONS = {ReportStage.INITIAL: 2, ReportStage.INTERMEDIATE: 3, ReportStage.FINAL: 4}
"""The last section of the form that each report asks for."""


def fill(sources: FillSources, wanted: Wanted) -> tuple[FilledField, ...]:
    """Fill what is wanted, in the order of the form.

    Of later sections than its reports ask for, only what people have supplied is in it.
    """
    known = _best(_known(sources, wanted))
    fields = {number: field for number, field in known.items() if _is_asked(wanted, number)}
    supplied = supplied_fields(sources, wanted)
    if wanted.kind in _NOTICES:
        supplied = {number: field for number, field in supplied.items() if _is_of_notice(number)}
        _keep_the_later_reason(sources, fields, supplied)
    fields |= supplied
    return tuple(_in_form(fields[number]) for number in sorted(fields, key=_place))


def _known(sources: FillSources, wanted: Wanted) -> Iterator[FilledField]:
    """Every candidate; of two for one field the better one comes first."""
    facts, rules = entity_facts(sources, wanted), sources.rules(wanted)
    currency = rules.currency if rules else None
    told = third_party_report_fields(wanted.incident, sources.entries)
    return chain(
        general_fields(sources, wanted),
        reason_fields(sources, wanted),
        reference_fields(sources, wanted),
        recovering_fields(sources, wanted, facts),
        figure_fields(sources, facts, currency),
        impact_fields(sources, facts),
        cost_fields(sources, wanted, facts, currency),
        reviewed_fields(sources),
        chain.from_iterable(map(taken_over, told)),
        continuity_fields(sources),
        # How an incident came in says less of who discovered it than a provider that told us.
        beginning_fields(sources, wanted, facts),
    )


def _best(candidates: Iterable[FilledField]) -> dict[str, FilledField]:
    found = dict[str, FilledField]()
    for field in candidates:
        before = found.get(field.number)
        if before is None or (before.suggestion and not field.suggestion):
            found[field.number] = field
    return found


def _in_form(field: FilledField) -> FilledField:
    """The field with its value as forms have it; what does not fit stays, and is told as a gap."""
    if field.value is None:
        return field
    try:
        return field.model_copy(update={"value": check_value(field.number, field.value)})
    except FieldInvalid:
        return field


def _is_asked(wanted: Wanted, number: str) -> bool:
    if wanted.kind in _NOTICES:
        return _is_of_notice(number)
    last = max((_SECTIONS[stage] for stage in wanted.covers), default=2)
    return _place(number)[0] <= last


def _is_of_notice(number: str) -> bool:
    return number.startswith("1.") or number in _OF_A_NOTICE


def _keep_the_later_reason(
    sources: FillSources, fields: dict[str, FilledField], supplied: dict[str, FilledField]
) -> None:
    """What was supplied of a report before its delay or reversal is no reason of that."""
    reason, other = fields.get(_REASONS), supplied.get(_REASONS)
    if reason is None or other is None:
        return
    order = [entry.id for entry in sources.entries]
    if order.index(other.entries[0]) < order.index(reason.entries[0]):
        del supplied[_REASONS]


def _place(number: str) -> tuple[int, int]:
    section, _, place = number.partition(".")
    return int(section), int(place)
