"""timeline.pdf: what the records say, as text; PDF/A; the same bytes every time."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import StreamObject

from holdfast.domain.events import Event, EventKind
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.timeline_pdf import printable, timeline_pdf
from tests.bundled import INCIDENT, ORIGIN, bundle_of, told_events, walked_events
from tests.hostile_texts import HOSTILE

_MAY_BREAK = "\u200b"
_FOOTER = rf"{INCIDENT},asofsize[0-9]+of{ORIGIN}[0-9]+/[0-9]+"


def set_events(events: Sequence[Event]) -> PdfReader:
    """The timeline of these events."""
    contents, _ = bundle_of(events)
    return PdfReader(io.BytesIO(timeline_pdf(contents, narrate(contents))))


def words_of(pdf: PdfReader) -> str:
    """All text of a document, without what layout adds and takes away."""
    pages = [bare(page.extract_text()) for page in pdf.pages]
    return "".join(re.sub(_FOOTER, "", page) for page in pages)


def bare(text: str) -> str:
    """A text without white space and without places at which it may break."""
    return re.sub(rf"[\s{_MAY_BREAK}]", "", text)


@pytest.fixture(scope="module")
def hostile() -> str:
    """What a document says in which all hostile texts stand."""
    pdf = set_events([event for text in HOSTILE.values() for event in told_events(text)])
    assert not any("/Annots" in page for page in pdf.pages)
    return words_of(pdf)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_is_set_as_it_is(hostile: str, text: str) -> None:
    """No markup is read in it, and what cannot be set stands as its number."""
    assert hostile.count(bare(printable(text))) >= 4
    assert "Fingerprints" in hostile


@given(st.text(max_size=200))
def test_what_is_printable_has_no_hidden_characters(text: str) -> None:
    """Nothing invisible, nothing that turns the direction, nothing outside of the fonts."""
    for character in printable(text):
        code = ord(character)
        assert code < 0x2600 or character == _MAY_BREAK
        assert not 0x590 <= code < 0x1E00, hex(code)
        assert code not in {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xAD, 0x34F}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ελληνικά, Кириллица, łódź: 5 € → ½", "Ελληνικά, Кириллица, łódź: 5 € → ½"),
        ("e\u0301", "é"),
        ("🧨", "[U+1F9E8]"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\r\nb\tc", "a\nb c"),
        ("x" * 90, f"{'x' * 40}{_MAY_BREAK}{'x' * 40}{_MAY_BREAK}{'x' * 10}"),
    ],
)
def test_texts_are_made_printable(text: str, expected: str) -> None:
    """Europe's scripts stay, the rest has numbers, long words may break."""
    assert printable(text) == expected


def test_every_character_that_is_let_through_can_be_set() -> None:
    """PDF/A asks for a glyph of each; without one, the typesetter would refuse."""
    let_through = [c for c in map(chr, range(0x20, 0x3000)) if printable(c) == c]
    assert len(let_through) > 1_900
    said = normalize("NFC", words_of(set_events(told_events(" ".join(let_through))[-1:])))
    assert [c for c in let_through if c not in said and not c.isspace()] == []


def test_it_is_an_archivable_document_dated_by_its_export() -> None:
    """PDF/A-2a (ISO 19005-2), titled, and dated when the export was recorded."""
    contents, _ = bundle_of(walked_events())
    pdf = PdfReader(io.BytesIO(timeline_pdf(contents, narrate(contents))))
    metadata = pdf.root_object["/Metadata"].get_object()
    assert isinstance(metadata, StreamObject)
    xmp = metadata.get_data().decode()
    assert re.search(r"pdfaid:part>2<", xmp)
    assert re.search(r"pdfaid:conformance>A<", xmp)
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"Timeline of {INCIDENT}"
    assert pdf.metadata.creation_date == datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_it_tells_every_record_in_order() -> None:
    """Withheld ones too, with their hash."""
    contents, _ = bundle_of(walked_events(), withheld={EventKind.SEVERITY_ASSIGNED})
    narrative = narrate(contents)
    said = words_of(PdfReader(io.BytesIO(timeline_pdf(contents, narrative))))
    at = 0
    for line in narrative.lines:
        words = "Withheld:redacted" if line.withheld else bare(printable(line.sentence))
        at = said.index(words, at)
    assert narrative.withheld[0].sha256 in said


def test_it_is_the_same_every_time() -> None:
    """Byte for byte, in processes of their own."""
    contents, _ = bundle_of(walked_events())
    narrative = narrate(contents)
    assert timeline_pdf(contents, narrative) == timeline_pdf(contents, narrative)
