"""The doors of drills and training: opened, kept apart from real incidents, scored, counted."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.api_doors import Doors, alert, eventually, payload
from tests.work_at_doors import decide, open_incident, question, until_quiet

PACE = 1_000


async def open_drill(doors: Doors, person: str = "compliance", **changes: object) -> str:
    """Open a drill, and wait until it is open."""
    body = {"script": "payment-outage", "pace": PACE} | changes
    answer = await doors.call("POST", "/v1/drills", person, body, Prefer="wait=20")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["incident_id"])


async def read(doors: Doors, path: str, person: str = "auditor") -> dict[str, Any]:
    """Read a door."""
    answer = await doors.call("GET", path, person)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def names(doors: Doors, query: str) -> list[str]:
    """The ids of a list of incidents."""
    found = await read(doors, f"/v1/incidents?limit=200{query}")
    return [each["incident_id"] for each in found["incidents"]]


async def test_a_drill_is_played_to_its_end_and_scored(working: Doors) -> None:
    """Injects come at the pace; the score is that of the evidence; participants are trained."""
    incident = await open_drill(working)
    path = f"/v1/drills/{incident}"
    refused = await decide(
        working,
        incident,
        "compliance",
        asked := await question(working, incident, "incident.confirmation"),
        option="confirmed",
    )
    assert refused.status_code == 403  # who leads it has drafted the report
    await eventually(lambda: _all_injected(working, path))
    drill = await read(working, path)
    assert [each["inject"] for each in drill["injected"]] == [1, 2, 3, 4]
    assert (drill["pace"], drill["script"], drill["score"]) == (PACE, "payment-outage", None)
    said = {"option": "false_positive", "rationale": "The script says so."}
    done = await decide(working, incident, "responder", asked, **said)
    assert done.status_code == 200, done.text
    await eventually(lambda: _scored(working, path))
    await until_quiet(working, incident)
    score = (await read(working, path))["score"]
    assert score["refused_by_reason"] == {"self_approval": 1}
    assert score["decided"] == 1
    assert [goal["kept"] for goal in score["goals"]] == [False, False, False]
    people = {working.tokens[label].actor for label in ("compliance", "responder")}
    assert {each["person"] for each in score["participants"]} == people
    listed = await read(working, "/v1/drills")
    assert {each["incident_id"]: each["score"] for each in listed["drills"]}[incident] == score
    trained = await read(working, f"/v1/trainings?person={working.tokens['responder'].actor}")
    assert [(each["role"], each["drill"]) for each in trained["trainings"]] == [
        ("responder", incident)
    ]


async def test_a_drill_is_apart_from_real_incidents_and_real_alerts(working: Doors) -> None:
    """Lists leave it out; an alert of its service opens an incident of its own."""
    real, drill = await open_incident(working), await open_drill(working)
    assert real in await names(working, "")
    assert drill not in await names(working, "")
    assert await names(working, "&drill=true") == [
        name for name in await names(working, "&drill=all") if name not in await names(working, "")
    ]
    shown = await read(working, f"/v1/incidents/{drill}")
    assert shown["drill"] is True
    assert shown["title"].startswith("Drill: ")
    assert (await read(working, f"/v1/incidents/{real}"))["drill"] is False
    for part in ("third-parties", "recovery", "review"):
        fields = await read(working, f"/v1/incidents/{drill}/{part}/report-fields")
        assert fields["drill"] is True
    (service,) = shown["services"]
    firing = payload(alert(service))
    answer = await working.deliver(firing)
    assert drill not in answer.json()["incidents"]
    assert (await read(working, f"/v1/incidents/{drill}"))["alerts"] == 0


async def test_the_messages_of_a_drill_say_so_and_stay(working: Doors) -> None:
    """A brief to staff is marked; nothing of it is on the status page."""
    drill = await open_drill(working)
    await eventually(lambda: _all_injected(working, f"/v1/drills/{drill}"))
    await until_quiet(working, drill)
    told = await working.rows(
        "SELECT draft ->> 'subject' AS subject FROM projection.communication"
        " WHERE incident_id = :drill AND draft IS NOT NULL",
        drill=drill,
    )
    assert told
    assert all(each.subject.startswith("DRILL: ") for each in told)
    posts = await working.rows(
        "SELECT 1 FROM projection.status_post WHERE incident_id = :drill", drill=drill
    )
    assert posts == []


async def test_what_is_no_drill_is_told_so(working: Doors) -> None:
    """By a code of its own: an incident that is real, and a script that there is not."""
    real = await open_incident(working)
    answer = await working.call("GET", f"/v1/drills/{real}", "auditor")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:holdfast:problem:not_a_drill")
    body: dict[str, object] = {"script": "meteorite"}
    answer = await working.call("POST", "/v1/drills", "compliance", body)
    assert answer.status_code == 404
    assert "payment-outage" in answer.json()["detail"]
    for pace in (0, 1_001, 1.5, "60"):
        body = {"script": "payment-outage", "pace": pace}
        answer = await working.call("POST", "/v1/drills", "compliance", body)
        assert answer.status_code == 422
    answer = await working.call("POST", "/v1/drills", "responder", {"script": "payment-outage"})
    assert answer.status_code == 403


async def test_the_same_key_opens_one_drill(working: Doors) -> None:
    """Another pace under it is another drill, and refused."""
    key, body = uuid.uuid4().hex, {"script": "payment-outage", "pace": PACE}
    opened = [
        await working.call("POST", "/v1/drills", "compliance", body, Idempotency_Key=key)
        for _ in range(2)
    ]
    assert len({answer.json()["incident_id"] for answer in opened}) == 1
    other = {"script": "payment-outage", "pace": 2}
    answer = await working.call("POST", "/v1/drills", "compliance", other, Idempotency_Key=key)
    assert answer.status_code == 409


async def test_who_was_not_trained_for_a_role_is_listed_until_that_is_recorded(
    working: Doors,
) -> None:
    """Of twelve calendar months, and never by name."""
    person, today = working.tokens["legal"].actor, datetime.now(UTC).date()
    training = {
        "training_id": f"tr-{uuid.uuid4().hex}",
        "person": person,
        "role": "legal",
        "course": "Notifications under DORA",
        "on": (today - timedelta(days=400)).isoformat(),
    }
    assert _untrained(await read(working, "/v1/trainings/missing"), person) == [None]
    deed = await working.call("POST", "/v1/trainings", "compliance", training)
    assert deed.status_code == 201, deed.text
    again = await working.call("POST", "/v1/trainings", "compliance", training)
    assert (again.status_code, again.json()["entry_id"]) == (200, deed.json()["entry_id"])
    other = await working.call(
        "POST", "/v1/trainings", "compliance", training | {"course": "Another"}
    )
    assert other.status_code == 409
    assert _untrained(await read(working, "/v1/trainings/missing"), person) == [training["on"]]
    assert _untrained(await read(working, "/v1/trainings/missing?months=24"), person) == []
    later = training | {"training_id": f"tr-{uuid.uuid4().hex}", "on": today.isoformat()}
    assert (await working.call("POST", "/v1/trainings", "compliance", later)).status_code == 201
    assert _untrained(await read(working, "/v1/trainings/missing"), person) == []
    assert "Holder of" not in (await working.call("GET", "/v1/trainings", "auditor")).text


async def test_a_training_that_cannot_have_been_is_refused(working: Doors) -> None:
    """Of tomorrow, of nobody, or of a program; and by somebody who may not record it."""
    tomorrow = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    training = {
        "training_id": f"tr-{uuid.uuid4().hex}",
        "person": working.tokens["legal"].actor,
        "role": "legal",
        "course": "Notifications",
        "on": "2026-01-15",
    }
    for wrong in ({"on": tomorrow}, {"person": "person-nobody"}, {"role": "alert_source"}):
        answer = await working.call("POST", "/v1/trainings", "compliance", training | wrong)
        assert answer.status_code == 422, wrong
    answer = await working.call("POST", "/v1/trainings", "responder", training)
    assert answer.status_code == 403
    assert (await working.call("GET", "/v1/trainings", "responder")).status_code == 403


def _untrained(found: dict[str, Any], person: str) -> list[str | None]:
    return [each["last_trained_on"] for each in found["missing"] if each["person"] == person]


async def _all_injected(doors: Doors, path: str) -> bool:
    drill = await read(doors, path)
    return len(drill["injected"]) == len(drill["script_injects"])


async def _scored(doors: Doors, path: str) -> bool:
    return (await read(doors, path))["score"] is not None
