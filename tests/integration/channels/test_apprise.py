"""Services by Apprise: what its lines prove is told, all else is unknown, and no secret leaves."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator

import pytest

from holdfast.channels import AnswerOutcome, FoundState
from holdfast.channels.apprise_channel import AppriseChannel
from holdfast.channels.configuration import AppriseSettings
from holdfast.errors import InvalidInput
from tests.faulty_receiver import FaultyReceiver, ReceiverFault, faulty_receiver
from tests.outgoing_messages import an_outgoing

TAKEN, REFUSED = AnswerOutcome.TAKEN, AnswerOutcome.REFUSED
NOT_NOW, UNKNOWN = AnswerOutcome.NOT_NOW, AnswerOutcome.UNKNOWN

_SECRET = "t0k3n-of-the-service"  # noqa: S105 - looked for where it must not be


@pytest.fixture
def receiver() -> Iterator[FaultyReceiver]:
    """A service without faults, yet."""
    with faulty_receiver() as running:
        yield running


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What reaches the log of a process that logs everything."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.setLevel(before)
    root.removeHandler(handler)


def service(receiver: FaultyReceiver, query: str = "", **changes: object) -> AppriseChannel:
    """A channel to that service, with times short enough for a test."""
    settings: dict[str, object] = {
        "kind": "apprise",
        "url": f"json://me:{_SECRET}@127.0.0.1:{receiver.port}/{_SECRET}?cto=0.5&rto=0.5{query}",
        "timeout_seconds": 5,
    }
    return AppriseChannel("chat", AppriseSettings.model_validate({**settings, **changes}))


def test_a_message_arrives_as_it_was_approved(receiver: FaultyReceiver) -> None:
    """Umlauts and accents as they were."""
    outgoing = an_outgoing()
    with service(receiver).session() as session:
        answer = session.send(outgoing)

    assert answer.outcome is TAKEN
    said = json.loads(receiver.requests[0].content)
    assert (said["title"], said["message"]) == (outgoing.subject, outgoing.body)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (400, REFUSED),
        (404, REFUSED),
        (429, NOT_NOW),
        (503, NOT_NOW),
        (500, UNKNOWN),
        (ReceiverFault.REDIRECTS, UNKNOWN),
        (ReceiverFault.HANGS, UNKNOWN),
        (ReceiverFault.DIES, UNKNOWN),
    ],
)
def test_what_is_answered_is_what_is_known(
    receiver: FaultyReceiver,
    fault: ReceiverFault | int,
    outcome: AnswerOutcome,
    logged: list[str],
) -> None:
    """Tried once; whatever else the message says, and without a word in the logs."""
    receiver.always = fault
    with service(receiver).session() as session:
        answer = session.send(
            an_outgoing(body="error=404. Failed to establish a new connection, Socket Exception")
        )

    assert answer.outcome is outcome
    assert len(receiver.requests) == 1
    assert _SECRET not in f"{answer} {logged}"


def test_within_the_house_what_is_unknown_may_be_sent_again(receiver: FaultyReceiver) -> None:
    """Where the configuration says so."""
    receiver.fail_next(ReceiverFault.HANGS)
    with service(receiver, repeatable=True, audiences=["staff"]).session() as session:
        assert session.send(an_outgoing()).outcome is NOT_NOW
        assert session.send(an_outgoing()).outcome is TAKEN


def test_nobody_listens(receiver: FaultyReceiver) -> None:
    """A refused connection is proof that nothing was taken."""
    receiver.stop()
    with service(receiver).session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is NOT_NOW
    assert answer.because == "the service cannot be connected to"


def test_a_service_that_never_finishes_is_given_up(receiver: FaultyReceiver) -> None:
    """It may still arrive, so it is unknown."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        channel = service(
            receiver, url=f"json://127.0.0.1:{port}/?cto=5&rto=3", timeout_seconds=0.3
        )
        with channel.session() as session:
            answer = session.send(an_outgoing())

    assert answer.outcome is UNKNOWN
    assert answer.because == "the service did not answer in time"


@pytest.mark.parametrize(
    "url",
    [
        f"no-service://{_SECRET}",
        f"mailto://{_SECRET}",
        f"slack://AAAAAAAAA/BBBBBBBBB/{_SECRET}1234/#one/#two",
        f"json://127.0.0.1/{_SECRET}?retry=2",
        " ",
    ],
)
def test_an_address_that_means_no_one_target_is_refused(url: str) -> None:
    """At the start, by channel and field, without the address."""
    with pytest.raises(InvalidInput) as refused:
        AppriseChannel("chat", AppriseSettings.model_validate({"kind": "apprise", "url": url}))

    assert refused.value.fields == {"channel": "chat", "field": "url"}
    assert refused.value.message.startswith("channel chat: url: ")
    assert _SECRET not in refused.value.message


def test_a_failure_is_never_called_optional(receiver: FaultyReceiver) -> None:
    """Apprise would call it a success."""
    receiver.always = 500
    with service(receiver, query="&optional=yes").session() as session:
        assert session.send(an_outgoing()).outcome is UNKNOWN


def test_attachments_are_never_left_out_in_silence(receiver: FaultyReceiver) -> None:
    """What was approved leaves whole, or not at all."""
    with service(receiver).session() as session:
        answer = session.send(an_outgoing(attachments=(("a.pdf", "application/pdf", b"%PDF"),)))

    assert answer.outcome is NOT_NOW
    assert receiver.requests == []


def test_afterwards_nobody_can_tell(receiver: FaultyReceiver) -> None:
    """Apprise only sends."""
    assert service(receiver).find("key", 0).state is FoundState.CANNOT_TELL
