"""What the pages of a report say."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from holdfast.domain.reporting.filling.content import digest_of_content
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.roles import Role
from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldSource, FilledField, Gap
from holdfast.dora.report.rendering import Renderer, renderers
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.report_pdf.pdf import PdfReport, report_pdf
from holdfast.evidence.report_pdf.threat import ThreatPaper, threat_pdf
from tests.papers import BERLIN, CONTACTS, FINAL_VALUES, content_of, paper_of, text_of
from tests.statements import NOON

GAP = Gap(
    field="4.6",
    label=FIELDS["4.6"].label,
    stage=ReportStage.FINAL,
    problem="it is missing",
    roles=(Role.RESPONDER, Role.COMPLIANCE),
)


@pytest.fixture(scope="module")
def approved() -> bytes:
    """An approved final report."""
    return report_pdf(paper_of())


def test_the_first_page_answers_what_a_management_body_asks(approved: bytes) -> None:
    """Which report, of whom, to whom, what happened, until when, under which clause, and kept?"""
    first = text_of(approved)[0]
    for said in (
        "Final report of Beispielbank AG",
        "Payments do not go through",
        "BaFin",
        "The payment gateway refused connections",
        "2025/301 Art. 5(1)(b)",
        "moved by relief: Saturday, 2025/301 Art. 5(4)",
        "2026-03-04 16:00:00 UTC (17:00:00 Europe/Berlin)",
        "Still missing nothing",
        "2,500,500 EUR",
    ):
        assert said in first
    kept = [first.index(word) for word in (" met ", " missed ", " open ")]
    assert kept == sorted(kept)
    assert "1 h before" in first
    assert "30 min late" in first


def test_every_field_stands_there_with_its_number_its_label_and_where_it_is_from(
    approved: bytes,
) -> None:
    """Contacts by the texts that were given, and estimates named as such."""
    everything = " ".join(text_of(approved))
    for number in FINAL_VALUES:
        assert f"{number} {FIELDS[number].label}" in everything
    assert "60,000 as it was stated last stated fact, estimate" in everything
    assert all(text in everything for text in CONTACTS.values())
    assert "put in by a person" in everything


def test_every_page_has_the_version_and_the_digest_and_an_approved_one_no_draft(
    approved: bytes,
) -> None:
    """The digest is the one that people approve."""
    digest = digest_of_content(content_of())
    for page in text_of(approved):
        assert f"INC-2026-000001/reporting-1, version 3, {digest}" in page
        assert "DRAFT" not in page
        assert "DRILL" not in page


def test_a_draft_of_a_drill_says_so_on_every_page_and_names_what_is_missing() -> None:
    """With who can supply it."""
    paper = replace(paper_of(content_of(gaps=(GAP,)), approved=False), drill=True)
    pages = text_of(report_pdf(paper))
    assert all("DRILL" in page and "DRAFT" in page for page in pages)
    assert "Still missing 1: 4.6" in pages[0]
    assert "it is missing responder, compliance" in " ".join(pages)


def test_the_same_report_gives_the_same_bytes(approved: bytes) -> None:
    """And another one others."""
    assert hashlib.sha256(report_pdf(paper_of())).digest() == hashlib.sha256(approved).digest()
    other = content_of(values={**FINAL_VALUES, "3.4": 60_001})
    assert report_pdf(paper_of(other)) != approved


def test_a_suggestion_is_told_apart_from_what_is_sent() -> None:
    """It is no value of the report."""
    suggested = FilledField(
        number="4.6",
        value="restarted the gateway",
        source=FieldSource.ENTRY,
        suggestion=True,
        because="the review says so",
    )
    content = content_of()
    content = content.model_copy(update={"fields": (*content.fields, suggested)})
    everything = " ".join(text_of(report_pdf(paper_of(content))))
    head, _, after = everything.partition("Suggestions that nobody has taken up")
    assert "restarted the gateway" not in head
    assert after.count("restarted the gateway") == 1
    assert after.index("restarted the gateway") < after.index("1. General information")


@pytest.mark.parametrize(
    ("kind", "covers", "title"),
    [
        (
            ReportKind.DELAY_NOTICE,
            (ReportStage.INTERMEDIATE,),
            "Notice that the intermediate report will be late",
        ),
        (
            ReportKind.RECLASSIFICATION,
            (),
            "Reclassification of a major incident as not major",
        ),
        (
            ReportKind.FINAL,
            tuple(ReportStage),
            "Initial notification, intermediate report and final report in one",
        ),
    ],
)
def test_notices_and_reports_in_one_are_called_what_they_are(
    kind: ReportKind, covers: tuple[ReportStage, ...], title: str
) -> None:
    """Notices are short, and give their reasons on the first page."""
    values = {number: FINAL_VALUES[number] for number in ("1.1", "1.2", "2.1", "2.2", "2.3")}
    content = content_of(kind, {**values, "2.10": "The provider owes us figures."}, covers)
    pages = text_of(report_pdf(paper_of(content)))
    assert len(pages) == 1
    assert f"{title} of Beispielbank AG" in pages[0]
    assert pages[0].count("The provider owes us figures.") == (1 if kind.stage else 2)


def test_it_is_a_renderer_beside_those_of_the_authorities() -> None:
    """Without anything beside the content it still says what it is of, and that it is a draft."""
    renderer: Renderer = renderers([PdfReport()])["pdf"]
    pages = text_of(renderer.render(content_of(), CONTACTS))
    assert renderer.media_type == "application/pdf"
    assert "Final report of Beispielbank AG" in pages[0]
    assert "DRAFT" in pages[0]
    assert "DRAFT" not in text_of(PdfReport(approved=True).render(content_of(), {}))[0]


def test_a_hostile_text_is_set_as_it_is() -> None:
    """Markup of the typesetter, and signs that it cannot set."""
    hostile = '#panic("x") $x^2$ *bold* @ref \u202etxt'
    content = content_of(values={**FINAL_VALUES, "2.4": hostile})
    everything = " ".join(text_of(report_pdf(paper_of(content))))
    assert '#panic("x") $x^2$ *bold* @ref [U+202E]txt' in everything


def test_a_threat_is_notified_on_its_own_form() -> None:
    """With the fields that have a value."""
    paper = ThreatPaper(
        threat="THR-2026-000001",
        version=2,
        digest="sha256:" + "0" * 64,
        made_at=NOON,
        values={"1": "Beispielbank AG", "13": "A campaign against gateways."},
        contacts={"6": "Robin Beispiel"},
        missing={"15": "it is missing"},
        place=BERLIN,
    )
    (page,) = text_of(threat_pdf(paper))
    for said in ("THR-2026-000001", "1 Name of the entity that submits", "Robin Beispiel"):
        assert said in page
    assert "15: it is missing" in page
    assert "DRAFT" in page
    assert page.count("A campaign against gateways.") == 2


def test_a_name_as_long_as_it_may_be_leaves_the_first_page_what_it_is() -> None:
    """It is cut in the heading, and whole in its field."""
    name = "Beispielbank and all of its friends " * 100
    pages = text_of(report_pdf(paper_of(content_of(values={**FINAL_VALUES, "1.2": name.strip()}))))
    assert "Still missing nothing" in pages[0]
    assert " ".join(pages).count("all of its friends") > 100
