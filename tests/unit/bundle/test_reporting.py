"""Reports to authorities in a bundle: limits, versions and what left, on page and paper."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.page import index_page
from holdfast.evidence.bundle.timeline_pdf import timeline_pdf
from tests.bundled import bundle_of
from tests.papers import text_of
from tests.reporting_walk import ReportingWalk
from tests.told_reviews import told_review_walk
from tests.unit.bundle.test_page import assert_only_text

HEADING = "Reports to authorities"


@cache
def story() -> ReportingWalk:
    """The initial notification under an exception and with a receipt; a delay that is explained."""
    reporting = ReportingWalk().to_major()
    reporting.supply("2.4", "Card payments are declined.")
    reporting.lack("2.5")
    reporting.put_forward(ReportKind.INITIAL)
    reporting.clear()
    reporting.approve(code="E-INCOMPLETE")
    reporting.receipt(len(reporting.state.versions))
    reporting.delay(ReportStage.INTERMEDIATE, timedelta(hours=5))
    return reporting.walk


def test_the_page_tells_limits_versions_and_what_left() -> None:
    """With the clause, who cleared and approved, the exception, and what was answered."""
    contents, _ = bundle_of(story().entries())
    page = index_page(contents, narrate(contents))
    assert f'<a href="#reporting">{HEADING}</a>' in page
    shown = assert_only_text(page).text.rpartition("Reporting 1 of")[2]
    for words in (
        "initial notification",
        "2025/301 Art. 5(1)(a)",
        "in time",
        "cleared 2026",
        "bypassing the rule under E-INCOMPLETE",
        "lacked 2.5",
        "submitted 2026",
        "receipt of",
        "2026M0000001",
        "will be late, expected",
        "notice of delay: intermediate report",
    ):
        assert words in shown, words


def test_the_paper_tells_the_same() -> None:
    """In a part of its own."""
    contents, _ = bundle_of(story().entries())
    printed = " ".join(text_of(timeline_pdf(contents, narrate(contents))))
    part = printed.rpartition(HEADING)[2]
    for words in ("Reporting 1 of", "2025/301 Art. 5(1)(a)", "rule under E-INCOMPLETE"):
        assert words in part, words


def test_nothing_is_told_where_nothing_was_reported() -> None:
    """Neither a heading nor a link."""
    contents, _ = bundle_of(told_review_walk().entries())
    narrative = narrate(contents)
    assert narrative.reportings == []
    assert HEADING not in index_page(contents, narrative)
