"""Communications at the doors: opened, read, and exactly what has left, on the real parts."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest

from tests.api_doors import Doors
from tests.communications_at_doors import (
    code_of,
    communication,
    draft,
    in_stage,
    open_communication,
    own_words,
    signed_off,
)
from tests.work_at_doors import open_incident


async def test_a_communication_goes_its_way(working: Doors) -> None:
    """Drafted, previewed by nobody else, cleared, approved, sent: and each is to be read."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id, comment="The first words")
    drafted = await communication(working, incident_id, number)
    assert (drafted["stage"], drafted["version"]) == ("draft", 1)
    assert drafted["content"]["variants"][0]["body"] == "We are working on it."
    assert drafted["versions"][0]["comment"] == "The first words"
    assert drafted["workflow_id"] == f"communication/{incident_id}/{number}"
    message = await signed_off(working, incident_id, number)
    published = await in_stage(working, incident_id, number, "published")
    assert published["complete"] is True
    assert published["message"] == message
    (delivery,) = published["deliveries"]
    assert delivery["report"]["sent"] == 2
    listed = await working.call("GET", f"/v1/incidents/{incident_id}/communications", "auditor")
    (summary,) = [c for c in listed.json()["communications"] if c["number"] == number]
    assert summary == {name: published[name] for name in summary}


async def test_what_was_sent_is_read_byte_for_byte(working: Doors) -> None:
    """The same bytes as in the outbox; without an address, unless somebody says what for."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    path = f"/v1/incidents/{incident_id}/communications/{number}/sent"
    early = await working.call("GET", f"{path}/0", "auditor")
    assert code_of(early) == (409, "wrong_stage")
    message = await signed_off(working, incident_id, number)
    await in_stage(working, incident_id, number, "published")
    anonymous = await working.call("GET", f"{path}/0", "auditor")
    assert anonymous.status_code == 200, anonymous.text
    assert anonymous.headers["content-type"] == "message/rfc822"
    assert "example.org>" not in anonymous.text.split("\r\n\r\n", 1)[0].replace("holdfast", "")
    assert "jo@example.org" not in anonymous.text
    copies = [
        await working.call("GET", f"{path}/0?recipient={k}&purpose=Complaint", "compliance")
        for k in range(2)
    ]
    outbox = working.platform.settings.state_folder / "outbox"
    sent = {file.read_bytes() for file in outbox.rglob("*.eml")}
    assert {copy.content for copy in copies} <= sent
    mail = email.message_from_bytes(copies[0].content, policy=email.policy.SMTP)
    assert isinstance(mail, EmailMessage)
    assert (mail["To"], mail["Holdfast-Digest"]) == ("jo@example.org", message)
    text = mail.get_content()
    assert text.strip() == "We are working on it."
    evidence = await working.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    read = [
        item["entry"]["payload"]
        for item in evidence.json()["entries"]
        if item["entry"]["kind"] == "personal_data.disclosed"
    ]
    assert [each["fields"] for each in read] == [["recipient-0"], ["recipient-1"]]
    for query, person, code in (
        ("recipient=0", "compliance", (422, "invalid_input")),
        ("purpose=x", "compliance", (422, "invalid_input")),
        ("recipient=0&purpose=x", "auditor", (403, "not_allowed")),
        ("recipient=9&purpose=x", "compliance", (404, "not_found")),
    ):
        answer = await working.call("GET", f"{path}/0?{query}", person)
        assert code_of(answer) == code, query
    assert code_of(await working.call("GET", f"{path}/7", "auditor")) == (404, "not_found")


async def test_who_signs_off_reads_to_whom_it_goes_on_record(working: Doors) -> None:
    """Addresses stand in the answer, and the reading in the evidence."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    path = f"/v1/incidents/{incident_id}/communications/{number}/recipients"
    answer = await working.call("GET", f"{path}?purpose=Review", "legal")
    assert answer.status_code == 200, answer.text
    (listed,) = answer.json()["lists"]
    assert listed["recipients"] == [
        {"address": "jo@example.org", "contact": None},
        {"address": "al@example.org", "contact": None},
    ]
    assert answer.headers["cache-control"] == "no-store"
    evidence = await working.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    (entry,) = [
        item["entry"]
        for item in evidence.json()["entries"]
        if item["entry"]["kind"] == "personal_data.disclosed"
    ]
    assert entry["id"] == listed["entry_id"]
    assert entry["payload"]["purpose"] == "Review"
    assert entry["payload"]["key"] == listed["key"]
    assert (await working.call("GET", path, "legal")).status_code == 422
    refused = await working.call("GET", f"{path}?purpose=x", "responder")
    assert code_of(refused) == (403, "not_allowed")


