"""Oversight files as a page and on paper: they say the same, and nothing in them is markup."""

from __future__ import annotations

import io
import re
from functools import partial

import pytest
from pypdf import PdfReader

from holdfast.domain.events import EventKind
from holdfast.domain.third_party.asking import ReportRelapse, ReportWeakness
from holdfast.domain.third_party.kinds import Said
from holdfast.domain.values import JsonValue
from holdfast.evidence.bundle.page_words import visible
from holdfast.evidence.bundle.setting import printable
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.building import oversight_file
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.page import oversight_page
from holdfast.evidence.oversight.paper import oversight_pdf
from holdfast.evidence.oversight.sheet import Cell, Facts, Paragraph
from holdfast.evidence.oversight.sheets import oversight_sheet
from holdfast.evidence.oversight.words import EntryNames, length
from tests.hostile_texts import HOSTILE
from tests.statements import ROBIN
from tests.third_party_walk import ThirdPartyWalk
from tests.told_escalations import told_entries, told_file
from tests.unit.bundle.test_page import assert_only_text

_MAY_BREAK = "\u200b"


def bare(text: str) -> str:
    """A text without white space and without places at which it may break."""
    return re.sub(rf"[\s{_MAY_BREAK}]", "", text)


def texts_of(file: OversightFile) -> list[str]:
    """Every text of the sheet."""
    found = []
    for section in oversight_sheet(file).sections:
        found.append(section.title)
        for block in section.blocks:
            if isinstance(block, Facts):
                found += [text for _, text in block.pairs]
            elif isinstance(block, Paragraph):
                found.append(block.text)
            else:
                cells = [cell for row in block.rows for cell in row]
                found += [part for cell in cells for part in _parts(cell)]
    return [text for text in found if text]


def _parts(cell: Cell) -> tuple[str, str]:
    return cell.text, cell.small


def hostile_file(texts: list[str]) -> OversightFile:
    """A file of a provider that says these things, which are noted as weaknesses and a relapse."""
    walk = ThirdPartyWalk()
    walk.to_severity_1()
    escalation = walk.escalate()
    for text in texts:
        escalation.say(Said.UPDATE, text=text)
        weakness = " ".join(text.split())[:200].strip()
        escalation.submit(ROBIN, ReportWeakness(weakness=weakness))
    escalation.restore()
    escalation.submit(ROBIN, ReportRelapse(statement=texts[0]))
    return oversight_file(walk.entries(), 1)


@pytest.mark.parametrize(
    "words",
    [
        "Core Ledger Ltd, contract CA-2024-014",
        "4 breaches",
        "5, 1 of which had been kept, as was told later",
        "late by 10 min",
        "2 h late: rung 3 of its ladder",
        "approval stands by the matrix",
        "27 min later late by us",
        "telephone, entered by responder person-robin",
        "maintenance that both sides have agreed in writing",
        "under exception E-IMMINENT-HARM",
        "ratification bypass.ratification-1: ratified",
        "rank 2 of the chain",
        "DORA Art. 28(7)(a)",
        "not on holidays of target; round the clock at SEV1, SEV2",
        "3 before it only counted",
        "sender and text are sealed",
    ],
)
def test_the_page_says(words: str) -> None:
    """What a reader looks for."""
    seen = assert_only_text(oversight_page(told_file()))
    assert words in seen.text


def test_page_and_paper_say_all_that_the_sheet_says() -> None:
    """Each text of it, word for word."""
    file = told_file()
    pdf = PdfReader(io.BytesIO(oversight_pdf(file)))
    page = bare(assert_only_text(oversight_page(file)).text)
    printed = bare("".join(part.extract_text() for part in pdf.pages))
    texts = texts_of(file)
    assert len(texts) > 200
    for text in texts:
        assert bare(text) in page, text
        # On paper a row may go on beside another column.
        for word in printable(text).split():
            assert bare(word) in printed, text


def test_the_paper_is_an_archive_document() -> None:
    """PDF/A-2a, with its title, the same bytes each time."""
    file = told_file()
    pdf = oversight_pdf(file)
    assert pdf == oversight_pdf(file)
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == f"Oversight file {file.escalation}"
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.pdfaid_part == "2"
    assert file.digest.removeprefix("sha256:") in bare(reader.pages[0].extract_text())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_statement_is_a_text(name: str) -> None:
    """Whatever a provider writes, a browser shows it and runs nothing."""
    file = hostile_file([_clean(HOSTILE[name].strip())])
    said, weakness = file.statements[0].text, file.weaknesses[0].weakness
    assert said is not None
    seen = assert_only_text(oversight_page(file))
    assert visible(said) in seen.text
    assert visible(weakness) in seen.text


def test_hostile_statements_are_set_and_not_run() -> None:
    """All of them on one paper."""
    file = hostile_file([_clean(text) for text in HOSTILE.values()])
    pages = PdfReader(io.BytesIO(oversight_pdf(file))).pages
    assert not any("/Annots" in page for page in pages)
    printed = bare("".join(page.extract_text() for page in pages))
    assert bare('#panic("x")') in printed
    assert "Howtocheckit" in printed


def _clean(text: str) -> str:
    """What may stand in evidence at all: no control characters but line breaks and tabs."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"taken": None, "because": "no such contract"}, "could not be read: no such contract"),
        ({"terms": None}, "the times of our own policy counted"),
    ],
    ids=["not read", "no terms"],
)
def test_terms_that_are_not_there_are_said_not_to_be(
    changed: dict[str, JsonValue], words: str
) -> None:
    """On the page, in the place of the terms."""
    page = oversight_page(oversight_file(map(partial(with_terms, changed), told_entries()), 1))
    assert words in assert_only_text(page).text


def with_terms(changed: dict[str, JsonValue], entry: Entry) -> Entry:
    """The entry of the terms changed so; any other as it is."""
    if entry.event.kind is not EventKind.THIRD_PARTY_TERMS_READ:
        return entry
    payload = entry.event.payload
    read = changed if "taken" in changed else {"taken": {**payload["taken"], **changed}}
    event = entry.event.model_copy(update={"payload": {**payload, **read}})
    return entry.model_copy(update={"event": event})


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_661, "1 h 1 min"), (90_000, "1 d 1 h")],
)
def test_lengths_of_time(seconds: int, said: str) -> None:
    """In their two largest units."""
    assert length(seconds) == said


def test_entries_have_short_names() -> None:
    """A number for its own; others say whose they are; what is neither stays whole."""
    name = EntryNames(told_file())
    assert name("third-party/INC-2026-000001/1#7", None) == "#7"
    assert name("third-party/INC-2026-000001/2#7") == "third party 2 #7"
    assert name("incident/INC-2026-000001#8") == "incident #8"
    assert name("communication/INC-2026-000001/3#9", "deed/x#0") == "communication 3 #9, deed/x#0"
