"""Reports to authorities at real doors: supplied, put forward, approved, sent, acknowledged."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
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
from tests.api_doors import Doors, eventually, open_doors, own_installation
from tests.communications_at_doors import code_of
from tests.reports_at_doors import (
    approve,
    ask,
    major_incident,
    read_report,
    record_contacts,
    reporting,
    supply,
    supply_missing,
    until,
)
from tests.work_at_doors import open_incident, refusals
from worker import create_worker


@pytest_asyncio.fixture(scope="module")
async def doors(
    settings: Settings, postgres: DatabaseUrls, temporal: Client
) -> AsyncIterator[Doors]:
    """An API and a worker, and a directory that knows whom the authority may ask."""
    del postgres
    own = await own_installation(settings)
    create_signing_key(own.signing_key_file)
    verifier = PrincipalVerifier(load_verifying_key(own.verifying_key_file))
    engine = create_engine(database_urls(own).application)
    async with open_doors(own, temporal) as doors:
        await record_contacts(doors)
        async with create_worker(temporal, engine, verifier, own):
            yield doors
    await engine.dispose()


async def test_a_report_is_supplied_approved_sent_and_acknowledged(doors: Doors) -> None:
    """Every step once under its id; what was sent is read back byte for byte, on record."""
    incident_id = await major_incident(doors)
    path = f"/v1/incidents/{incident_id}/reports"
    before = await read_report(doors, incident_id, "initial")
    assert before["deadline"]["clause"]
    assert {each["field"] for each in before["missing"]} >= {"2.5", "2.9"}
    assert all(each["label"] and each["source"] for each in before["fields"])

    await supply_missing(doors, incident_id)
    forward = await ask(doors, incident_id, "initial/approval", "compliance", submission_id="p-1")
    assert forward.json()["kind"] == "report.put_forward", forward.text
    again = await ask(doors, incident_id, "initial/approval", "compliance", submission_id="p-1")
    assert again.json()["entry_id"] == forward.json()["entry_id"]
    own = await approve(doors, incident_id, "report.review", "compliance")
    assert code_of(own) == (403, "self_approval")

    forward = await ask(doors, incident_id, "initial/approval", "incident_commander")
    entry = forward.json()["entry_id"]
    told = await until(
        doors, incident_id, lambda told: told["versions"][-1]["put_forward"] == entry
    )
    body = {"submission_id": "cleared-1", "subject_digest": told["versions"][-1]["content"]}
    cleared = await approve(doors, incident_id, "report.review", "compliance", **body)
    assert cleared.json()["kind"] == "decision.answered", cleared.text
    once = await ask(doors, incident_id, "initial/approve", "compliance", **body)
    assert once.json()["entry_id"] == cleared.json()["entry_id"], once.text
    approved = await approve(doors, incident_id, "report.approval", "management_body")
    assert approved.status_code == 200, approved.text
    told = await until(doors, incident_id, lambda told: told["deadlines"][1]["clock"] == "running")
    sent = told["versions"][-1]
    assert (sent["kind"], sent["state"], sent["gaps"]) == ("initial", "submitted", [])
    assert [each["clock"] for each in told["deadlines"]] == ["met", "running", "waits"]
    assert told["next"]["step"] in {"put_forward", "supply"}

    received = {
        "version": sent["version"],
        "received_at": datetime.now(UTC).isoformat(),
        "reference": "2026M0000001",
        "statement": "Received.",
    }
    receipt = await ask(doors, incident_id, "initial/receipt", "compliance", **received)
    assert receipt.json()["kind"] == "report.receipted", receipt.text
    await until(doors, incident_id, lambda told: told["reference"] == "2026M0000001")

    for suffix, begins in (("json", b"{"), ("csv", b""), ("pdf", b"%PDF")):
        read = await doors.call("GET", f"{path}/initial.{suffix}?purpose=review", "legal")
        assert read.status_code == 200, read.text
        assert read.content.startswith(begins)
    assert code_of(await doors.call("GET", f"{path}/initial.json", "responder")) == (
        *(403, "not_allowed"),
    )
    as_sent = await doors.call("GET", f"{path}/initial.json?sent=true&purpose=review", "legal")
    digest = hashlib.sha256(as_sent.content).hexdigest()
    assert f"sha256:{digest}" == sent["submissions"][0]["sent"]
    assert "The compliance-officer" in as_sent.text
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    entries = [each["entry"] for each in answer.json()["entries"]]
    read_by = [each["payload"] for each in entries if each["kind"] == "personal_data.disclosed"]
    assert {each["purpose"] for each in read_by} == {"review"}
    contacts, documents = 2, 3
    assert len({each["key"] for each in read_by}) == contacts + 1
    assert len(read_by) == contacts * documents + 1


async def test_what_has_left_leaves_again_as_the_same_bytes(doors: Doors) -> None:
    """Over the channel once more, and by other means; each is asked for once under its id."""
    incident_id = await major_incident(doors)
    await supply_missing(doors, incident_id)
    await ask(doors, incident_id, "initial/approval", "incident_commander")
    await approve(doors, incident_id, "report.review", "compliance")
    await approve(doors, incident_id, "report.approval", "management_body")
    told = await until(doors, incident_id, lambda told: told["versions"][-1]["submissions"])
    version = told["versions"][-1]["version"]
    body: dict[str, Any] = {
        "submission_id": f"s-{incident_id}",
        "means": "channel",
        "version": version,
    }
    body |= {"because": "The portal was down."}
    ordered = await ask(doors, incident_id, "initial/submission", "compliance", **body)
    assert ordered.json()["kind"] == "report.put_forward", ordered.text
    again = await ask(doors, incident_id, "initial/submission", "compliance", **body)
    assert again.json()["entry_id"] == ordered.json()["entry_id"], again.text
    told = await until(doors, incident_id, lambda told: _times_left(told) > 1)
    first, second = told["versions"][-1]["submissions"]
    assert (first["again"], second["again"], second["sent"]) == (False, True, first["sent"])

    other = {
        "means": "other",
        "by": "secure mail",
        "version": version,
        "submitted_at": datetime.now(UTC).isoformat(),
        "because": "The authority has asked for it.",
    }
    recorded = await ask(doors, incident_id, "initial/submission", "compliance", **other)
    assert recorded.json()["kind"] == "report.submitted", recorded.text
    told = await until(doors, incident_id, lambda told: _times_left(told) > 2)
    assert told["versions"][-1]["submissions"][-1]["means"] == "secure mail"
    elsewhere = await ask(doors, incident_id, "final/submission", "compliance", **other)
    assert code_of(elsewhere) == (404, "unknown_report")


def _times_left(told: dict[str, Any]) -> int:
    return len(told["versions"][-1]["submissions"])


async def test_what_does_not_fit_is_told_with_the_field(doors: Doors) -> None:
    """Values, fields, people and reports that are not there; what was tried is evidence."""
    early = await open_incident(doors)
    assert await reporting(doors, early) is None
    none = await doors.call("GET", f"/v1/incidents/{early}/reports/initial", "auditor")
    assert code_of(none) == (404, "unknown_report")
    incident_id = await major_incident(doors)
    path = f"/v1/incidents/{incident_id}/reports/initial"

    wrong = await supply(doors, incident_id, "2.2", value="yesterday")
    assert code_of(wrong) == (422, "field_invalid")
    assert wrong.json()["field"] == "2.2"
    assert code_of(await supply(doors, incident_id, "4.77", value="x")) == (404, "unknown_field")
    person = await supply(doors, incident_id, "1.7", value="Ada Example")
    assert code_of(person) == (422, "field_invalid")
    assert "Ada" not in person.text
    nobody = await supply(doors, incident_id, "2.4", "auditor", value="Cards.")
    assert code_of(nobody) == (403, "not_allowed")
    other = await doors.call("GET", f"{path}?entity=nobody", "auditor")
    assert code_of(other) == (404, "unknown_report")
    assert other.json()["entities"] == [(await until(doors, incident_id, bool))["entity"]]

    first = await supply(doors, incident_id, "2.9", submission_id="f-1", value=True)
    assert first.json()["kind"] == "report_field.supplied", first.text
    again = await supply(doors, incident_id, "2.9", submission_id="f-1", value=True)
    assert again.json()["entry_id"] == first.json()["entry_id"]
    reused = await supply(doors, incident_id, "2.9", submission_id="f-1", value=False)
    assert code_of(reused) == (409, "submission_id_reused")
    fields = (await read_report(doors, incident_id, "initial"))["fields"]
    (shown,) = [each for each in fields if each["number"] == "2.9"]
    assert (shown["value"], shown["source"]) == (True, "supplied")
    assert shown["supplied"]["entry"] == first.json()["entry_id"]
    gone = await doors.call("DELETE", f"{path}/fields/2.9", "responder", Prefer="wait=20")
    assert gone.status_code == 200, gone.text
    missing = (await read_report(doors, incident_id, "initial"))["missing"]
    assert "2.9" in {each["field"] for each in missing}
    unapproved = await doors.call("GET", f"{path}.json", "auditor")
    assert code_of(unapproved) == (404, "unknown_report")
    draft = await doors.call("GET", f"{path}.json?draft=true", "auditor")
    assert draft.status_code == 200, draft.text
    assert (await read_report(doors, incident_id, "reclassification"))["deadline"] is None
    assert (await read_report(doors, incident_id, "delay_notice"))["versions"] == []

    late = await ask(doors, incident_id, "final/approval", "compliance")
    assert code_of(late) == (409, "report_not_due")
    both = await ask(doors, incident_id, "initial/approval", "compliance", also=["final"])
    assert code_of(both) == (409, "not_combinable")
    unsent = await ask(
        doors,
        incident_id,
        "initial/submission",
        "compliance",
        means="channel",
        version=1,
        because="Asked for.",
    )
    assert code_of(unsent) == (409, "wrong_stage")

    async def recorded() -> bool:
        found = set(await refusals(doors, incident_id))
        return found >= {"report_not_due", "not_combinable", "wrong_stage"}

    await eventually(recorded)


async def test_a_gap_leaves_by_exception_only_and_a_delay_is_explained(doors: Doors) -> None:
    """The question says which option an exception opens; the notice has a question of its own."""
    incident_id = await major_incident(doors)
    expected = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    delay = await ask(
        doors,
        incident_id,
        "initial/delay",
        "compliance",
        because="The processor is silent.",
        expected_at=expected,
    )
    assert delay.json()["kind"] == "delay.explained", delay.text
    told = await until(doors, incident_id, lambda told: told["delays"])
    assert told["delays"][0]["stage"] == "initial"
    forward = await ask(doors, incident_id, "initial/approval", "incident_commander")
    assert forward.status_code == 200, forward.text
    assert (await approve(doors, incident_id, "report.review", "compliance")).is_success
    bare = await approve(doors, incident_id, "report.approval", "management_body")
    assert code_of(bare) == (409, "exception_required")
    excepted = {"exception_code": "E-INCOMPLETE", "rationale": "Nobody knows it by then."}
    approved = await approve(doors, incident_id, "report.approval", "management_body", **excepted)
    assert approved.status_code == 200, approved.text
    told = await until(doors, incident_id, lambda told: told["versions"][-1]["approved_at"])
    assert told["versions"][-1]["exception_code"] == "E-INCOMPLETE"
    assert told["versions"][-1]["gaps"]

    body: dict[str, Any] = {
        "submission_id": f"off-{incident_id}",
        "reporting": 1,
        "because": "Gone.",
    }
    off = await ask(doors, incident_id, "write-off", "compliance", **body)
    assert off.json()["kind"] == "reporting.closed", off.text
    again = await ask(doors, incident_id, "write-off", "compliance", **body)
    assert again.json()["entry_id"] == off.json()["entry_id"], again.text
    told = await until(doors, incident_id, lambda told: told["state"] == "closed")
    assert (told["outcome"], told["next"]) == ("written_off", None)
