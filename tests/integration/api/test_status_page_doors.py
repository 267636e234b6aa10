"""The public status page at its doors: what was delivered to it, as approved; nothing besides."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from xml.etree import ElementTree as ET

import asyncpg
import httpx
import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from holdfast.domain.communication.message import MESSAGE_MEDIA_TYPE, Message
from holdfast.evidence.entry import Entry
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.artifacts import store_artifact
from holdfast.store.evidence import append
from tests.api_doors import Doors, eventually
from tests.incident_at_work import new_incident_id
from tests.told_communications import (
    ToldCommunication,
    message_to_clients,
    to_public,
    variants,
)

PATHS = ("/status", "/status/feed.atom", "/status/feed.json")
_OPEN_THE_GUARDS = """
ALTER TABLE evidence.artifact DISABLE TRIGGER USER, DROP CONSTRAINT IF EXISTS artifact_check
"""
_ATOM = "{http://www.w3.org/2005/Atom}"


async def ask(doors: Doors, path: str = "/status", **headers: str) -> httpx.Response:
    """Ask as anybody may: without a token."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await doors.client.get(path, headers=named)


async def keep(doors: Doors, messages: Sequence[Message], entries: Sequence[Entry]) -> None:
    """Keep these messages and entries."""
    async with doors.platform.engine.begin() as connection:
        for message in messages:
            await store_artifact(connection, message.content, MESSAGE_MEDIA_TYPE)
    await append(doors.platform.engine, entries)


async def published(doors: Doors, message: Message, number: int = 1) -> ToldCommunication:
    """Sign a message off, publish it, and wait until the public may have read the page anew."""
    told = ToldCommunication(message, number, datetime.now(UTC) - timedelta(days=1))
    told.publish()
    await keep(doors, told.messages, told.entries)
    await eventually(lambda: shows(doors, message.variants[0].subject))
    return told


async def shows(doors: Doors, text: str) -> bool:
    """Whether that text is on the page, in English."""
    return escape(text) in (await ask(doors, accept_language="en")).text


def statement(subject: str, incident_id: str | None = None, **changes: object) -> Message:
    """A statement of that subject in English and German."""
    texts = variants(
        {"en": (subject, f"About {subject}."), "de": (f"DE {subject}", "Auf Deutsch.")}
    )
    return message_to_clients(incident_id or new_incident_id(), variants=texts, **changes)


async def items(doors: Doors, **headers: str) -> list[dict[str, object]]:
    """The items of the JSON feed."""
    feed = json.loads((await ask(doors, "/status/feed.json", **headers)).content)
    found: list[dict[str, object]] = feed["items"]
    return found


async def test_the_public_reads_what_was_approved_without_a_token(doors: Doors) -> None:
    """On the page and in both feeds: the approved texts, and nothing that names the incident."""
    message = statement("Cards are declined")
    told = await published(doors, message)
    for path in PATHS:
        answer = await ask(doors, path)
        assert answer.status_code == 200
        assert "About Cards are declined." in answer.text
        for secret in (message.incident, message.digest, *_hidden(told)):
            assert secret not in answer.text
    entry = ET.fromstring((await ask(doors, PATHS[1])).content).find(f"{_ATOM}entry")  # noqa: S314 - ours
    assert entry is not None
    assert (entry.findtext(f"{_ATOM}id") or "").startswith("urn:uuid:")


def _hidden(told: ToldCommunication) -> list[str]:
    return [*(entry.id for entry in told.entries), told.workflow_id, "holding_statement", "person-"]


async def test_languages_are_negotiated_or_chosen(doors: Doors) -> None:
    """By the header, by the query before it; a tag that is none is refused."""
    await published(doors, statement("Transfers are late"))
    assert "DE Transfers are late" in (await ask(doors, accept_language="de-AT, en;q=0.5")).text
    chosen = await ask(doors, "/status?language=en", accept_language="de")
    assert "DE Transfers" not in chosen.text
    assert chosen.headers["content-language"] == "en"
    assert chosen.headers["vary"] == "Accept-Language"
    assert {item["language"] for item in await items(doors, accept_language="de")} == {"de"}
    refused = await ask(doors, "/status?language=<script>")
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"


async def test_only_what_was_delivered_to_the_page_is_shown(doors: Doors) -> None:
    """Neither drafts, nor approved messages, nor what is released, nor the undelivered language."""
    message = statement("Only in German")
    told = ToldCommunication(message)
    told.approve()
    await keep(doors, told.messages, told.entries)
    done = len(told.entries)
    await published(doors, statement("A sign that the page was read anew"))
    assert not await shows(doors, "Only in German")
    told.deliver(2)
    await append(doors.platform.engine, told.entries[done:])
    await eventually(lambda: shows(doors, "DE Only in German"))
    assert not await shows(doors, "About Only in German.")


