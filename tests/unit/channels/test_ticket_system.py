"""Webhooks to a ticket system and from it: signed, told once, and nothing believed that is not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook

from holdfast.channels.signed_webhooks import NotGenuine, SecretsAway, WebhookSecrets
from holdfast.channels.ticket_system import TicketSystem, load_ticket_system
from holdfast.errors import InvalidInput, Unavailable
from holdfast.settings import Settings
from tests.faulty_receiver import SECRET, FaultyReceiver, ReceiverFault, faulty_receiver

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CONTENT = b'{"task_id":"INC-2026-000001/remediation-1","reference":"OPS-77"}'
ENTRY = "remediation/INC-2026-000001/1#7"


@pytest.fixture
def receiver() -> Iterator[FaultyReceiver]:
    """A ticket system without faults, yet."""
    with faulty_receiver() as running:
        yield running


@pytest.fixture
def secrets(tmp_path: Path) -> WebhookSecrets:
    """The secrets that the receiver shares with us."""
    file = tmp_path / "secrets"
    file.write_text(f"# the newest first\n{SECRET}\n")
    return WebhookSecrets(file)


@pytest.fixture
def system(receiver: FaultyReceiver, secrets: WebhookSecrets) -> TicketSystem:
    """That ticket system, with little patience."""
    return TicketSystem(SecretStr(receiver.url), secrets, timeout_seconds=0.3)


def headers_of(seconds: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    """Headers as the reference library signs them."""
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(seconds.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", seconds, CONTENT.decode()),
    }


def why_not(secrets: WebhookSecrets, headers: dict[str, str], content: bytes = CONTENT) -> str:
    """Why a webhook is not believed."""
    with pytest.raises(NotGenuine) as refused:
        secrets.verify(headers, content, NOW)
    return refused.value.message


async def test_what_it_is_told_verifies_under_the_id_of_the_entry(
    system: TicketSystem, receiver: FaultyReceiver
) -> None:
    """By the library that the specification recommends; a repeat has the same id."""
    assert (await system.tell(ENTRY, CONTENT)).told
    assert (await system.tell(ENTRY, CONTENT)).told
    assert receiver.times_sent == {ENTRY: 2}
    first, _ = receiver.requests
    assert first.verified() == {"task_id": "INC-2026-000001/remediation-1", "reference": "OPS-77"}


@pytest.mark.parametrize("fault", [500, 503, 429, ReceiverFault.HANGS, ReceiverFault.DIES])
async def test_what_may_pass_is_tried_again(
    system: TicketSystem, receiver: FaultyReceiver, fault: ReceiverFault | int
) -> None:
    """Later, under the same id."""
    receiver.fail_next(fault)
    with pytest.raises(Unavailable):
        await system.tell(ENTRY, CONTENT)
    assert (await system.tell(ENTRY, CONTENT)).told


@pytest.mark.parametrize("fault", [400, 401, 404, 410, ReceiverFault.REDIRECTS])
async def test_what_never_passes_is_not_tried_again(
    system: TicketSystem, receiver: FaultyReceiver, fault: ReceiverFault | int
) -> None:
    """And nobody is followed to another place."""
    receiver.fail_next(fault)
    told = await system.tell(ENTRY, CONTENT)
    assert not told.told
    assert (told.because or "").startswith("the ticket system answered ")
    assert len(receiver.requests) == 1


async def test_one_that_hangs_does_not_keep_every_worker(
    system: TicketSystem, receiver: FaultyReceiver
) -> None:
    """Three wait for it; the others come back later."""
    receiver.always = ReceiverFault.HANGS
    asked = [asyncio.create_task(system.tell(f"{ENTRY}{n}", CONTENT)) for n in range(8)]
    done, _ = await asyncio.wait(asked)
    assert all(isinstance(each.exception(), Unavailable) for each in done)
    assert len(receiver.requests) == 3


async def test_nothing_of_the_address_is_repeated(secrets: WebhookSecrets) -> None:
    """It may hold a secret."""
    away = TicketSystem(SecretStr("http://127.0.0.1:9/hook?key=s3cret"), secrets)
    with pytest.raises(Unavailable) as error:
        await away.tell(ENTRY, CONTENT)
    assert "s3cret" not in error.value.message


def test_a_genuine_webhook_is_believed(secrets: WebhookSecrets) -> None:
    """Within five minutes, whichever clock is ahead."""
    for minutes in (-5, 0, 5):
        headers = headers_of(NOW + timedelta(minutes=minutes))
        assert secrets.verify(headers, CONTENT, NOW) == "msg_1"


def test_what_is_not_genuine_is_not_believed(secrets: WebhookSecrets) -> None:
    """Unsigned, signed by another, altered, moved in time, under another id."""
    good = headers_of()
    other = f"whsec_{'QUJDREVGR0hJSktMTU5PUFFSU1RVVldY'}"
    assert why_not(secrets, {}) == "unsigned"
    assert why_not(secrets, headers_of(secret=other)) == "forged"
    assert why_not(secrets, good, CONTENT.replace(b"77", b"78")) == "forged"
    assert why_not(secrets, {**good, "webhook-id": "msg_2"}) == "forged"
    later = str(int(NOW.timestamp()) + 1)
    assert why_not(secrets, {**good, "webhook-timestamp": later}) == "forged"
    assert why_not(secrets, {**good, "webhook-timestamp": "1e9"}) == "timestamp"
    assert why_not(secrets, {**good, "webhook-signature": "v1,=== v2,x"}) == "forged"
    assert why_not(secrets, {**good, "webhook-id": "msg\t1"}) == "id"
    for seconds in (-301, 301):
        assert why_not(secrets, headers_of(NOW + timedelta(seconds=seconds))) == "too_old"


def test_a_secret_is_replaced_without_a_gap(tmp_path: Path) -> None:
    """Both are believed, and both sign, until the older one is taken out."""
    new = f"whsec_{'QUJDREVGR0hJSktMTU5PUFFSU1RVVldY'}"
    file = tmp_path / "secrets"
    file.write_text(f"{new}\n{SECRET}\n")
    both = WebhookSecrets(file)
    assert both.verify(headers_of(), CONTENT, NOW) == "msg_1"
    signed = both.sign("msg_1", NOW, CONTENT)
    for secret in (new, SECRET):
        theirs = tmp_path / "theirs"
        theirs.write_text(secret)
        assert WebhookSecrets(theirs).verify(signed, CONTENT, NOW) == "msg_1"
    file.write_text(new)
    assert why_not(both, headers_of()) == "forged"


@pytest.mark.parametrize("content", ["", "secret", "whsec_c2hvcnQ=", f"{SECRET}\n" * 6])
def test_a_file_without_secrets_is_told_without_its_content(tmp_path: Path, content: str) -> None:
    """Which file, and what it should hold."""
    file = tmp_path / "secrets"
    file.write_text(content)
    with pytest.raises(SecretsAway) as error:
        WebhookSecrets(file).verify(headers_of(), CONTENT, NOW)
    assert str(file) in error.value.message
    assert "c2hvcnQ" not in error.value.message


def test_an_address_needs_secrets_and_is_encrypted(tmp_path: Path) -> None:
    """Told at the start of the worker, not months later."""
    assert load_ticket_system(Settings()) is None
    url, file = SecretStr("https://tickets.example/hook"), tmp_path / "secrets"
    with pytest.raises(InvalidInput, match="name both"):
        load_ticket_system(Settings(tasks_webhook_url=url))
    plain = SecretStr("http://tickets.example/hook?key=s3cret")
    with pytest.raises(InvalidInput, match="https is needed") as error:
        load_ticket_system(Settings(tasks_webhook_url=plain, tasks_webhook_secret_file=file))
    assert "s3cret" not in str(error.value)
    known = load_ticket_system(Settings(tasks_webhook_url=url, tasks_webhook_secret_file=file))
    assert isinstance(known, TicketSystem)
