"""Taking files in at the doors: whole or not at all, within a limit, once a key."""

from __future__ import annotations

import asyncio
import hashlib
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

import pytest
import pytest_asyncio

from api.content_digest import content_digest
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from tests.api_doors import Doors, own_installation
from tests.attachments_at_doors import WHAT, custody, send, stored
from tests.closed_incidents import new_closed_incident

_MIB = 1024 * 1024


@pytest_asyncio.fixture(scope="module")
async def installation(settings: Settings, postgres: DatabaseUrls) -> Settings:
    """An installation of this module's own that takes files of one MiB."""
    del postgres
    own = await own_installation(settings)
    return own.model_copy(update={"attachment_limit_mib": 1})


@pytest_asyncio.fixture
async def incident_id(doors: Doors) -> str:
    """An incident, ended long ago: files may come at any time."""
    return (await new_closed_incident(doors.platform.engine, None)).incident_id


async def test_the_same_key_is_one_attachment(doors: Doors, incident_id: str) -> None:
    """However often it is sent, at the same time too; another file under it is refused."""
    key, content = {"Idempotency_Key": f"k-{uuid.uuid4()}"}, os.urandom(99)
    answers = await asyncio.gather(*(send(doors, incident_id, content, **key) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.text for answer in answers}) == 1
    for changed in (
        await send(doors, incident_id, content + b"x", **key),
        await send(doors, incident_id, content, "?description=Other", **key),
        await send(doors, incident_id, content, f"{WHAT}&collected_at=2026-01-01T00:00:00Z", **key),
    ):
        assert changed.status_code == 409
        assert changed.json()["type"] == "urn:holdfast:problem:idempotency_key_reused"
    of_another = await send(doors, incident_id, content, person="legal", **key)
    assert of_another.status_code == 201
    assert len(await custody(doors, answers[0].json())) == 1


async def test_a_declared_digest_is_compared_before_anything_is_kept(
    doors: Doors, incident_id: str
) -> None:
    """What arrived damaged leaves nothing behind."""
    content = os.urandom(99)
    before = await stored(doors)
    right = content_digest(hashlib.sha256(content).digest())
    wrong = await send(doors, incident_id, content + b"x", Content_Digest=right)
    assert (wrong.status_code, wrong.json()["type"]) == (
        422,
        "urn:holdfast:problem:digest_mismatch",
    )
    malformed = await send(doors, incident_id, content, Content_Digest="sha-512=:eA==:")
    assert malformed.status_code == 422
    assert await stored(doors) == before
    assert (await send(doors, incident_id, content, Content_Digest=right)).status_code == 201


async def test_the_limit_counts_what_comes(doors: Doors, incident_id: str) -> None:
    """To the byte, with a length header and without one, or with one that lies."""
    assert (await send(doors, incident_id, bytes(_MIB))).status_code == 201
    before = await stored(doors)
    too_large = await send(doors, incident_id, bytes(_MIB + 1))
    assert too_large.status_code == 413
    assert too_large.json()["most_bytes"] == _MIB
    declared = await send(doors, incident_id, b"x", Content_Length="9" * 30)
    assert declared.status_code == 413
    in_pieces = await doors.client.post(
        f"/v1/incidents/{incident_id}/attachments{WHAT}",
        content=_pieces(),
        headers={"Authorization": f"Bearer {doors.tokens['responder'].token}"},
    )
    assert in_pieces.status_code == 413
    assert await stored(doors) == before


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(_MIB // 4096 + 1):
        yield bytes(4096)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"content": b""}, 422),
        ({"query": ""}, 422),
        ({"query": "?description="}, 422),
        ({"query": f"?description={'x' * 201}"}, 422),
        ({"query": "?description=a%0Ab"}, 422),
        ({"query": f"{WHAT}&filename=jo-doe.pdf"}, 422),
        ({"query": f"{WHAT}&collected_at=2999-01-01T00:00:00Z"}, 422),
        ({"query": f"{WHAT}&collected_at=2026-01-01T00:00:00"}, 422),
        ({"query": f"{WHAT}&role=legal"}, 403),
        ({"Content_Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content_Type": "pdf"}, 415),
        ({"Content_Type": "text/plain, text/html"}, 415),
        ({"Content_Encoding": "gzip"}, 415),
        ({"Idempotency_Key": "a b"}, 422),
        ({"person": "auditor"}, 403),
        ({"person": "alert_source"}, 403),
        ({"person": "management_body"}, 403),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_is_kept(
    doors: Doors, incident_id: str, changes: dict[str, Any], status: int
) -> None:
    """Typed problems, before or after the body was read."""
    before = await stored(doors)
    answer = await send(doors, incident_id, **changes)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await stored(doors) == before


async def test_an_unknown_caller_is_refused_before_the_body_is_read(
    doors: Doors, incident_id: str
) -> None:
    """Nobody without a token fills memory; nor does whoever may not attach."""
    seen = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal seen
        for _ in range(100):
            seen += 1
            yield bytes(4096)

    path = f"/v1/incidents/{incident_id}/attachments{WHAT}"
    for headers, status in (
        ({}, 401),
        ({"Authorization": f"Bearer {doors.tokens['auditor'].token}"}, 403),
    ):
        answer = await doors.client.post(path, content=pieces(), headers=headers)
        assert answer.status_code == status
    assert seen == 0


async def test_only_so_many_uploads_run_at_once(doors: Doors, incident_id: str) -> None:
    """Memory has a bound; who comes too many is asked to come again."""
    with ExitStack() as others:
        for _ in range(8):
            others.enter_context(doors.platform.uploads.room())
        answer = await send(doors, incident_id)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert (await send(doors, incident_id)).status_code == 201
