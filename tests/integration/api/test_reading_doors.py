"""What is read: pages, filters, the timeline as text, and the trace in an entry."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from holdfast.domain.values import rfc3339
from holdfast.store.evidence import append
from tests.api_doors import Doors
from tests.told_communications import ToldCommunication, message_to_clients
from tests.work_at_doors import open_incident, question, until_quiet


async def test_pages_hold_everything_once(working: Doors) -> None:
    """Incidents, timeline and evidence, two at a time."""
    service = f"paged-{uuid.uuid4().hex[:8]}"
    opened = [await open_incident(working, services=[service, f"{service}-{n}"]) for n in range(5)]
    await until_quiet(working, opened[0])
    seen: list[str] = []
    cursor = ""
    while True:
        page = (
            await working.call("GET", f"/v1/incidents?service={service}&limit=2{cursor}", "legal")
        ).json()
        seen += [incident["incident_id"] for incident in page["incidents"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == opened[::-1]
    for door, key in (("timeline", "lines"), ("evidence", "entries")):
        path = f"/v1/incidents/{opened[0]}/{door}"
        whole = (await working.call("GET", path, "auditor")).json()[key]
        first = (await working.call("GET", f"{path}?limit=2", "auditor")).json()
        rest = await working.call("GET", f"{path}?cursor={first['next_cursor']}", "auditor")
        assert first[key] + rest.json()[key] == whole
        assert rest.json()["next_cursor"] is None


async def test_incidents_are_found_by_what_is_asked(working: Doors) -> None:
    """Phase, severity, open, and words with characters that mean something to SQL."""
    title = f"100%_sure\\{uuid.uuid4().hex[:6]}"
    incident_id = await open_incident(working, title=title)
    for query, expected in (
        ({"text": title}, [incident_id]),
        ({"text": title.upper(), "phase": "detect", "open": "true"}, [incident_id]),
        ({"text": title, "open": "false"}, []),
        ({"text": title, "severity": "SEV1"}, []),
        ({"text": title.replace("%", "x")}, []),
        ({"text": incident_id}, [incident_id]),
    ):
        token = working.tokens["legal"].token
        answer = await working.client.get(
            "/v1/incidents", params=query, headers={"Authorization": f"Bearer {token}"}
        )
        found = [incident["incident_id"] for incident in answer.json()["incidents"]]
        assert found == expected, query


async def test_an_incident_names_its_communications(working: Doors) -> None:
    """In short, as they stand; and as they stood."""
    incident_id = await open_incident(working)
    before = _now()
    told = ToldCommunication(message_to_clients(incident_id), number=71)
    told.hand_in()
    await append(working.platform.engine, told.entries)
    wanted = {"number": 71, "purpose": "holding_statement", "audience": "clients"}
    for query, found in (
        ("", [{**wanted, "stage": "review"}]),
        (f"?as_of={_now()}", [{**wanted, "stage": "review"}]),
        (f"?as_of={before}", []),
    ):
        answer = await working.call("GET", f"/v1/incidents/{incident_id}{query}", "auditor")
        told_now = answer.json()["communications"]
        assert [each for each in told_now if each["number"] == 71] == found


def _now() -> str:
    return rfc3339(datetime.now(UTC))


async def test_the_timeline_is_readable_as_text(working: Doors) -> None:
    """One line an entry, for Accept: text/plain and for ?format=text."""
    incident_id = await open_incident(working)
    path = f"/v1/incidents/{incident_id}/timeline"
    by_header = await working.call("GET", path, "auditor", Accept="text/plain")
    by_query = await working.call("GET", f"{path}?format=text", "auditor")
    assert by_header.text == by_query.text
    assert by_header.headers["content-type"].startswith("text/plain")
    assert "Opened from" in by_header.text.splitlines()[0]


async def test_an_entry_carries_the_trace_of_the_request(working: Doors) -> None:
    """The caller's trace id stands in the evidence of what was asked."""
    incident_id = await open_incident(working)
    asked = await question(working, incident_id, "incident.confirmation")
    trace = uuid.uuid4().hex
    body = {
        "decision_id": f"d-{trace}",
        "option": "confirmed",
        "subject_digest": asked["subject"]["digest"],
    }
    path = f"/v1/incidents/{incident_id}/decisions/{asked['request_id']}"
    answer = await working.call(
        *("POST", path, "responder", body),
        Prefer="wait=20",
        traceparent=f"00-{trace}-{trace[:16]}-01",
    )
    entry_id = answer.json()["entry_id"]
    evidence = await working.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    entries = {item["entry"]["id"]: item["entry"] for item in evidence.json()["entries"]}
    assert entries[entry_id]["trace"] == trace
