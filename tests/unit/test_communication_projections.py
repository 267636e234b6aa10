"""The tables of communications, folded in memory from what the rules have written."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.communication.message import OnCommand, ScheduledFor
from holdfast.domain.events import EventKind
from holdfast.domain.values import rfc3339
from holdfast.evidence.entry import Entry
from holdfast.store.projections import project
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import communication, reply, status_post
from tests.statements import COMMANDER, COMPLIANCE, NOON
from tests.told_communications import (
    LEGAL,
    TEXTS,
    ToldCommunication,
    message_to_clients,
    reply_entry,
    to_public,
    variants,
)

INCIDENT = "INC-2026-000001"


def rows(entries: Sequence[Entry], table: Table) -> list[dict[str, Any]]:
    """The rows of a table after these entries."""
    stored = [StoredEntry(entry, n, entry.occurred_at) for n, entry in enumerate(entries, 1)]
    return project(stored).rows(table)


def row_of(walk: ToldCommunication) -> dict[str, Any]:
    """The one communication of a walk, as it stands."""
    (row,) = rows(walk.entries, communication)
    return row


def test_a_row_follows_every_stage() -> None:
    """Draft, review, given back, review again, approval, publishing, published; then closed."""
    walk = ToldCommunication(message_to_clients(INCIDENT))
    stages = [row_of(walk)["stage"]]

    def after(stage: str) -> None:
        stages.append(row_of(walk)["stage"])
        assert stages[-1] == stage

    walk.hand_in()
    after("review")
    walk.answer(LEGAL, "returned", "Say less.")
    after("draft")
    walk.edit(variants=variants({**TEXTS, "en": ("Payments are late", "We work on it.")}))
    walk.hand_in()
    walk.answer(LEGAL, "cleared")
    after("review")
    walk.answer(COMPLIANCE, "cleared")
    after("approval")
    walk.answer(COMMANDER, "approved")
    after("publishing")
    walk.deliver(0, sent=2, refused=1)
    walk.deliver(1)
    walk.deliver(2)
    after("published")
    walk.process.close()
    row = row_of(walk)
    assert (row["version"], row["message"]) == (2, walk.latest.digest)
    assert [each["message"] for each in row["versions"]] == [m.digest for m in walk.messages]
    assert row["versions"][1] | {"at": "", "entry": ""} == {
        "version": 2,
        "message": walk.latest.digest,
        "subject": "Payments are late",
        "before": walk.messages[0].digest,
        "by": {"id": "person-robin", "role": "responder"},
        "comment": "Clearer.",
        "at": "",
        "entry": "",
    }
    assert [each["comments"] for each in row["returned"]] == ["Say less."]
    assert [each["by"] for each in row["approvals"]] == [[COMMANDER.model_dump(mode="json")]]
    assert row["reviews"][0]["message"] == walk.latest.digest
    assert row["deliveries"]["0"]["report"]["refused"] == 1
    assert {each["state"] for each in row["deliveries"].values()} == {"settled"}
    assert row["complete"] is True
    assert row["closed_at"] == walk.entries[-1].occurred_at
    assert row["published_at"] < row["closed_at"]


def test_an_edit_takes_back_what_was_said_of_the_version_before() -> None:
    """Neither hand-in nor approval nor moment of publication are told of the new version."""
    later = ScheduledFor(at=NOON + timedelta(days=1))
    walk = ToldCommunication(message_to_clients(INCIDENT, release=later))
    walk.approve()
    approved = row_of(walk)
    assert (approved["stage"], approved["publish_when"]) == ("approved", "at")
    assert approved["publish_at"] == later.at
    walk.edit(release=OnCommand())
    edited = row_of(walk)
    unsaid = ("sign_off", "submitted_at", "approved_at", "publish_when", "publish_at")
    assert [edited[name] for name in unsaid] == [None] * 5
    assert (edited["stage"], len(edited["approvals"])) == ("draft", 1)


def test_a_cancelled_communication_says_why() -> None:
    """Here because no channel has taken it."""
    walk = ToldCommunication(message_to_clients(INCIDENT, deliveries=(to_public("en"),)))
    walk.approve()
    walk.deliver(0, failed=1, because="the page is away")
    assert row_of(walk)["stage"] == "publishing"
    assert row_of(walk)["deliveries"]["0"]["state"] == "open"
    walk.answer(COMMANDER, "given_up")
    row = row_of(walk)
    assert (row["stage"], row["published_at"]) == ("cancelled", None)
    assert row["cancelled_because"] == "no channel has taken it"
    assert rows(walk.entries, status_post)[0]["languages"] == {}


def test_a_correction_marks_what_it_supersedes_once_it_is_published() -> None:
    """Not before: until then the older message is the latest word."""
    first = ToldCommunication(message_to_clients(INCIDENT))
    first.publish()
    corrected = message_to_clients(INCIDENT, supersedes=1)
    second = ToldCommunication(corrected, number=2, begins=first.now)
    second.approve()
    before = rows([*first.entries, *second.entries], communication)
    assert [(row["supersedes"], row["superseded_by"]) for row in before] == [
        (None, None),
        (1, None),
    ]
    for number in range(3):
        second.deliver(number)
    entries = [*first.entries, *second.entries]
    assert [row["superseded_by"] for row in rows(entries, communication)] == [2, None]
    posts = rows(entries, status_post)
    published = [e for e in second.entries if e.event.kind is EventKind.COMMUNICATION_PUBLISHED]
    assert [row["superseded_by"] for row in posts] == [2, None]
    assert posts[0]["superseded_at"] == published[0].occurred_at


def test_a_post_is_public_in_the_languages_that_were_delivered_to_the_page() -> None:
    """Not those that went elsewhere, and not before they were delivered."""
    walk = ToldCommunication(message_to_clients(INCIDENT))
    assert rows(walk.entries, status_post) == []
    walk.approve()
    walk.deliver(0)
    assert rows(walk.entries, status_post)[0]["languages"] == {}
    walk.deliver(2)
    (post,) = rows(walk.entries, status_post)
    delivered = walk.entries[-1]
    assert delivered.event.kind is EventKind.COMMUNICATION_DELIVERED
    assert post["languages"] == {"de": rfc3339(delivered.occurred_at)}
    assert post["message"] == walk.latest.digest


def test_a_message_that_never_went_to_the_page_is_no_post() -> None:
    """Nothing of it is in the table that the public reads."""
    mail = to_public("en", channel="mail", kind=ChannelKind.MAIL, count=3)
    walk = ToldCommunication(message_to_clients(INCIDENT, deliveries=(mail,)))
    walk.publish()
    assert rows(walk.entries, status_post) == []


def test_the_page_as_an_alternative_channel_makes_a_post() -> None:
    """Approved together with the channel that failed."""
    mail = to_public(
        "de",
        channel="mail",
        kind=ChannelKind.MAIL,
        alternative="status-page",
        alternative_kind=ChannelKind.STATUS_PAGE,
    )
    walk = ToldCommunication(message_to_clients(INCIDENT, deliveries=(mail,)))
    walk.approve()
    walk.deliver(0, failed=1, because="no host")
    assert rows(walk.entries, status_post)[0]["languages"] == {}
    walk.answer(COMMANDER, "other_channel")
    walk.deliver(0)
    assert list(rows(walk.entries, status_post)[0]["languages"]) == ["de"]


def test_a_public_id_comes_from_the_nonce_alone() -> None:
    """A version 8 UUID; the same incident and texts with another nonce have another id."""
    walk = ToldCommunication(message_to_clients(INCIDENT))
    walk.publish()
    other = [entry.model_copy(update={"nonce": uuid.uuid4().hex}) for entry in walk.entries]
    ids = [rows(entries, status_post)[0]["post_id"] for entries in (walk.entries, other)]
    assert ids[0] != ids[1]
    assert [(each.version, each.variant) for each in ids] == [(8, uuid.RFC_4122)] * 2


def test_a_question_is_answered_by_the_reply_that_says_so() -> None:
    """Since when, in its own row."""
    due = "2026-03-05T12:00:00.000000Z"
    asked = reply_entry(INCIDENT, 1, "regulator_question", communication=None, due_at=due)
    answer = reply_entry(INCIDENT, 2, answered=f"{INCIDENT}/reply-1")
    question, answering = rows([asked, answer], reply)
    assert (question["kind"], question["communication"]) == ("regulator_question", None)
    assert question["due_at"] == NOON + timedelta(days=1)
    assert question["answered_at"] == answer.occurred_at
    assert (answering["answered_at"], answering["answered"]) == (None, f"{INCIDENT}/reply-1")


def test_a_reply_without_a_number_is_no_reply() -> None:
    """It could have no row of its own: the append fails."""
    entry = reply_entry(INCIDENT, 1)
    about = entry.event.subject.model_copy(update={"id": f"{INCIDENT}/letter"})
    event = entry.event.model_copy(update={"subject": about})
    with pytest.raises(ValueError, match="letter"):
        rows([entry.model_copy(update={"event": event})], reply)
