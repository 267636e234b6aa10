"""The oversight file on paper: a PDF/A, set from the same sheet as the page."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.evidence.bundle.setting import printable, set_on_paper
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.sheet import Block, Cell, Facts, Paragraph, Section, Sheet
from holdfast.evidence.oversight.sheets import oversight_sheet

__all__ = ["oversight_pdf", "sections_data", "sheet_data"]


def oversight_pdf(file: OversightFile) -> bytes:
    """Set the file as a PDF/A; the same file gives the same bytes.

    Raises:
        Fatal: the typesetter fails.
    """
    made_at = file.as_of
    data = {
        "heading": f"Oversight file {file.escalation}",
        "date": list(made_at.timetuple()[:6]),
        "made_at": int(made_at.timestamp()),
        "footer": f"{file.escalation}, as of {made_at:%Y-%m-%d %H:%M:%S} UTC, {file.digest}",
        **sheet_data(oversight_sheet(file)),
    }
    return set_on_paper("oversight", data, file.escalation)


def sheet_data(sheet: Sheet) -> dict[str, object]:
    """A sheet as the typesetter takes it."""
    return {
        "kicker": printable(sheet.kicker),
        "title": printable(sheet.title),
        "tags": [_cell(tag) for tag in sheet.tags],
        "sections": sections_data(sheet.sections),
    }


def sections_data(sections: Iterable[Section]) -> list[dict[str, object]]:
    """Sections as the typesetter takes them."""
    return [_section(section) for section in sections]


def _section(section: Section) -> dict[str, object]:
    return {"title": section.title, "blocks": list(_blocks(section.blocks))}


def _blocks(blocks: Iterable[Block]) -> Iterable[dict[str, object]]:
    for block in blocks:
        if isinstance(block, Facts):
            pairs = [[name, printable(text)] for name, text in block.pairs if text]
            yield {"kind": "facts", "pairs": pairs}
        elif isinstance(block, Paragraph):
            yield {"kind": "paragraph", "text": printable(block.text), "small": block.small}
        else:
            rows = [[_cell(cell) for cell in row] for row in block.rows]
            columns = {"columns": list(block.columns), "widths": list(block.widths)}
            yield {"kind": "table", **columns, "rows": rows}


def _cell(cell: Cell) -> dict[str, object]:
    small = printable(cell.small)
    return {"text": printable(cell.text), "small": small, "tone": str(cell.tone)}
