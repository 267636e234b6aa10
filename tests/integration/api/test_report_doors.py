"""Reports and other submissions by people, with the real Temporal and worker behind the doors."""

from __future__ import annotations

import asyncio
import uuid

from tests.api_doors import Doors, alert, payload
from tests.work_at_doors import new_report, open_incident


async def test_a_report_opens_an_incident_and_keeps_the_reporter_out_of_evidence(
    working: Doors,
) -> None:
    """The name stands in the identity table only; the evidence has a pseudonym."""
    name = f"Duty desk {uuid.uuid4().hex}"
    incident_id = await open_incident(working, reporter={"name": name, "contact": "+49 30 1"})
    evidence = await working.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    assert name not in evidence.text
    incident = (await working.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
    rows = await working.rows(
        "SELECT name FROM access.identity WHERE actor_id = :a", a=incident["reporter"]["id"]
    )
    assert [row.name for row in rows] == [name]


async def test_an_idempotency_key_opens_one_incident(working: Doors) -> None:
    """Ten at once with one key and one body: one incident; another body: a conflict."""
    key, body = uuid.uuid4().hex, new_report()
    answers = await asyncio.gather(
        *(
            working.call("POST", "/v1/incidents", "compliance", body, Idempotency_Key=key)
            for _ in range(10)
        )
    )
    assert {answer.status_code for answer in answers} <= {201, 202}
    assert len({answer.json()["incident_id"] for answer in answers}) == 1
    other = await working.call(
        "POST", "/v1/incidents", "compliance", new_report(title="x"), Idempotency_Key=key
    )
    assert other.status_code == 409
    assert other.json()["type"].endswith("idempotency_key_reused")
    same_key = await working.call(
        "POST", "/v1/incidents", "responder", new_report(), Idempotency_Key=key
    )
    assert same_key.status_code == 202


async def test_alerts_join_the_incident_that_a_person_has_reported(working: Doors) -> None:
    """The service has its incident already."""
    service = f"cards-{uuid.uuid4().hex[:8]}"
    incident_id = await open_incident(working, services=[service])
    assert (await working.deliver(payload(alert(service)))).json()["incidents"] == [incident_id]


async def test_a_submission_repeated_with_its_id_is_one(working: Doors) -> None:
    """Facts, an action, a refused milestone: the receipt comes back; another content conflicts."""
    incident_id = await open_incident(working)
    path = f"/v1/incidents/{incident_id}"
    fact = {"fact": "data_loss", "value": True, "quality": "actual", "source": "x"}
    plain = {
        "type": "action",
        "category": "recovery",
        "action": "Restart",
        "disruptive": False,
    }
    for method, door, body, changed in (
        ("PATCH", "facts", {"changes": [fact]}, {"changes": [fact | {"value": False}]}),
        ("POST", "actions", {"report": plain}, {"report": plain | {"action": "Reboot"}}),
    ):
        own_id = {"submission_id": f"s-{uuid.uuid4()}"}
        send = [
            await working.call(
                method, f"{path}/{door}", "responder", body | own_id, Prefer="wait=20"
            )
            for _ in range(2)
        ]
        assert [answer.status_code for answer in send] == [200, 200]
        assert send[0].json() == send[1].json()
        other = await working.call(method, f"{path}/{door}", "responder", changed | own_id)
        assert other.json()["type"].endswith("submission_id_reused")
    early: dict[str, object] = {
        "submission_id": f"s-{uuid.uuid4()}",
        "report": {"type": "milestone", "milestone": "contained", "statement": "x"},
    }
    told = await working.call("POST", f"{path}/actions", "responder", early, Prefer="wait=20")
    assert (told.status_code, told.json()["accepted"]) == (200, False)
    again = await working.call("POST", f"{path}/actions", "responder", early, Prefer="wait=20")
    assert (again.status_code, again.json()["type"][-11:]) == (409, "wrong_phase")


async def test_without_waiting_the_receipt_is_where_the_answer_says(working: Doors) -> None:
    """202 with a Location, whatever the id looks like."""
    incident_id = await open_incident(working)
    fact = {"fact": "data_loss", "value": True, "quality": "actual", "source": "x"}
    submission_id = f"team/a#{uuid.uuid4()}+1@x:y"
    body = {"submission_id": submission_id, "changes": [fact]}
    answer = await working.call("PATCH", f"/v1/incidents/{incident_id}/facts", "responder", body)
    assert answer.status_code == 202
    receipt = await working.call("GET", answer.headers["location"], "auditor", Prefer="wait=20")
    assert receipt.status_code == 200
    assert receipt.json()["submission_id"] == submission_id
