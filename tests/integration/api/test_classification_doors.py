"""Classification, second looks and re-pinning at the doors, with the real parts behind them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.domain.policies import REGISTER
from tests.api_doors import Doors, alert, eventually, payload
from tests.rulebook import POLICIES
from tests.work_at_doors import decide, new_report, open_incident, question

_FACTS = (
    ("supports_critical_function", True),
    ("clients_affected", 120_000),
    ("downtime_minutes", 80),
)


def register() -> Any:  # noqa: ANN401 - a document
    """The register that is in force."""
    return json.loads(POLICIES[REGISTER].content)


async def triaged(doors: Doors) -> tuple[str, str]:
    """An incident that is confirmed; its id and its service."""
    service = f"cards-{uuid.uuid4().hex[:8]}"
    aware_at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    incident_id = await open_incident(doors, services=[service], aware_at=aware_at)
    asked = await question(doors, incident_id, "incident.confirmation")
    confirmed = await decide(doors, incident_id, "responder", asked, option="confirmed")
    assert confirmed.json()["accepted"] is True, confirmed.text
    return incident_id, service


async def state(doors: Doors, incident_id: str, service: str, *facts: tuple[str, object]) -> Any:  # noqa: ANN401 - httpx's response
    """State facts of the service."""
    changes = [
        {"fact": name, "service": service, "value": value, "quality": "actual", "source": "test"}
        for name, value in facts
    ]
    return await doors.call(
        "PATCH",
        f"/v1/incidents/{incident_id}/facts",
        "responder",
        {"changes": changes},
        Prefer="wait=20",
    )


async def evaluated(doors: Doors, incident_id: str, major: str, number: int = 1) -> dict[str, Any]:
    """Wait until the evaluation of that number is the latest, and answers so."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        kept = await doors.call("GET", f"/v1/incidents/{incident_id}/evaluations", "auditor")
        evaluations = kept.json()["evaluations"]
        found.update(evaluations[-1] if evaluations else {})
        return len(evaluations) == number and found["evaluation"]["major"] == major

    await eventually(look)
    return found


async def read(doors: Doors, incident_id: str, **query: str) -> Any:  # noqa: ANN401 - httpx's response
    """Read the incident."""
    path = f"/v1/incidents/{incident_id}"
    if query:
        path += "?" + "&".join(f"{name}={value}" for name, value in query.items())
    return await doors.call("GET", path, "auditor")


async def test_an_evaluation_is_read_with_its_proof_and_decided(working: Doors) -> None:
    """From the facts to `major`, and the clock of the initial notification."""
    incident_id, service = await triaged(working)
    await state(working, incident_id, service, *_FACTS)
    await evaluated(working, incident_id, "unknown", 2)
    await state(working, incident_id, service, ("downtime_minutes", 130))
    latest = await evaluated(working, incident_id, "yes", 3)
    lines = latest["evaluation"]["entities"][0]["classification"]["proof"]
    downtime = next(line for line in lines if line["clause"] == "2024/1772 Art. 9(3)(b)")
    assert (downtime["value"], downtime["limit"], downtime["result"]) == (130, 120, "met")
    assert latest["policy"]["name"] == "dora-classification"
    asked = await question(working, incident_id, "classification.confirmation")
    assert asked["context"]["major"] == "yes"
    decided = await decide(working, incident_id, "compliance", asked, option="confirm")
    assert decided.json()["accepted"] is True

    async def armed() -> bool:
        incident = (await read(working, incident_id)).json()
        clocks = {clock["clock_id"]: clock["state"] for clock in incident["clocks"]}
        major = (incident["classification"] or {}).get("major")
        return major is True and clocks.get("initial-notification") == "running"

    await eventually(armed)


async def test_what_was_known_then_is_answered(working: Doors) -> None:
    """As of an instant: facts, evaluation, decisions and clocks as they had been recorded."""
    incident_id, service = await triaged(working)
    await state(working, incident_id, service, *_FACTS)
    before = (await evaluated(working, incident_id, "unknown", 2))["recorded_at"]
    await state(working, incident_id, service, ("downtime_minutes", 130))
    await evaluated(working, incident_id, "yes", 3)
    now = (await read(working, incident_id)).json()
    then = (await read(working, incident_id, as_of=before)).json()
    key = f"downtime_minutes@{service}"
    assert (now["facts"][key]["value"], then["facts"][key]["value"]) == (130, 80)
    assert (now["evaluation"]["major"], then["evaluation"]["major"]) == ("yes", "unknown")
    asked = [d["kind"] for d in then["decisions"]]
    assert "classification.confirmation" in asked
    assert then["as_of"] == before
    present = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    assert (await read(working, incident_id, as_of=present)).json() == now | {"as_of": present}
    unopened = await read(working, incident_id, as_of="2020-01-01T00:00:00Z")
    assert unopened.status_code == 404
    ahead = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert (await read(working, incident_id, as_of=ahead)).status_code == 422
    assert (await read(working, incident_id, as_of="yesterday")).status_code == 422


