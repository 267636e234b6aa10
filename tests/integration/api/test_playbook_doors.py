"""Playbooks at the real doors: found, begun, approved, carried out, and what is refused."""

from __future__ import annotations

from typing import Any

from httpx import Response
from sqlalchemy import text

from holdfast.store.rebuild import rebuild_incident
from tests.api_doors import Doors, eventually
from tests.attachments_at_doors import send
from tests.communications_at_doors import code_of
from tests.work_at_doors import decide, open_incident, question, refusals

_ADDED = {
    "id": "tell-branches",
    "title": "Tell the branches",
    "phase": "containment",
    "kind": "mitigate",
    "owner": "incident_commander",
    "expected": "PT15M",
    "evidence": ["statement", "document"],
}


async def _confirmed(doors: Doors) -> str:
    incident_id = await open_incident(doors, services=["card-payments"])
    asked = await question(doors, incident_id, "incident.confirmation")
    answer = await decide(doors, incident_id, "responder", asked, option="confirmed")
    assert answer.status_code == 200, answer.text
    return incident_id


async def _plays(doors: Doors, incident_id: str) -> dict[str, Any]:
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/playbooks", "auditor")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _do(doors: Doors, incident_id: str, step: str, deed: str, **body: object) -> Response:
    path = f"/v1/incidents/{incident_id}/plays/1/steps/{step}/{deed}"
    return await doors.call("POST", path, "responder", body, Prefer="wait=20")


async def _step(doors: Doors, incident_id: str, step: str) -> dict[str, Any]:
    (play,) = (await _plays(doors, incident_id))["plays"]
    found: dict[str, Any] = next(each for each in play["steps"] if each["step"] == step)
    return found


async def test_playbooks_are_found_by_service_and_by_type_of_incident(working: Doors) -> None:
    """Those in force, each with all of its steps; those for any service come after the others."""
    everything = (await working.call("GET", "/v1/playbooks", "responder")).json()
    assert len(everything["playbooks"]) == 5
    assert everything["policy"]["name"] == "playbooks"
    asked = "/v1/playbooks?service=card-payments&type=payment-related"
    (first, *others) = (await working.call("GET", asked, "auditor")).json()["playbooks"]
    assert first["playbook"] == "payment-outage"
    assert [each["playbook"] for each in others] == ["general"]
    assert first["steps"][0]["expected"] == "PT10M"
    wrong = await working.call("GET", "/v1/playbooks?type=weather", "auditor")
    assert code_of(wrong) == (422, "invalid_input")