async def test_a_reply_belongs_to_its_communication(working: Doors) -> None:
    """It is told with it, and listed of it alone."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    path = f"/v1/incidents/{incident_id}/communications/{number}/replies"
    body = {"reply": "acknowledgement", "from": "Duty desk"}
    answer = await working.call("POST", path, "responder", body, Prefer="wait=20")
    assert answer.json()["result"]["communication"] == number, answer.text
    (told,) = (await communication(working, incident_id, number))["replies"]
    assert (await working.call("GET", path, "auditor")).json()["replies"] == [told]
    assert told["sealed"] == ["from"]


@pytest.mark.parametrize(
    ("method", "path", "person"),
    [
        ("POST", "communications", "auditor"),
        ("POST", "communications", "management_body"),
        ("POST", "communications/preview", "vendor_manager"),
        ("PUT", "communications/1/draft", "management_body"),
        ("POST", "communications/1/correction", "auditor"),
        ("POST", "communications/1/submission", "management_body"),
        ("POST", "communications/1/publication", "responder"),
        ("POST", "communications/1/publication", "legal"),
        ("POST", "communications/1/cancellation", "responder"),
        ("GET", "communications", "alert_source"),
        ("GET", "communications/1", "alert_source"),
        ("GET", "communications/1/versions/1", "alert_source"),
        ("GET", "communications/1/recipients?purpose=x", "auditor"),
    ],
)
async def test_every_door_has_its_roles(doors: Doors, method: str, path: str, person: str) -> None:
    """Others are told who may."""
    bodies = {
        "communications": own_words(),
        "communications/preview": own_words(),
        "communications/1/draft": draft(f"sha256:{'0' * 64}"),
        "communications/1/correction": {},
        "communications/1/cancellation": {"because": "x"},
    }
    body: object = bodies.get(path, {"message": f"sha256:{'0' * 64}"})
    body = None if method == "GET" else body
    answer = await doors.call(method, f"/v1/incidents/INC-2026-999999/{path}", person, body)
    assert code_of(answer) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ""),
        ("POST", "/preview"),
        ("GET", ""),
        ("GET", "/3"),
        ("GET", "/3/versions/1"),
        ("GET", "/3/versions/2/difference"),
        ("GET", "/3/recipients?purpose=x"),
        ("GET", "/3/sent/0"),
        ("GET", "/3/replies"),
        ("PUT", "/3/draft"),
        ("POST", "/3/submission"),
        ("POST", "/3/publication"),
        ("POST", "/3/cancellation"),
        ("POST", "/3/correction"),
        ("POST", "/3/replies"),
    ],
)
async def test_nothing_is_done_where_there_is_nothing(
    working: Doors, method: str, path: str
) -> None:
    """No incident; and in an incident no such communication."""
    digest = f"sha256:{'0' * 64}"
    bodies: dict[str, object] = {
        "": own_words(),
        "/preview": own_words(),
        "/3/draft": draft(digest),
        "/3/correction": {},
        "/3/cancellation": {"because": "x"},
        "/3/replies": {"reply": "reply", "text": "x"},
    }
    body = None if method == "GET" else bodies.get(path, {"message": digest})
    person = "incident_commander"
    nowhere = f"/v1/incidents/INC-2026-999999/communications{path}"
    assert code_of(await working.call(method, nowhere, person, body)) == (404, "not_found")
    if path in {"", "/preview"}:
        return
    path = path.replace("/3", "/77", 1)
    here = f"/v1/incidents/{await open_incident(working)}/communications{path}"
    answer = await working.call(method, here, person, body)
    assert code_of(answer) == (404, "unknown_communication")
