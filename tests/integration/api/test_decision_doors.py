"""Decisions at the door, with the real Temporal and worker behind it."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from tests.api_doors import Doors, alert, eventually, payload
from tests.work_at_doors import decide, open_incident, question, refusals


async def test_the_same_decision_twice_is_one_receipt(working: Doors) -> None:
    """Repeated at once, and after the incident has gone on."""
    incident_id = await open_incident(working)
    asked = await question(working, incident_id, "incident.confirmation")
    answer = {"decision_id": f"d-{uuid.uuid4()}", "option": "confirmed"}
    first, second = await asyncio.gather(
        *(decide(working, incident_id, "responder", asked, **answer) for _ in range(2))
    )
    assert (first.status_code, second.status_code) == (200, 200)
    later = await decide(working, incident_id, "responder", asked, **answer)
    assert first.json() == second.json() == later.json()
    receipt = await working.call("GET", f"/v1/decisions/{answer['decision_id']}", "auditor")
    assert receipt.json() == first.json()
    for change in ({"option": "false_positive", "rationale": "x"}, {"rationale": "other"}):
        other = await decide(working, incident_id, "responder", asked, **(answer | change))
        assert other.status_code == 409, change
    somebody = await decide(working, incident_id, "responder-2", asked, **answer)
    assert somebody.json()["type"].endswith("submission_id_reused")


async def test_early_refusals_are_told_at_once_and_leave_evidence(working: Doors) -> None:
    """Own draft, wrong role, stale digest, foreign exception code: 4xx now, an entry for each."""
    incident_id = await open_incident(working)
    asked = await question(working, incident_id, "incident.confirmation")
    stale = {**asked, "subject": {"digest": f"sha256:{'0' * 64}"}}
    attempts = [
        ("compliance", asked, {}, 403, "self_approval"),
        ("legal", asked, {}, 403, "role_not_entitled"),
        ("responder", stale, {}, 409, "stale_digest"),
        (
            *("responder", asked, {"exception_code": "E-UNREACHABLE", "rationale": "x"}),
            *(403, "exception_not_allowed"),
        ),
    ]
    for person, about, more, status, code in attempts:
        answer = await decide(working, incident_id, person, about, option="confirmed", **more)
        assert (answer.status_code, answer.json()["type"]) == (
            status,
            f"urn:holdfast:problem:{code}",
        )

    async def recorded() -> bool:
        return await refusals(working, incident_id) == [code for *_, code in attempts]

    await eventually(recorded)


async def test_malformed_answers_are_told_and_leave_nothing(working: Doors) -> None:
    """Unknown option, missing rationale, wrong data, unknown request."""
    incident_id = await open_incident(working)
    asked = await question(working, incident_id, "incident.confirmation")
    answers: list[tuple[dict[str, Any], str]] = [
        ({"option": "perhaps"}, "unknown_option"),
        ({"option": "false_positive"}, "rationale_required"),
        ({"option": "confirmed", "data": {"x": 1}}, "data_invalid"),
        ({"option": "duplicate", "rationale": "x", "data": {"duplicate_of": 7}}, "data_invalid"),
    ]
    for answer, code in answers:
        told = await decide(working, incident_id, "responder", asked, **answer)
        assert told.json()["type"].endswith(code), told.text
        assert 400 <= told.status_code < 500
    missing = {**asked, "request_id": "incident.confirmation-9"}
    told = await decide(working, incident_id, "responder", missing, option="confirmed")
    assert (told.status_code, told.json()["type"][-15:]) == (404, "unknown_request")
    assert await refusals(working, incident_id) == []


async def test_a_closed_incident_takes_nothing_more(working: Doors) -> None:
    """Facts, actions and answers are conflicts; its alerts open another incident."""
    service = f"cards-{uuid.uuid4().hex[:8]}"
    incident_id = await open_incident(working, services=[service])
    asked = await question(working, incident_id, "incident.confirmation")
    ended = await decide(
        working, incident_id, "responder", asked, option="false_positive", rationale="A test"
    )
    assert ended.json()["accepted"] is True

    async def closed() -> bool:
        incident = (await working.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
        return bool(incident["phase"] == "closed")

    await eventually(closed)
    action = {"report": {"type": "milestone", "milestone": "contained", "statement": "x"}}
    fact = {"fact": "data_loss", "value": True, "quality": "actual", "source": "x"}
    for answer in (
        await decide(working, incident_id, "responder-2", asked, option="confirmed"),
        await working.call("POST", f"/v1/incidents/{incident_id}/actions", "responder", action),
        await working.call(
            "PATCH", f"/v1/incidents/{incident_id}/facts", "responder", {"changes": [fact]}
        ),
    ):
        assert (answer.status_code, answer.json()["type"][-17:]) == (409, "incident_not_open")
    again = (await working.deliver(payload(alert(service)))).json()["incidents"]
    assert again
    assert again != [incident_id]