async def test_contradicting_facts_are_refused_with_the_field(working: Doors) -> None:
    """With a receipt in an incident, and at once in a report."""
    incident_id, service = await triaged(working)
    refused = await state(
        working, incident_id, service, ("clients_affected", 11), ("clients_total", 10)
    )
    assert refused.json()["result"]["reason"] == "facts_contradict"
    assert refused.json()["result"]["detail"].startswith(f"clients_affected@{service}")
    facts = [
        {"fact": name, "value": value, "quality": "actual", "source": "test"}
        for name, value in (
            ("occurred_at", "2026-03-04T10:00:00Z"),
            ("resolved_at", "2026-03-04T09:00:00Z"),
        )
    ]
    report = await working.call("POST", "/v1/incidents", "compliance", new_report(facts=facts))
    assert report.status_code == 422
    assert report.json()["errors"][0]["pointer"] == "/facts"
    assert "resolved_at" in report.text


async def test_a_second_look_is_asked_once_under_its_id(working: Doors) -> None:
    """The question comes again; the same request twice is one."""
    incident_id, _ = await triaged(working)
    first = await question(working, incident_id, "classification.confirmation")
    answer = {"option": "override", "data": {"major": False}, "rationale": "For now."}
    await decide(working, incident_id, "compliance", first, **answer)
    body = {"submission_id": f"look-{uuid.uuid4()}", "about": "classification", "reason": "News."}
    path = f"/v1/incidents/{incident_id}/reconsiderations"
    answers = [
        await working.call("POST", path, "responder", body, Prefer="wait=20") for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["kind"] == "reconsideration.requested"
    again = await question(working, incident_id, "classification.confirmation")
    assert again["request_id"] == "classification.confirmation-2"


async def test_only_published_versions_can_be_asked_for(working: Doors) -> None:
    """And the versions that the incident has are refused by the process."""
    incident_id, _ = await triaged(working)
    path = f"/v1/incidents/{incident_id}/policies"
    unknown = {"versions": {"severity-tree": "99.0.0"}, "reason": "Newer."}
    assert (await working.call("POST", path, "compliance", unknown)).status_code == 404
    incident = (await read(working, incident_id)).json()
    pin = next(pin for pin in incident["policies"] if pin["name"] == "severity-tree")
    same = {"versions": {"severity-tree": pin["version"]}, "reason": "Newer."}
    told = await working.call("POST", path, "compliance", same, Prefer="wait=20")
    assert told.json()["result"]["reason"] == "already_pinned", told.text
    assert (await working.call("POST", path, "responder", same)).status_code == 403


async def test_a_service_is_known_under_its_other_names(working: Doors) -> None:
    """Reports, alerts and facts name it as they like; the incident has its id."""
    document = register()
    (service, known) = next(
        (name, service) for name, service in document["services"].items() if service.get("aliases")
    )
    alias = known["aliases"][0]
    fact = {
        "fact": "clients_affected",
        "service": alias,
        "value": 5,
        "quality": "actual",
        "source": "test",
    }
    incident_id = await open_incident(working, services=[alias], facts=[fact])
    incident = (await read(working, incident_id)).json()
    assert incident["services"] == [service]
    assert list(incident["facts"]) == [f"clients_affected@{service}"]
    joined = await working.deliver(payload(alert(alias)))
    assert joined.json()["incidents"] == [incident_id]
    stated = await state(working, incident_id, alias, ("clients_affected", 6))
    assert stated.json()["accepted"] is True
    incident = (await read(working, incident_id)).json()
    assert incident["facts"][f"clients_affected@{service}"]["value"] == 6


async def test_the_way_of_the_proposal_is_drawn(working: Doors) -> None:
    """As an SVG that nothing can run in; before there is a proposal, there is no drawing."""
    incident_id = await open_incident(working)
    path = f"/v1/incidents/{incident_id}/severity.svg"
    assert (await working.call("GET", path, "auditor")).status_code == 404
    asked = await question(working, incident_id, "incident.confirmation")
    await decide(working, incident_id, "responder", asked, option="confirmed")
    await question(working, incident_id, "severity.assignment")
    plain = await working.call("GET", "/v1/policies/severity-tree/2.0.0/diagram.svg", "auditor")
    drawn = await working.call("GET", path, "auditor")
    assert drawn.status_code == 200, drawn.text
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in drawn.headers["content-security-policy"]
    assert drawn.text.startswith("<svg")
    assert drawn.text != plain.text