async def test_a_correction_says_what_it_corrects(doors: Doors) -> None:
    """From its delivery on; the older text stays, marked, under the same id."""
    first = await published(doors, statement("Deposits are safe"))
    (before,) = [item for item in await items(doors) if item["title"] == "Deposits are safe"]
    correction = statement("Deposits are safe and available", first.incident_id, supersedes=1)
    second = ToldCommunication(correction, 2, first.now)
    second.approve()
    second.deliver(1)
    await keep(doors, second.messages, second.entries)
    await eventually(lambda: shows(doors, "safe and available"))
    found = {str(item["title"]): item for item in await items(doors)}
    older, newer = found["Deposits are safe"], found["Deposits are safe and available"]
    assert (older["id"], older["content_text"]) == (before["id"], before["content_text"])
    assert (older["tags"], newer["tags"]) == (["superseded"], ["correction"])
    assert older["_versions"] == {"successor_version": newer["id"]}
    assert newer["_versions"] == {"predecessor_version": older["id"]}
    assert str(older["date_modified"]) > str(before["date_modified"])


async def test_what_the_page_does_not_show_supersedes_all_the_same(doors: Doors) -> None:
    """A correction that goes by mail alone leaves no false text unmarked."""
    first = await published(doors, statement("All is well"))
    mail = first.latest.deliveries[:1]
    texts = variants({"en": ("All is not well", "Sorry.")})
    correction = message_to_clients(
        first.incident_id, supersedes=1, deliveries=mail, variants=texts
    )
    second = ToldCommunication(correction, 2, first.now)
    second.publish()
    await keep(doors, second.messages, second.entries)

    async def marked() -> bool:
        (item,) = [item for item in await items(doors) if item["title"] == "All is well"]
        return item.get("tags") == ["superseded"]

    await eventually(marked)
    assert not await shows(doors, "All is not well")


async def test_a_browser_may_run_and_fetch_nothing(doors: Doors) -> None:
    """On every answer; and a hostile text is a text."""
    await published(doors, statement("<script>alert(1)</script>"))
    for path in PATHS:
        answer = await ask(doors, path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src ")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "set-cookie" not in answer.headers
    page = (await ask(doors)).text
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_what_has_not_changed_is_not_sent_again(doors: Doors) -> None:
    """By entity tag, and by date once it is settled; another language is another page."""
    await published(doors, statement("Unchanged"))
    for path in PATHS:
        whole = await ask(doors, path, accept_language="en")
        assert whole.headers["cache-control"].startswith("public, max-age=")
        same = await ask(doors, path, accept_language="en", if_none_match=whole.headers["etag"])
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == whole.headers["etag"]
        dated = await ask(doors, path, if_modified_since=whole.headers["last-modified"])
        assert dated.status_code == 304
        other = await ask(doors, path, accept_language="de", if_none_match=whole.headers["etag"])
        assert other.status_code == 200


async def test_a_post_keeps_its_id_through_a_rebuild(doors: Doors) -> None:
    """It is made of the entry alone."""
    told = await published(doors, statement("Kept"))
    rows = await doors.rows(
        "SELECT post_id FROM projection.status_post WHERE incident_id = :id", id=told.incident_id
    )
    (item,) = [item for item in await items(doors) if item["title"] == "Kept"]
    assert item["id"] == rows[0].post_id.urn


@pytest.mark.parametrize("damage", ["content = '\\x7b7d'", "content = NULL"])
async def test_a_damaged_message_is_left_out_and_logged(
    doors: Doors, installation: Settings, damage: str
) -> None:
    """The others are shown; nothing of it is, and the operator reads why."""
    subject = f"Damaged by {len(damage)}"
    message = statement(subject, deliveries=(to_public("en"),))
    await published(doors, message)
    sound = await published(doors, statement(f"Sound beside {len(damage)}"))
    connection = await asyncpg.connect(database_urls(installation).migration)
    await connection.execute(_OPEN_THE_GUARDS)
    changed = f"UPDATE evidence.artifact SET {damage} WHERE digest = $1"  # noqa: S608 - our own
    await connection.execute(changed, message.digest)
    await connection.close()

    async def gone() -> bool:
        return not await shows(doors, subject)

    with capture_logs() as logs:
        await eventually(gone)
        assert await shows(doors, sound.latest.variants[0].subject)
        for path in PATHS:
            assert subject not in (await ask(doors, path)).text
    (entry,) = [each for each in logs if each["event"] == "status_page.post_left_out"]
    assert (entry["log_level"], entry["incident_id"]) == ("error", message.incident)
    assert entry["message"] == message.digest


async def test_many_readers_ask_the_database_once(doors: Doors) -> None:
    """A crowd at the page takes no connection from those who work."""
    await published(doors, statement("Crowded"))
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    engine = doors.platform.reads.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    began = time.monotonic()
    pages = await asyncio.gather(*(ask(doors, PATHS[n % 3]) for n in range(60)))
    took = time.monotonic() - began
    event.remove(engine, "before_cursor_execute", note)
    assert {page.status_code for page in pages} == {200}
    assert len([statement for statement in asked if "status_post" in statement]) <= 1 + took
