"""A message to hundreds while the worker is killed: everybody is addressed, and exactly once."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from holdfast.cli.demo_api import DemoApi
from holdfast.cli.demo_moves import IncidentMoves
from holdfast.stack.database_urls import database_urls
from holdfast.store.local_tokens import read_local_tokens
from tests.running_platform import RunningPlatform
from tests.sent_mails import sent_mails

_RECIPIENTS = 400
_STARTS_WITHIN = 30.0


@pytest.fixture
def moves(platform: RunningPlatform) -> Iterator[IncidentMoves]:
    """An incident of this test's own, confirmed."""
    tokens = read_local_tokens(platform.settings.tokens_file)
    api = DemoApi(platform.url, {label: token.token for label, token in tokens.items()}, 240.0)
    moves = IncidentMoves(api, f"killed-{secrets.token_hex(4)}")
    moves.incident_id = moves.deliver("down", "It is down")["incidents"][0]
    moves.decide("incident.confirmation", "responder", "confirmed")
    yield moves
    api.close()


async def test_nobody_is_addressed_twice_or_forgotten(
    platform: RunningPlatform, moves: IncidentMoves
) -> None:
    """Wherever the worker dies: what had left is not written again, what had not is sent."""
    addresses = [f"client-{number}@example.com" for number in range(_RECIPIENTS)]
    others = _count(platform)
    number = _approve(moves, addresses)
    _wait_for_mails(platform, others + random.randint(10, _RECIPIENTS // 2))  # noqa: S311 - no secret
    before = platform.returns("worker")
    platform.kill("worker")
    then = {path: path.stat().st_mtime_ns for path in _mails(platform, moves)}
    platform.wait_for_return("worker", before)
    published = moves.read_communication(number, stage="published")

    assert 0 < len(then) < _RECIPIENTS
    mails = _mails(platform, moves)
    assert sorted(mails.values()) == sorted(addresses)
    assert {path: path.stat().st_mtime_ns for path in then} == then
    _require_all_sent(published)
    tries = await _tries(platform, moves)
    assert len(tries) == _RECIPIENTS
    assert sum(each > 1 for each in tries) <= 1, "who was being addressed, and nobody else"


def _approve(moves: IncidentMoves, addresses: list[str]) -> int:
    """Have a message to these addresses approved; it leaves at once."""
    receipt = moves.hand_in(
        "POST",
        "/communications",
        "told",
        "responder",
        purpose="other",
        audience="staff",
        languages=["en"],
        texts={"en": {"subject": moves.service, "body": "Please stay where you are."}},
        deliveries=[{"channel": "mail", "group": "everybody", "addresses": addresses}],
    )
    number = int(receipt["result"]["number"])
    message = moves.read_communication(number, version=1)["message"]
    path = f"/communications/{number}/submission"
    moves.hand_in("POST", path, "told-in", "responder", message=message)
    moves.decide(
        "communication.approval",
        "incident_commander",
        "approved",
        about=f"{moves.incident_id}/communication-{number}",
    )
    return number


def _mails(platform: RunningPlatform, moves: IncidentMoves) -> dict[Path, str]:
    """The mails of this test's message, by file: to whom."""
    mails = sent_mails(platform.settings)
    return {path: mail["To"] for path, mail in mails.items() if mail["Subject"] == moves.service}


def _count(platform: RunningPlatform) -> int:
    """How many mails have left, of this message and of others."""
    return len(list((platform.settings.outbox_folder / "mail").glob("*.eml")))


def _wait_for_mails(platform: RunningPlatform, number: int) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while _count(platform) < number:
        assert time.monotonic() < deadline, f"not {number} mails yet"


def _require_all_sent(communication: Mapping[str, Any]) -> None:
    (delivery,) = communication["deliveries"]
    report = delivery["report"]
    assert communication["complete"]
    assert (report["sent"], report["unknown"], report["failed"]) == (_RECIPIENTS, 0, 0)


async def _tries(platform: RunningPlatform, moves: IncidentMoves) -> list[int]:
    """How often each recipient was tried, as the ledger has it."""
    connection = await asyncpg.connect(database_urls(platform.settings).application)
    try:
        rows = await connection.fetch(
            "SELECT tries FROM outgoing.recipient_attempt WHERE key LIKE $1",
            f"communication/{moves.incident_id}/%",
        )
    finally:
        await connection.close()
    return [row["tries"] for row in rows]
