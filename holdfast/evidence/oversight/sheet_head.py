"""The head of an oversight file in words: who, what for, how it began, and how it went."""

from __future__ import annotations

from collections import Counter

from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.held_times import Result
from holdfast.evidence.oversight.sheet import Cell, Facts, Section, Tone
from holdfast.evidence.oversight.words import EntryNames, plain, second, who

__all__ = ["head_section", "tags", "tally"]


def tags(file: OversightFile) -> tuple[Cell, ...]:
    """What strikes the eye first: stage, whether a critical function is supported, breaches."""
    found = [Cell(plain(file.stage))]
    if file.critical:
        found.append(Cell("critical or important function"))
    if passed := sum(not breach.kept_after_all for breach in file.breaches):
        found.append(Cell(f"{passed} breach{'es' if passed > 1 else ''}", tone=Tone.BAD))
    elif file.breaches:
        found.append(Cell("no breach after all", tone=Tone.GOOD))
    return tuple(found)


def tally(file: OversightFile) -> str:
    """How many of the provider's times came out how."""
    counted = Counter(held.result for held in file.times if held.of_provider)
    return ", ".join(f"{counted[result]} {result}" for result in Result if counted[result])


def head_section(file: OversightFile) -> Section:
    """The escalation in short."""
    name = EntryNames(file)
    restored = file.restorations[-1] if file.restorations else None
    pairs = [
        ("Incident", file.incident),
        ("Provider", _provider(file)),
        ("Contract", file.contract or ""),
        ("Services", ", ".join(file.services)),
        ("Supports", _functions(file)),
        ("Severity", _severities(file, name)),
        *_beginning(file, name),
        ("Times", tally(file)),
        ("Breaches", _breaches(file)),
        (
            "Restored",
            f"{second(restored.restored_at)} UTC, confirmed by {who(restored.confirmed_by)} at "
            f"{second(restored.confirmed_at)} ({name(restored.entry)})"
            if restored
            else "",
        ),
        ("Withdrawn", _withdrawn(file, name)),
        (
            "Closed",
            f"{second(file.closed.at)} UTC ({name(file.closed.entry)})" if file.closed else "",
        ),
    ]
    return Section("summary", "In short", (Facts(pairs),))


def _breaches(file: OversightFile) -> str:
    kept = sum(breach.kept_after_all for breach in file.breaches)
    after_all = f", {kept} of which had been kept, as was told later" if kept else ""
    return f"{len(file.breaches)}{after_all}" if file.breaches else "none"


def _provider(file: OversightFile) -> str:
    party = file.provider
    if party is None or party.name is None:
        return party.id if party else ""
    return f"{party.name} ({party.code_type} {party.code}, {party.id} in the register)"


def _functions(file: OversightFile) -> str:
    said = {True: "critical or important", False: "not critical", None: "not assessed"}
    return "\n".join(
        f"{each.name} ({each.id}) of {each.entity_name}: {said[each.critical_or_important]}"
        for each in file.functions
    )


def _severities(file: OversightFile, name: EntryNames) -> str:
    steps = (f"{each.severity} ({second(each.at)}, {name(each.entry)})" for each in file.severities)
    return " → ".join(steps)


def _beginning(file: OversightFile, name: EntryNames) -> list[tuple[str, str]]:
    invoked = file.invoked
    if invoked is None:
        return []
    how = f"by {plain(invoked.how)}, {second(invoked.at)} UTC ({name(invoked.entry)})"
    wanted = f" ({name(invoked.asked_for)})" if invoked.asked_for else ""
    asked = f"{second(invoked.asked_at)} UTC"
    asked += f", by {plain(invoked.asked_by)}" if invoked.asked_by else ""
    return [
        ("Invoked", how),
        ("Asked for by", f"{who(invoked.by)}{wanted}"),
        ("Because", invoked.because),
        ("On the entries", name(*invoked.facts)),
        ("Led to by", name(*invoked.led_to_by)),
        ("Times run from", asked),
        ("Provider told us", f"{second(invoked.notified_at)} UTC" if invoked.notified_at else ""),
    ]


def _withdrawn(file: OversightFile, name: EntryNames) -> str:
    gone = file.withdrawal
    if gone is None:
        return ""
    return f"{second(gone.at)} UTC by {who(gone.by)} ({name(gone.entry)}): {gone.because}"
