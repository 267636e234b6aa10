"""Deadlines of reports (2025/301 Art. 5) on one core, against a floor in the same run.

    python -m benchmarks.deadlines [MATTERS]

The floor is what cannot be left out: making the answer of three deadlines, with its instants, dates
and words. Measured are the rules alone with a calendar at hand, and with the calendar looked up as
the command line and the worker do.
"""

from __future__ import annotations

import os
import platform as machine
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from holdfast.domain.member_states import MEMBER_STATES
from holdfast.dora.clocks import (
    ClockCase,
    Deadlines,
    ReportingEntity,
    WorkingCalendar,
    compute_deadlines,
)
from holdfast.dora.register.entities import EntityType
from holdfast.store.reporting.working_calendars import calendar_of

__all__ = ["LEAST_PER_SECOND", "measure_deadlines"]

LEAST_PER_SECOND = 10_000
"""Deadlines of an incident, all that are due, computed in a second on one core."""

_MATTERS = 20_000
_ROUNDS = 5
_FROM = datetime(2025, 1, 17, tzinfo=UTC)
_YEARS_IN_MINUTES = 5 * 365 * 24 * 60

_Matter = tuple[ClockCase, WorkingCalendar]


def measure_deadlines(number: int, seed: int = 1) -> dict[str, float]:
    """How many incidents a second, the median of rounds: at the floor, with rules, with all."""
    chance = random.Random(seed)  # noqa: S311 - made-up incidents
    matters = [(made, calendar_of(made)) for made in (_made(chance) for _ in range(number))]
    answers = [compute_deadlines(made, calendar) for made, calendar in matters]
    works: dict[str, Callable[[], object]] = {
        "floor: the answer made": lambda: [_again(each) for each in answers],
        "the rules": lambda: [compute_deadlines(*each) for each in matters],
        "the rules, calendar looked up": lambda: [
            compute_deadlines(made, calendar_of(made)) for made, _ in matters
        ],
    }
    # In turn, so that other load hits all of them.
    seconds = [{name: _seconds(work) for name, work in works.items()} for _ in range(_ROUNDS)]
    return {name: number / statistics.median(each[name] for each in seconds) for name in works}


def _made(chance: random.Random) -> ClockCase:
    aware = _FROM + timedelta(minutes=chance.randrange(_YEARS_IN_MINUTES))
    classified = aware + timedelta(minutes=chance.randrange(40 * 60))
    initial = classified + timedelta(minutes=chance.randrange(4 * 60))
    first = initial + timedelta(minutes=chance.randrange(72 * 60))
    return ClockCase(
        entity=ReportingEntity(
            type=chance.choice(list(EntityType)),
            member_state=chance.choice(sorted(MEMBER_STATES)),
            nis2_essential_or_important=chance.random() < 0.3,  # noqa: PLR2004 - a share
        ),
        aware_at=aware,
        classified_major_at=classified,
        initial_submitted_at=initial,
        intermediate_submitted_at=(first, first + timedelta(days=2)),
    )


def _again(answer: Deadlines) -> Deadlines:
    """The same answer, made of its values as the rules make it."""
    made = {
        stage: type(found)(
            due_at=found.due_at,
            clause=found.clause,
            strict_due_at=found.strict_due_at,
            relief=found.relief,
            because=found.because,
        )
        for stage in ("initial", "intermediate", "final")
        if (found := getattr(answer, stage)) is not None
    }
    return Deadlines(**made)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _table(number: int, measured: dict[str, float]) -> Table:
    title = (
        f"{datetime.now(UTC):%Y-%m-%d}, one of {os.cpu_count()} cores, {machine.machine()};"
        f" {number:,} incidents of five years, 30 states, {len(EntityType)} types"
    )
    table = Table(title=title)
    for column in ("three deadlines an incident", "a second", "at least", "ratio to the floor"):
        table.add_column(column, justify="left" if not table.columns else "right")
    floor, *_ = measured.values()
    for name, found in measured.items():
        least = "" if found is floor else f"{LEAST_PER_SECOND:,}"
        table.add_row(name, f"{found:,.0f}", least, f"{floor / found:.1f}")
    return table


def _main(arguments: Sequence[str]) -> None:
    numbers = [int(each) for each in arguments if each.isdecimal()]
    number = numbers[0] if numbers else _MATTERS
    Console(width=120).print(_table(number, measure_deadlines(number)))


if __name__ == "__main__":
    _main(sys.argv[1:])
