"""Pieces of index.html that every part of it is made of: escaped text, instants, definitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from holdfast.evidence.bundle.contents import Withheld
from holdfast.evidence.bundle.people_in_words import role_in_words

__all__ = ["definitions", "place", "said", "visible", "when", "who"]

_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SECONDS = len("2026-03-04T09:30:00")


def said(text: str) -> str:
    """Write a text of a record: escaped, and unable to turn what stands around it."""
    return f"<bdi>{escape(visible(text))}</bdi>"


def visible(text: str) -> str:
    """Write characters that only turn the direction of writing as their numbers.

    Within one sentence they could make it read as something else (CVE-2021-42574); the scripts that
    are written from right to left do not need them.
    """
    return _TURNING.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def when(instant: str) -> str:
    """Write an instant to the second; the exact one is in the element, and in the record."""
    if not instant:
        return "not told here"
    shown = instant[:_SECONDS].replace("T", " ")
    return f'<time datetime="{escape(instant)}">{escape(shown)}</time>'


def who(role: str, actor: str) -> str:
    """Write who it was: the role, and below it the pseudonym unless that says the same."""
    words = escape(role_in_words(role))
    return words if role == actor else f'{words}<br><span class="soft small">{said(actor)}</span>'


def place(digest: str, withheld: Withheld | None) -> str:
    """Write where in the bundle an artifact is, or why it is not."""
    if withheld is None:
        return f"artifacts/{escape(digest.removeprefix('sha256:'))}"
    return f"withheld ({withheld}): {escape(digest)}"


def definitions(pairs: Mapping[str, str]) -> str:
    """Write names and what they are, which is markup already; what is empty is left out."""
    there = {name: value for name, value in pairs.items() if value}
    rows = "\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in there.items())
    return f"<dl>\n{rows}\n</dl>"
