"""Business functions, and the services by which alerts and facts name what is affected."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, StrictBool, field_validator
from pydantic_core.core_schema import ValidationInfo

from holdfast.domain.values import Count, Frozen, Identifier, Line, Text
from holdfast.dora.register.codes import Currency

__all__ = ["BusinessFunction", "Day", "Service", "named_once", "some"]

_Each = TypeVar("_Each")


def _day_from_text_only(value: object) -> object:
    # pydantic would read a number as days since 1970, and a date-time at midnight as its date.
    if isinstance(value, date) or (isinstance(value, str) and len(value) == len("2026-03-04")):
        return value
    message = "give a date such as 2026-03-04"
    raise ValueError(message)


Day = Annotated[date, BeforeValidator(_day_from_text_only)]
"""A calendar day, ISO 8601 in data."""


def named_once(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names.

    Raises:
        ValueError: one of them is named twice.
    """
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"named twice: {', '.join(twice)}"
        raise ValueError(message)
    return names


def some(given: tuple[_Each, ...]) -> tuple[_Each, ...]:
    """Return what is given; a bound on the length would add to each wrong one that there are none.

    Raises:
        ValueError: nothing is given.
    """
    if not given:
        message = "there has to be one at least"
        raise ValueError(message)
    return given


class BusinessFunction(Frozen):
    """A function of one entity, by its identifier (2024/2956 template B_06.01).

    `critical_or_important` (DORA Art. 3(22)) is null while the assessment was not performed. The
    objectives are whole hours, 1 where less than one; null where none is defined.
    """

    name: Line
    licensed_activity: Annotated[Text, Field(max_length=500)]
    entity: Identifier
    critical_or_important: StrictBool | None = None
    reasons: Annotated[Text, Field(max_length=300)] | None = None
    assessed_on: Day | None = None
    rto_hours: Count | None = None
    rpo_hours: Count | None = None

    @field_validator("assessed_on")
    @classmethod
    def _an_assessment_was_performed(cls, value: date | None, info: ValidationInfo) -> date | None:
        assessed = info.data.get("critical_or_important", True)
        if value is not None and assessed is None:
            message = "a date of assessment, but critical_or_important is not known"
            raise ValueError(message)
        return value


class Service(Frozen):
    """A service as alerts and people name it, with what is normal for it.

    Six fields carry the names of facts, and stand where nobody has stated the fact: null is
    unknown. Denominators belong to the service, not to the entity (2024/1772 Art. 9(1)); the daily
    averages are those of `reference_period`, the value in whole units of `currency`.
    In a checked register `supports_critical_function` is already derived from the functions.
    """

    name: Line
    entity: Identifier
    functions: tuple[Identifier, ...] = ()
    supports_critical_function: StrictBool | None = None
    regulated_service: StrictBool | None = None
    clients_total: Count | None = None
    counterparts_total: Count | None = None
    transactions_daily_average: Count | None = None
    currency: Currency | None = None
    transactions_daily_average_value: Count | None = None
    reference_period: Line | None = None
    owners: tuple[Line, ...] = ()
    vendors: tuple[Identifier, ...] = ()
    aliases: tuple[Identifier, ...] = ()

    _once = field_validator("functions", "owners", "vendors", "aliases")(named_once)

    @field_validator("transactions_daily_average_value")
    @classmethod
    def _is_in_a_currency(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("currency", "invalid") is None:
            message = "a value needs its currency"
            raise ValueError(message)
        return value

    def derived_from(self, functions: dict[str, BusinessFunction]) -> bool | None:
        """Whether a function that it supports is critical or important; null while unknown."""
        known = [
            functions[name].critical_or_important for name in self.functions if name in functions
        ]
        if any(known):
            return True
        return False if known and None not in known else None
