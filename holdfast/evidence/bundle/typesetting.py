"""Sets a document: JSON in, a PDF/A out; same input, same bytes.

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

_HERE = Path(__file__).parent
_TEMPLATES = {name: ("sheet.typ", f"{name}.typ") for name in ("timeline", "oversight", "report")}
"""What each is set with; the first part is how all of them set sheets."""

_STANDARD: Final = "a-2a"
"""ISO 19005-2, level A: with the structure that screen readers follow."""


def typeset(data: bytes, template: str = "timeline") -> bytes:
    """Set a document, as `set_on_paper` writes it.

    Raises:
        KeyError: there is no such template.
        typst.TypstError: it cannot be set.
    """
    source = b"\n".join((_HERE / name).read_bytes() for name in _TEMPLATES[template])
    # None but the fonts that the typesetter brings along, so that every machine sets the same.
    compiler = typst.Compiler(source, ignore_system_fonts=True)
    pdf = compiler.compile(
        format="pdf",
        sys_inputs={"data": data.decode()},
        pdf_standards=_STANDARD,
        timestamp=json.loads(data)["made_at"],
    )
    assert isinstance(pdf, bytes)  # noqa: S101 - narrows the type for mypy only
    return pdf


def main() -> None:
    """Set what comes in, with the template of that name."""
    sys.stdout.buffer.write(typeset(sys.stdin.buffer.read(), sys.argv[1]))


if __name__ == "__main__":
    main()
