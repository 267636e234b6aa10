"""Reports as a table."""

from __future__ import annotations

import csv
import io

import pytest

from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldSource, FilledField, ReportContent
from holdfast.dora.report.csv_report import CsvReport
from holdfast.dora.report.rendering import Contacts, Renderer, renderers
from tests.unit.dora.report.filled import CONTACTS, EVERYTHING, report_of


def _rows(content: ReportContent) -> dict[str, list[str]]:
    text = CsvReport().render(content, CONTACTS).decode()
    return {row[0]: row[1:] for row in csv.reader(io.StringIO(text, newline=""), strict=True)}


def test_every_field_is_a_row_with_its_value_and_source() -> None:
    """In the order of the fields, after a header."""
    rows = _rows(report_of(EVERYTHING))
    assert list(rows) == ["field", *FIELDS]
    assert rows["field"] == ["label", "value", "estimate", "source"]
    assert rows["2.4"] == [FIELDS["2.4"].label, EVERYTHING["2.4"], "", "supplied"]
    assert rows["2.6"][1] == "AT; FR"
    assert (rows["2.9"][1], rows["3.8"][1]) == ("yes", "no")
    assert rows["3.4"][1] == "60000"
    assert rows["1.7"][1:] == ["Ada Beispiel", "", "contact"]


def test_an_estimate_is_marked_and_what_is_suggested_left_out() -> None:
    """Yes, no, or nothing where the question makes no sense."""
    fields = (
        FilledField(number="3.4", value=5, source=FieldSource.FACT, estimate=True),
        FilledField(number="3.6", value=5, source=FieldSource.FACT, estimate=False),
        FilledField(number="3.22", value="?", source=FieldSource.ENTRY, suggestion=True),
    )
    rows = _rows(report_of({}).model_copy(update={"fields": fields}))
    assert (rows["3.4"][2], rows["3.6"][2]) == ("yes", "no")
    assert "3.22" not in rows


def test_lines_end_as_rfc_4180_has_it_and_quotes_are_doubled() -> None:
    """A line break in a value stays in its quotes."""
    text = CsvReport().render(report_of(EVERYTHING), CONTACTS).decode()
    assert '"Card payments were declined, ""Fehler 17"" was shown.\nNo data were lost."' in text
    assert text.endswith("\r\n")
    assert text.count("\r\n") == 77


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd", "-2", "@SUM(A1)", "=HYPERLINK(1)\n", "\uff1d1", "\u00a0=1", " = 1"],
)
def test_nothing_is_a_formula(text: str) -> None:
    """An apostrophe stands before it; a number within a text is left alone."""
    content = report_of({"2.4": text, "2.10": "1=1"})
    rows = _rows(content)
    assert rows["2.4"][1] == f"'{content.value('2.4')}"
    assert rows["2.10"][1] == "1=1"
    assert rows["1.9"][1] == "'+49 69 1234567"


class _Plain:
    name = "plain"
    media_type = "text/plain"
    extension = "txt"

    def render(self, content: ReportContent, contacts: Contacts) -> bytes:
        """The number of the incident, and of its contacts."""
        return f"{content.incident} {len(contacts)}".encode()


def test_another_format_is_one_class_more() -> None:
    """It is found by its name, which is its own."""
    plain: Renderer = _Plain()
    found = renderers([plain])
    assert sorted(found) == ["csv", "json", "plain"]
    assert [each.extension for each in found.values()] == ["json", "csv", "txt"]
    assert found["plain"].render(report_of({}), CONTACTS) == b"INC-2026-000001 6"
    with pytest.raises(ValueError, match="two renderers are called 'json'"):
        renderers([renderers()["json"]])
