"""Third parties in a bundle: on the page and on paper, and nothing where there are none."""

from __future__ import annotations

import io
from pathlib import Path

from pypdf import PdfReader

from holdfast.domain.events import EventKind
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.page import index_page
from holdfast.evidence.bundle.timeline_pdf import timeline_pdf
from tests.bundled import SIGNER, bundle_of, walked_events
from tests.exported import verdict_on
from tests.told_escalations import told_entries, told_file
from tests.unit.bundle.test_page import assert_only_text
from tests.unit.bundle.test_writing import archive_of

WORDS = (
    "Core Ledger Ltd, contract CA-2024-014",
    "late by 10 min",
    "INC-2026-000001/communication-3/v1",
    "The queue of the ledger is blocked; we restart it.",
    "under exception E-IMMINENT-HARM",
    "Late, then honest.",
    "DORA Art. 28(7)(a)",
)


def test_the_page_tells_every_escalation() -> None:
    """Times, calls, statements, decisions, review, measures: as its oversight file does."""
    contents, _ = bundle_of(told_entries())
    narrative = narrate(contents)
    assert narrative.third_parties == [told_file()]
    page = index_page(contents, narrative)
    section = assert_only_text(page).text.partition("Third parties")[2]
    assert '<a href="#providers">Third parties</a>' in page
    for words in WORDS:
        assert words in section, words


def test_the_paper_tells_every_escalation() -> None:
    """The same, after the communications."""
    contents, _ = bundle_of(told_entries())
    pages = PdfReader(io.BytesIO(timeline_pdf(contents, narrate(contents)))).pages
    printed = "".join("".join(page.extract_text().split()) for page in pages)
    section = printed.partition("Thirdparties")[2]
    for words in WORDS:
        assert all(word in section for word in words.split()), words


def test_a_bundle_with_escalations_verifies(tmp_path: Path) -> None:
    """By the verifier that it brings along."""
    archive = archive_of(*bundle_of(told_entries()))
    verdict = verdict_on(archive, tmp_path, "--vkey", SIGNER.verifier.vkey)
    assert (verdict.exit_code, verdict.fails) == (0, [])


def test_what_is_left_of_withheld_records_is_told() -> None:
    """Without what the provider said, the times stand, and nothing of its words."""
    contents, _ = bundle_of(told_entries(), withheld={EventKind.THIRD_PARTY_STATED})
    (file,) = narrate(contents).third_parties
    assert (file.statements, len(file.times)) == ((), len(told_file().times))
    assert "The queue of the ledger" not in index_page(contents, narrate(contents))


def test_an_incident_without_escalations_has_no_such_section() -> None:
    """Neither in the page nor in its style, where nothing else is told in tables either."""
    contents, _ = bundle_of(walked_events(), withheld={EventKind.REVIEW_RECORDED})
    narrative = narrate(contents)
    page = index_page(contents, narrative)
    assert narrative.third_parties == []
    assert "Third parties" not in page
    assert ".sheet" not in page
