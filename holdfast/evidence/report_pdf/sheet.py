"""A report as a sheet: what it is and lacks on the first page, then its fields group by group."""

from __future__ import annotations

from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldNumber, FilledField, Gap
from holdfast.evidence.oversight.sheet import Cell, Paragraph, Section, Sheet, Table, Tone
from holdfast.evidence.oversight.words import plain
from holdfast.evidence.report_pdf.document import ReportPaper
from holdfast.evidence.report_pdf.first_page import in_short, report_name
from holdfast.evidence.report_pdf.words import SOURCES, entries_in_words, value_in_words

__all__ = ["report_sheet"]

_GROUPS = {
    "1": "General information",
    "2": "What the initial notification tells",
    "3": "What the intermediate report tells",
    "4": "What the final report tells",
}
_COLUMNS = ("No.", "Field", "Value", "From")
_WIDTHS = (2, 9, 18, 9)


def report_sheet(paper: ReportPaper) -> Sheet:
    """Lay a report out."""
    content = paper.content
    sections = [in_short(paper), _missing(paper), *_suggestions(paper), *_groups(paper)]
    return Sheet(
        kicker=f"{content.reporting} · version {content.version} · for the management body",
        title=f"{report_name(paper)} of {paper.entity_name}",
        tags=_tags(paper),
        sections=[section for section in sections if section is not None],
    )


def _tags(paper: ReportPaper) -> tuple[Cell, ...]:
    found = [Cell("drill: none of this happened", tone=Tone.BAD)] if paper.drill else []
    if not paper.approved:
        found.append(Cell("draft: not approved", tone=Tone.BAD))
    elif paper.bypassed:
        found.append(Cell(f"approved under exception {paper.bypassed}", tone=Tone.BAD))
    else:
        found.append(Cell("approved", tone=Tone.GOOD))
    gaps = len({gap.field for gap in paper.content.gaps})
    lacks = f"{gaps} field{'s' if gaps > 1 else ''} missing"
    found.append(Cell(lacks, tone=Tone.BAD) if gaps else Cell("complete", tone=Tone.GOOD))
    return tuple(found)


def _missing(paper: ReportPaper) -> Section | None:
    if not paper.content.gaps:
        return None
    rows = [_gap(gap) for gap in paper.content.gaps]
    table = Table(("No.", "Field", "What is wrong", "Who can supply it"), (2, 9, 16, 8), rows)
    return Section("missing", "What is still missing", (table,))


def _gap(gap: Gap) -> tuple[Cell, ...]:
    condition = f"needed because {gap.condition}" if gap.condition else "mandatory"
    return (
        Cell(gap.field),
        Cell(gap.label, small=f"{condition}, from the {plain(gap.stage)} report on"),
        Cell(gap.problem, tone=Tone.BAD),
        Cell(", ".join(map(plain, gap.roles))),
    )


def _suggestions(paper: ReportPaper) -> list[Section]:
    """What the system proposes and nobody has taken up: it is no part of the report."""
    rows = [
        (
            Cell(field.number),
            Cell(FIELDS[field.number].label),
            Cell(_value(paper, field) or "(no value)", small=field.because or ""),
            Cell("suggestion", small=entries_in_words(field, paper.content.incident)),
        )
        for field in paper.content.fields
        if field.suggestion
    ]
    if not rows:
        return []
    note = Paragraph("These are not sent. Who wants one in the report supplies it.", small=True)
    table = Table(_COLUMNS, _WIDTHS, rows)
    return [Section("suggestions", "Suggestions that nobody has taken up", (note, table))]


def _groups(paper: ReportPaper) -> list[Section]:
    filled = {field.number: field for field in paper.content.fields if not field.suggestion}
    found = []
    for first, title in _GROUPS.items():
        rows = [
            _row(paper, filled[number])
            for number in FIELDS
            if number in filled and number.partition(".")[0] == first
        ]
        if rows:
            table = Table(_COLUMNS, _WIDTHS, rows)
            found.append(Section(f"group-{first}", f"{first}. {title}", (table,)))
    return found


def _row(paper: ReportPaper, field: FilledField) -> tuple[Cell, ...]:
    quality = {True: "estimate", False: "actual", None: ""}[field.estimate]
    behind = entries_in_words(field, paper.content.incident)
    return (
        Cell(field.number),
        Cell(FIELDS[field.number].label),
        Cell(_value(paper, field), small=field.because or ""),
        Cell(
            ", ".join(filter(None, (SOURCES[field.source], quality))),
            small=behind,
        ),
    )


def _value(paper: ReportPaper, field: FilledField) -> str:
    if field.contact is not None:
        return _contact(paper, field.number, field.contact)
    if field.value is None:
        return ""
    kind = FIELDS[field.number].kind
    return value_in_words(kind, field.value, paper.currency, paper.place)


def _contact(paper: ReportPaper, number: FieldNumber, pseudonym: str) -> str:
    return paper.contacts.get(number, f"[of {pseudonym} in the directory]")
