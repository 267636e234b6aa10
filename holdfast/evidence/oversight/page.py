"""The oversight file as a page: one file without scripts and without a network."""

from __future__ import annotations

from html import escape

from holdfast.evidence.bundle.page_style import STYLE
from holdfast.evidence.bundle.page_words import said
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.sheet import Sheet
from holdfast.evidence.oversight.sheet_html import SHEET_STYLE, section_html, tags_html
from holdfast.evidence.oversight.sheets import oversight_sheet

__all__ = ["PAGE_POLICY", "oversight_page", "sheet_page"]

PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Were a text of an entry ever to become markup, it could still load and run nothing."""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{kicker}</title>
<style>{style}</style>
</head>
<body>
<main>
<header>
<p class="id">{kicker}</p>
<h1>{title}</h1>
<p>{tags}</p>
<nav>{links}</nav>
</header>
{sections}
</main>
</body>
</html>
"""


def oversight_page(file: OversightFile) -> str:
    """Write the page; the same file gives the same page."""
    return sheet_page(oversight_sheet(file))


def sheet_page(sheet: Sheet) -> str:
    """Write a page of one sheet."""
    links = (f'<a href="#{each.name}">{escape(each.title)}</a>' for each in sheet.sections)
    return _PAGE.format(
        policy=escape(PAGE_POLICY),
        kicker=escape(sheet.kicker),
        style=STYLE + SHEET_STYLE,
        title=said(sheet.title),
        tags=tags_html(sheet.tags),
        links=" ".join(links),
        sections="\n".join(map(section_html, sheet.sections)),
    )
