"""The first page of a report: which, of whom, to whom, what happened, until when, what it lacks."""

from __future__ import annotations

from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.oversight.sheet import Block, Cell, Facts, Paragraph, Section, Table, Tone
from holdfast.evidence.oversight.words import spell
from holdfast.evidence.report_pdf.document import PaperDeadline, ReportPaper
from holdfast.evidence.report_pdf.words import instant_in_words, value_in_words

__all__ = ["STAGE_NAMES", "deadline_table", "in_short", "report_name"]

STAGE_NAMES = {
    ReportStage.INITIAL: "initial notification",
    ReportStage.INTERMEDIATE: "intermediate report",
    ReportStage.FINAL: "final report",
}
"""The three reports in words (DORA Art. 19(4))."""

_TOLD = (
    ("2.2", "Detected"),
    ("2.3", "Classified as major"),
    ("2.5", "Criteria met"),
    ("2.6", "Member States hit"),
    ("2.8", "Origin elsewhere"),
    ("3.4", "Clients affected"),
    ("3.15", "Downtime"),
    ("3.3", "Recovered"),
    ("4.13", "Gross costs and losses"),
    ("4.14", "Recoveries"),
)
"""The fields that a management body wants to see first."""

_REASONS = "2.10"
_LONGEST = 1_400
"""Characters of the description on the first page; the field itself has all of it."""


def report_name(paper: ReportPaper) -> str:
    """Which report it is, in words, with a capital."""
    covers = [STAGE_NAMES[stage] for stage in paper.content.covers]
    if paper.kind is ReportKind.RECLASSIFICATION:
        said = "reclassification of a major incident as not major"
    elif paper.kind is ReportKind.DELAY_NOTICE:
        late = covers[0] if covers else "report"
        said = f"notice that the {late} will be late"
    elif len(covers) > 1:
        said = f"{', '.join(covers[:-1])} and {covers[-1]} in one"
    else:
        said = covers[0] if covers else paper.content.kind
    return said[:1].upper() + said[1:]


def in_short(paper: ReportPaper) -> Section:
    """What stands first: it answers what a member of the management body asks first."""
    content = paper.content
    blocks: list[Block] = []
    if paper.title:
        blocks.append(Facts((("Incident", f"{content.incident}: {paper.title}"),)))
    blocks.append(
        Facts(
            (
                ("Report", f"{report_name(paper)}, version {content.version}"),
                ("Financial entity", _entity(paper)),
                ("Competent authority", paper.authority),
                ("As of", instant_in_words(content.filled_at, paper.place)),
                ("Still missing", _lacking(paper)),
            )
        )
    )
    if paper.deadlines:
        blocks.append(deadline_table(paper))
    if text := _story(paper):
        blocks.append(Paragraph(text))
    blocks.append(Facts(_told(paper)))
    return Section("short", "In short", blocks)


def deadline_table(paper: ReportPaper) -> Table:
    """Until when each report may be submitted, under which clause, and whether it was."""
    rows = [_deadline(paper, each) for each in paper.deadlines]
    return Table(("Report", "Due", "Clause", "Kept"), (5, 11, 8, 7), rows)


def _entity(paper: ReportPaper) -> str:
    lei = paper.value("1.6") or paper.value("1.3")
    return f"{paper.entity_name}, LEI {lei}" if lei else paper.entity_name


def _lacking(paper: ReportPaper) -> str:
    numbers = dict.fromkeys(gap.field for gap in paper.content.gaps)
    if not numbers:
        return "nothing"
    return f"{len(numbers)}: " + ", ".join(numbers)


def _story(paper: ReportPaper) -> str:
    """The reasons of a notice; the description of the incident in a report."""
    number = _REASONS if paper.kind.stage is None else "2.4"
    text = paper.value(number)
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST].rsplit(maxsplit=1)[0]} … (all of it: field {number})"


def _told(paper: ReportPaper) -> list[tuple[str, str]]:
    found = []
    for number, name in _TOLD:
        value = paper.content.value(number)
        if value is not None:
            kind = FIELDS[number].kind
            found.append((name, value_in_words(kind, value, paper.currency, paper.place)))
    return found


def _deadline(paper: ReportPaper, deadline: PaperDeadline) -> tuple[Cell, ...]:
    named = STAGE_NAMES[deadline.stage]
    relief = f"moved by relief: {deadline.relief}" if deadline.relief else deadline.because
    return (
        Cell(named[:1].upper() + named[1:]),
        Cell(instant_in_words(deadline.due_at, paper.place)),
        Cell(deadline.clause, small=relief),
        _kept(paper, deadline),
    )


def _kept(paper: ReportPaper, deadline: PaperDeadline) -> Cell:
    if deadline.met is None:
        return Cell("open")
    if deadline.submitted_at is None:
        return Cell("missed, not submitted yet", tone=Tone.BAD)
    at = f"submitted {instant_in_words(deadline.submitted_at, paper.place)}"
    if deadline.met:
        left = spell(deadline.due_at - deadline.submitted_at)
        return Cell("met", small=f"{at}, {left} before", tone=Tone.GOOD)
    return Cell(
        "missed",
        small=f"{at}, {spell(deadline.submitted_at - deadline.due_at)} late",
        tone=Tone.BAD,
    )
