"""The doors of people, with the real Temporal and the real worker behind them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from temporalio.client import Client

from holdfast.evidence.signature import (
    PrincipalVerifier,
    create_signing_key,
    load_verifying_key,
)
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from tests.api_doors import Doors, alert, eventually, open_doors, own_installation, payload
from worker import create_worker


@pytest_asyncio.fixture(scope="module")
async def doors(
    settings: Settings, postgres: DatabaseUrls, temporal: Client
) -> AsyncIterator[Doors]:
    """An API and a worker on a database of their own."""
    del postgres
    own = await own_installation(settings)
    create_signing_key(own.signing_key_file)
    verifier = PrincipalVerifier(load_verifying_key(own.verifying_key_file))
    engine = create_engine(database_urls(own).application)
    async with create_worker(temporal, engine, verifier, own), open_doors(own, temporal) as doors:
        yield doors
    await engine.dispose()


def _report(**changes: object) -> dict[str, Any]:
    return {
        "title": "Card payments are declined",
        "origin": "third_party",
        "aware_at": "2026-03-04T09:30:00Z",
        "services": [f"cards-{uuid.uuid4().hex[:8]}"],
    } | changes


async def _open(doors: Doors, **changes: object) -> str:
    answer = await doors.call(
        "POST", "/v1/incidents", "compliance", _report(**changes), Prefer="wait=20"
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["incident_id"])


async def _question(doors: Doors, incident_id: str, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def look() -> bool:
        incident = (await doors.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
        asked = [d for d in incident["decisions"] if d["kind"] == kind]
        found.update(asked[0] if asked else {})
        return bool(asked)

    await eventually(look)
    return found


async def _decide(
    doors: Doors, incident_id: str, person: str, question: dict[str, Any], **answer: object
) -> Any:  # noqa: ANN401 - httpx's response
    body = {
        "decision_id": f"d-{uuid.uuid4()}",
        "subject_digest": question["subject"]["digest"],
    } | answer
    path = f"/v1/incidents/{incident_id}/decisions/{question['request_id']}"
    return await doors.call("POST", path, person, body, Prefer="wait=20")


async def _refusals(doors: Doors, incident_id: str) -> list[str]:
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    entries = [item["entry"] for item in answer.json()["entries"]]
    return [e["payload"]["reason"] for e in entries if e["kind"] == "submission.refused"]


async def test_a_report_opens_an_incident_and_keeps_the_reporter_out_of_evidence(
    doors: Doors,
) -> None:
    """The name stands in the identity table only; the evidence has a pseudonym."""
    name = f"Duty desk {uuid.uuid4().hex}"
    incident_id = await _open(doors, reporter={"name": name, "contact": "+49 30 1"})
    evidence = await doors.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    assert name not in evidence.text
    incident = (await doors.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
    rows = await doors.rows(
        "SELECT name FROM access.identity WHERE actor_id = :a", a=incident["reporter"]["id"]
    )
    assert [row.name for row in rows] == [name]


async def test_an_idempotency_key_opens_one_incident(doors: Doors) -> None:
    """Ten at once with one key and one body: one incident; another body: a conflict."""
    key, body = uuid.uuid4().hex, _report()
    answers = await asyncio.gather(
        *(
            doors.call("POST", "/v1/incidents", "compliance", body, Idempotency_Key=key)
            for _ in range(10)
        )
    )
    assert {answer.status_code for answer in answers} <= {201, 202}
    assert len({answer.json()["incident_id"] for answer in answers}) == 1
    other = await doors.call(
        "POST", "/v1/incidents", "compliance", _report(title="x"), Idempotency_Key=key
    )
    assert other.status_code == 409
    assert other.json()["type"].endswith("idempotency_key_reused")
    same_key = await doors.call(
        "POST", "/v1/incidents", "responder", _report(), Idempotency_Key=key
    )
    assert same_key.status_code == 202


async def test_alerts_join_the_incident_that_a_person_has_reported(doors: Doors) -> None:
    """The service has its incident already."""
    service = f"cards-{uuid.uuid4().hex[:8]}"
    incident_id = await _open(doors, services=[service])
    assert (await doors.deliver(payload(alert(service)))).json()["incidents"] == [incident_id]


async def test_the_same_decision_twice_is_one_receipt(doors: Doors) -> None:
    """Repeated at once, and after the incident has gone on."""
    incident_id = await _open(doors)
    question = await _question(doors, incident_id, "incident.confirmation")
    answer = {"decision_id": f"d-{uuid.uuid4()}", "option": "confirmed"}
    first, second = await asyncio.gather(
        *(_decide(doors, incident_id, "responder", question, **answer) for _ in range(2))
    )
    assert (first.status_code, second.status_code) == (200, 200)
    later = await _decide(doors, incident_id, "responder", question, **answer)
    assert first.json() == second.json() == later.json()
    receipt = await doors.call("GET", f"/v1/decisions/{answer['decision_id']}", "auditor")
    assert receipt.json() == first.json()
    for change in ({"option": "false_positive", "rationale": "x"}, {"rationale": "other"}):
        other = await _decide(doors, incident_id, "responder", question, **(answer | change))
        assert other.status_code == 409, change
    somebody = await _decide(doors, incident_id, "responder-2", question, **answer)
    assert somebody.json()["type"].endswith("submission_id_reused")


async def test_early_refusals_are_told_at_once_and_leave_evidence(doors: Doors) -> None:
    """Own draft, wrong role, stale digest, foreign exception code: 4xx now, an entry for each."""
    incident_id = await _open(doors)
    question = await _question(doors, incident_id, "incident.confirmation")
    stale = {**question, "subject": {"digest": f"sha256:{'0' * 64}"}}
    attempts = [
        ("compliance", question, {}, 403, "self_approval"),
        ("legal", question, {}, 403, "role_not_entitled"),
        ("responder", stale, {}, 409, "stale_digest"),
        (
            *("responder", question, {"exception_code": "E-UNREACHABLE", "rationale": "x"}),
            *(403, "exception_not_allowed"),
        ),
    ]
    for person, about, more, status, code in attempts:
        answer = await _decide(doors, incident_id, person, about, option="confirmed", **more)
        assert (answer.status_code, answer.json()["type"]) == (
            status,
            f"urn:holdfast:problem:{code}",
        )

    async def recorded() -> bool:
        return await _refusals(doors, incident_id) == [code for *_, code in attempts]

    await eventually(recorded)


async def test_malformed_answers_are_told_and_leave_nothing(doors: Doors) -> None:
    """Unknown option, missing rationale, wrong data, unknown request."""
    incident_id = await _open(doors)
    question = await _question(doors, incident_id, "incident.confirmation")
    answers: list[tuple[dict[str, Any], str]] = [
        ({"option": "perhaps"}, "unknown_option"),
        ({"option": "false_positive"}, "rationale_required"),
        ({"option": "confirmed", "data": {"x": 1}}, "data_invalid"),
        ({"option": "duplicate", "rationale": "x", "data": {"duplicate_of": 7}}, "data_invalid"),
    ]
    for answer, code in answers:
        told = await _decide(doors, incident_id, "responder", question, **answer)
        assert told.json()["type"].endswith(code), told.text
        assert 400 <= told.status_code < 500
    missing = {**question, "request_id": "incident.confirmation-9"}
    told = await _decide(doors, incident_id, "responder", missing, option="confirmed")
    assert (told.status_code, told.json()["type"][-15:]) == (404, "unknown_request")
    assert await _refusals(doors, incident_id) == []


async def test_a_closed_incident_takes_nothing_more(doors: Doors) -> None:
    """Facts, actions and answers are conflicts; its alerts open another incident."""
    service = f"cards-{uuid.uuid4().hex[:8]}"
    incident_id = await _open(doors, services=[service])
    question = await _question(doors, incident_id, "incident.confirmation")
    ended = await _decide(
        doors, incident_id, "responder", question, option="false_positive", rationale="A test"
    )
    assert ended.json()["accepted"] is True

    async def closed() -> bool:
        incident = (await doors.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
        return bool(incident["phase"] == "closed")

    await eventually(closed)
    action = {"report": {"type": "milestone", "milestone": "contained", "statement": "x"}}
    fact = {"fact": "data_loss", "value": True, "quality": "actual", "source": "x"}
    for answer in (
        await _decide(doors, incident_id, "responder-2", question, option="confirmed"),
        await doors.call("POST", f"/v1/incidents/{incident_id}/actions", "responder", action),
        await doors.call(
            "PATCH", f"/v1/incidents/{incident_id}/facts", "responder", {"changes": [fact]}
        ),
    ):
        assert (answer.status_code, answer.json()["type"][-17:]) == (409, "incident_not_open")
    again = (await doors.deliver(payload(alert(service)))).json()["incidents"]
    assert again
    assert again != [incident_id]


async def test_a_submission_repeated_with_its_id_is_one(doors: Doors) -> None:
    """Facts, an action, a refused milestone: the receipt comes back; another content conflicts."""
    incident_id = await _open(doors)
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
            await doors.call(method, f"{path}/{door}", "responder", body | own_id, Prefer="wait=20")
            for _ in range(2)
        ]
        assert [answer.status_code for answer in send] == [200, 200]
        assert send[0].json() == send[1].json()
        other = await doors.call(method, f"{path}/{door}", "responder", changed | own_id)
        assert other.json()["type"].endswith("submission_id_reused")
    early: dict[str, object] = {
        "submission_id": f"s-{uuid.uuid4()}",
        "report": {"type": "milestone", "milestone": "contained", "statement": "x"},
    }
    told = await doors.call("POST", f"{path}/actions", "responder", early, Prefer="wait=20")
    assert (told.status_code, told.json()["accepted"]) == (200, False)
    again = await doors.call("POST", f"{path}/actions", "responder", early, Prefer="wait=20")
    assert (again.status_code, again.json()["type"][-11:]) == (409, "wrong_phase")


async def test_without_waiting_the_receipt_is_where_the_answer_says(doors: Doors) -> None:
    """202 with a Location, whatever the id looks like."""
    incident_id = await _open(doors)
    fact = {"fact": "data_loss", "value": True, "quality": "actual", "source": "x"}
    submission_id = f"team/a#{uuid.uuid4()}+1@x:y"
    body = {"submission_id": submission_id, "changes": [fact]}
    answer = await doors.call("PATCH", f"/v1/incidents/{incident_id}/facts", "responder", body)
    assert answer.status_code == 202
    receipt = await doors.call("GET", answer.headers["location"], "auditor", Prefer="wait=20")
    assert receipt.status_code == 200
    assert receipt.json()["submission_id"] == submission_id


async def test_pages_hold_everything_once(doors: Doors) -> None:
    """Incidents, timeline and evidence, two at a time."""
    service = f"paged-{uuid.uuid4().hex[:8]}"
    opened = [await _open(doors, services=[service, f"{service}-{n}"]) for n in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (
            await doors.call("GET", f"/v1/incidents?service={service}&limit=2{cursor}", "legal")
        ).json()
        seen += [incident["incident_id"] for incident in page["incidents"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == opened[::-1]
    for door, key in (("timeline", "lines"), ("evidence", "entries")):
        path = f"/v1/incidents/{opened[0]}/{door}"
        whole = (await doors.call("GET", path, "auditor")).json()[key]
        first = (await doors.call("GET", f"{path}?limit=2", "auditor")).json()
        rest = await doors.call("GET", f"{path}?cursor={first['next_cursor']}", "auditor")
        assert first[key] + rest.json()[key] == whole
        assert rest.json()["next_cursor"] is None


async def test_incidents_are_found_by_what_is_asked(doors: Doors) -> None:
    """Phase, severity, open, and words with characters that mean something to SQL."""
    title = f"100%_sure\\{uuid.uuid4().hex[:6]}"
    incident_id = await _open(doors, title=title)
    for query, expected in (
        ({"text": title}, [incident_id]),
        ({"text": title.upper(), "phase": "detect", "open": "true"}, [incident_id]),
        ({"text": title, "open": "false"}, []),
        ({"text": title, "severity": "SEV1"}, []),
        ({"text": title.replace("%", "x")}, []),
        ({"text": incident_id}, [incident_id]),
    ):
        token = doors.tokens["legal"].token
        answer = await doors.client.get(
            "/v1/incidents", params=query, headers={"Authorization": f"Bearer {token}"}
        )
        found = [incident["incident_id"] for incident in answer.json()["incidents"]]
        assert found == expected, query


async def test_the_timeline_is_readable_as_text(doors: Doors) -> None:
    """One line an entry, for Accept: text/plain and for ?format=text."""
    incident_id = await _open(doors)
    path = f"/v1/incidents/{incident_id}/timeline"
    by_header = await doors.call("GET", path, "auditor", Accept="text/plain")
    by_query = await doors.call("GET", f"{path}?format=text", "auditor")
    assert by_header.text == by_query.text
    assert by_header.headers["content-type"].startswith("text/plain")
    assert "Opened from" in by_header.text.splitlines()[0]


async def test_an_entry_carries_the_trace_of_the_request(doors: Doors) -> None:
    """The caller's trace id stands in the evidence of what was asked."""
    incident_id = await _open(doors)
    question = await _question(doors, incident_id, "incident.confirmation")
    trace = uuid.uuid4().hex
    body = {
        "decision_id": f"d-{trace}",
        "option": "confirmed",
        "subject_digest": question["subject"]["digest"],
    }
    path = f"/v1/incidents/{incident_id}/decisions/{question['request_id']}"
    answer = await doors.call(
        *("POST", path, "responder", body),
        Prefer="wait=20",
        traceparent=f"00-{trace}-{trace[:16]}-01",
    )
    entry_id = answer.json()["entry_id"]
    evidence = await doors.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    entries = {item["entry"]["id"]: item["entry"] for item in evidence.json()["entries"]}
    assert entries[entry_id]["trace"] == trace
