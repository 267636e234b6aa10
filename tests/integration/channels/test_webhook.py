"""Webhooks to a real receiver: signed as the specification says, and never blindly repeated."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from holdfast.channels import AnswerOutcome, FoundState
from holdfast.channels.configuration import WebhookSettings
from holdfast.channels.webhook import WebhookChannel
from tests.faulty_receiver import SECRET, FaultyReceiver, ReceiverFault, faulty_receiver
from tests.outgoing_messages import an_outgoing

TAKEN, REFUSED = AnswerOutcome.TAKEN, AnswerOutcome.REFUSED
NOT_NOW, UNKNOWN = AnswerOutcome.NOT_NOW, AnswerOutcome.UNKNOWN

_OTHER = f"whsec_{base64.b64encode(bytes(40)).decode()}"


@pytest.fixture
def receiver() -> Iterator[FaultyReceiver]:
    """A receiver without faults, yet."""
    with faulty_receiver() as running:
        yield running


def webhook(receiver: FaultyReceiver, **changes: object) -> WebhookChannel:
    """A channel to that receiver, with times short enough for a test."""
    settings: dict[str, object] = {
        "kind": "webhook",
        "url": receiver.url,
        "secrets": [SECRET],
        "timeout_seconds": 0.5,
    }
    return WebhookChannel("hook", WebhookSettings.model_validate({**settings, **changes}))


def test_the_receiver_verifies_what_was_approved(receiver: FaultyReceiver) -> None:
    """With the library that the specification recommends; umlauts and accents as they were."""
    outgoing = an_outgoing()
    with webhook(receiver).session() as session:
        answer = session.send(outgoing)

    assert answer.outcome is TAKEN
    assert answer.channel_id == "request-1"
    (request,) = receiver.requests
    assert request.verified() == {
        "type": "communication.published",
        "timestamp": "2026-03-04T09:30:00.000000Z",
        "data": {
            "incident": outgoing.incident,
            "message_id": outgoing.message_id,
            "digest": outgoing.digest,
            "purpose": "client_notice",
            "audience": "clients",
            "language": "de",
            "subject": outgoing.subject,
            "body": outgoing.body,
        },
    }
    with pytest.raises(WebhookVerificationError):
        request.verified(_OTHER)


def test_each_of_several_secrets_verifies(receiver: FaultyReceiver) -> None:
    """So a secret is changed without a moment in which nothing verifies."""
    with webhook(receiver, secrets=[_OTHER, SECRET]).session() as session:
        session.send(an_outgoing())

    (request,) = receiver.requests
    assert request.verified(_OTHER) == request.verified(SECRET)


def test_a_repeat_is_known_by_its_id(receiver: FaultyReceiver) -> None:
    """The same message has the same id and content at every attempt; another one has others."""
    receiver.fail_next(ReceiverFault.DIES)
    with webhook(receiver, repeatable=True).session() as session:
        first = session.send(an_outgoing())
        second = session.send(an_outgoing())
        session.send(an_outgoing(number=1))

    assert (first.outcome, second.outcome) == (NOT_NOW, TAKEN)
    assert sorted(receiver.times_sent.values()) == [1, 2]
    assert receiver.requests[0].content == receiver.requests[1].content


@pytest.mark.parametrize(
    ("fault", "outcome", "repeatable"),
    [
        (201, TAKEN, TAKEN),
        (400, REFUSED, REFUSED),
        (404, REFUSED, REFUSED),
        (410, REFUSED, REFUSED),
        (408, NOT_NOW, NOT_NOW),
        (429, NOT_NOW, NOT_NOW),
        (503, NOT_NOW, NOT_NOW),
        (500, UNKNOWN, NOT_NOW),
        (502, UNKNOWN, NOT_NOW),
        (504, UNKNOWN, NOT_NOW),
        (ReceiverFault.REDIRECTS, UNKNOWN, NOT_NOW),
        (ReceiverFault.HANGS, UNKNOWN, NOT_NOW),
        (ReceiverFault.DIES, UNKNOWN, NOT_NOW),
    ],
)
def test_what_is_answered_is_what_is_known(
    receiver: FaultyReceiver,
    fault: ReceiverFault | int,
    outcome: AnswerOutcome,
    repeatable: AnswerOutcome,
) -> None:
    """Whoever has read the request may have acted on it, unless its answer says otherwise."""
    receiver.always = fault
    for channel, expected in (
        (webhook(receiver), outcome),
        (webhook(receiver, repeatable=True), repeatable),
    ):
        with channel.session() as session:
            assert session.send(an_outgoing()).outcome is expected
    assert {request.path for request in receiver.requests} == {"/hooks"}


def test_nobody_listens(receiver: FaultyReceiver) -> None:
    """Surely not taken; and the reason holds nothing of the URL."""
    receiver.stop()
    channel = webhook(receiver, url=f"{receiver.url}/t0k3n?key=t0k3n")
    with channel.session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is NOT_NOW
    assert answer.because == "the endpoint cannot be connected to"


def test_of_a_long_answer_nothing_is_read(receiver: FaultyReceiver) -> None:
    """Its status is all that is wanted; an id that is no line is none."""
    receiver.answer = bytes(2_000_000)
    receiver.answer_headers = {"x-request-id": "x" * 300}
    with webhook(receiver).session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is TAKEN
    assert answer.channel_id is None


def test_attachments_are_never_left_out_in_silence(receiver: FaultyReceiver) -> None:
    """What was approved leaves whole, or not at all."""
    channel = webhook(receiver)
    with channel.session() as session:
        answer = session.send(an_outgoing(attachments=(("a.pdf", "application/pdf", b"%PDF"),)))

    assert not channel.attaches
    assert answer.outcome is NOT_NOW
    assert receiver.requests == []


def test_afterwards_nobody_can_tell(receiver: FaultyReceiver) -> None:
    """A receiver cannot be asked."""
    assert webhook(receiver).find("key", 0).state is FoundState.CANNOT_TELL
