"""The reports to authorities in index.html: limits, versions, and what left."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.bundle.page_words import said
from holdfast.evidence.oversight.sheet import Section
from holdfast.evidence.oversight.sheet_html import blocks_html

__all__ = ["reporting_section"]

_NOTE = (
    '<p class="soft small">The content of each version, what was sent and what was answered are '
    "files of this bundle, by the digests below, as far as they were not left out.</p>"
)


def reporting_section(sections: Iterable[Section]) -> str:
    """Write the section; empty where nothing was to be reported."""
    told = [
        f'<h3 id="{escape(section.name)}">{said(section.title)}</h3>\n{blocks_html(section.blocks)}'
        for section in sections
    ]
    return "\n".join([_NOTE, *told]) if told else ""
