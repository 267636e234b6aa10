"""Mails of providers at the doors: kept sealed, once, matched by our reference, meeting no time."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.api_doors import Doors
from tests.integration.api.test_personal_data_doors import tables_that_hold
from tests.recording_temporal import RecordingTemporal
from tests.vendor_at_doors import NOBODYS, Provider

_PDF = b"%PDF-1.7 \x00\xff"


@pytest_asyncio.fixture(scope="module")
async def provider(doors: Doors, recorded: RecordingTemporal) -> AsyncIterator[Provider]:
    """A provider that was called."""
    yield await Provider.called(doors, recorded)


def mail(subject: str, text: str = "We are on it.", **headers: str) -> EmailMessage:
    """A mail of somebody whom no other test knows."""
    message = EmailMessage()
    named = {"From": f"Jo <{uuid.uuid4().hex}@provider.example>", "Subject": subject}
    named |= {"Message-ID": f"<{uuid.uuid4().hex}@provider.example>"} | headers
    for name, value in named.items():
        message[name] = value
    message.set_content(text)
    return message


async def deliver(doors: Doors, raw: bytes, person: str = "alert_source") -> httpx.Response:
    """Deliver a mail, as a mail server does."""
    return await doors.call("POST", "/v1/vendor-mail", person, raw, Content_Type="message/rfc822")


async def mails(provider: Provider) -> list[dict[str, Any]]:
    """What came in by mail."""
    path = f"/v1/incidents/{provider.incident_id}/third-parties/1/mails"
    answer = await provider.doors.call("GET", path, "auditor")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["mails"]
    return found


async def test_a_mail_is_kept_sealed_and_read_on_record(provider: Provider) -> None:
    """Its sender, subject and text stand in no table in clear; who read them is evidence."""
    text = f"Text {uuid.uuid4().hex} " + "é" * 9_000
    message = mail(f"Re: [{provider.reference}] {uuid.uuid4().hex}", text)
    message.add_attachment(_PDF, maintype="application", subtype="pdf", filename="jo.pdf")
    before = provider.recorded.calls
    answer = await deliver(provider.doors, message.as_bytes())
    assert answer.status_code == 201, answer.text
    accepted = answer.json()
    assert (accepted["matched"], accepted["escalation"]) == (True, provider.reference)
    for words in (str(message["From"]), str(message["Subject"]), text[:37]):
        assert await tables_that_hold(provider.doors, words) == set()
    listed = (await mails(provider))[-1]
    assert (
        listed["mail_id"] == accepted["mail_id"] == f"{provider.reference}/mail-{listed['number']}"
    )
    assert listed["sealed"] == ["from", "subject", "text"]
    path = f"/v1/incidents/{provider.incident_id}/third-parties/1/mails/{listed['number']}/content"
    told = await provider.doors.call("GET", f"{path}?purpose=Enter+it", "vendor_manager")
    assert told.status_code == 200, told.text
    assert told.headers["cache-control"] == "no-store"
    assert (told.json()["from"], told.json()["subject"]) == (message["From"], message["Subject"])
    assert told.json()["text"].strip() == text
    evidence = await provider.doors.call(
        "GET", f"/v1/incidents/{provider.incident_id}/evidence?limit=500", "auditor"
    )
    entries = [item["entry"] for item in evidence.json()["entries"]]
    (reading,) = [e for e in entries if e["kind"] == "personal_data.disclosed"]
    assert reading["causes"] == [listed["entry_id"]]
    assert "text-2" in reading["payload"]["fields"]
    (attached,) = listed["attachments"]
    where = f"/v1/incidents/{provider.incident_id}/attachments/{attached}?purpose=Look"
    assert (await provider.doors.call("GET", where, "responder")).content == _PDF
    assert provider.recorded.calls == before, "nothing is sent to the escalation"
    assert "third_party.stated" not in {e["kind"] for e in entries}


async def test_the_same_mail_again_is_one(provider: Provider) -> None:
    """At once and later, whatever was added on its way; other words under its id are another."""
    message = mail(f"[{provider.reference}]")
    before = len(await mails(provider))
    raw = message.as_bytes()
    answers = await asyncio.gather(*(deliver(provider.doors, raw) for _ in range(4)))
    answers.append(await deliver(provider.doors, b"Received: by somebody\r\n" + raw))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["entry_id"] for answer in answers}) == 1
    other = mail(f"[{provider.reference}]", "No.", **{"Message-ID": str(message["Message-ID"])})
    assert (await deliver(provider.doors, other.as_bytes())).status_code == 201
    assert (await deliver(provider.doors, other.as_bytes())).json()["repeats"] is True
    assert len(await mails(provider)) == before + 2


async def test_once_erased_a_mail_is_gone_and_known_still(provider: Provider) -> None:
    """Nobody reads it any more, and the same one is not taken in again."""
    message = mail(f"[{provider.reference}]").as_bytes()
    await deliver(provider.doors, message)
    number = (await mails(provider))[-1]["number"]
    path = f"/v1/incidents/{provider.incident_id}/third-parties/1/mails/{number}/content?purpose=x"
    key = (await provider.doors.call("GET", path, "responder")).json()["key"]
    erasure = {"erasure_id": f"dsr-{uuid.uuid4()}", "key": key, "legal_basis": "GDPR Art. 17(1)"}
    erased = await provider.doors.call("POST", "/v1/personal-data/erasures", "compliance", erasure)
    assert erased.status_code == 200, erased.text
    assert (await provider.doors.call("GET", path, "responder")).status_code == 410
    assert (await deliver(provider.doors, message)).status_code == 200


async def test_a_mail_that_names_no_escalation_is_kept_apart(doors: Doors) -> None:
    """It is listed, read and its attachments too; nothing is lost that somebody wrote wrongly."""
    message = mail(f"Re: [{NOBODYS}] lost")
    message.add_attachment(_PDF, maintype="application", subtype="pdf")
    accepted = (await deliver(doors, message.as_bytes())).json()
    assert (accepted["matched"], accepted["escalation"]) == (False, None)
    number = int(accepted["mail_id"].removeprefix("vendor-mail-"))
    await deliver(doors, mail("no reference at all").as_bytes())
    pages, cursor = list[str](), ""
    while True:
        page = (await doors.call("GET", f"/v1/vendor-mail?limit=1{cursor}", "responder")).json()
        pages += [each["mail_id"] for each in page["mails"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert pages[-2:] == [accepted["mail_id"], f"vendor-mail-{number + 1}"]
    path = f"/v1/vendor-mail/{number}"
    told = await doors.call("GET", f"{path}/content?purpose=Sort+it", "vendor_manager")
    assert told.json()["subject"] == message["Subject"]
    attached = await doors.call("GET", f"{path}/attachments/1?purpose=Sort+it", "responder")
    assert attached.content == _PDF
    assert "sandbox" in attached.headers["content-security-policy"]
    for missing in (f"{path}/attachments/2", "/v1/vendor-mail/99999/content"):
        gone = await doors.call("GET", f"{missing}?purpose=x", "responder")
        assert gone.status_code == 404


async def test_a_closed_escalation_still_takes_its_mails(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """An analysis of the cause comes when all is over."""
    provider = await Provider.called(doors, recorded)
    provider.escalation.restore()
    provider.escalation.review()
    await provider.keep()
    answer = await deliver(doors, mail(f"[{provider.reference}] analysis").as_bytes())
    assert answer.json()["escalation"] == provider.reference


@pytest.mark.parametrize(
    ("content_type", "content", "status"),
    [
        ("text/plain", b"Subject: x\r\n\r\nhi", 415),
        ("application/json", b"{}", 415),
        ("multipart/mixed; boundary=x", b"--x--", 415),
        ("message/rfc822", b"", 422),
    ],
)
async def test_what_is_no_mail_is_refused(
    doors: Doors, content_type: str, content: bytes, status: int
) -> None:
    """By its type, or as there is nothing in it; every other mail is taken."""
    answer = await doors.call(
        "POST", "/v1/vendor-mail", "alert_source", content, Content_Type=content_type
    )
    assert answer.status_code == status, answer.text


async def test_a_mail_of_any_shape_is_taken(doors: Doors) -> None:
    """Whatever cannot be read is kept as it came."""
    for raw in (b"\x00\xff" * 100, b"Subject: " + b"x" * 70_000, b"\r\n", b"X"):
        unlike = raw + uuid.uuid4().bytes
        assert (await deliver(doors, unlike)).status_code == 201


@pytest.mark.parametrize("person", ["responder", "vendor_manager", "auditor"])
async def test_only_a_source_delivers_mails(doors: Doors, person: str) -> None:
    """A person enters what a provider says at another door, as what they have heard."""
    assert (await deliver(doors, b"Subject: x\r\n\r\nhi", person)).status_code == 403


@pytest.mark.parametrize("person", ["auditor", "management_body", "alert_source"])
async def test_who_need_not_answer_reads_no_mail(provider: Provider, person: str) -> None:
    """The list is for who reads incidents, the content is not."""
    for path in (
        f"/v1/incidents/{provider.incident_id}/third-parties/1/mails/1/content?purpose=x",
        "/v1/vendor-mail/1/content?purpose=x",
        "/v1/vendor-mail/1/attachments/1?purpose=x",
        "/v1/vendor-mail",
    ):
        assert (await provider.doors.call("GET", path, person)).status_code == 403
