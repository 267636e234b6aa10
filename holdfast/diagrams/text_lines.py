"""Text in a drawing: how wide it is about, and where it breaks, without asking a font.

Widths are those of Helvetica and Arial, in thousandths of the size, with an allowance for the wider
fonts that stand in for them.
"""

from __future__ import annotations

__all__ = ["ellipsed", "text_width", "wrapped"]

_ALLOWANCE = 1.14
_BOLD = 1.07
_WIDE = 1000
_WIDTHS = {
    character: width
    for width, characters in {
        222: "ijl'|",
        278: 'ftI .,:;!/\\[]()"`',
        333: "r-",
        400: "·*^{}",
        500: "ckvxyzsJ",
        556: "abdeghnopqu0123456789L_$?#",
        611: "FTZ",
        667: "ABEKPSVXY&",
        722: "CDHNRUw",
        778: "GOQ",
        833: "mM",
        944: "W",
        584: "<>=+~≥≤",
    }.items()
    for character in characters
}


def text_width(text: str, size: int, *, bold: bool = False) -> float:
    """About how wide the text is, in the unit of its size, rather too wide than too narrow."""
    thousandths = sum(_WIDTHS.get(character, _WIDE) for character in text)
    return thousandths * size / 1000 * _ALLOWANCE * (_BOLD if bold else 1)


def wrapped(text: str, width: float, size: int, *, bold: bool = False) -> list[str]:
    """Break the text into lines that fit the width; a word that is too long breaks inside."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines += _pieces(word, width, size, bold=bold)
    return [line for line in lines if line]


def ellipsed(lines: list[str], most: int) -> list[str]:
    """The first lines, the last of them ending in an ellipsis where something is left out."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"{lines[most - 1][:-1].rstrip()}…"]


def _pieces(word: str, width: float, size: int, *, bold: bool) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, size, bold=bold) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
