"""Where fields of a report contradict each other.

Some rules are those that authorities are said to check beside Annex II: one word a group in 3.12,
`none` alone in 3.31, what has to be among the criteria of 2.5, and the order of times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from holdfast.dora.report.conditions import chosen
from holdfast.dora.report.definitions import Values
from holdfast.dora.root_causes import (
    ADDITIONAL_CAUSES,
    PARENTS,
    AdditionalCause,
    DetailedCause,
)

__all__ = ["contradictions"]

_SUBMISSIONS = {
    "initial": "initial_notification",
    "intermediate": "intermediate_report",
    "final": "final_report",
    "reclassification": "major_incident_reclassified_as_non-major",
}
_GATE, _DATA_LOSSES = "critical_services_affected", "data_losses"
_OTHERS_NEEDED = 2
_GROUPS = {
    "clients": ("3.4", "3.5"),
    "financial_counterparts": ("3.6", "3.7"),
    "transactions": ("3.9", "3.10", "3.11"),
}
_IN_ORDER = (
    ("3.2", "2.2", "the incident occurred after it was detected"),
    ("2.2", "2.3", "the incident was classified before it was detected"),
    ("3.2", "3.3", "services were recovered before the incident occurred"),
    ("3.2", "4.8", "the incident was resolved before it occurred"),
    ("4.16", "3.2", "the first of the recurring incidents occurred after the last"),
)
"""What comes first, what comes later, and what is said if it does not: told at the later one."""

_Found = Iterator[tuple[str, str]]


def contradictions(values: Values, kind: str) -> _Found:
    """By field, what contradicts; `kind` is what the report is."""
    yield from _submission(values, kind)
    for rule in _RULES:
        yield from rule(values)


def _submission(values: Values, kind: str) -> _Found:
    wanted = _SUBMISSIONS.get(kind)
    told = values.get("1.1")
    if told is not None and told != wanted:
        may_be = f"'{wanted}'" if wanted else "nothing"
        yield "1.1", f"'{told}' is not what this report is: it has to be {may_be}"


def _entities(values: Values) -> _Found:
    names, codes = values.get("1.5"), values.get("1.6")
    if isinstance(names, str) and isinstance(codes, str) and ";" in codes:
        told, known = len(names.split(";")), len(codes.split(";"))
        if told != known:
            yield "1.5", f"it names {told} entities, field 1.6 has {known}: give as many of each"


def _criteria(values: Values) -> _Found:
    """Art. 8(1) of 2024/1772: critical services, and data losses or two other thresholds."""
    found = set(chosen(values, "2.5"))
    if not found:
        return
    others = found - {_GATE}
    if _GATE not in found:
        yield "2.5", f"a major incident always has '{_GATE}' among its criteria"
    elif _DATA_LOSSES not in others and len(others) < _OTHERS_NEEDED:
        yield (
            "2.5",
            f"beside '{_GATE}' name data losses, or two other criteria: one decides nothing",
        )


def _qualities(values: Values) -> _Found:
    told = chosen(values, "3.12")
    if not told:
        return
    for group, figures in _GROUPS.items():
        words = [each for each in told if each.endswith((f"_for_{group}_affected", f"_on_{group}"))]
        if len(words) != 1:
            count = "nothing" if not words else f"{len(words)} words"
            yield "3.12", f"it says {count} on {group.replace('_', ' ')}: choose one"
        elif words[0].startswith("no_impact"):
            for number in figures:
                if _positive(values, number):
                    yield "3.12", f"it says that there is no impact, field {number} is above zero"
                    break


def _figures(values: Values) -> _Found:
    """A share of nothing, or a value of no transactions."""
    for number, *others in _GROUPS.values():
        for other in others:
            if values.get(number) == 0 and _positive(values, other):
                yield other, f"it is above zero, though field {number} is 0"


def _alone(values: Values) -> _Found:
    told = chosen(values, "3.31")
    if "none" in told and len(told) > 1:
        yield "3.31", "'none' excludes the other choices"


def _times(values: Values) -> _Found:
    for first, later, problem in _IN_ORDER:
        before, after = values.get(first), values.get(later)
        # Instants are UTC in one form: as texts they are in the order of time.
        if isinstance(before, str) and isinstance(after, str) and after < before:
            yield later, f"{problem} (field {first})"


def _detailed_causes(values: Values) -> _Found:
    high = chosen(values, "4.1")
    for detail in chosen(values, "4.2"):
        parent = PARENTS[DetailedCause(detail)]
        if high and parent not in high:
            yield "4.2", f"'{detail}' belongs under '{parent}', which field 4.1 does not have"
            return


def _additional_causes(values: Values) -> _Found:
    detailed, told = chosen(values, "4.2"), chosen(values, "4.3")
    if not detailed or not told:
        return
    belonging = {detail: ADDITIONAL_CAUSES.get(DetailedCause(detail), ()) for detail in detailed}
    for additional in told:
        if not any(AdditionalCause(additional) in known for known in belonging.values()):
            yield "4.3", f"'{additional}' belongs under nothing that field 4.2 has"
            return
    for detail, known in belonging.items():
        if known and not set(known).intersection(told):
            yield "4.3", f"'{detail}' of field 4.2 needs more detail: give one that belongs to it"
            return


def _positive(values: Values, number: str) -> bool:
    value = values.get(number)
    if isinstance(value, str):
        return Decimal(value) > 0
    return isinstance(value, int) and value > 0


_RULES: tuple[Callable[[Values], _Found], ...] = (
    _entities,
    _criteria,
    _qualities,
    _figures,
    _alone,
    _times,
    _detailed_causes,
    _additional_causes,
)
