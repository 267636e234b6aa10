"""The course of an escalation in words: calls, statements, pauses, what was restored."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.domain.third_party.times import clock_of
from holdfast.evidence.communication_sentences import outcome_in_words
from holdfast.evidence.oversight.calls import ProviderCall, SentMessage
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.sheet import Cell, Facts, Paragraph, Section, Table, Tone
from holdfast.evidence.oversight.statements import AskedPause, ProviderStatement
from holdfast.evidence.oversight.words import (
    TIMES,
    EntryNames,
    length,
    plain,
    second,
    short,
    spell,
    who,
)

__all__ = ["calls_section", "pauses_section", "rounds_section", "said_section"]


def calls_section(file: OversightFile) -> Section | None:
    """Every call with its message; None where nobody was called."""
    if not file.calls:
        return None
    name = EntryNames(file)
    columns = ("Called", "Whom", "Why", "Message", "Left")
    rows = [_call(each, name) for each in file.calls]
    return Section("calls", "Calls", (Table(columns, (4, 4, 6, 6, 7), rows),))


def _call(call: ProviderCall, name: EntryNames) -> tuple[Cell, ...]:
    about = f"{TIMES[call.about]}, round {call.round}" if call.about else f"round {call.round}"
    messages = call.messages
    return (
        Cell(second(call.at), name(call.entry)),
        Cell(call.title or "as the policy says", ", ".join(call.contacts)),
        Cell(call.because, about),
        Cell(
            "\n".join(each.id or f"communication {each.communication}" for each in messages),
            "\n".join(short(each.digest) for each in messages),
        ),
        Cell(
            "\n".join(_left(each) for each in messages) or "no message was opened",
            "\n".join(filter(None, (_approved(each, name) for each in messages))),
            Tone.PLAIN if any(each.published for each in messages) else Tone.BAD,
        ),
    )


def _left(message: SentMessage) -> str:
    if message.cancelled is not None:
        return f"did not leave: {message.cancelled_because}"
    said = [
        f"{each.channel} ({each.group}): {_outcome(each.report)}, {second(each.at)}"
        for each in message.deliveries
    ]
    return "\n".join(said) or "has not left"


def _outcome(report: DeliveryReport) -> str:
    return outcome_in_words(report.model_dump(mode="json"))


def _approved(message: SentMessage, name: EntryNames) -> str:
    if message.approved is None:
        return ""
    how = "approval stands by the matrix" if message.approval_stood else "approved"
    ways = name(*(each.entry for each in message.deliveries))
    return f"{how} ({name(message.approved.entry)}); {ways}" if ways else how


def said_section(file: OversightFile) -> Section | None:
    """What the provider has said; None where it said nothing."""
    if not file.statements:
        silence = (Paragraph("The provider has said nothing."),)
        return Section("said", "What the provider said", silence) if file.calls else None
    name = EntryNames(file)
    note = (
        "Said is when the provider said it, recorded when it was entered here. Who spoke for the "
        "provider is sealed in the entry."
    )
    columns = ("Said", "What", "How it reached us", "Recorded", "Met")
    rows = [_statement(each, name) for each in file.statements]
    table = Table(columns, (4, 8, 5, 4, 4), rows)
    return Section("said", "What the provider said", (Paragraph(note, small=True), table))


def _statement(said: ProviderStatement, name: EntryNames) -> tuple[Cell, ...]:
    late = " late by us" if said.recorded_late_by_us else ""
    met = (clock for each in said.meets if (clock := clock_of(each)) is not None)
    after = said.recorded_after_seconds
    difference = f"{length(after)} later{late}" if after > 0 else "at once"
    return (
        Cell(second(said.said_at), name(said.entry)),
        Cell(plain(said.said).capitalize(), "\n".join(_content(said))),
        Cell(f"{plain(said.source)}, entered by {who(said.entered_by)}", "\n".join(_basis(said))),
        Cell(second(said.recorded_at), difference, Tone.BAD if late else Tone.PLAIN),
        Cell(", ".join(TIMES[clock] for clock in met) or "nothing"),
    )


def _content(said: ProviderStatement) -> Iterator[str]:
    if said.estimated_at is not None:
        yield f"expects it by {second(said.estimated_at)} UTC"
    if said.text is not None:
        yield said.text
    for document in said.documents:
        yield f"{document.name} ({document.media_type}) {short(document.digest)}"


def _basis(said: ProviderStatement) -> Iterator[str]:
    if said.reference is not None:
        yield f"reference: {said.reference}"
    if said.their_reference is not None:
        yield f"their reference: {said.their_reference}"
    if said.link is not None:
        yield f"link {short(said.link)}"


def pauses_section(file: OversightFile) -> Section | None:
    """Every pause that was asked for; None where there was none."""
    if not file.pauses:
        return None
    name = EntryNames(file)
    columns = ("Asked for", "Contract's reason", "Decided", "Stood still")
    rows = [_pause(each, name) for each in file.pauses]
    return Section("pauses", "Pauses", (Table(columns, (5, 7, 4, 6), rows),))


def _pause(pause: AskedPause, name: EntryNames) -> tuple[Cell, ...]:
    granted = {True: "granted", False: "refused", None: "not decided"}[pause.granted]
    clocks = ", ".join(TIMES[clock] for clock in pause.clocks)
    until = ""
    if pause.since is not None:
        until = f"{second(pause.since)} to {second(pause.until) or 'now'}"
    how = "its longest time was over" if pause.ended_by_time else pause.ended_because or ""
    return (
        Cell(f"{second(pause.asked_at)} by {who(pause.asked_by)}", name(pause.entry)),
        Cell(
            f"{pause.because}: {pause.statement}",
            f"{clocks}; {spell(pause.longest)} at most",
        ),
        Cell(granted, pause.decision or ""),
        Cell(until, f"{how} ({name(pause.ended)})" if pause.ended else ""),
    )


def rounds_section(file: OversightFile) -> Section | None:
    """What was restored and what broke again; None where neither happened."""
    name = EntryNames(file)
    told = []
    for each in file.restorations:
        by = f"confirmed {second(each.confirmed_at)} by {who(each.confirmed_by)}"
        said = f"{second(each.restored_at)} UTC, {by} ({name(each.entry)})"
        told.append((each.restored_at, f"Round {each.round} restored", said))
    for again in file.relapses:
        by = f"{second(again.at)} UTC by {who(again.by)} ({name(again.entry)})"
        told.append((again.at, f"Round {again.round} begun", f"{by}: {again.statement}"))
    if not told:
        return None
    facts = Facts([(called, said) for _, called, said in sorted(told)])
    return Section("rounds", "Restored and broken again", (facts,))
