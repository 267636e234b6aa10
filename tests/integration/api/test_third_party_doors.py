"""Escalations at the real doors: from the request to the signed review, and what is refused."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from temporalio.client import Client

from holdfast.domain.third_party.naming import escalation_workflow_id
from holdfast.domain.values import rfc3339
from tests.api_doors import Doors, eventually
from tests.attachments_at_doors import send
from tests.communications_at_doors import code_of
from tests.third_parties_at_doors import (
    CONTRACT,
    PROVIDER,
    affected_incident,
    escalate,
    hand_in,
    in_stage,
    put_question,
    said,
    settle,
    third_party,
)
from tests.work_at_doors import decide, new_report, refusals

_SPEAKER = "Robin Roe of the duty desk"


def _id(answer: Any) -> str:  # noqa: ANN401 - httpx's response
    """The id of the entry that an answer names, as it stands in a query."""
    return quote(answer.json()["entry_id"], safe="")


async def _evidence(doors: Doors, incident_id: str) -> list[dict[str, Any]]:
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    return [each["entry"] for each in answer.json()["entries"]]


async def test_a_provider_is_escalated_to_confirmed_and_reviewed(working: Doors) -> None:
    """Invoked by decision, spoken for, restored by decision, reviewed, signed off: all evidence."""
    incident_id = await affected_incident(working)
    path = f"/v1/incidents/{incident_id}/third-parties"
    (serving,) = [
        each
        for each in (await working.call("GET", f"{path}/contracts", "auditor")).json()["contracts"]
        if each["contract"] == CONTRACT
    ]
    assert (serving["provider"], serving["terms"], serving["open"]) == (PROVIDER, True, None)
    asked_at = rfc3339(datetime.now(UTC) - timedelta(minutes=2))
    facts = [entry["id"] for entry in await _evidence(working, incident_id)][:1]
    number = await escalate(
        working, incident_id, facts=facts, asked_at=asked_at, asked_by="telephone"
    )
    found = await third_party(working, incident_id, number)
    assert (found["asked_at"], found["facts"]) == (asked_at, facts)
    assert found["next_clock"] == f"third-party-{number}:acknowledge-1"

    again = {"contract": CONTRACT, "because": "It is still down."}
    twice = await working.call("POST", path, "responder", again)
    assert code_of(twice) == (409, "already_escalated")
    attached = (await send(working, incident_id)).json()
    document = {"name": "First analysis", "digest": attached["digest"]}
    words = said("document", documents=[document])
    for body in (said("acknowledgement"), words, said("restoration")):
        answer = await hand_in(working, incident_id, number, "statements", "responder", **body)
        assert answer.json().get("kind") == "third_party.stated", answer.text
        assert answer.json()["result"]["late_by_us"] is False
    asked = await put_question(working, incident_id, number, "third_party.restoration")
    assert asked["third_party"] == number
    assert asked["communication"] is None
    own = await decide(working, incident_id, "responder", asked, option="confirmed")
    assert code_of(own) == (403, "self_approval")
    await settle(
        working, incident_id, number, "third_party.restoration", "incident_commander", "confirmed"
    )
    found = await in_stage(working, incident_id, number, "restored")
    outcomes = {each["clock"]: each["outcome"] for each in found["clocks"]}
    assert (outcomes["acknowledge"], outcomes["restore"]) == ("met", "met")
    assert found["statements"][1]["documents"] == [{**document, "media_type": "application/pdf"}]

    weakness = {"weakness": "Nobody answers at night"}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("weaknesses", weakness),
        ("origin", {"rank": 1, "statement": "Their own report."}),
        ("reviews", {"review": {"summary": "Restored in time.", "performance": "Good."}}),
    ]
    for name, more in steps:
        answer = await hand_in(working, incident_id, number, name, "responder", **more)
        assert answer.json().get("accepted"), (name, answer.text)
    for person in ("vendor_manager", "management_body"):
        await settle(working, incident_id, number, "third_party.review", person, "signed_off")
    found = await in_stage(working, incident_id, number, "closed")
    assert weakness["weakness"] in json.dumps(found["weaknesses"])
    assert {each["basis"] for each in found["tasks"]} == {"DORA Art. 28(7)(c)"}
    (origin,) = found["origins"]
    assert (origin["rank"], origin["origin_provider"]) == (1, PROVIDER)
    assert origin["name"] == found["provider_name"]
    (call,) = found["calls"]
    assert (call["why"], call["communication_stage"]) == ("request", "published")
    assert [each["report"]["sent"] for each in call["deliveries"]] == [1]
    late = await hand_in(working, incident_id, number, "weaknesses", "responder", **weakness)
    assert code_of(late) == (409, "wrong_stage")


async def test_who_spoke_is_sealed_once_and_read_on_record(working: Doors) -> None:
    """A notification opens the escalation; repeated it is one, and nobody is named in clear."""
    incident_id = await affected_incident(working, contact={"name": "A client"})
    path = f"/v1/incidents/{incident_id}/third-parties"
    told = {
        "submission_id": f"told-{uuid.uuid4()}",
        "contract": CONTRACT,
        "statement": "Their ledger is degraded.",
        "said_by": _SPEAKER,
        "said_at": rfc3339(datetime.now(UTC)),
        "source": "mail",
    }
    first = await working.call(
        "POST", f"{path}/notifications", "vendor_manager", told, Prefer="wait=20"
    )
    assert first.json().get("kind") == "third_party.opened", first.text
    second = await working.call("POST", f"{path}/notifications", "vendor_manager", told)
    assert second.json() == first.json()
    other = told | {"said_by": "Somebody else"}
    reused = await working.call("POST", f"{path}/notifications", "vendor_manager", other)
    assert code_of(reused) == (409, "submission_id_reused")
    number = int(first.json()["result"]["number"])
    await in_stage(working, incident_id, number, "asked")
    body = said("update")
    stated = await hand_in(working, incident_id, number, "statements", "compliance", **body)
    assert stated.json().get("kind") == "third_party.stated", stated.text
    repeated = await hand_in(working, incident_id, number, "statements", "compliance", **body)
    assert repeated.json() == stated.json()
    body |= {"text": "They have found it."}
    reused = await hand_in(working, incident_id, number, "statements", "compliance", **body)
    assert code_of(reused) == (409, "submission_id_reused")

    entries = await _evidence(working, incident_id)
    assert [each["kind"] for each in entries].count("third_party.stated") == 1
    assert _SPEAKER not in json.dumps(entries)
    spoken = [f"{path}/speaker?purpose=To+call+back&entry={_id(each)}" for each in (first, stated)]
    read = [await working.call("GET", each, "vendor_manager") for each in spoken]
    assert [each.json()["from"] for each in read] == [_SPEAKER, _SPEAKER]
    assert read[0].headers["cache-control"] == "no-store"
    denied = await working.call("GET", spoken[0], "auditor")
    assert code_of(denied) == (403, "not_allowed")
    (report,) = [each["id"] for each in entries if each.get("sealed", {}).keys() - {"from"}]
    unspoken = f"{path}/speaker?purpose=x&entry={quote(report, safe='')}"
    assert code_of(await working.call("GET", unspoken, "legal")) == (404, "not_found")


async def test_a_report_brings_the_notification_that_it_is(working: Doors) -> None:
    """One request opens the incident and the escalation; repeated with its key it is one."""
    body = new_report(
        services=["instant-payments"],
        third_party={"contract": CONTRACT, "said_by": _SPEAKER, "their_reference": "CS-1"},
    )
    keyed = {"Idempotency_Key": uuid.uuid4().hex, "Prefer": "wait=20"}
    first = await working.call("POST", "/v1/incidents", "compliance", body, **keyed)
    assert first.status_code == 201, first.text
    second = await working.call("POST", "/v1/incidents", "compliance", body, **keyed)
    assert second.json() == first.json()
    told = body["third_party"] | {"said_by": "Somebody else"}
    other = body | {"third_party": told}
    reused = await working.call("POST", "/v1/incidents", "compliance", other, **keyed)
    assert code_of(reused) == (409, "idempotency_key_reused")
    more = {"Idempotency_Key": uuid.uuid4().hex}
    await working.call("POST", "/v1/incidents", "compliance", other, **more)
    kept = await working.rows(
        "SELECT DISTINCT split_part(request, ' ', 1) FROM intake.report_key WHERE key IN (:a, :b)",
        a=keyed["Idempotency_Key"],
        b=more["Idempotency_Key"],
    )
    assert len(kept) == 1  # no digest stays from which it could be guessed who called
    receipt = await working.call(
        "GET", first.json()["notification"], "compliance", Prefer="wait=20"
    )
    assert receipt.json().get("kind") == "third_party.opened", receipt.text
    incident_id = str(first.json()["incident_id"])
    found = await in_stage(working, incident_id, 1, "asked")
    assert (found["invocation"], found["their_reference"]) == ("notification", "CS-1")
    assert found["because"] == body["title"]
    assert _SPEAKER not in json.dumps(await _evidence(working, incident_id))
    query = f"speaker?purpose=x&entry={_id(receipt)}"
    path = f"/v1/incidents/{incident_id}/third-parties/{query}"
    assert (await working.call("GET", path, "legal")).json()["from"] == _SPEAKER
    unknown = body | {"third_party": {"contract": "CA-0000"}}
    refused = await working.call("POST", "/v1/incidents", "compliance", unknown)
    assert code_of(refused) == (404, "unknown_contract")
    ours = body | {"origin": "human"}
    refused = await working.call("POST", "/v1/incidents", "compliance", ours)
    assert code_of(refused) == (422, "invalid_input")


async def test_a_pause_is_decided_and_ended_and_a_lost_workflow_is_written_off(
    working: Doors, temporal: Client
) -> None:
    """Only for the contract's reasons; and what somebody has terminated the incident ends."""
    incident_id = await affected_incident(working)
    number = await escalate(working, incident_id)
    because = {"reason": "holidays", "statement": "They are away."}
    refused = await hand_in(working, incident_id, number, "pauses", "responder", **because)
    assert code_of(refused) == (409, "pause_not_allowed")
    because["reason"] = "waiting-for-client"
    ended = {"statement": "They have what they wanted."}
    early = await hand_in(working, incident_id, number, "pauses/end", "responder", **ended)
    assert code_of(early) == (409, "pause_not_allowed")
    paused = await hand_in(working, incident_id, number, "pauses", "responder", **because)
    assert paused.json().get("kind") == "pause.requested", paused.text
    await settle(working, incident_id, number, "third_party.pause", "incident_commander", "granted")

    async def stands_still() -> bool:
        found = await third_party(working, incident_id, number)
        return bool(found["pause_reason"] == because["reason"])

    await eventually(stands_still)
    over = await hand_in(working, incident_id, number, "pauses/end", "responder", **ended)
    assert over.json().get("kind") == "pause.ended", over.text
    relapsed = await hand_in(working, incident_id, number, "relapses", "responder", **ended)
    assert code_of(relapsed) == (409, "wrong_stage")

    async def recorded() -> bool:
        attempts = ["pause_not_allowed", "pause_not_allowed", "wrong_stage"]
        return (await refusals(working, incident_id))[-3:] == attempts

    await eventually(recorded)
    await temporal.get_workflow_handle(escalation_workflow_id(incident_id, number)).terminate()
    told = {"submission_id": f"s-{uuid.uuid4()}", "because": "Terminated by mistake."}

    async def withdraw() -> Any:  # noqa: ANN401 - httpx's response
        person = "vendor_manager"
        return await hand_in(working, incident_id, number, "withdrawal", person, **told)

    async def withdrawn() -> bool:
        answer = await withdraw()
        assert answer.status_code in {200, 503}, answer.text
        return bool(answer.status_code == 200)

    await eventually(withdrawn)
    again = await withdraw()
    assert again.json()["kind"] == "third_party.withdrawn", again.text
    found = await third_party(working, incident_id, number)
    assert (found["closed"], found["withdrawn_because"]) == (True, told["because"])


