"""Checkpoints in a webhook and a mailbox: as they were signed, when due, and never with secrets."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from holdfast.errors import InvalidInput, Unavailable
from holdfast.evidence.log.checkpoint import open_checkpoint
from holdfast.sequencer.channels import CheckpointChannel, checkpoint_channels
from holdfast.settings import Settings
from tests.growing_log import GrowingLog
from tests.strangers import HttpStranger, Reply, http_stranger, mailbox

_SECRET = "t0k3n-of-the-channel"  # noqa: S105 - looked for where it must not be
_HOUR = timedelta(hours=1)
_ALWAYS = timedelta(0)


@pytest.fixture
def webhook() -> Iterator[HttpStranger]:
    """A webhook that takes everything."""
    with http_stranger() as stranger:
        yield stranger


def _address(webhook: HttpStranger) -> str:
    return f"json://somebody:{_SECRET}@127.0.0.1:{webhook.port}/{_SECRET}/{webhook.name}"


def _note_in(text: str) -> str:
    """What the message tells its reader to keep: all up to the last line with a dash."""
    lines = text.splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.startswith("— "))
    return "".join(lines[: last + 1])


async def test_a_webhook_gets_the_note_as_it_was_signed(
    log: GrowingLog, webhook: HttpStranger
) -> None:
    """Whoever keeps the message can verify it by itself."""
    checkpoint = await log.grow()

    departed = await CheckpointChannel(1, _address(webhook), _HOUR).depart(log.sequencer)

    assert departed == checkpoint
    sent = json.loads(webhook.received[0].content)
    assert sent["message"].startswith(checkpoint.note)
    assert open_checkpoint(_note_in(sent["message"]), log.known).size == checkpoint.size
    assert str(checkpoint.size) in sent["title"]


async def test_a_mailbox_gets_the_note_as_it_was_signed(log: GrowingLog) -> None:
    """As plain text: what is copied out of it still verifies."""
    checkpoint = await log.grow()
    async with mailbox() as box:
        address = f"mailto://127.0.0.1:{box.port}?from=log@bank.test&to=auditor@audit.test"
        await CheckpointChannel(1, f"{address}&mode=insecure", _HOUR).depart(log.sequencer)

    mail = email.message_from_bytes(box.mails[0], policy=email.policy.default)
    assert "auditor@audit.test" in mail["To"]
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert _note_in(text) == checkpoint.note


async def test_a_channel_hears_again_only_after_growth_and_some_time(
    log: GrowingLog, webhook: HttpStranger
) -> None:
    """Neither the same checkpoint twice, nor every quarter of a second; not after a restart."""
    await log.grow()
    address = _address(webhook)
    assert await CheckpointChannel(1, address, _ALWAYS).depart(log.sequencer) is not None

    assert await CheckpointChannel(1, address, _ALWAYS).depart(log.sequencer) is None
    grown = await log.grow()
    assert await CheckpointChannel(1, address, _HOUR).depart(log.sequencer) is None
    assert await CheckpointChannel(1, address, _ALWAYS).depart(log.sequencer) == grown
    assert len(webhook.received) == 2


async def test_a_refused_delivery_is_not_noted_and_says_no_address(
    log: GrowingLog, webhook: HttpStranger
) -> None:
    """The next attempt delivers it."""
    checkpoint = await log.grow()
    channel = CheckpointChannel(3, _address(webhook), _ALWAYS)
    webhook.answer = lambda _: Reply(status=403)

    with pytest.raises(
        Unavailable, match=r"URL 3 of HOLDFAST_CHECKPOINT_CHANNELS .* \(403\)"
    ) as no:
        await channel.depart(log.sequencer)
    assert _SECRET not in f"{no.value!r} {no.value.fields}"
    assert checkpoint.size not in {row.size for row in await _deliveries(log, webhook)}

    webhook.answer = lambda _: Reply()
    assert await channel.depart(log.sequencer) == checkpoint
    assert checkpoint.size in {row.size for row in await _deliveries(log, webhook)}


async def test_a_channel_that_is_not_there_is_an_ordinary_failure(log: GrowingLog) -> None:
    """Somebody else's outage is no bug of ours."""
    await log.grow()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable, match="did not take the checkpoint"):
        await CheckpointChannel(1, f"json://127.0.0.1:{port}", _HOUR).depart(log.sequencer)


async def test_the_database_knows_a_channel_by_its_digest_only(
    log: GrowingLog, webhook: HttpStranger
) -> None:
    """The address is a password."""
    await log.grow()
    await CheckpointChannel(1, _address(webhook), _HOUR).depart(log.sequencer)

    digest = hashlib.sha256(_address(webhook).encode()).hexdigest()
    assert [row.channel for row in await _deliveries(log, webhook)] == [f"sha256:{digest}"]
    assert _SECRET not in str(await log.rows("checkpoint_delivery"))


def test_each_address_of_the_setting_is_a_channel_once() -> None:
    """Separated by any white space."""
    given = "json://127.0.0.1:1/a\n  json://127.0.0.1:1/b json://127.0.0.1:1/a"
    settings = Settings(checkpoint_channels=SecretStr(given))

    assert [channel.name for channel in checkpoint_channels(settings)] == ["channel-1", "channel-2"]


def test_an_address_that_nothing_knows_stops_the_start_and_is_not_said() -> None:
    """It may be a secret with one letter wrong."""
    with pytest.raises(InvalidInput, match="URL 2 of HOLDFAST_CHECKPOINT_CHANNELS") as refused:
        CheckpointChannel(2, f"jsn://{_SECRET}", _HOUR)
    assert _SECRET not in str(refused.value)


async def _deliveries(log: GrowingLog, webhook: HttpStranger) -> list[Any]:
    digest = hashlib.sha256(_address(webhook).encode()).hexdigest()
    rows = await log.rows("checkpoint_delivery")
    return [row for row in rows if row.channel == f"sha256:{digest}"]
