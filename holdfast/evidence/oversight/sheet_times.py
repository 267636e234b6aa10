"""The times of an oversight file in words: due, stood still, kept or missed, and what followed."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.third_party.times import clock_of
from holdfast.dora.register.terms import VendorClock
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.held_times import HeldTime, Result, StoodStill, TakenStep
from holdfast.evidence.oversight.sheet import Block, Cell, Paragraph, Section, Table, Tone
from holdfast.evidence.oversight.words import TIMES, EntryNames, length, people, plain, second

__all__ = ["times_section"]

_NOTE = (
    "Deadlines are UTC, and count in the service time of the contract. What was told late counts "
    "as of when it was so. How late something was is said by the calendar."
)
_REVIEW = "review"
_TONES = {
    Result.KEPT: Tone.GOOD,
    Result.LATE: Tone.BAD,
    Result.MISSED: Tone.BAD,
}


def times_section(file: OversightFile) -> Section:
    """Every deadline, the provider's first, ours below."""
    name = EntryNames(file)
    theirs = sorted((held for held in file.times if held.of_provider), key=_order)
    ours = [held for held in file.times if held.clock == _REVIEW]
    blocks: list[Block] = [Paragraph(_NOTE, small=True), _table(theirs, name)]
    if ours:
        blocks += [Paragraph("What we owed ourselves:", small=True), _table(ours, name)]
    return Section("times", "Times", blocks)


def _order(held: HeldTime) -> tuple[int, int, int]:
    clock = clock_of(held.id)
    return held.round, list(VendorClock).index(clock) if clock else len(VendorClock), held.turn


def _table(times: list[HeldTime], name: EntryNames) -> Table:
    columns = ("Time", "Due", "Result", "Stood still", "After the deadline")
    return Table(columns, (3, 4, 4, 4, 5), [_row(held, name) for held in times])


def _row(held: HeldTime, name: EntryNames) -> tuple[Cell, ...]:
    return (
        Cell(_title(held), f"round {held.round}" if held.of_provider else ""),
        Cell(second(held.due_at), "\n".join(_dues(held, name))),
        Cell(_result(held), "\n".join(_proofs(held, name)), _TONES.get(held.result, Tone.PLAIN)),
        Cell("\n".join(map(_still, held.stood_still)), _letting(held, name)),
        Cell("\n".join(_step(step, name) for step in held.steps)),
    )


def _title(held: HeldTime) -> str:
    clock = clock_of(held.id)
    called = TIMES[clock] if clock else plain(held.clock).capitalize()
    return f"{called} {held.turn}" if held.turn > 1 else called


def _dues(held: HeldTime, name: EntryNames) -> Iterator[str]:
    """Since which entry it was due then; before, where the deadline was another one."""
    *before, last = held.due
    for due in before:
        yield f"before: {second(due.due_at)} ({name(due.entry)})"
    yield f"since {second(last.since)} ({name(last.entry)})"


def _result(held: HeldTime) -> str:
    if held.result is Result.LATE and held.late_by_seconds is not None:
        return f"late by {length(held.late_by_seconds)}"
    return str(held.result)


def _proofs(held: HeldTime, name: EntryNames) -> Iterator[str]:
    if held.met_at is not None:
        yield f"as of {second(held.met_at)} ({name(*held.met_by)})"
    if held.missed is not None:
        passed = "recorded as missed" if held.result is Result.KEPT else "missed"
        yield f"{passed} {second(held.missed.at)} ({name(held.missed.entry)})"
    if held.result is Result.CANCELLED and held.ended is not None:
        yield f"{second(held.ended.at)} ({name(held.ended.entry)})"


def _still(still: StoodStill) -> str:
    return f"{second(still.since)} to {second(still.until) or 'now'}"


def _letting(held: HeldTime, name: EntryNames) -> str:
    return name(*dict.fromkeys(still.because for still in held.stood_still))


def _step(step: TakenStep, name: EntryNames) -> str:
    after = f"{length(step.overdue_seconds)} late: " if step.overdue_seconds else "at once: "
    if step.rung is not None:
        call = f", called ({name(step.called)})" if step.called else ", reached before"
        return f"{after}rung {step.rung + 1} of its ladder{call}"
    briefs = ", ".join(f"communication {brief.communication}" for brief in step.briefs)
    told = f" by {briefs}" if briefs else ""
    return f"{after}{people(step.roles)} woken{told} ({name(step.entry)})"
