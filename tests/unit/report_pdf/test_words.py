"""Values of reports in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldSource, FieldValue, FilledField
from holdfast.evidence.report_pdf.words import entries_in_words, instant_in_words, value_in_words
from tests.papers import BERLIN


@pytest.mark.parametrize(
    ("number", "value", "words"),
    [
        ("2.9", True, "yes"),
        ("2.9", False, "no"),
        ("3.4", 60_000, "60,000"),
        ("3.5", "12.5", "12.5 %"),
        ("3.15", "01:02:03", "1 d 2 h 3 min"),
        ("3.15", "00:00:00", "0 min"),
        ("4.13", "2500.5", "2,500,500 EUR"),
        ("4.13", "0.00123", "1.23 EUR"),
        ("4.14", "0", "0 EUR"),
        ("2.6", ("DE", "FR"), "DE; FR"),
        ("3.25", ("ddos", "supply-chain_attack"), "DDoS; supply-chain attack"),
        ("2.7", "it_security", "IT security"),
        (
            "1.1",
            "major_incident_reclassified_as_non-major",
            "major incident reclassified as non-major",
        ),
        ("2.4", "it_is as written: 1,5", "it_is as written: 1,5"),
    ],
)
def test_a_value_is_written_as_people_read_it(number: str, value: FieldValue, words: str) -> None:
    """Amounts in full and not in thousands, choices in words, texts untouched."""
    assert value_in_words(FIELDS[number].kind, value, "EUR") == words


def test_an_instant_is_told_in_utc_and_as_the_clocks_of_the_place_have_it() -> None:
    """With the day where it is another there, and by summer time."""
    late = datetime(2026, 3, 4, 23, 45, tzinfo=UTC)
    assert instant_in_words(late) == "2026-03-04 23:45:00 UTC"
    assert instant_in_words(late, BERLIN) == (
        "2026-03-04 23:45:00 UTC (2026-03-05 00:45:00 Europe/Berlin)"
    )
    summer = datetime(2026, 7, 4, 12, tzinfo=UTC)
    assert instant_in_words(summer, BERLIN).endswith("(14:00:00 Europe/Berlin)")


def test_entries_are_named_by_their_number_and_counted_where_they_are_many() -> None:
    """Those of other workflows keep their whole name."""
    own = [f"incident/INC-2026-000001#{number}" for number in range(1, 8)]
    field = FilledField(
        number="2.4", value="x", source=FieldSource.FACT, entries=("reporting/X/1#2", *own)
    )
    told = entries_in_words(field, "INC-2026-000001")
    assert told == "reporting/X/1#2, #1, #2, #3, #4 and 3 more"
