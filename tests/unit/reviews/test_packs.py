"""The pack for the management body: what it tells, whom it does not name, and on how many pages."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from holdfast.domain.events import EventKind
from holdfast.evidence.reviews.pack import CheckpointReference, ManagementPack, management_pack
from holdfast.evidence.reviews.pack_rendering import pack_page, pack_pdf
from tests.statements import NOON
from tests.told_reviews import told_review_entries
from tests.unit.bundle.test_page import assert_only_text
from tests.unit.reviews.test_drafts import EARLIER

CHECKPOINT = CheckpointReference(size=4711, root="ab" * 32, made_at=NOON)

WORDS = (
    "Payment gateway does not answer",
    "A lapsed certificate stopped the payment gateway for 40 minutes.",
    "70000 clients (instant-payments)",
    "95 min",
    "Isolate the gateway: 2 step(s) done, 1 skipped, 0 failed",
    "overdue",
    "2 h 55 min",
    "bypassed under E-IMMINENT-HARM: ratified",
    "insufficient or failure of ICT operations and ICT security operations",
    "3. Nobody renewed it because it was in no inventory.",
    "The owner could not be found at once.",
    "Put every certificate into the inventory",
    "2026-03-09",
    "ICT-R-017",
    "INC-2025-000042",
    "review signed off",
    "size 4711",
)
PSEUDONYM = re.compile(r"person-[a-z]+")


@pytest.fixture(scope="module")
def pack() -> ManagementPack:
    """The pack of the story."""
    return management_pack(told_review_entries(), (EARLIER,), CHECKPOINT)


def test_the_page_tells_all_and_names_nobody(pack: ManagementPack) -> None:
    """People are there by their roles; the page is text and nothing else."""
    page = pack_page(pack)
    text = assert_only_text(page).text
    for words in WORDS:
        assert words in text, words
    assert PSEUDONYM.search(page) is None


def test_it_is_set_on_at_most_three_pages(pack: ManagementPack) -> None:
    """The same pack gives the same bytes, and says what the page says."""
    paper = pack_pdf(pack)
    pages = PdfReader(io.BytesIO(paper)).pages
    assert 1 <= len(pages) <= 3
    printed = "".join("".join(page.extract_text().split()) for page in pages)
    for words in WORDS:
        assert "".join(words.split()) in printed, words
    assert PSEUDONYM.search(printed) is None
    assert pack_pdf(pack) == paper


def test_tasks_are_told_with_what_is_overdue(pack: ManagementPack) -> None:
    """One is past its day, the other is validated."""
    (section,) = [each for each in pack.sheet.sections if each.name == "tasks"]
    (table,) = section.blocks
    assert [[(cell.text, str(cell.tone)) for cell in row] for row in table.rows] == [  # type: ignore[union-attr]
        [
            ("Put every certificate into the inventory", "plain"),
            ("incident commander", "plain"),
            ("2026-03-09", "plain"),
            ("accepted", "bad"),
        ],
        [
            ("Alert on the age of certificates", "plain"),
            ("responder", "plain"),
            ("2026-06-30", "plain"),
            ("validated", "good"),
        ],
    ]


def test_a_pack_before_the_review_says_so() -> None:
    """What the evidence holds is told all the same."""
    before = [
        entry
        for entry in told_review_entries()
        if not entry.event.kind.startswith(("review.", "lesson."))
    ]
    pack = management_pack(before)
    assert "not reviewed yet" in [tag.text for tag in pack.sheet.tags]
    names = [section.name for section in pack.sheet.sections]
    assert names == ["summary", "impact", "moments", "decisions", "tasks", "check"]


def test_a_later_version_is_not_signed_off() -> None:
    """A sign-off is of the version that it was about."""
    entries = told_review_entries()
    (recorded,) = [each for each in entries if each.event.kind is EventKind.REVIEW_RECORDED]
    again = recorded.model_copy(
        update={
            "id": f"{recorded.workflow}#9999",
            "event": recorded.event.model_copy(
                update={"payload": recorded.event.payload | {"version": 2}}
            ),
        }
    )
    tags = [tag.text for tag in management_pack((*entries, again)).sheet.tags]
    assert "review not signed off" in tags


def test_the_digest_of_entries_changes_with_any_of_them(pack: ManagementPack) -> None:
    """Who has the pack can hold the entries against it, also against what it does not tell."""
    first, *rest = told_review_entries()
    other = first.model_copy(update={"nonce": "f" * 32})
    assert management_pack((other, *rest), (EARLIER,), CHECKPOINT).digest != pack.digest
    assert management_pack((first, *rest), (EARLIER,), CHECKPOINT).digest == pack.digest
