"""How an alert of any source is read: the service that it is about, and its summary, from policy.

Foreign text becomes values that evidence can hold: a service is an identifier, a summary one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import Field

from holdfast.domain.values import Frozen, Identifier, Line

__all__ = ["AlertIntakePolicy", "as_identifier", "as_line"]

_LONGEST = 200
_NOT_IN_IDENTIFIERS = re.compile(r"[^A-Za-z0-9._:/#@+-]+")
_NOT_FIRST_IN_IDENTIFIERS = "._:/#@+-"
# Beyond control characters, everything that a terminal or a page could take for more than text
# in one direction: line separators, bidirectional overrides, lone surrogates.
_NOT_IN_LINES = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)


class AlertIntakePolicy(Frozen):
    """The order in which labels and annotations are asked."""

    name: Identifier
    version: Identifier
    service_labels: tuple[str, ...] = Field(min_length=1)
    service_default: Identifier
    summary_annotations: tuple[str, ...]
    summary_labels: tuple[str, ...]
    summary_default: Line

    def service_of(self, labels: Mapping[str, str]) -> str:
        """The service that an alert with these labels is about."""
        named = _first(as_identifier(labels.get(label, "")) for label in self.service_labels)
        return named or self.service_default

    def summary_of(self, labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
        """What the alert says, in one line."""
        said = _first(as_line(annotations.get(name, "")) for name in self.summary_annotations)
        named = _first(as_line(labels.get(label, "")) for label in self.summary_labels)
        return said or named or self.summary_default


def as_identifier(text: str) -> str:
    """Make an identifier of any text, or an empty string where nothing of it can stay."""
    kept = _NOT_IN_IDENTIFIERS.sub("-", text.strip()).lstrip(_NOT_FIRST_IN_IDENTIFIERS)
    return kept[:_LONGEST].rstrip("-")


def as_line(text: str) -> str:
    """Make one line of any text, cut to the length of a line."""
    line = _NOT_IN_LINES.sub(" ", text).strip()
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")
