"""Replies at the door: sealed before anything is kept, once under their id, read on record only."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from tests.api_doors import Doors, eventually
from tests.integration.api.test_personal_data_doors import tables_that_hold
from tests.recording_temporal import Failure, RecordingTemporal
from tests.recurrence_at_work import stored_incident
from tests.work_at_doors import decide, open_incident, question

_AT = "2026-03-04T12:00:00Z"


def complaint(**changes: object) -> dict[str, Any]:
    """A complaint by somebody whom no other test knows."""
    return {
        "submission_id": f"complaint-{uuid.uuid4()}",
        "reply": "complaint",
        "from": f"Jo {uuid.uuid4().hex}",
        "text": f"My salary did not arrive: {uuid.uuid4().hex}",
        "received_at": _AT,
    } | changes


async def record(
    doors: Doors, incident_id: str, body: dict[str, Any], person: str = "responder"
) -> httpx.Response:
    """Record a reply, and wait for its receipt."""
    path = f"/v1/incidents/{incident_id}/replies"
    return await doors.call("POST", path, person, body, Prefer="wait=20")


async def read_content(
    doors: Doors, incident_id: str, number: int, person: str = "compliance"
) -> httpx.Response:
    """Read a reply in clear."""
    path = f"/v1/incidents/{incident_id}/replies/{number}/content?purpose=Answer%20it"
    return await doors.call("GET", path, person)


async def replies(doors: Doors, incident_id: str) -> list[dict[str, Any]]:
    """What came in."""
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/replies", "auditor")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["replies"]
    return found


async def test_a_complaint_stands_in_clear_nowhere(working: Doors, temporal: Client) -> None:
    """Not in any table, nor in Temporal's history; who may read it can, and that is evidence."""
    incident_id = await open_incident(working)
    said = complaint()
    answer = await record(working, incident_id, said)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["kind"], answer.json()["result"]["number"]) == ("reply.received", 1)
    for words in (said["from"], said["text"]):
        assert await tables_that_hold(working, words) == set()
        history = await temporal.get_workflow_handle(f"incident/{incident_id}").fetch_history()
        assert words.encode() not in b"".join(e.SerializeToString() for e in history.events)

    (listed,) = await replies(working, incident_id)
    assert (listed["kind"], listed["sealed"]) == ("complaint", ["from", "text"])
    assert listed["entry_id"] == answer.json()["entry_id"]
    told = await read_content(working, incident_id, 1)
    assert told.status_code == 200, told.text
    assert (told.json()["from"], told.json()["text"]) == (said["from"], said["text"])
    assert told.headers["cache-control"] == "no-store"
    evidence = await working.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    (entry,) = [
        item["entry"]
        for item in evidence.json()["entries"]
        if item["entry"]["kind"] == "personal_data.disclosed"
    ]
    assert entry["id"] == told.json()["entry_id"]
    assert entry["payload"] == {
        "key": told.json()["key"],
        "fields": ["from", "text"],
        "purpose": "Answer it",
    }
    assert entry["causes"] == [listed["entry_id"]]


async def test_the_same_reply_again_is_one(working: Doors) -> None:
    """At once and later, though each ciphertext differs; with other words it is refused."""
    incident_id, said = await open_incident(working), complaint()
    answers = await asyncio.gather(*(record(working, incident_id, said) for _ in range(5)))
    answers.append(await record(working, incident_id, said))
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json() == answers[0].json() for answer in answers)
    others: list[dict[str, Any]] = [{"text": "other"}, {"from": "Al"}, {"reply": "reply"}]
    for other in others:
        refused = await record(working, incident_id, said | other)
        assert (refused.status_code, refused.json()["type"][-20:]) == (409, "submission_id_reused")
    somebody = await record(working, incident_id, said, "legal")
    assert somebody.json()["type"].endswith("submission_id_reused")
    assert len(await replies(working, incident_id)) == 1


async def test_once_erased_a_reply_is_gone_and_counts_still(working: Doors) -> None:
    """The key erased, nobody reads it; it stands in the list, and again is the same reply."""
    incident_id, said = await open_incident(working), complaint()
    receipt = await record(working, incident_id, said)
    key = (await read_content(working, incident_id, 1)).json()["key"]
    erasure = {"erasure_id": f"dsr-{uuid.uuid4()}", "key": key, "legal_basis": "GDPR Art. 17(1)(a)"}
    erased = await working.call("POST", "/v1/personal-data/erasures", "compliance", erasure)
    assert erased.status_code == 200, erased.text
    gone = await read_content(working, incident_id, 1)
    assert (gone.status_code, gone.json()["type"][-20:]) == (410, "personal_data_erased")
    assert len(await replies(working, incident_id)) == 1
    assert (await record(working, incident_id, said)).json() == receipt.json()


