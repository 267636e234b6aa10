"""The times that a provider is held to, by severity: complete, sensible, and in an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_core.core_schema import ValidationInfo

from holdfast.domain.severity import Severity
from holdfast.domain.values import Duration, Frozen
from holdfast.dora.register.contradicting import Contradiction, refuse_contradictions

__all__ = ["ServiceTimes", "TermLength", "TimesBySeverity", "VendorClock", "promised_clocks"]

_LONGEST = timedelta(days=366)


class VendorClock(StrEnum):
    """The times that a provider is held to, in the order in which they fall due."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_RESPONSE = "first_response"
    UPDATE = "update"
    WORKAROUND = "workaround"
    RESTORE = "restore"


def _from_text_only(value: object) -> object:
    # pydantic would read 15 as seconds, and who writes 15 means minutes.
    if isinstance(value, timedelta) or (isinstance(value, str) and value.startswith("P")):
        return value
    message = "give a length of time such as PT15M, PT4H or P2D"
    raise ValueError(message)


def _at_most_a_year(value: timedelta) -> timedelta:
    if value > _LONGEST:
        message = f"{_said(value)} is longer than a year"
        raise ValueError(message)
    return value


def _not_zero(value: timedelta) -> timedelta:
    if not value:
        message = "nothing can be done in no time at all"
        raise ValueError(message)
    return value


TermLength = Annotated[Duration, BeforeValidator(_from_text_only), AfterValidator(_at_most_a_year)]
"""A length of time in a contract, at most a year; zero is one."""

_Time = Annotated[TermLength, AfterValidator(_not_zero)]


class ServiceTimes(Frozen):
    """The times at one severity, in service time; null is what the contract does not promise.

    `update_every` runs from the last that was heard, the others from the request.
    """

    acknowledge: _Time
    first_response: _Time
    update_every: _Time | None
    workaround: _Time | None
    restore: _Time

    @field_validator("first_response", "workaround", "restore")
    @classmethod
    def _come_one_after_the_other(
        cls, value: timedelta | None, info: ValidationInfo
    ) -> timedelta | None:
        others = [name for name in info.data if name != "update_every"]
        if info.field_name == "restore":
            others = list(info.data)
        longer = [
            f"{name} ({_said(info.data[name])})"
            for name in others
            if value is not None and info.data[name] is not None and value < info.data[name]
        ]
        if value is not None and longer:
            message = f"{_said(value)} is shorter than {' and '.join(longer)}"
            raise ValueError(message)
        return value

    def of(self, clock: VendorClock) -> timedelta | None:
        """The time of that clock; None where it is not promised."""
        found: timedelta | None = getattr(self, _FIELDS[clock])
        return found


_FIELDS = {clock: clock.value for clock in VendorClock} | {VendorClock.UPDATE: "update_every"}


def promised_clocks(times: Mapping[Severity, ServiceTimes]) -> frozenset[VendorClock]:
    """The clocks that are promised at any severity."""
    return frozenset(
        clock for each in times.values() for clock in VendorClock if each.of(clock) is not None
    )


def _told_together(
    value: object, handler: ValidatorFunctionWrapHandler
) -> dict[Severity, ServiceTimes]:
    """Compare the severities with one another even where some of them are wrong by themselves."""
    beside, given = None, set[str]()
    try:
        times: dict[Severity, ServiceTimes] = handler(value)
    except ValidationError as error:
        entries = value if isinstance(value, Mapping) else dict.fromkeys(Severity)
        beside, times, given = error, dict(_right(entries)), {str(name) for name in entries}
    lost = [each.value for each in Severity if each not in times and each not in given]
    refuse_contradictions("TimesBySeverity", _contradictions(times, lost), beside)
    return times


def _right(entries: Mapping[object, object]) -> Iterator[tuple[Severity, ServiceTimes]]:
    for severity in Severity:
        with suppress(ValidationError):
            yield severity, ServiceTimes.model_validate(entries.get(severity.value))


def _contradictions(
    times: Mapping[Severity, ServiceTimes], lost: Sequence[str]
) -> Iterator[Contradiction]:
    if lost:
        yield Contradiction((), None, f"nothing is said of {', '.join(lost)}")
    for worse, better in pairwise(each for each in Severity if each in times):
        for clock in VendorClock:
            slow, fast = times[worse].of(clock), times[better].of(clock)
            if fast is not None and (slow is None or slow > fast):
                said = "not promised, but" if slow is None else f"{_said(slow)} is slower than"
                words = f"{said} {_said(fast)} at {better.value}, which is less severe"
                yield Contradiction((worse.value, _FIELDS[clock]), slow, words)


TimesBySeverity: TypeAlias = Annotated[dict[Severity, ServiceTimes], WrapValidator(_told_together)]
"""The times at every severity, none slower than at a lesser one."""


def _said(length: timedelta) -> str:
    days, seconds = length.days, length.seconds
    parts = ((seconds // 3600, "H"), (seconds // 60 % 60, "M"), (seconds % 60, "S"))
    clock = "".join(f"{number}{unit}" for number, unit in parts if number)
    day = f"{days}D" if days else ""
    return f"P{day}T{clock}" if clock else f"P{day}" if day else "PT0S"
