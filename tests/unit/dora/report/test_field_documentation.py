"""The documentation of the fields says what the catalogue says."""

from __future__ import annotations

from pathlib import Path

from tests.unit.dora.report.table import field_table, threat_table

_DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "report-fields.md"


def test_the_tables_of_the_documentation_are_those_of_the_catalogues() -> None:
    """Print them anew with `python -m tests.unit.dora.report.table`."""
    text = _DOCUMENT.read_text()
    assert field_table() in text
    assert threat_table() in text
