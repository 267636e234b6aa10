"""The encodings in C2SP's text formats, each read in one way only.

What a decoder tolerates (spare bits in base64, zeros before a number) would let a file differ from
the one that was checked, and pass.
"""

from __future__ import annotations

import base64

__all__ = ["LARGEST_NUMBER", "read_base64", "read_number"]

LARGEST_NUMBER = 2**63 - 1
"""The largest index or size: what every language's signed 64-bit integer holds."""

_MOST_DIGITS = len(str(LARGEST_NUMBER))


def read_base64(text: str) -> bytes:
    """Read base64 (RFC 4648 section 4), padded, its spare bits zero as section 3.5 allows to ask.

    Raises:
        ValueError: it is none.
    """
    content = base64.b64decode(text, validate=True)
    if base64.b64encode(content).decode() != text:
        message = "this is base64 in another form than the canonical one"
        raise ValueError(message)
    return content


def read_number(text: str) -> int:
    """Read a number in ASCII decimal digits, without zeros before it, up to `LARGEST_NUMBER`.

    Raises:
        ValueError: it is none.
    """
    # Python reads other scripts' digits too, and refuses thousands of them with another error.
    digits = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    if not digits or str(int(text)) != text or int(text) > LARGEST_NUMBER:
        message = "this is no decimal number of at most 63 bits"
        raise ValueError(message)
    return int(text)
