"""Sets the timeline: JSON in, a PDF/A out; same input, same bytes.

A program of its own, which ends after one document: the typesetter keeps what it has set in memory
for long, and whatever a text might do to it, it does not do to the API.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import typst

__all__ = ["main", "typeset"]

_TEMPLATE = Path(__file__).with_name("timeline.typ")

_STANDARD: Final = "a-2a"
"""ISO 19005-2, level A: with the structure that screen readers follow."""


def typeset(data: bytes) -> bytes:
    """Set a timeline, as `timeline_pdf` writes it.

    Raises:
        typst.TypstError: it cannot be set.
    """
    # None but the fonts that the typesetter brings along, so that every machine sets the same.
    compiler = typst.Compiler(_TEMPLATE.read_bytes(), ignore_system_fonts=True)
    pdf = compiler.compile(
        format="pdf",
        sys_inputs={"data": data.decode()},
        pdf_standards=_STANDARD,
        timestamp=json.loads(data)["made_at"],
    )
    assert isinstance(pdf, bytes)  # noqa: S101 - narrows the type for mypy only
    return pdf


def main() -> None:
    """Set what comes in."""
    sys.stdout.buffer.write(typeset(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
