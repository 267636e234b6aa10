"""The way of a communication at the doors: in turn, out of turn, back, and never changed."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from temporalio.client import Client

from holdfast.domain.communication.naming import communication_workflow_id
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.values import JsonObject
from holdfast.store.deeds import record_deed
from tests.api_doors import Doors, eventually
from tests.communications_at_doors import (
    code_of,
    communication,
    draft,
    drafted,
    in_stage,
    open_communication,
    question_of,
    signed_off,
    step,
)
from tests.recording_temporal import RecordingTemporal
from tests.recurrence_at_work import stored_incident
from tests.work_at_doors import decide, open_incident, refusals


async def test_steps_out_of_turn_are_told_at_once_and_leave_evidence(working: Doors) -> None:
    """Stale bytes, the wrong stage: 409 now, and an entry each while the workflow runs."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    message = (await communication(working, incident_id, number))["message"]
    other = f"sha256:{'0' * 64}"
    before = len(await refusals(working, incident_id))
    attempts: list[tuple[str, str, dict[str, Any], str]] = [
        ("submission", "responder", {"message": other}, "stale_digest"),
        ("publication", "incident_commander", {"message": other}, "stale_digest"),
        ("publication", "incident_commander", {"message": message}, "wrong_stage"),
        ("draft", "responder", draft(other), "stale_digest"),
    ]
    for name, person, body, code in attempts:
        answer = await step(working, incident_id, number, name, person, **body)
        assert code_of(answer) == (409, code), (name, answer.text)
    handed_in = await step(working, incident_id, number, "submission", "legal", message=message)
    assert handed_in.status_code == 200, handed_in.text
    again = await step(working, incident_id, number, "submission", "legal", message=message)
    assert code_of(again) == (409, "wrong_stage")

    async def recorded() -> bool:
        found = (await refusals(working, incident_id))[before:]
        return found == [*(code for *_, code in attempts), "wrong_stage"]

    await eventually(recorded)


async def test_what_is_approved_waits_for_the_command(working: Doors) -> None:
    """Exactly that version leaves when somebody says so, and nothing changes it after that."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id, release={"when": "on_command"})
    message = await signed_off(working, incident_id, number)
    await in_stage(working, incident_id, number, "approved")
    said = {"message": message, "submission_id": f"go-{uuid.uuid4()}"}
    answer = await step(working, incident_id, number, "publication", "compliance", **said)
    assert answer.json()["kind"] == "communication.released", answer.text
    await in_stage(working, incident_id, number, "published")
    again = await step(working, incident_id, number, "publication", "compliance", **said)
    assert again.json() == answer.json()
    late = [
        await step(working, incident_id, number, "draft", "responder", **draft(message)),
        await step(
            working, incident_id, number, "cancellation", "management_body", because="Too late"
        ),
        await step(working, incident_id, number, "publication", "compliance", message=message),
    ]
    assert [code_of(each) for each in late] == [(409, "wrong_stage")] * 3


async def test_an_edit_voids_the_approval(working: Doors) -> None:
    """Approved and not yet gone, it is edited: what was approved can leave no more."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id, release={"when": "on_command"})
    message = await signed_off(working, incident_id, number)
    words = {"en": {"subject": "S", "body": "Other words."}}
    edited = await step(
        working, incident_id, number, "draft", "responder", **draft(message, texts=words)
    )
    assert edited.status_code == 200, edited.text
    found = await in_stage(working, incident_id, number, "draft")
    assert {each["state"] for each in found["decisions"]} == {"voided"}
    stale = await step(
        working, incident_id, number, "publication", "incident_commander", message=message
    )
    assert code_of(stale) == (409, "stale_digest")