async def test_what_cannot_be_is_told_before_anything_is_kept(working: Doors) -> None:
    """Each with its code, and with what would fit."""
    incident_id = await affected_incident(working)
    path = f"/v1/incidents/{incident_id}/third-parties"
    ahead = rfc3339(datetime.now(UTC) + timedelta(hours=1))
    body: dict[str, Any] = {"contract": CONTRACT, "because": "It is down."}
    phone = {"asked_by": "telephone"}
    attempts: list[tuple[dict[str, Any], str, tuple[int, str]]] = [
        (body | {"contract": "CA-0000"}, "responder", (404, "unknown_contract")),
        (body | {"facts": ["incident/INC-2020-000001#1"]}, "responder", (422, "invalid_input")),
        (body | phone | {"asked_at": ahead}, "responder", (422, "invalid_input")),
        (body, "legal", (403, "not_allowed")),
        (body, "auditor", (403, "not_allowed")),
    ]
    for given, person, code in attempts:
        answer = await working.call("POST", path, person, given)
        assert code_of(answer) == code, (given, answer.text)
    hint = await working.call("POST", path, "responder", body | {"contract": "CA-0000"})
    assert {"contract": CONTRACT, "provider": PROVIDER} in hint.json()["contracts"]
    assert (await working.call("GET", path, "auditor")).json() == {"third_parties": []}
    number = await escalate(working, incident_id)
    unknown = {"name": "Analysis", "digest": f"sha256:{'0' * 64}"}
    wrong: list[tuple[int, str, dict[str, Any], tuple[int, str]]] = [
        (9, "relapses", {"statement": "x"}, (404, "unknown_third_party")),
        (number, "statements", said("update", said_at=ahead), (422, "invalid_input")),
        (number, "statements", said("document", documents=[unknown]), (422, "invalid_input")),
        (
            number,
            "origin",
            {"rank": 2, "provider": "nobody", "statement": "x"},
            (422, "invalid_input"),
        ),
        (
            number,
            "origin",
            {"rank": 2, "provider": PROVIDER, "statement": "x"},
            (422, "invalid_input"),
        ),
        (
            number,
            "reviews",
            {"review": {"summary": "x", "performance": "y"}},
            (409, "wrong_stage"),
        ),
    ]
    for which, name, given, code in wrong:
        answer = await hand_in(working, incident_id, which, name, "responder", **given)
        assert code_of(answer) == code, (name, answer.text)
