"""Writing reports as authorities want them: one class a format, which others can add to.

Contacts are put in here, and only here: what people approve holds none of their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from holdfast.dora.report.content import FieldNumber, ReportContent
from holdfast.dora.report.csv_report import CsvReport
from holdfast.dora.report.json_report import JsonReport

__all__ = ["Contacts", "Renderer", "renderers"]

Contacts = Mapping[FieldNumber, str]
"""The texts of fields 1.7 to 1.12."""


class Renderer(Protocol):
    """Writes a report in one format; the same content and contacts give the same bytes."""

    @property
    def name(self) -> str:
        """What the format is called in configurations, such as `json`."""
        ...

    @property
    def media_type(self) -> str:
        """Its media type."""
        ...

    @property
    def extension(self) -> str:
        """What the names of its files end with, without the dot."""
        ...

    def render(self, content: ReportContent, contacts: Contacts) -> bytes:
        """Write a report; fields that are only suggested, or have no value, are left out."""
        ...


def renderers(more: Iterable[Renderer] = ()) -> dict[str, Renderer]:
    """The renderers by name: those of here, and more.

    Raises:
        ValueError: two have the same name; says which.
    """
    found: dict[str, Renderer] = {}
    ours: tuple[Renderer, ...] = (JsonReport(), CsvReport())
    for renderer in (*ours, *more):
        if renderer.name in found:
            message = f"two renderers are called '{renderer.name}'"
            raise ValueError(message)
        found[renderer.name] = renderer
    return found
