"""What a page shows, before it is a page: sections of facts, tables and paragraphs, all of it text.

The HTML page, the PDF and the bundle are set from the same sheet, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Block", "Cell", "Facts", "Paragraph", "Section", "Sheet", "Table", "Tone"]


class Tone(StrEnum):
    """How a cell is to strike the eye."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table, and below it in small what is less looked for."""

    text: str
    small: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading each; `widths` are the columns' parts of the width on paper."""

    columns: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names, and what they are; what is empty is left out."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `small` where it is about the page itself."""

    text: str
    small: bool = False


Block = Facts | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the sheet; `name` is by what it can be referred to."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole page: what it is of, and its sections."""

    kicker: str
    title: str
    tags: Sequence[Cell]
    sections: Sequence[Section]
