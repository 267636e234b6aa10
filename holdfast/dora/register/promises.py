"""Whether the terms of a contract can be held to: by whom, in which hours, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from holdfast.domain.service_time import LONGEST_SEARCH, BeyondServiceTime, ServiceTime
from holdfast.dora.register.contracts import Contract
from holdfast.dora.register.contradicting import Contradiction
from holdfast.dora.register.service_hours import Calendar, ServiceHours, covers_a_day
from holdfast.dora.register.terms import ContractTerms

__all__ = ["contradictions_of_terms"]

# Whichever day a time begins on, and wherever its ladder ends, it is found.
_FURTHEST = LONGEST_SEARCH / 4


def contradictions_of_terms(
    reference: str,
    contract: Contract,
    calendars: Mapping[str, Calendar],
    time_zones: Mapping[str, str],
) -> Iterator[Contradiction]:
    """Yield what the terms of a contract say against the contract and against the calendars."""
    terms, at = contract.terms, ("contracts", reference, "terms")
    if terms is None:
        return
    if contract.provider is None:
        words = "these are promised by nobody: name the contract's provider"
        yield Contradiction(at, None, words)
    for index, each in enumerate(terms.subcontractors):
        if each.provider == contract.provider:
            words = f"'{each.provider}' is the provider itself, which has rank 1"
            yield Contradiction((*at, "subcontractors", index, "provider"), each.provider, words)
    if terms.hours is not None:
        calendar = calendars.get(terms.hours.calendar or "")
        never = list(_never(at, terms.hours, calendar))
        yield from never or _unreachable(at, terms, terms.hours, calendar, time_zones)


def _never(
    at: tuple[str, ...], hours: ServiceHours, calendar: Calendar | None
) -> Iterator[Contradiction]:
    for index, window in enumerate(hours.windows):
        if calendar is not None and not covers_a_day(window, calendar):
            years = f"{calendar.first_year} to {calendar.last_year}"
            words = f"it covers nothing: each of its days from {years} is a holiday"
            yield Contradiction((*at, "hours", "windows", index), window.begin, words)


def _unreachable(
    at: tuple[str, ...],
    terms: ContractTerms,
    hours: ServiceHours,
    calendar: Calendar | None,
    time_zones: Mapping[str, str],
) -> Iterator[Contradiction]:
    """Times that would be due years ahead, as the hours are so few."""
    if any(window.time_zone not in time_zones for window in hours.windows):
        return
    holidays = calendar.days if calendar else frozenset()
    running = ServiceTime(hours.windows, time_zones, holidays)
    start = datetime(calendar.first_year if calendar else 2026, 1, 1, tzinfo=UTC)
    for severity, times in terms.times.items():
        path = (*at, "times", severity.value, "restore")
        try:
            due_at = running.after(start, times.restore + terms.ladder[-1].after)
        except BeyondServiceTime:
            due_at = start + LONGEST_SEARCH
        if due_at - start > _FURTHEST:
            words = "within these hours it would be due, with its ladder, only years later"
            yield Contradiction(path, times.restore, words)
