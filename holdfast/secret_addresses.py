"""Addresses that are secrets: whoever has a provider's link can speak for the provider.

So no log line, trace or answer of ours repeats one.
"""

from __future__ import annotations

import re

__all__ = ["without_links"]

_HIDDEN = "[link]"
_AFTER_DOOR = re.compile(r"(/v1/+vendor/+)[^/?#\s\"'<>\\]+", re.IGNORECASE)
_ANYWHERE = re.compile(r"[A-Za-z0-9_.~=-]{150,}")
"""What is as long as a link and of its characters, wherever a mistyped address has put it."""


def without_links(text: str) -> str:
    """The text with every link of a provider hidden."""
    if len(text) < len("/v1/vendor/"):
        return text
    return _ANYWHERE.sub(_HIDDEN, _AFTER_DOOR.sub(rf"\1{_HIDDEN}", text))
