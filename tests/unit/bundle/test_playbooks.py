"""Playbooks on the page: what each step was, how it stood in the end, and what it has left."""

from __future__ import annotations

from collections.abc import Collection

from holdfast.domain.events import Event, EventKind
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.page import index_page
from holdfast.evidence.bundle.page_words import visible
from tests.bundled import bundle_of, walked_events
from tests.hostile_texts import HOSTILE
from tests.playbook_walk import DIGEST, PlayWalk, step
from tests.unit.bundle.test_page import assert_only_text

_AUTOMATION = {"name": "restart-service", "parameters": {"service": "gateway"}}


def _page(events: list[Event], withheld: Collection[EventKind] = ()) -> str:
    contents, _ = bundle_of(events, withheld)
    return index_page(contents, narrate(contents))


def _walked(words: str = "Held.") -> list[Event]:
    walk = PlayWalk(step("one"), step("two", "one", automation=_AUTOMATION), step("three"))
    walk.start("one")
    walk.report("one", statement=words, references=["CHG-1"], documents=[DIGEST])
    walk.start("two", "dry_run")
    walk.end(walk.automated())
    walk.start("two", "automated")
    walk.end(walk.automated(), "failed")
    walk.skip("two")
    walk.add("four")
    return walk.events


def test_the_page_tells_every_step_and_what_became_of_it() -> None:
    """In the order of the playbook, with the evidence that each has left."""
    seen = assert_only_text(_page(_walked()))
    section = seen.text.partition("Play 1: Made up")[2]
    for words in (
        "not finished",
        "Do one",
        "started by hand",
        f"performed by hand: Held.; see CHG-1; document {DIGEST}",
        "started dry run",
        f"tried: It ran.; output {DIGEST}",
        f"failed: It ran.; output {DIGEST}",
        "skipped: Not needed here.",
        "Do three",
        "not begun",
        "four, added on the spot",
    ):
        assert words in section, words
        section = section.partition(words)[2]


def test_a_play_whose_beginning_is_withheld_is_told_by_its_steps() -> None:
    """What is left is told, and nothing is made up for the rest."""
    text = assert_only_text(_page(_walked(), {EventKind.PLAYBOOK_STARTED})).text
    assert "Play 1" in text
    assert "performed by hand: Held." in text
    assert "Made up" not in text


def test_an_incident_without_playbooks_has_no_such_section() -> None:
    """Neither in the page nor in its navigation."""
    assert "#playbooks" not in _page(list(walked_events()))


def test_what_people_report_is_a_text() -> None:
    """As it was written, whatever it tries."""
    words = " ".join(" ".join(HOSTILE.values()).split())
    shown = " ".join(assert_only_text(_page(_walked(words))).text.split())
    assert visible(words) in shown
