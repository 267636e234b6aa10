"""Recovery at the real doors: availability, figures, plans, standing down; its rows, rebuilt."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.values import rfc3339
from holdfast.store.evidence import append
from holdfast.store.rebuild import rebuild_incident
from tests.api_doors import Doors, eventually
from tests.communications_at_doors import code_of
from tests.disposals import within
from tests.incident_at_work import new_incident_id
from tests.recovery_scenes import SCENES_OF_RECOVERY
from tests.timed_walk import TimedWalk
from tests.work_at_doors import decide, open_incident, question

_TABLES = ("availability", "downtime", "continuity", "recovery")


async def _hand_in(doors: Doors, incident_id: str, door: str, **body: object) -> Any:  # noqa: ANN401 - httpx's response
    path = f"/v1/incidents/{incident_id}/{door}"
    return await doors.call("POST", path, "responder", body, Prefer="wait=20")


def _reason(answer: Any) -> str:  # noqa: ANN401 - httpx's response
    """Why the process has refused it."""
    receipt = answer.json()
    assert receipt["accepted"] is False, answer.text
    return str(receipt["result"]["reason"])


async def _read(doors: Doors, incident_id: str, door: str) -> Any:  # noqa: ANN401 - JSON
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/{door}", "auditor")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _decided(doors: Doors, incident_id: str, kind: str, option: str) -> None:
    asked = await question(doors, incident_id, kind)
    person = "incident_commander"
    answer = await decide(
        doors, incident_id, person, asked, option=option, rationale="As discussed."
    )
    assert answer.json().get("accepted") is True, answer.text


async def _act(doors: Doors, incident_id: str, **report: object) -> Any:  # noqa: ANN401 - httpx's response
    return await _hand_in(doors, incident_id, "actions", report=report)


async def test_a_recovery_is_walked_at_the_doors(working: Doors) -> None:
    """Interrupted, restored, validated, stood down; every figure names what it stands on."""
    service = f"cards-{uuid.uuid4().hex[:8]}"
    now = datetime.now(UTC).replace(microsecond=0)
    aware_at = rfc3339(now - timedelta(minutes=90))
    incident_id = await open_incident(working, services=[service], aware_at=aware_at)
    await _decided(working, incident_id, "incident.confirmation", "confirmed")
    await _decided(working, incident_id, "severity.assignment", "confirm")

    def said(state: str, minutes_ago: int | None) -> dict[str, object]:
        at = None if minutes_ago is None else rfc3339(now - timedelta(minutes=minutes_ago))
        return {"service": service, "state": state, "at": at, "statement": "As monitored."}

    early = await _hand_in(working, incident_id, "availability", **said("restored", 60))
    assert _reason(early) == "times_contradict"
    ahead = await _hand_in(working, incident_id, "availability", **said("down", -10))
    assert _reason(ahead) == "times_contradict"
    unknown = await _hand_in(working, incident_id, "availability", **said("restored", None))
    assert code_of(unknown) == (422, "invalid_input")
    told = await _hand_in(working, incident_id, "availability", **said("down", 80))
    assert told.json()["result"]["number"] == 1, told.text
    path = f"/v1/incidents/{incident_id}/availability"
    other = await working.call("POST", path, "auditor", said("restored", 70))
    assert code_of(other) == (403, "not_allowed")

    running = await _read(working, incident_id, "downtime")
    assert running["services"][0]["until"] is None
    assert running["services"][0]["entries"] == [told.json()["entry_id"]]
    plan = {
        "plan": "bcp-cards",
        "services": [service],
        "because": "Cards go over the second centre.",
        "activated_at": rfc3339(now - timedelta(minutes=75)),
    }
    activated = await _hand_in(working, incident_id, "continuity", **plan)
    assert activated.json()["kind"] == "continuity.activated", activated.text
    twice = await _hand_in(working, incident_id, "continuity", **plan)
    assert _reason(twice) == "already_activated"

    await _recovered(working, incident_id, said)
    await _stood_down(working, incident_id, now)
    await _figures_and_records(working, incident_id, now)


async def _recovered(
    doors: Doors, incident_id: str, said: Callable[[str, int | None], dict[str, object]]
) -> None:
    service = said("partial", 70)["service"]
    await _act(doors, incident_id, type="milestone", milestone="contained", statement="Drained.")
    for check in ("functional", "controls_in_force", "data_reconciled"):
        await _act(doors, incident_id, type="check", check=check, result="passed", statement="S.")
    recovered = {"type": "milestone", "milestone": "recovered", "statement": "They flow."}
    refused = await _act(doors, incident_id, **recovered)
    assert _reason(refused) == "services_not_restored"
    assert str(service) in refused.json()["result"]["detail"]
    await _hand_in(doors, incident_id, "availability", **said("partial", 70))
    await _hand_in(doors, incident_id, "availability", **said("restored", 60))
    await _act(doors, incident_id, **recovered)
    await _decided(doors, incident_id, "recovery.validation", "validated")


async def _stood_down(doors: Doors, incident_id: str, now: datetime) -> None:
    asked = await question(doors, incident_id, "recovery.stand_down")
    assert asked["context"]["continuity"] == ["bcp-cards"]
    kept = await decide(
        doors, incident_id, "incident_commander", asked, option="stood_down", rationale="Done."
    )
    assert _reason(kept) == "continuity_active"
    ended = {"statement": "Normal operation.", "at": rfc3339(now - timedelta(minutes=50))}
    missing = await _hand_in(doors, incident_id, "continuity/other/deactivation", **ended)
    assert _reason(missing) == "unknown_plan"
    await _hand_in(doors, incident_id, "continuity/bcp-cards/deactivation", **ended)
    await _decided(doors, incident_id, "recovery.stand_down", "stay")
    again = await _hand_in(doors, incident_id, "stand-down", reason="The night was quiet.")
    assert again.json()["kind"] == "reconsideration.requested", again.text
    await _decided(doors, incident_id, "recovery.stand_down", "stood_down")


async def _figures_and_records(doors: Doors, incident_id: str, now: datetime) -> None:
    async def stood_down() -> bool:
        return bool((await _read(doors, incident_id, "stand-down"))["stood_down"])

    await eventually(stood_down)
    figures = await _read(doors, incident_id, "downtime")
    (of_service,) = figures["services"]
    assert (of_service["downtime"], of_service["partial_minutes"]) == ("00:00:20", 10)
    assert of_service["from"] == rfc3339(now - timedelta(minutes=80))
    assert (figures["duration"]["duration"], figures["duration"]["estimate"]) == ("00:00:30", False)
    fields = await _read(doors, incident_id, "recovery/report-fields")
    assert {each["field"]: each["value"] for each in fields["fields"]} == {
        "2.9": True,
        "3.3": (now - timedelta(minutes=60)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "3.15": "00:00:30",
        "3.16": "00:00:20",
        "3.17": "actual_figures",
    }
    assert all(each["entries"] for each in fields["fields"])
    statements = (await _read(doors, incident_id, "availability"))["statements"]
    assert [each["state"] for each in statements] == ["down", "partial", "restored"]
    (activation,) = (await _read(doors, incident_id, "continuity"))["activations"]
    assert activation["active"] is False
    began = quote(rfc3339(now - timedelta(minutes=75)), safe="")
    assert f"timeline?since={began}&until=" in activation["records_during"]
    lines = (await doors.call("GET", activation["records_during"], "auditor")).json()["lines"]
    assert lines == []  # All of it was told later than it happened.
    since = quote(rfc3339(now), safe="")
    later = await doors.call(
        "GET", f"/v1/incidents/{incident_id}/timeline?since={since}", "auditor"
    )
    assert "response.stood_down" in {line["kind"] for line in later.json()["lines"]}


async def test_however_the_entries_come_in_the_rows_are_the_same(engine: AsyncEngine) -> None:
    """Written one by one, and rebuilt: byte for byte."""
    walk = TimedWalk(new_incident_id())
    SCENES_OF_RECOVERY[0](walk)
    incident_id = walk.state.incident_id
    for entry in walk.entries():
        await append(engine, [entry])
    written = await _rows(engine, incident_id)
    await within(engine, lambda connection: rebuild_incident(connection, incident_id))
    assert await _rows(engine, incident_id) == written
    assert all(written.values())


async def _rows(engine: AsyncEngine, incident_id: str) -> dict[str, Sequence[Any]]:
    async with engine.connect() as connection:
        return {
            table: (
                await connection.execute(
                    text(
                        f"SELECT t::text FROM projection.{table} t"  # noqa: S608 - our own tables
                        " WHERE incident_id = :id ORDER BY 1"
                    ),
                    {"id": incident_id},
                )
            )
            .scalars()
            .all()
            for table in _TABLES
        }