async def test_a_playbook_is_carried_out_step_by_step(working: Doors) -> None:
    """Begun, added to, approved where it disrupts, reported with what each step must leave."""
    incident_id = await _confirmed(working)
    known = await _plays(working, incident_id)
    assert known["playbooks"][0]["playbook"] == "payment-outage"
    assert known["plays"] == []
    base = f"/v1/incidents/{incident_id}/plays"
    begun = await working.call("POST", base, "responder", {"playbook": "general"}, Prefer="wait=20")
    assert begun.json()["kind"] == "playbook.started", begun.text
    assert begun.json()["result"]["play"] == 1

    early = await _do(working, incident_id, "bring-back", "start")
    assert code_of(early) == (409, "step_not_ready")
    for step in ("limit-effects", "stop-changes"):
        assert (await _do(working, incident_id, step, "start")).json()["kind"] == "step.started"
        assert (await _step(working, incident_id, step))["stage"] == "running"
        silent = await _do(working, incident_id, step, "report", outcome="performed")
        assert code_of(silent) == (422, "evidence_missing")
        done = await _do(
            working, incident_id, step, "report", outcome="performed", statement="Held."
        )
        assert done.json()["kind"] == "step.performed", done.text

    proposed = await _do(working, incident_id, "bring-back", "start")
    assert proposed.json()["kind"] == "action.proposed", proposed.text
    assert (await _step(working, incident_id, "bring-back"))["stage"] == "awaiting_approval"
    waits = await _do(working, incident_id, "bring-back", "start")
    assert code_of(waits) == (409, "action_not_approved")
    asked = await question(working, incident_id, "recovery.approval")
    approved = await decide(working, incident_id, "incident_commander", asked, option="approved")
    assert approved.status_code == 200, approved.text

    async def may_begin() -> bool:
        return bool((await _step(working, incident_id, "bring-back"))["stage"] == "ready")

    await eventually(may_begin)
    await _do(working, incident_id, "bring-back", "start")
    failed = await _do(
        working, incident_id, "bring-back", "report", outcome="failed", statement="It hangs."
    )
    assert failed.json()["kind"] == "step.failed"
    because = {"because": "It is brought back by the provider."}
    assert (await _do(working, incident_id, "bring-back", "skip", **because)).status_code == 200

    await _do(working, incident_id, "try-services", "start")
    await _do(working, incident_id, "try-services", "report", outcome="performed", statement="OK.")
    incident = (await working.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
    assert incident["checks"]["functional"]["result"] == "passed"
    recorded = await refusals(working, incident_id)
    assert recorded == ["step_not_ready", *["evidence_missing"] * 2, "action_not_approved"]


async def test_what_is_added_is_reported_with_its_documents_and_rebuilt_as_it_stands(
    working: Doors,
) -> None:
    """Documents are attachments of the incident; the rows come out of the entries again."""
    incident_id = await _confirmed(working)
    base = f"/v1/incidents/{incident_id}/plays"
    await working.call("POST", base, "responder", {"playbook": "general"}, Prefer="wait=20")
    added = await working.call(
        "POST", f"{base}/1/steps", "incident_commander", {"step": _ADDED}, Prefer="wait=20"
    )
    assert added.json()["kind"] == "step.added", added.text
    await _do(working, incident_id, "tell-branches", "start")
    report = {
        "outcome": "performed",
        "statement": "All but two.",
        "documents": [f"sha256:{'0' * 64}"],
    }
    unknown = await _do(working, incident_id, "tell-branches", "report", **report)
    assert code_of(unknown) == (422, "invalid_input")
    attached = (await send(working, incident_id)).json()["digest"]
    left = await _do(
        working, incident_id, "tell-branches", "report", **{**report, "documents": [attached]}
    )
    assert left.json()["kind"] == "step.performed", left.text
    assert (await _step(working, incident_id, "tell-branches"))["documents"] == [attached]
    again = await _do(working, incident_id, "tell-branches", "repeat", because="Two were left.")
    assert again.json()["kind"] == "step.repeated"

    before = await _rows(working, incident_id)
    async with working.platform.engine.begin() as connection:
        await rebuild_incident(connection, incident_id)
    assert await _rows(working, incident_id) == before


async def test_only_what_there_is_can_be_worked_on_by_those_who_respond(working: Doors) -> None:
    """Unknown playbooks, plays and steps are told at once; so is who may not."""
    incident_id = await _confirmed(working)
    base = f"/v1/incidents/{incident_id}/plays"
    body = {"playbook": "no-such"}
    missing = await working.call("POST", base, "responder", body, Prefer="wait=20")
    assert code_of(missing) == (404, "unknown_playbook")
    assert code_of(await working.call("POST", base, "auditor", body)) == (403, "not_allowed")
    assert code_of(await _do(working, incident_id, "one", "start")) == (404, "unknown_playbook")
    await working.call("POST", base, "responder", {"playbook": "general"}, Prefer="wait=20")
    assert code_of(await _do(working, incident_id, "one", "start")) == (404, "unknown_step")
    untried = await _do(working, incident_id, "see-platform", "start", mode="automated")
    assert code_of(untried) == (409, "step_not_ready")
    twisted = {"step": {**_ADDED, "phase": "validation", "disruptive": True}}
    refused = await working.call("POST", f"{base}/1/steps", "responder", twisted)
    assert code_of(refused) == (422, "invalid_input")


async def _rows(doors: Doors, incident_id: str) -> list[Any]:
    async with doors.platform.reads.connect() as connection:
        plays = text("SELECT * FROM projection.play WHERE incident_id = :id ORDER BY play")
        steps = text("SELECT * FROM projection.play_step WHERE incident_id = :id ORDER BY step")
        return [
            row
            for query in (plays, steps)
            for row in (await connection.execute(query, {"id": incident_id})).mappings().all()
        ]


async def test_the_worker_carries_a_step_out_once_it_has_tried_it(working: Doors) -> None:
    """A dry run, then in earnest: both by the worker, with what the program has said."""
    incident_id = await _confirmed(working)
    base = f"/v1/incidents/{incident_id}/plays"
    body = {"playbook": "data-corruption"}
    await working.call("POST", base, "responder", body, Prefer="wait=20")

    async def stands(**wanted: object) -> dict[str, Any]:
        found: dict[str, Any] = {}

        async def look() -> bool:
            found.update(await _step(working, incident_id, "room-for-copy"))
            return all(found[name] == value for name, value in wanted.items())

        await eventually(look, within=30)
        return found

    started = await _do(working, incident_id, "room-for-copy", "start", mode="dry_run")
    assert started.json()["kind"] == "step.started", started.text
    tried = await stands(stage="ready", attempt=1)
    assert tried["tried"]["attempt"] == 1
    await _do(working, incident_id, "room-for-copy", "start", mode="automated")
    done = await stands(stage="performed", attempt=2)
    assert (done["mode"], done["late"]) == ("automated", False)
    assert done["output"].startswith("sha256:")
    waiting = await _step(working, incident_id, "freeze-copy")
    assert (waiting["stage"], waiting["waits_for"]) == (
        "waiting",
        ["stop-writers", "room-for-copy"],
    )
