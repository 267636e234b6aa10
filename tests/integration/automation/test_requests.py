"""Requests to a real server that fails as it is told: what is sent, and what an answer proves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.automation import Order
from holdfast.automation.automation import MOST_OUTPUT
from holdfast.domain.automation.outcome import AutomationState
from tests.automations import configured, ran, request
from tests.faulty_receiver import FaultyReceiver, ReceiverFault, faulty_receiver
from tests.real_parts import free_port

SUCCEEDED, FAILED = AutomationState.SUCCEEDED, AutomationState.FAILED
UNKNOWN = AutomationState.UNKNOWN

SECRET = "t0k3n-of-the-firewall"  # noqa: S105 - looked for where it must not be


@pytest.fixture
def receiver() -> Iterator[FaultyReceiver]:
    """A server without faults, yet."""
    with faulty_receiver() as running:
        yield running


async def test_parameters_stand_in_their_places(tmp_path: Path, receiver: FaultyReceiver) -> None:
    """Each as a whole, with the key by which a repeat is known, and a secret from a file."""
    (tmp_path / "token").write_text(f"Bearer {SECRET}\n")
    asks = request(
        f"{receiver.url}/{{host}}/isolate",
        "host",
        query={"why": "{host}", "mode": "full"},
        body={"host": "{host}", "level": 3},
        headers={"Accept": "text/plain"},
        secret_headers={"Authorization": str(tmp_path / "token")},
    )
    done = await ran(configured(tmp_path, asks), host="a/../b&all=yes#")

    sent = receiver.requests[0]
    assert (done.state, done.http_status, sent.method) == (SUCCEEDED, 200, "POST")
    assert sent.path == (
        "/hooks/a%2F..%2Fb%26all%3Dyes%23/isolate?why=a%2F..%2Fb%26all%3Dyes%23&mode=full"
    )
    assert json.loads(sent.content) == {"host": "a/../b&all=yes#", "level": 3}
    assert sent.headers["idempotency-key"] == "step/key/1"
    assert sent.headers["authorization"] == f"Bearer {SECRET}"
    assert sent.headers["content-type"] == "application/json"


async def test_a_dry_run_says_that_it_is_one(tmp_path: Path, receiver: FaultyReceiver) -> None:
    """By what the configuration names, and with a key of its own."""
    tries = configured(tmp_path, request(receiver.url))
    done = await tries.dry_run(Order("step/key/dry-1", {}, 5), lambda _words: None)

    assert done.state is SUCCEEDED
    assert receiver.requests[0].path == "/hooks?dry=yes"
    assert receiver.requests[0].headers["idempotency-key"] == "step/key/dry-1"


@pytest.mark.parametrize(
    ("fault", "state", "summary"),
    [
        (400, FAILED, "answered 400, 2 bytes"),
        (409, FAILED, "answered 409, 2 bytes"),
        (503, FAILED, "answered 503, 2 bytes"),
        (202, UNKNOWN, "answered 202, 2 bytes"),
        (500, UNKNOWN, "answered 500, 2 bytes"),
        (ReceiverFault.REDIRECTS, UNKNOWN, "answered 302, 2 bytes"),
        (ReceiverFault.DIES, UNKNOWN, "the host hung up without an answer"),
        (ReceiverFault.HANGS, UNKNOWN, "no answer came within 0.5 s"),
    ],
)
async def test_only_what_was_asked_for_is_a_success_and_only_a_refusal_a_failure(
    tmp_path: Path,
    receiver: FaultyReceiver,
    fault: ReceiverFault | int,
    state: AutomationState,
    summary: str,
) -> None:
    """Whatever else comes, it may have been done; it is sent once, and followed nowhere."""
    receiver.always, receiver.answer = fault, b"no"
    done = await ran(configured(tmp_path, request(receiver.url)), 0.5)

    assert (done.state, done.summary) == (state, summary)
    assert len(receiver.requests) == 1


async def test_nobody_listens(tmp_path: Path) -> None:
    """A refused connection is proof that nothing was done."""
    done = await ran(configured(tmp_path, request(f"http://127.0.0.1:{free_port()}/x")))

    assert (done.state, done.summary) == (FAILED, "the host cannot be connected to")


async def test_a_flood_of_an_answer_is_cut(tmp_path: Path, receiver: FaultyReceiver) -> None:
    """The rest is not even taken in."""
    receiver.answer = b"x" * 3_000_000
    done = await ran(configured(tmp_path, request(receiver.url)))

    assert done.state is SUCCEEDED
    assert (done.output or b"").startswith(b"x" * MOST_OUTPUT + b"\n[cut: ")
    assert len(done.output or b"") < MOST_OUTPUT + 100
    assert int(done.summary.split()[2]) < 200_000


async def test_no_secret_is_kept_though_the_answer_repeats_it(
    tmp_path: Path, receiver: FaultyReceiver
) -> None:
    """Nor is one told that cannot be read."""
    (tmp_path / "token").write_text(SECRET)
    receiver.answer = f"you are {SECRET}".encode()
    asks = request(receiver.url, secret_headers={"X-Token": str(tmp_path / "token")})
    done = await ran(configured(tmp_path, asks))
    assert done.output == b"you are [secret]"

    (tmp_path / "token").write_text(f"{SECRET}\nX-Evil: yes")
    done = await ran(configured(tmp_path, asks))
    assert (done.state, SECRET in repr(done)) == (FAILED, False)
    assert len(receiver.requests) == 1


async def test_a_proxy_of_the_surroundings_is_not_used(
    tmp_path: Path, receiver: FaultyReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request, and its secret, go where the configuration says."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")

    assert (await ran(configured(tmp_path, request(receiver.url)))).state is SUCCEEDED


async def test_a_cancellation_ends_the_wait(tmp_path: Path, receiver: FaultyReceiver) -> None:
    """At once, whatever the server does."""
    receiver.always = ReceiverFault.HANGS
    beats: list[str] = []
    waiting = asyncio.ensure_future(ran(configured(tmp_path, request(receiver.url)), 30, beats))
    while not receiver.requests:
        await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 2)

    assert beats == ["waiting for the answer for 0 s"]