async def test_a_question_of_a_regulator_waits_until_it_is_answered(working: Doors) -> None:
    """Its due date is a clock of the incident."""
    incident_id = await open_incident(working)
    due = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    asked = complaint(reply="regulator_question", due_at=due)
    assert (await record(working, incident_id, asked)).status_code == 200
    incident = (await working.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
    assert [c["state"] for c in incident["clocks"] if "question" in c["clock_id"]] == ["running"]
    answer = complaint(reply="reply", answered=1)
    assert (await record(working, incident_id, answer)).json()["accepted"] is True
    first, second = await replies(working, incident_id)
    assert first["answered_at"] is not None
    assert second["answered"] == "reply-1"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"text": None}, ""),
        ({"due_at": _AT}, ""),
        ({"text": "é" * 9_000}, "/text"),
        ({"text": "a\x07"}, "/text"),
        ({"from": "a\nb"}, "/from"),
        ({"reply": "gossip"}, "/reply"),
        ({"received_at": "2999-01-01T00:00:00Z"}, "/received_at"),
        ({"received_at": 5}, "/received_at"),
        ({"answered": 0}, "/answered"),
        ({"odd": 1}, "/odd"),
    ],
)
async def test_what_is_no_reply_is_refused_with_its_place(
    doors: Doors, change: dict[str, Any], pointer: str
) -> None:
    """And nothing of what was sent is quoted."""
    said = complaint(**change)
    answer = await record(doors, "INC-2026-999999", said)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert said["from"] not in answer.text
    assert "éé" not in answer.text


async def test_a_reply_needs_what_it_is_about(working: Doors) -> None:
    """An incident, a communication, a question that there is; nothing is kept of the others."""
    incident_id = await open_incident(working)
    count = "SELECT count(*) FROM intake.report_key"
    before = (await working.rows(count))[0][0]
    nowhere = await record(working, "INC-2026-999999", complaint())
    assert (nowhere.status_code, nowhere.json()["type"][-9:]) == (404, "not_found")
    path = f"/v1/incidents/{incident_id}/communications/7/replies"
    unknown = await working.call("POST", path, "responder", complaint())
    assert (unknown.status_code, unknown.json()["type"][-21:]) == (404, "unknown_communication")
    unasked = await record(working, incident_id, complaint(reply="reply", answered=3))
    assert unasked.status_code == 422
    assert unasked.json()["errors"][0]["pointer"] == "/answered"
    assert (await read_content(working, incident_id, 1)).status_code == 404
    assert (await working.rows(count))[0][0] == before


async def test_a_closed_incident_takes_no_reply(working: Doors) -> None:
    """It is told; what was recorded before still has its receipt."""
    incident_id, said = await open_incident(working), complaint()
    receipt = await record(working, incident_id, said)
    asked = await question(working, incident_id, "incident.confirmation")
    await decide(
        working, incident_id, "responder", asked, option="false_positive", rationale="A test"
    )
    late = await record(working, incident_id, complaint())
    assert (late.status_code, late.json()["type"][-17:]) == (409, "incident_not_open")
    assert (await record(working, incident_id, said)).json() == receipt.json()


async def test_a_reply_is_durable_while_temporal_is_away(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """It is in the outbox when it is acknowledged, and is sent once Temporal answers."""
    incident_id = await stored_incident(doors.platform.engine, datetime.now(UTC), None)
    recorded.running.add(f"incident/{incident_id}")
    said = complaint()
    recorded.failure = Failure.DOWN
    try:
        answer = await doors.call(
            "POST", f"/v1/incidents/{incident_id}/replies", "responder", said, Prefer="wait=0"
        )
        assert answer.status_code == 202, answer.text
        assert recorded.submissions(incident_id) == []
    finally:
        recorded.failure = None
    await eventually(lambda: recorded.submissions(incident_id) == [said["submission_id"]])
    (sent,) = recorded.sent[f"incident/{incident_id}"]
    assert sent.signal == "reply"
    assert said["text"] not in sent.signed.model_dump_json()


@pytest.mark.parametrize("person", ["auditor", "management_body", "alert_source"])
async def test_who_only_reads_records_nothing(doors: Doors, person: str) -> None:
    """Working roles record what came in."""
    answer = await record(doors, "INC-2026-999999", complaint(), person)
    assert answer.status_code == 403


@pytest.mark.parametrize("person", ["auditor", "management_body", "vendor_manager"])
async def test_who_need_not_answer_does_not_read_who_wrote(doors: Doors, person: str) -> None:
    """The list is theirs, the content is not."""
    assert (await read_content(doors, "INC-2026-999999", 1, person)).status_code == 403