async def test_a_cancelled_communication_leaves_nothing(working: Doors) -> None:
    """Cancelled while it is reviewed: its questions are void, and it takes nothing more."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    message = (await communication(working, incident_id, number))["message"]
    handed_in = await step(working, incident_id, number, "submission", "responder", message=message)
    assert handed_in.status_code == 200, handed_in.text
    asked = await question_of(working, incident_id, number, "communication.review", "legal")
    cancelled = await step(
        working, incident_id, number, "cancellation", "management_body", because="Not needed"
    )
    assert cancelled.json()["kind"] == "communication.cancelled", cancelled.text
    found = await in_stage(working, incident_id, number, "cancelled")
    assert found["cancelled_because"] == "Not needed"
    answer = await decide(working, incident_id, "legal", asked, option="cleared")
    assert code_of(answer) == (409, "decision_not_open")
    edit = await step(working, incident_id, number, "draft", "responder", **draft(message))
    assert code_of(edit) == (409, "wrong_stage")


async def test_its_decisions_are_answered_at_the_doors_of_the_incident(working: Doors) -> None:
    """Nobody clears what they wrote, nobody decides on other bytes; a rejection gives comments."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id, "legal")
    message = (await communication(working, incident_id, number))["message"]
    await step(working, incident_id, number, "submission", "responder", message=message)
    asked = await question_of(working, incident_id, number, "communication.review", "legal")
    assert asked["communication"] == number
    assert asked["request_id"].startswith(f"communication-{number}:")
    own = await decide(working, incident_id, "legal", asked, option="cleared")
    assert code_of(own) == (403, "self_approval")
    listed = await working.call("GET", f"/v1/incidents/{incident_id}/decisions", "auditor")
    assert asked["request_id"] in [each["request_id"] for each in listed.json()["decisions"]]
    compliance = await question_of(
        working, incident_id, number, "communication.review", "compliance"
    )
    stale = {**compliance, "subject": {"digest": f"sha256:{'0' * 64}"}}
    refused = await decide(working, incident_id, "compliance", stale, option="cleared")
    assert code_of(refused) == (409, "stale_digest")
    returned = await decide(
        working,
        incident_id,
        "compliance",
        compliance,
        option="returned",
        rationale="It names a cause.",
    )
    assert returned.json()["accepted"] is True, returned.text
    found = await in_stage(working, incident_id, number, "draft")
    assert found["returned"][0]["comments"] == "It names a cause."
    nowhere = {**asked, "request_id": "communication-99:communication.review-1"}
    answer = await decide(working, incident_id, "legal", nowhere, option="cleared")
    assert code_of(answer) == (404, "unknown_request")


async def test_a_correction_supersedes_what_was_published(working: Doors) -> None:
    """Never an edit: a new communication to the same people; the old one stays as it is."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    words = {"texts": {"en": {"subject": "Correction", "body": "It was the cards."}}}
    early = await step(working, incident_id, number, "correction", "responder", **words)
    assert code_of(early) == (409, "wrong_stage")
    await signed_off(working, incident_id, number)
    await in_stage(working, incident_id, number, "published")
    answer = await step(working, incident_id, number, "correction", "responder", **words)
    assert answer.status_code == 200, answer.text
    correcting = int(answer.json()["result"]["number"])
    assert answer.json()["result"]["supersedes"] == number
    assert correcting > number
    found = await drafted(working, incident_id, correcting)
    assert (found["supersedes"], found["audience"]) == (number, "clients")
    assert found["deliveries"][0]["count"] == 2
    await signed_off(working, incident_id, correcting)
    await in_stage(working, incident_id, correcting, "published")
    assert (await communication(working, incident_id, number))["superseded_by"] == correcting


async def test_one_that_is_just_being_started_is_asked_again(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """Its incident has opened it, its workflow is not there yet: 503, never that it is over."""
    incident_id = await stored_incident(doors.platform.engine, datetime.now(UTC), None)
    opened: JsonObject = {
        "number": 1,
        "purpose": "other",
        "audience": "clients",
        "severity": None,
        "draft": None,
        "wish": None,
        "comment": None,
        "supersedes": None,
        "matrix": None,
    }
    subject = Subject(type="communication", id=f"{incident_id}/communication-1")
    async with doors.platform.engine.begin() as connection:
        event = Event(kind=EventKind.COMMUNICATION_OPENED, subject=subject, payload=opened)
        await record_deed(connection, incident_id, f"test/{uuid.uuid4()}", event)
    message = f"sha256:{'0' * 64}"
    attempts: list[tuple[str, dict[str, object]]] = [
        ("submission", {"message": message}),
        ("cancellation", {"because": "x"}),
    ]
    for name, body in attempts:
        answer = await step(doors, incident_id, 1, name, "incident_commander", **body)
        assert code_of(answer) == (503, "unavailable"), answer.text
        assert answer.headers["retry-after"]
    recorded.running.add(f"communication/{incident_id}/1")
    path = f"/v1/incidents/{incident_id}/communications/1/submission"
    answer = await doors.call("POST", path, "responder", {"message": message})
    assert answer.status_code == 202, answer.text
    (sent,) = recorded.sent[f"communication/{incident_id}/1"]
    assert sent.signal == "draft_submission"
    early = await doors.call(
        "GET", f"/v1/incidents/{incident_id}/communications/1/recipients?purpose=x", "legal"
    )
    assert code_of(early) == (404, "not_found")


async def test_what_somebody_has_terminated_does_not_keep_its_incident_open(
    working: Doors, temporal: Client
) -> None:
    """Within seconds of its opening it may be just being started; later, the incident ends it."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    await temporal.get_workflow_handle(communication_workflow_id(incident_id, number)).terminate()
    because = {"because": "Terminated in the Web UI by mistake."}
    early = await step(working, incident_id, number, "cancellation", "compliance", **because)
    assert early.status_code == 503, early.text

    async def cancelled() -> bool:
        answer = await step(working, incident_id, number, "cancellation", "compliance", **because)
        return bool(answer.status_code == 200)

    await eventually(cancelled)
    found = await communication(working, incident_id, number)
    assert (found["stage"], found["cancelled_because"]) == ("cancelled", because["because"])
    incident = (await working.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
    assert incident["phase"] == "detect"
