"""The authority's own reference in its answer, by a JSON pointer (RFC 6901)."""

from __future__ import annotations

import json
from typing import Any, Protocol

__all__ = ["Pointing", "reference_in"]

_LONGEST = 200


class Pointing(Protocol):
    """A configuration that says where the reference stands."""

    @property
    def reference(self) -> str | None:
        """The pointer; None where no answer has one."""


def reference_in(content: bytes, settings: Pointing) -> str | None:
    """Read the reference; None where there is none, or what stands there can be none."""
    if settings.reference is None:
        return None
    try:
        found: Any = json.loads(content)
        for step in settings.reference[1:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            found = found[int(name)] if isinstance(found, list) else found[name]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str):
        return None
    word = found.strip()
    return word if word.isprintable() and 0 < len(word) <= _LONGEST else None
