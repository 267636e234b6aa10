"""The post-incident review in a bundle: on page and paper, and nothing where it is withheld."""

from __future__ import annotations

import io

from pypdf import PdfReader

from holdfast.domain.events import EventKind
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.page import index_page
from holdfast.evidence.bundle.timeline_pdf import timeline_pdf
from tests.bundled import bundle_of
from tests.told_reviews import told_review_walk
from tests.unit.bundle.test_page import assert_only_text

WORDS = (
    "The certificate was not in the renewal inventory.",
    "insufficient or failure of ICT operations and ICT security operations",
    "3. Nobody renewed it because it was in no inventory.",
    "Nobody knew who owns the gateway's certificates.",
    "The owner could not be found at once.",
    "Every certificate has an owner and an alert",
)
HEADING = "Post-incident review"


def test_the_page_and_the_paper_tell_the_review() -> None:
    """Root causes, judgements and lessons, in a section of their own."""
    contents, _ = bundle_of(told_review_walk().entries())
    narrative = narrate(contents)
    page = index_page(contents, narrative)
    assert f'<a href="#review">{HEADING}</a>' in page
    section = assert_only_text(page).text.rpartition("Root causes")[2]
    for words in WORDS:
        assert words in section, words
    pages = PdfReader(io.BytesIO(timeline_pdf(contents, narrative))).pages
    printed = "".join("".join(page.extract_text().split()) for page in pages)
    section = printed.rpartition("Post-incidentreview")[2]
    for words in WORDS:
        assert "".join(words.split()) in section, words


def test_a_withheld_review_is_told_nowhere() -> None:
    """Neither the section nor a word of it is there."""
    contents, _ = bundle_of(told_review_walk().entries(), withheld={EventKind.REVIEW_RECORDED})
    narrative = narrate(contents)
    page = index_page(contents, narrative)
    assert narrative.review == []
    assert HEADING not in page
    assert "renewal inventory" not in page
