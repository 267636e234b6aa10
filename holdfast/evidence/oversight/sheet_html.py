"""Sheets as HTML: nothing but text, escaped, in the style of the bundle's page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.bundle.page_words import definitions, said
from holdfast.evidence.oversight.sheet import Block, Cell, Facts, Paragraph, Section, Table, Tone

__all__ = ["SHEET_STYLE", "blocks_html", "section_html", "tags_html"]

_STEP = 5
"""Percent by which widths of columns differ."""

_WIDTHS = "".join(f".w{part} {{ width: {part}%; }}\n" for part in range(_STEP, 75, _STEP))

SHEET_STYLE = f"""
:root {{ --good: #1c6b3a; --bad: #a3231c; }}
@media (prefers-color-scheme: dark) {{ :root {{ --good: #7fd39b; --bad: #ff9d94; }} }}
.sheet {{ table-layout: fixed; margin: .5rem 0 1rem; }}
.sheet td {{ white-space: pre-line; overflow-wrap: anywhere; }}
.sheet th {{ white-space: normal; }}
.good {{ color: var(--good); font-weight: 600; }}
.bad {{ color: var(--bad); font-weight: 600; }}
.tag.bad {{ border-color: var(--bad); }}
dd {{ white-space: pre-line; }}
{_WIDTHS}@media screen and (max-width: 48rem) {{
  .sheet thead {{ display: none; }}
  .sheet tr {{ display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }}
  .sheet td {{ display: block; width: auto; border: 0; padding: .1rem 0; }}
}}
@media print {{ :root {{ --good: #000; --bad: #000; }} }}
"""


def section_html(section: Section) -> str:
    """Write a section with its heading."""
    blocks = blocks_html(section.blocks)
    title = escape(section.title)
    return f'<section id="{section.name}">\n<h2>{title}</h2>\n{blocks}\n</section>'


def tags_html(tags: Iterable[Cell]) -> str:
    """Write what strikes the eye first."""
    return "".join(f'<span class="tag {tag.tone}">{said(tag.text)}</span>' for tag in tags)


def blocks_html(blocks: Iterable[Block]) -> str:
    """Write blocks below each other."""
    return "\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    if isinstance(block, Facts):
        return definitions({escape(name): said(text) for name, text in block.pairs if text})
    if isinstance(block, Paragraph):
        small = ' class="soft small"' if block.small else ""
        return f"<p{small}>{said(block.text)}</p>"
    return _table(block)


def _table(table: Table) -> str:
    whole = sum(table.widths)
    heads = "".join(
        f'<th class="w{_STEP * round(100 * width / whole / _STEP)}">{escape(column)}</th>'
        for column, width in zip(table.columns, table.widths, strict=True)
    )
    rows = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    return f"""<table class="sheet"><thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody></table>"""


def _cell(cell: Cell) -> str:
    text = said(cell.text) if cell.text else ""
    if cell.tone is not Tone.PLAIN:
        text = f'<span class="{cell.tone}">{text}</span>'
    small = f'<span class="soft small">{said(cell.small)}</span>' if cell.small else ""
    return f"<td>{'<br>'.join(part for part in (text, small) if part)}</td>"
