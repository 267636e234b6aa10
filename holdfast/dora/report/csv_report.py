"""A report as a table: number, name, value, whether it is estimated, and where it comes from.

RFC 4180 in UTF-8. A text that a spreadsheet would take for a formula gets an apostrophe before it:
it is shown, and never computed. A telephone number begins with a plus, and so gets one too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import ClassVar

from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldNumber, FieldSource, FieldValue, ReportContent
from holdfast.dora.report.shown import shown_values

__all__ = ["CsvReport"]

_HEADER = ("field", "label", "value", "estimate", "source")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheets take for a formula, wide forms too; no value begins with a blank."""


class CsvReport:
    """Writes the table."""

    name: ClassVar[str] = "csv"
    media_type: ClassVar[str] = "text/csv; charset=utf-8; header=present"
    extension: ClassVar[str] = "csv"

    def render(self, content: ReportContent, contacts: Mapping[FieldNumber, str]) -> bytes:
        """Write a report.

        Raises:
            KeyError: `contacts` has a field that is no contact.
        """
        written = io.StringIO()
        table = csv.writer(written, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
        table.writerow(_HEADER)
        for number, value in shown_values(content, contacts).items():
            field = content.field(number)
            source = field.source if field else FieldSource.CONTACT
            estimate = _yes_no(field.estimate) if field and field.estimate is not None else ""
            label = FIELDS[number].label
            table.writerow((number, label, _inert(_shown(value)), estimate, source.value))
        return written.getvalue().encode()


def _shown(value: FieldValue) -> str:
    if isinstance(value, bool):
        return _yes_no(value)
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value)


def _yes_no(value: bool) -> str:  # noqa: FBT001 - the value
    return "yes" if value else "no"


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
