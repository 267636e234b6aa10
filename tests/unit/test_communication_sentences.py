"""Communications in words: one line of the timeline for each step."""

from __future__ import annotations

import pytest

from holdfast.domain.communication.message import ScheduledFor
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.evidence.communication_sentences import COMMUNICATION_SENTENCES
from holdfast.evidence.sentences import sentence
from tests.statements import COMMANDER, COMPLIANCE, NOON
from tests.told_communications import (
    LEGAL,
    ToldCommunication,
    message_to_clients,
    reply_entry,
)

INCIDENT = "INC-2026-000001"


@pytest.fixture
def walk() -> ToldCommunication:
    """A message to clients that legal gives back, and that is published in its second version."""
    walk = ToldCommunication(message_to_clients(INCIDENT))
    walk.hand_in()
    walk.answer(LEGAL, "returned", "Say less.")
    walk.edit(missing=(), supersedes=7)
    walk.hand_in()
    walk.answer(LEGAL, "cleared")
    walk.answer(COMPLIANCE, "cleared")
    walk.answer(COMMANDER, "approved")
    walk.deliver(0, sent=1, refused=1, unknown=1, because="the line broke")
    walk.deliver(1)
    walk.deliver(2)
    return walk


def said(walk: ToldCommunication, kind: EventKind) -> str:
    """The sentence of the latest entry of that kind."""
    return sentence(walk.last(kind))


def test_every_step_is_said_in_one_line(walk: ToldCommunication) -> None:
    """Number, version, who, what: and the digest where it is about exact bytes."""
    short = f"{walk.latest.digest[:19]}…"
    assert {kind: said(walk, kind) for kind in _SAID} == {
        kind: words.format(digest=short) for kind, words in _SAID.items()
    }


_SAID = {
    EventKind.COMMUNICATION_OPENED: "Communication 1 opened: holding statement to clients",
    EventKind.COMMUNICATION_DRAFTED: (
        "Communication 1 version 2 drafted (en, de; {digest}),"
        " 'Card payments are delayed': Clearer."
    ),
    EventKind.COMMUNICATION_SUBMITTED: (
        "Communication 1 version 2 handed in for review by legal, compliance,"
        " then approval by incident commander, management body"
    ),
    EventKind.COMMUNICATION_RETURNED: (
        "Communication 1 version 1 given back in review by legal person-ines: Say less."
    ),
    EventKind.COMMUNICATION_APPROVED: (
        "Communication 1 version 2 approved by incident commander person-kim ({digest}); leaves now"
    ),
    EventKind.COMMUNICATION_RELEASED: (
        "Communication 1 version 2 released to clients by mail (en, 3),"
        " public by status-page (en, 1), public by status-page (de, 1)"
    ),
    EventKind.COMMUNICATION_PUBLISHED: (
        "Communication 1 version 2 published: holding statement to clients,"
        " correcting communication 7, on the public status page, not every delivery has arrived"
    ),
}


def test_a_delivery_says_what_became_of_it(walk: ToldCommunication) -> None:
    """In numbers of recipients, and why not."""
    delivered = [e for e in walk.events if e.kind is EventKind.COMMUNICATION_DELIVERED]
    assert [sentence(event) for event in delivered] == [
        (
            "Communication 1 to clients by mail (en): 1 sent, 1 refused, 1 unknown"
            " (the line broke); not settled"
        ),
        "Communication 1 to public by status-page (en): 1 sent",
        "Communication 1 to public by status-page (de): 1 sent",
    ]


def test_a_publication_for_later_says_when() -> None:
    """To the minute."""
    walk = ToldCommunication(
        message_to_clients(INCIDENT, release=ScheduledFor(at=NOON.replace(day=5)))
    )
    walk.approve()
    assert said(walk, EventKind.COMMUNICATION_APPROVED).endswith("leaves at 2026-03-05 12:00 UTC")


def test_what_is_missing_is_said() -> None:
    """The names of the values."""
    walk = ToldCommunication(message_to_clients(INCIDENT, missing=("cause", "measures")))
    assert "missing: cause, measures" in said(walk, EventKind.COMMUNICATION_DRAFTED)


def test_a_standing_approval_names_nobody() -> None:
    """Nobody was asked."""
    walk = ToldCommunication(message_to_clients(INCIDENT))
    walk.approve()
    approved = walk.last(EventKind.COMMUNICATION_APPROVED)
    payload = {**approved.payload, "standing": True, "by": []}
    standing = approved.model_copy(update={"payload": payload})
    assert "approved by the matrix, without anybody being asked" in sentence(standing)


def test_the_end_is_said(walk: ToldCommunication) -> None:
    """With what is open still."""
    walk.process.close()
    assert said(walk, EventKind.COMMUNICATION_CLOSED) == (
        "Communication 1 closed, published, not every delivery has arrived"
    )


def test_a_reply_is_said_without_who_and_what() -> None:
    """They are sealed."""
    due = "2026-03-05T12:00:00.000000Z"
    entry = reply_entry(INCIDENT, 3, "regulator_question", communication=None, due_at=due)
    assert sentence(entry.event) == (
        "Regulator question received as reply-3 on 2026-03-04 13:00 UTC,"
        " answer due 2026-03-05 12:00 UTC"
    )
    assert sentence(reply_entry(INCIDENT, 4, "complaint").event) == (
        "Complaint on communication 1 received as reply-4 on 2026-03-04 13:00 UTC"
    )


def test_every_step_has_its_own_words() -> None:
    """Communications and replies alike."""
    wanted = {kind for kind in EventKind if kind.startswith(("communication.", "reply."))}
    assert set(COMMUNICATION_SENTENCES) == wanted
    cancelled = Event(
        kind=EventKind.COMMUNICATION_CANCELLED,
        subject=Subject(type="communication", id=f"{INCIDENT}/communication-2"),
        payload={"number": 2, "because": "All is well."},
    )
    assert sentence(cancelled) == "Communication 2 cancelled: All is well."
