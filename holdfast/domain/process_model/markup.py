"""Elements of XML as text; whatever stands in them is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr  # writes text only: nothing is parsed

__all__ = ["element", "text_element"]


def element(name: str, attributes: Mapping[str, str], *inside: str) -> str:
    """An element with these attributes, and elements inside, each in lines of its own."""
    start = name + "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    if not inside:
        return f"<{start}/>"
    body = "\n".join(inside).replace("\n", "\n  ")
    return f"<{start}>\n  {body}\n</{name}>"


def text_element(name: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    """An element with text in it, in one line."""
    given = (attributes or {}).items()
    start = name + "".join(f" {key}={quoteattr(value)}" for key, value in given)
    return f"<{start}>{escape(' '.join(text.split()))}</{name}>"
