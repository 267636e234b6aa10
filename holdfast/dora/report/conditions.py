"""The conditions of Annex II to Implementing Regulation (EU) 2025/302, over the other fields.

Annex II cites Articles 10 and 12 to 14 of 2024/1772 for some of them: those are numbers of its
draft, and mean Article 9(2), 9(4), 9(5) and 9(6). That is our reading.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from holdfast.dora.register.codes import is_lei
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.definitions import Condition, Values, by_people
from holdfast.dora.root_causes import ADDITIONAL_CAUSES, DetailedCause

__all__ = [
    "ADDITIONAL_ROOT_CAUSE",
    "AUTHORITY_REFERENCE",
    "COMPONENTS",
    "CRITICAL_FUNCTIONS",
    "CYBERSECURITY",
    "DATA_LOSSES",
    "DOWNTIME",
    "DURATION",
    "GEOGRAPHY",
    "OTHER_AUTHORITY",
    "OTHER_INCIDENT",
    "OTHER_INFORMATION",
    "OTHER_ROOT_CAUSE",
    "OTHER_TECHNIQUE",
    "PARENT_LEI",
    "PARENT_NAME",
    "RECOVERY",
    "RECURRENCE_DATE",
    "RECURRENCE_TEXT",
    "RELEVANT_CLIENTS",
    "REPUTATION",
    "RESOLVABILITY",
    "SUBMITTED_FOR_ANOTHER",
    "TEMPORARY_ACTIONS",
    "THIRD_PARTY_ORIGIN",
    "TRANSACTIONS",
    "chosen",
]

_OF_TRANSACTIONS = frozenset(
    {"actual_figures_for_transactions_affected", "estimates_for_transactions_affected"}
)
_THIRD_PARTY_FAILURES = str(DetailedCause.THIRD_PARTY_FAILURES)


def chosen(values: Values, number: str) -> tuple[str, ...]:
    """What is chosen at a field of choices; nothing where it is not filled."""
    value = values.get(number)
    return value if isinstance(value, tuple) else ()


def _has(number: str, choice: str) -> Callable[[Values], bool]:
    return lambda values: choice in chosen(values, number)


def _is(number: str, value: FieldValue) -> Callable[[Values], bool]:
    # True == 1 in Python: a number is never a yes.
    return lambda values: type(values.get(number)) is type(value) and values[number] == value


def _filled(number: str) -> Callable[[Values], bool]:
    return lambda values: number in values


def _for_another(values: Values) -> bool:
    """Whether the submitter is another than the entity affected, or there are several of these."""
    code, affected = values.get("1.3"), values.get("1.6")
    name, affected_name = values.get("1.2"), values.get("1.5")
    if isinstance(code, str) and not is_lei(code):
        return True
    if code is not None and affected is not None:
        return affected != code
    return None not in {name, affected_name} and affected_name != name


def _transactions(values: Values) -> bool:
    if _OF_TRANSACTIONS & set(chosen(values, "3.12")):
        return True
    figures = (values.get(number) for number in ("3.9", "3.10", "3.11"))
    return any(_positive(figure) for figure in figures)


def _positive(figure: FieldValue | None) -> bool:
    if isinstance(figure, str):
        return Decimal(figure) > 0
    return isinstance(figure, int) and figure > 0


def _other_cause(values: Values) -> bool:
    return any(each.endswith("_other") for each in chosen(values, "4.2"))


def _needs_detail(values: Values) -> bool:
    return not set(ADDITIONAL_CAUSES).isdisjoint(chosen(values, "4.2"))


SUBMITTED_FOR_ANOTHER = Condition(
    "the entity affected is another than the one that submits, or the report is aggregated",
    _for_another,
)
PARENT_NAME = Condition("the entity belongs to a group (field 1.14 is filled)", _filled("1.14"))
PARENT_LEI = Condition("the entity belongs to a group (field 1.13 is filled)", _filled("1.13"))
GEOGRAPHY = Condition(
    "geographical spread is among the criteria of field 2.5 (2024/1772 Art. 9(4))",
    _has("2.5", "geographical_spread"),
)
REPUTATION = Condition(
    "reputational impact is among the criteria of field 2.5 (2024/1772 Art. 9(2))",
    _has("2.5", "reputational_impact"),
)
DATA_LOSSES = Condition(
    "data losses are among the criteria of field 2.5 (2024/1772 Art. 9(5))",
    _has("2.5", "data_losses"),
)
DURATION = Condition(
    "duration and service downtime is among the criteria of field 2.5 (2024/1772 Art. 9(3))",
    _has("2.5", "duration_and_service_downtime"),
)
THIRD_PARTY_ORIGIN = Condition(
    "it originates from a third-party provider or another financial entity (as field 4.2 says)",
    _has("4.2", _THIRD_PARTY_FAILURES),
)
OTHER_INFORMATION = by_people("there is more to tell, or the incident is reclassified as non-major")
AUTHORITY_REFERENCE = by_people("the authority has given a reference")
RECOVERY = Condition("field 3.16 is filled", _filled("3.16"))
RELEVANT_CLIENTS = by_people("a relevant client or counterpart is hit (2024/1772 Art. 9(1)(f))")
TRANSACTIONS = Condition("transactions are affected (as fields 3.9 to 3.12 say)", _transactions)
DOWNTIME = Condition(
    "there was a service downtime (field 3.3 says that services were recovered)", _filled("3.3")
)
OTHER_INCIDENT = Condition("field 3.23 says `other`", _has("3.23", "other"))
CYBERSECURITY = Condition(
    "field 3.23 says that it is cybersecurity-related", _has("3.23", "cybersecurity-related")
)
OTHER_TECHNIQUE = Condition("field 3.25 says `other`", _has("3.25", "other"))
COMPONENTS = Condition("field 3.28 says yes", _is("3.28", "yes"))
OTHER_AUTHORITY = Condition("field 3.31 says `other`", _has("3.31", "other"))
TEMPORARY_ACTIONS = Condition("field 3.33 says yes", _is("3.33", value=True))
ADDITIONAL_ROOT_CAUSE = Condition(
    "field 4.2 has one of the four root causes that need more detail", _needs_detail
)
OTHER_ROOT_CAUSE = Condition("field 4.2 has an `other`", _other_cause)
CRITICAL_FUNCTIONS = by_people(
    "it poses a risk to critical functions (Directive 2014/59/EU Art. 2(1), point (35))"
)
RESOLVABILITY = by_people("it affects how the entity or its group could be resolved")
RECURRENCE_TEXT = Condition(
    "several recurring incidents make up the major one (field 4.16 is filled)", _filled("4.16")
)
RECURRENCE_DATE = Condition(
    "several recurring incidents make up the major one (field 4.15 is filled)", _filled("4.15")
)
