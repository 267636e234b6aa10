"""The doors of attachments: read on record, handed over, each with its custody."""

from __future__ import annotations

import hashlib
import json
import os
import uuid

import asyncpg
import pytest
import pytest_asyncio

from api.content_digest import content_digest
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from tests.api_doors import Doors
from tests.attachments_at_doors import PDF, custody, path_of, send
from tests.closed_incidents import new_closed_incident


@pytest_asyncio.fixture
async def incident_id(doors: Doors) -> str:
    """An incident, ended long ago: files may come at any time."""
    return (await new_closed_incident(doors.platform.engine, None)).incident_id


async def test_a_file_has_its_whole_custody_in_the_evidence(doors: Doors, incident_id: str) -> None:
    """Taken in, read, handed over: who, when, what for, and of exactly which bytes."""
    answer = await send(doors, incident_id)
    assert answer.status_code == 201, answer.text
    attached = answer.json()
    assert attached["digest"] == f"sha256:{hashlib.sha256(PDF).hexdigest()}"
    assert (attached["size"], attached["media_type"]) == (len(PDF), "application/pdf")
    assert answer.headers["location"] == path_of(attached)

    read = await doors.call("GET", f"{path_of(attached)}?purpose=Review", "legal")
    assert read.content == PDF
    handover = {"transfer_id": "t-1", "recipient": "The authority", "purpose": "Asked for"}
    transfers = f"{path_of(attached)}/transfers"
    first = await doors.call("POST", transfers, "compliance", handover)
    again = await doors.call("POST", transfers, "compliance", handover)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = await doors.call("POST", transfers, "compliance", handover | {"purpose": "Else"})
    assert (other.status_code, other.json()["type"]) == (
        409,
        "urn:holdfast:problem:submission_id_reused",
    )

    chain = await custody(doors, attached)
    assert [entry["kind"] for entry in chain] == [
        "attachment.collected",
        "attachment.accessed",
        "attachment.transferred",
    ]
    people = [doors.tokens[name].actor for name in ("responder", "legal", "compliance")]
    assert [entry["actor"]["id"] for entry in chain] == people
    assert {entry["payload"]["digest"] for entry in chain} == {attached["digest"]}
    assert chain[1]["payload"]["purpose"] == "Review"
    assert chain[2]["payload"]["recipient"] == "The authority"
    listed = await doors.call("GET", f"/v1/incidents/{incident_id}/attachments", "vendor_manager")
    assert listed.json() == {"attachments": [attached]}
    page = (await doors.call("GET", f"{path_of(attached)}/custody?limit=2", "auditor")).json()
    rest = f"{path_of(attached)}/custody?cursor={page['next_cursor']}"
    assert page["entries"] + (await doors.call("GET", rest, "auditor")).json()["entries"] == chain


async def test_content_is_handed_out_so_that_no_browser_runs_it(
    doors: Doors, incident_id: str
) -> None:
    """A page that somebody has attached is a file, not a page."""
    answer = await send(doors, incident_id, b"<script>x</script>", Content_Type="text/html")
    attached = answer.json()
    read = await doors.call("GET", f"{path_of(attached)}?purpose=Look", "auditor")
    assert read.headers["content-type"].startswith("text/html")
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in read.headers["content-security-policy"]
    assert read.headers["cache-control"] == "private, no-store"
    digest = bytes.fromhex(attached["digest"].removeprefix("sha256:"))
    assert read.headers["content-digest"] == content_digest(digest)


async def test_the_name_of_a_file_is_kept_nowhere(doors: Doors, incident_id: str) -> None:
    """It tends to name people."""
    answer = await send(
        doors,
        incident_id,
        os.urandom(9),
        Content_Type='application/pdf; name="jo-doe.pdf"',
        Content_Disposition='attachment; filename="jo-doe.pdf"',
    )
    assert answer.json()["media_type"] == "application/pdf"
    rows = await doors.rows(
        "SELECT encode(body, 'escape') FROM evidence.record WHERE incident_id = :id", id=incident_id
    )
    assert "jo-doe" not in str(rows)


@pytest.mark.parametrize(
    ("method", "path", "person", "status"),
    [
        ("GET", "/v1/incidents/INC-2026-999999/attachments", "auditor", 404),
        ("GET", "{incident}/attachments/att-{unknown}?purpose=x", "auditor", 404),
        ("GET", "{incident}/attachments/att-{unknown}/custody", "auditor", 404),
        ("GET", "{incident}/attachments/x?purpose=x", "auditor", 422),
        ("GET", "{attachment}", "auditor", 422),
        ("GET", "{attachment}?purpose=", "auditor", 422),
        ("GET", "{attachment}?purpose=x", "vendor_manager", 403),
        ("GET", "{attachment}?purpose=x&role=legal", "auditor", 403),
        ("GET", "{attachment}/custody", "responder", 403),
        ("GET", "{elsewhere}?purpose=x", "auditor", 404),
        ("POST", "{attachment}/transfers", "responder", 403),
        ("DELETE", "{attachment}", "compliance", 405),
    ],
)
async def test_what_may_not_be_read_is_not_and_leaves_no_trace_of_access(
    doors: Doors, incident_id: str, method: str, path: str, person: str, status: int
) -> None:
    """Not without a purpose, not with another role, not under another incident."""
    attached = (await send(doors, incident_id, os.urandom(9))).json()
    other = (await new_closed_incident(doors.platform.engine, None)).incident_id
    names = {
        "incident": f"/v1/incidents/{incident_id}",
        "attachment": path_of(attached),
        "elsewhere": path_of(attached | {"incident_id": other}),
        "unknown": str(uuid.uuid4()),
    }
    body = {"transfer_id": "t", "recipient": "x", "purpose": "x"} if method == "POST" else None
    answer = await doors.call(method, path.format(**names), person, body)
    assert answer.status_code == status, answer.text
    assert [entry["kind"] for entry in await custody(doors, attached)] == ["attachment.collected"]


async def test_content_that_was_changed_is_not_handed_out(
    doors: Doors, incident_id: str, installation: Settings
) -> None:
    """A superuser who drops the guards is seen by the hash; nobody has read anything then."""
    attached = (await send(doors, incident_id, b"true" + os.urandom(9))).json()
    connection = await asyncpg.connect(database_urls(installation).migration)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("ALTER TABLE evidence.artifact DISABLE TRIGGER USER")
    await connection.execute("ALTER TABLE evidence.artifact DROP CONSTRAINT artifact_check")
    await connection.execute(
        "UPDATE evidence.artifact SET content = 'false' WHERE digest = $1", attached["digest"]
    )
    for trigger in (
        "artifact_is_append_only",
        "artifact_is_only_emptied",
        "artifact_is_kept_whole",
    ):
        await connection.execute(f"ALTER TABLE evidence.artifact ENABLE ALWAYS TRIGGER {trigger}")
    await transaction.commit()
    await connection.close()
    answer = await doors.call("GET", f"{path_of(attached)}?purpose=Look", "auditor")
    assert (answer.status_code, answer.json()["type"]) == (
        500,
        "urn:holdfast:problem:content_damaged",
    )
    assert b"false" not in answer.content
    assert json.loads(answer.content)["next"]
    assert [entry["kind"] for entry in await custody(doors, attached)] == ["attachment.collected"]
