"""A drill says that it is one wherever it is read: bundles, the operator's page, its messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table

from holdfast.channels.diverted import stays_here
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.domain.communication.message import Message, marked_as_drill
from holdfast.domain.operator_view import details
from holdfast.domain.values import JsonObject
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.page import index_page
from holdfast.evidence.bundle.readme import readme
from holdfast.evidence.entry import Entry
from holdfast.evidence.sentences import sentence
from holdfast.store.projections import project
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import incident, status_post
from tests.bundled import bundle_of, walked_events
from tests.judged_walks import WALKS
from tests.recorded_channel import RecordedChannel
from tests.statements import NOON
from tests.timed_walk import TimedWalk

DRILL = WALKS["a drill to its end"]
SAID = "This is a drill"


def test_a_bundle_says_at_its_top_that_it_is_of_a_drill() -> None:
    """The page and the text beside it; those of a real incident say nothing of the kind."""
    contents, _ = bundle_of(DRILL.events)
    narrative = narrate(contents)
    page = index_page(contents, narrative)
    assert 0 < page.index(SAID) < page.index("<h1>")
    assert readme(contents, narrative).startswith("THIS IS A DRILL")
    contents, _ = bundle_of(walked_events())
    assert SAID not in index_page(contents, narrate(contents))
    assert readme(contents, narrate(contents)).startswith("EVIDENCE OF")


def test_the_bundle_of_a_drill_says_so_though_its_first_record_is_withheld() -> None:
    """Any record that only a drill has is enough."""
    contents, _ = bundle_of(DRILL.events, withheld={DRILL.events[0].kind})
    assert narrate(contents).drill


def test_the_page_of_the_workflow_begins_with_it() -> None:
    """An operator sees which incident can wait."""
    assert details(DRILL.state).startswith("**This is a drill**")
    assert SAID not in details(WALKS["to the end"].state)


def test_every_entry_of_a_drill_has_a_sentence() -> None:
    """The first names it as a drill."""
    said = [sentence(event) for event in DRILL.events]
    assert "Drill: " in said[0]
    assert any(line.startswith("Inject 2 of the drill (facts)") for line in said)
    assert any(line.startswith("Drill scored: 0 of 2 goal(s) kept") for line in said)


def test_the_row_of_a_drill_has_its_plan_and_that_of_a_real_incident_none() -> None:
    """Which lists tell them apart by."""
    rows = [_rows(walk, incident) for walk in (DRILL, WALKS["to the end"])]
    assert [each[0]["drill"] is None for each in rows] == [False, True]


def test_what_was_diverted_is_in_no_post_of_the_status_page() -> None:
    """Of the same entries, told by the report alone."""
    posted = _rows(DRILL, status_post)
    assert any(row["languages"] for row in posted)  # as these walks divert nothing
    entries = [
        each.model_copy(
            update={"event": each.event.model_copy(update={"payload": _diverted(each)})}
        )
        for each in DRILL.entries()
    ]
    stored = [StoredEntry(each, number, NOON) for number, each in enumerate(entries, 1)]
    assert not any(row["languages"] for row in project(stored).rows(status_post))


@given(subject=st.text("abc DRIL:", min_size=1, max_size=200), body=st.text("xy\n", max_size=50))
def test_marking_a_message_twice_is_marking_it_once(subject: str, body: str) -> None:
    """However long its subject: it stays a line, and says first that it is a drill."""
    if not subject.strip() or not body.strip():
        return
    message = _message(subject, body)
    once = marked_as_drill(message)
    assert marked_as_drill(once) == once
    (variant,) = once.variants
    assert variant.subject.startswith("DRILL")
    assert SAID in variant.body
    Message.model_validate(once.model_dump())


def test_nothing_for_outside_leaves_over_any_channel_whoever_is_addressed() -> None:
    """For every kind of channel and every audience: what is allowed is a short list."""
    allowed = set()
    for kind in ChannelKind:
        for audience in Audience:
            channel = RecordedChannel(Path("never written"), kind=kind)
            for ours in (True, False):
                if not stays_here(audience, channel, to_our_own=ours):
                    allowed.add((kind, audience, ours))
    inside = (Audience.STAFF, Audience.MANAGEMENT_BODY)
    mails = (ChannelKind.MAIL, ChannelKind.MAIL_FOLDER)
    assert allowed == {
        *((kind, audience, True) for kind in mails for audience in inside),
        *((ChannelKind.FILES, audience, ours) for audience in inside for ours in (True, False)),
    }


def _rows(walk: TimedWalk, table: Table) -> list[dict[str, Any]]:
    stored = [StoredEntry(each, number, NOON) for number, each in enumerate(walk.entries(), 1)]
    return project(stored).rows(table)


def _diverted(entry: Entry) -> JsonObject:
    payload = entry.event.payload
    if payload.get("report") is None:
        return dict(payload)
    return {**payload, "report": {**payload["report"], "diverted": True}}


def _message(subject: str, body: str) -> Message:
    return Message.model_validate(
        {
            "incident": "INC-2026-000001",
            "purpose": "other",
            "audience": "staff",
            "variants": [{"language": "en", "subject": subject, "body": body}],
            "deliveries": [
                {"channel": "post", "kind": "files", "group": "staff", "language": "en", "count": 1}
            ],
        }
    )
