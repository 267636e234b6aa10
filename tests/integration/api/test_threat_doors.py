"""The doors of cyber threats, with the real Temporal, worker and an authority's folder behind."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from temporalio.client import Client

from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.evidence.signature import (
    PrincipalVerifier,
    create_signing_key,
    load_verifying_key,
)
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from holdfast.store.rebuild import rebuild
from tests.api_doors import Doors, eventually, open_doors, own_installation
from tests.integration.test_evidence_store import dump
from worker import create_worker

_SIGNIFICANT = {
    "could_affect_critical_functions": True,
    "high_probability": True,
    "could_meet_critical_services": True,
}
_POINTS = {"name": "Ada Example", "mail": "ada@example.com", "phone": "+49691234"}


@pytest_asyncio.fixture(scope="module")
async def threatened(
    settings: Settings, postgres: DatabaseUrls, temporal: Client
) -> AsyncIterator[Doors]:
    """An API and a worker that know one authority; workflows go on as new again and again."""
    del postgres
    own = await own_installation(settings)
    path = own.state_folder / "authorities.yaml"
    path.write_text(json.dumps({"authorities": {"bafin": {"kind": "folder"}}}))
    own = own.model_copy(update={"authorities_file": path, "history_limit": 20})
    create_signing_key(own.signing_key_file)
    verifier = PrincipalVerifier(load_verifying_key(own.verifying_key_file))
    engine = create_engine(database_urls(own).application)
    async with create_worker(temporal, engine, verifier, own), open_doors(own, temporal) as doors:
        for contact in ("compliance-officer", "operations-desk"):
            path_of = f"/v1/directory/contacts/{contact}"
            kept = await doors.call("PUT", path_of, "compliance", _POINTS)
            assert kept.status_code < 300, kept.text
        yield doors
    await engine.dispose()


async def _record(doors: Doors, facts: dict[str, bool], **more: object) -> str:
    body = {
        "title": "Phishing of payment operators",
        "description": "Mails that imitate the clearing house ask for credentials.",
        "detected_at": "2026-03-04T11:00:00Z",
        "entity": "beispielbank",
        "facts": facts,
        **more,
    }
    receipt = await doors.call("POST", "/v1/threats", "responder", body, Prefer="wait=20")
    assert receipt.status_code == 200, receipt.text
    assert receipt.json()["kind"] == "threat.recorded"
    return str(receipt.json()["incident_id"])


async def _do(doors: Doors, method: str, path: str, person: str, **body: object) -> Any:  # noqa: ANN401 - httpx's response
    return await doors.call(method, f"/v1/threats/{path}", person, body, Prefer="wait=20")


async def _read(doors: Doors, threat: str) -> dict[str, Any]:
    found: dict[str, Any] = (await doors.call("GET", f"/v1/threats/{threat}", "auditor")).json()
    return found


async def _entries(doors: Doors, threat: str) -> list[Entry]:
    query = "SELECT body FROM evidence.record WHERE incident_id = :threat ORDER BY position"
    rows = await doors.rows(query, threat=threat)
    return [entry_from_bytes(bytes(row.body)) for row in rows]


async def test_a_significant_threat_is_notified_with_its_contacts(threatened: Doors) -> None:
    """Recorded, filled, approved by somebody else, handed over, answered, closed."""
    threat = await _record(threatened, _SIGNIFICANT, submission_id="threat-once")
    assert await _record(threatened, _SIGNIFICANT, submission_id="threat-once") == threat
    before = await _read(threatened, threat)
    assert (before["significant"], before["status"]) == ("yes", "active")
    assert [gap["field"] for gap in before["gaps"]] == ["14", "17"]

    for number, value in (("14", "Payments could be diverted."), ("17", "The domain is blocked.")):
        done = await _do(threatened, "PUT", f"{threat}/fields/{number}", "responder", value=value)
        assert done.status_code == 200, done.text
    asked = await _do(threatened, "POST", f"{threat}/notification", "responder")
    assert asked.json()["kind"] == "threat.put_forward", asked.text
    (question,) = (await _read(threatened, threat))["decisions"]
    approved = await _do(
        threatened,
        "POST",
        f"{threat}/decisions/{question['request_id']}",
        "compliance",
        decision_id="d-threat-1",
        option="approved",
        subject_digest=question["subject"]["digest"],
    )
    assert approved.status_code == 200, approved.text

    async def notified() -> bool:
        return (await _read(threatened, threat))["notified_at"] is not None

    await eventually(notified)
    (version,) = (await _read(threatened, threat))["notifications"]
    (sent,) = version["submissions"]
    assert (sent["channel"], sent["means"]) == ("bafin", "channel")
    form = await threatened.call("GET", f"/v1/threats/{threat}/form.json?version=1", "compliance")
    assert form.json()["primaryContact"]["name"] == "Ada Example"
    assert "Ada Example" not in json.dumps([version, await _read(threatened, threat)])
    kinds = [entry.event.kind for entry in await _entries(threatened, threat)]
    assert "personal_data.disclosed" in kinds
    query = "SELECT body FROM evidence.record WHERE incident_id = :threat"
    bodies = [bytes(row.body) for row in await threatened.rows(query, threat=threat)]
    assert not any(b"Ada Example" in body for body in bodies)

    closed = await _do(threatened, "POST", f"{threat}/closure", "compliance", because="Over.")
    assert closed.json()["kind"] == "threat.closed", closed.text
    assert (await _read(threatened, threat))["status"] == "inactive"
    late = await _do(threatened, "POST", f"{threat}/closure", "compliance", because="Again.")
    assert late.status_code == 409
    before_rebuild = await dump(threatened.platform.engine)
    await rebuild(threatened.platform.engine)
    assert await dump(threatened.platform.engine) == before_rebuild


async def test_a_threat_that_is_not_significant_is_recorded_but_not_notified(
    threatened: Doors,
) -> None:
    """And the doors say early what is wrong."""
    threat = await _record(threatened, {"high_probability": False})
    refused = await _do(threatened, "POST", f"{threat}/notification", "responder")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (
        409,
        "threat_not_significant",
    )
    stated = await _do(
        threatened, "POST", f"{threat}/facts", "responder", changes={"could_affect_others": True}
    )
    assert stated.json()["kind"] == "threat.assessed"
    assert "Art. 19(3)" in (await _read(threatened, threat))["hint"]
    one = {"high_probability": True}
    nobody = await _do(threatened, "POST", "THR-2026-000000/facts", "responder", changes=one)
    assert nobody.json()["type"].endswith("unknown_threat")
    unknown = await threatened.call("GET", "/v1/threats/THR-2026-000000", "auditor")
    assert unknown.status_code == 404
    early = await _do(threatened, "POST", f"{threat}/receipt", "responder")
    assert early.status_code == 403
    ahead = {"title": "T", "description": "D", "detected_at": "2999-01-01T00:00:00Z"}
    ahead["entity"] = "beispielbank"
    future = await threatened.call("POST", "/v1/threats", "responder", ahead)
    assert future.json()["type"].endswith("times_contradict"), future.text
    contact = await _do(threatened, "PUT", f"{threat}/fields/7", "responder", value="a@b.eu")
    assert (contact.status_code, contact.json()["type"].rpartition(":")[2]) == (
        422,
        "field_invalid",
    )
    draft = await threatened.call("GET", f"/v1/threats/{threat}/form.pdf", "compliance")
    assert draft.content.startswith(b"%PDF"), draft.text
    listed = (await threatened.call("GET", "/v1/threats?active=true", "auditor")).json()
    assert threat in [each["threat_id"] for each in listed["threats"]]
