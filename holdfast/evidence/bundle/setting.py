"""Setting a document on paper, by a process of its own; and texts as they can be set."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping

from holdfast.errors import Fatal

__all__ = ["breakable", "printable", "set_on_paper"]

_WITHIN_SECONDS = 120
_PROGRAM = (sys.executable, "-P", "-m", "holdfast.evidence.bundle.typesetting")

_LONGEST_WORD = 40
_MAY_BREAK = "\u200b"

# What the typesetter's own fonts hold of scripts that are written from left to right: Latin, Greek,
# Cyrillic, signs. No invisible characters, and none that turns the direction of writing.
_SET = (
    *((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x370, 0x377), (0x37A, 0x37F)),
    *((0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x482), (0x48A, 0x4FF)),
    *((0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x2040), (0x2044, 0x2052), (0x20A0, 0x20C0)),
    *((0x2190, 0x22AB), (0x2500, 0x25FF)),
)
_UNSETTABLE = re.compile(f"[^\n{''.join(f'{chr(first)}-{chr(last)}' for first, last in _SET)}]")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD}}}(?=\S)")


def set_on_paper(template: str, data: Mapping[str, object], called: str) -> bytes:
    """Set that data with a template of the typesetter; `called` names the document in an error.

    Raises:
        Fatal: the typesetter fails.
    """
    given = json.dumps(data, ensure_ascii=False).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            (*_PROGRAM, template),
            input=given,
            capture_output=True,
            timeout=_WITHIN_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        message = f"the {template} of {called} cannot be typeset: {error}"
        raise Fatal(message, stderr=getattr(error, "stderr", None)) from error
    return done.stdout


def printable(text: str) -> str:
    """Write what cannot be set as its number, and let long words break."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    return breakable(_UNSETTABLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", composed))


def breakable(text: str) -> str:
    """Let words break that are longer than a line may be."""
    return _LONG_WORD.sub(lambda found: found[0] + _MAY_BREAK, text)
