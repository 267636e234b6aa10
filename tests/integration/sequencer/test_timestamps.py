"""Timestamps by the authority that OpenSSL is: only what was asked for is kept."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from holdfast.errors import HoldfastError, InvalidInput, Unavailable
from holdfast.sequencer.timestamps import TimestampAuthority, timestamp_authorities
from holdfast.settings import Settings
from tests.growing_log import GrowingLog
from tests.strangers import HttpStranger, Received, Reply, http_stranger
from tests.timestamp_authority import OPENSSL, OpensslAuthority

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="the authority is the program openssl")


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpensslAuthority:
    """An authority; making its certificate takes a moment."""
    return OpensslAuthority.found_in(tmp_path_factory.mktemp("authority"))


async def test_what_is_stored_is_the_authoritys_word_about_the_whole_note(
    log: GrowingLog, openssl: OpensslAuthority
) -> None:
    """An auditor verifies it with OpenSSL alone."""
    checkpoint = await log.grow()
    with http_stranger(openssl.door()) as stranger:
        stamped = await TimestampAuthority(f"{stranger.url}/tsr").depart(log.sequencer)

    assert stamped == checkpoint
    (row,) = await _stamps(log, stranger)
    assert row.size == checkpoint.size
    assert openssl.vouches(row.token, checkpoint.note.encode())
    assert stranger.received[0].headers["Content-Type"] == "application/timestamp-query"


async def test_a_day_passes_between_two_timestamps_unless_a_bundle_was_exported(
    log: GrowingLog, openssl: OpensslAuthority
) -> None:
    """The checkpoint that a bundle stands on is stamped at once; it need not be the newest."""
    await log.grow()
    with http_stranger(openssl.door()) as stranger:
        authority = TimestampAuthority(stranger.url)
        assert await authority.depart(log.sequencer) is not None
        await log.grow()
        assert await authority.depart(log.sequencer) is None

        exported = await log.grow(deed="export")
        await log.grow()
        assert await authority.depart(log.sequencer) == exported
        assert await authority.depart(log.sequencer) is None


async def test_the_user_and_password_of_the_address_go_to_the_authority_only(
    log: GrowingLog, openssl: OpensslAuthority
) -> None:
    """The database knows the authority by its host."""
    await log.grow()
    with http_stranger(openssl.door()) as stranger:
        address = f"http://bank:s3cret@127.0.0.1:{stranger.port}/tsr?key=s3cret"
        await TimestampAuthority(address).depart(log.sequencer)

    sent = stranger.received[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == b"bank:s3cret"
    assert "s3cret" not in str(await log.rows("checkpoint_timestamp"))


def _replayed(openssl: OpensslAuthority) -> Callable[[Received], Reply]:
    first: list[bytes] = []

    def answer(received: Received) -> Reply:
        first.append(openssl.stamp(received.content))
        return Reply(200, first[0])

    return answer


_LIES: dict[str, tuple[Callable[[OpensslAuthority], Callable[[Received], Reply]], str]] = {
    "about other bytes": (
        lambda openssl: lambda _: Reply(200, openssl.stamp_of(b"something else")),
        "other bytes",
    ),
    "rejected": (lambda openssl: lambda _: Reply(200, openssl.reject()), "not granted"),
    "no timestamp": (lambda _: lambda _: Reply(200, b"<html>hello</html>"), "no TimeStampResp"),
    "empty": (lambda _: lambda _: Reply(200, b""), "no TimeStampResp"),
    "away": (lambda _: lambda _: Reply(503, b""), "answered 503"),
    "endless": (lambda _: lambda _: Reply(200, b"x" * 300_000), "more than"),
}


@pytest.mark.parametrize(("lie", "words"), _LIES.values(), ids=_LIES.keys())
async def test_what_was_not_asked_for_is_not_kept(
    log: GrowingLog,
    openssl: OpensslAuthority,
    lie: Callable[[OpensslAuthority], Callable[[Received], Reply]],
    words: str,
) -> None:
    """Refused, and asked again later."""
    await log.grow()
    with http_stranger(lie(openssl)) as stranger:
        with pytest.raises(HoldfastError, match=words):
            await TimestampAuthority(stranger.url).depart(log.sequencer)
        assert await _stamps(log, stranger) == []


async def test_an_earlier_answer_given_again_is_refused(
    log: GrowingLog, openssl: OpensslAuthority
) -> None:
    """It would say an older time: the nonce tells."""
    await log.grow()
    with http_stranger(_replayed(openssl)) as stranger:
        here, there = (
            TimestampAuthority(f"http://{host}:{stranger.port}")
            for host in ("127.0.0.1", "localhost")
        )
        await here.depart(log.sequencer)
        with pytest.raises(InvalidInput, match="another query"):
            await there.depart(log.sequencer)


async def test_an_authority_that_is_not_there_is_an_ordinary_failure(log: GrowingLog) -> None:
    """Asked again later."""
    await log.grow()
    with http_stranger() as stranger:
        pass
    with pytest.raises(Unavailable, match="did not answer"):
        await TimestampAuthority(stranger.url).depart(log.sequencer)


@pytest.mark.parametrize("address", ["tsa.test", "ftp://tsa.test", "http://", "http://h:x/s3cret"])
def test_a_wrong_address_stops_the_start_and_is_not_said(address: str) -> None:
    """It may hold a password."""
    settings = Settings(timestamp_authority=SecretStr(address))
    with pytest.raises(InvalidInput, match="HOLDFAST_TIMESTAMP_AUTHORITY") as refused:
        timestamp_authorities(settings)
    assert "s3cret" not in str(refused.value)


async def _stamps(log: GrowingLog, stranger: HttpStranger) -> list[Any]:
    authority = f"127.0.0.1:{stranger.port}"
    return [row for row in await log.rows("checkpoint_timestamp") if row.authority == authority]
