"""The post-incident review in index.html: root causes, findings, lessons."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.oversight.sheet import Section
from holdfast.evidence.oversight.sheet_html import blocks_html

__all__ = ["review_section"]


def review_section(sections: Iterable[Section]) -> str:
    """Write the section; empty where nothing was reviewed."""
    return "\n".join(
        f"<h3>{escape(section.title)}</h3>\n{blocks_html(section.blocks)}" for section in sections
    )
