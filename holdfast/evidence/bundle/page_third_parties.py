"""The third parties in index.html: of each escalation its times, calls, decisions and review."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.bundle.page_words import said
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.sheet_html import blocks_html, tags_html
from holdfast.evidence.oversight.sheets import bundled_sheet

__all__ = ["third_parties_section"]


def third_parties_section(files: Iterable[OversightFile]) -> str:
    """Write the section; empty where nobody was escalated to."""
    return "\n".join(map(_escalation, files))


def _escalation(file: OversightFile) -> str:
    sheet = bundled_sheet(file)
    parts = (
        f"<p><b>{escape(section.title)}</b></p>\n{blocks_html(section.blocks)}"
        for section in sheet.sections
    )
    written = "\n".join(parts)
    return f"<h3>{said(sheet.title)}</h3>\n<p>{tags_html(sheet.tags)}</p>\n{written}"
