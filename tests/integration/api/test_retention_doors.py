"""The doors of holds and retention: two people, the right roles, and what readers see after."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from holdfast.domain.retention import RETENTION
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.access_tokens import new_token
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.local_tokens import LocalToken
from tests.api_doors import Doors, alert, eventually, payload
from tests.closed_incidents import LONG_AGO, ClosedIncident, content_of, new_closed_incident

_PROPOSALS = "/v1/retention/proposals"
_AGREED = {"rationale": "Agreed."}


@pytest_asyncio.fixture
async def ripe(doors: Doors, installation: Settings) -> ClosedIncident:
    """An incident whose content may go."""
    return await new_closed_incident(doors.platform.engine, installation)


async def propose(
    doors: Doors, incident_id: str, person: str = "compliance", **changes: object
) -> httpx.Response:
    """Propose, under an id of its own."""
    body = {
        "proposal_id": f"p-{uuid.uuid4()}",
        "incident_id": incident_id,
        "reason": "Retention has ended.",
    }
    return await doors.call("POST", _PROPOSALS, person, body | changes)


async def approve(
    doors: Doors, proposal_id: str, person: str = "legal", body: dict[str, Any] | None = None
) -> httpx.Response:
    """Approve."""
    return await doors.call("POST", f"{_PROPOSALS}/{proposal_id}/approval", person, body or _AGREED)


async def disposed(doors: Doors, incident_id: str) -> str:
    """Propose and approve; return the proposal's id."""
    name = f"p-{uuid.uuid4()}"
    assert (await propose(doors, incident_id, proposal_id=name)).status_code == 201
    answer = await approve(doors, name)
    assert answer.status_code == 201, answer.text
    return name


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]


async def new_person(doors: Doors, installation: Settings, *roles: str) -> str:
    """Somebody with several roles, known to these doors by the label that is returned."""
    token, actor = new_token(), f"person-{uuid.uuid4().hex}"
    connection = await asyncpg.connect(database_urls(installation).migration)
    await connection.execute(
        "INSERT INTO access.token (token_id, secret_hash, actor_id, roles) VALUES ($1, $2, $3, $4)",
        *(token.token_id, token.secret_hash, actor, list(roles)),
    )
    await connection.close()
    doors.tokens[actor] = LocalToken(token.text, actor, ())
    return actor


async def test_what_is_disposed_of_says_so_at_every_door(
    doors: Doors, ripe: ClosedIncident
) -> None:
    """Its hashes stand, its content is nowhere, and whoever asks is told why."""
    path = f"/v1/incidents/{ripe.incident_id}"
    attached = await doors.call(
        "POST", f"{path}/attachments?description=A+log", "responder", b"x" + uuid.uuid4().bytes
    )
    file = f"{path}/attachments/{attached.json()['attachment_id']}"
    before = (await doors.call("GET", f"{path}/evidence", "auditor")).json()["entries"]
    name = await disposed(doors, ripe.incident_id)

    after = (await doors.call("GET", f"{path}/evidence", "auditor")).json()["entries"]
    assert [e["body_hash"] for e in after[: len(before)]] == [e["body_hash"] for e in before]
    gone = [e for e in after if e["withheld"] == "disposed"]
    assert len(gone) == len(ripe.entries)
    assert all(e["entry"] is None for e in gone)

    incident = (await doors.call("GET", path, "auditor")).json()
    assert (incident["outcome"], incident["title"]) == ("disposed", "Content disposed of")
    timeline = await doors.call("GET", f"{path}/timeline?format=text", "auditor")
    assert "withheld withheld: Content disposed of" in timeline.text
    assert (await doors.call("GET", f"{path}/decisions", "auditor")).json() == {"decisions": []}
    assert code_of(await doors.call("GET", f"{file}?purpose=Look", "legal")) == (410, "disposed")
    custody = (await doors.call("GET", f"{file}/custody", "legal")).json()["entries"]
    assert [e["kind"] for e in custody] == ["attachment.collected", "retention.disposed"]

    told = (await doors.call("GET", f"{_PROPOSALS}/{name}", "auditor")).json()
    assert told["proposed"]["payload"]["count"] == told["disposed"]["payload"]["count"]
    assert told["disposed"]["actor"]["id"] == doors.tokens["legal"].actor


async def test_a_disposal_takes_two_people(
    doors: Doors, installation: Settings, ripe: ClosedIncident
) -> None:
    """One with both roles is one person still."""
    both = await new_person(doors, installation, "compliance", "legal")
    name = f"p-{uuid.uuid4()}"
    proposed = await propose(doors, ripe.incident_id, both, proposal_id=name)
    assert proposed.status_code == 201
    assert code_of(await approve(doors, name, both)) == (403, "self_approval")
    assert (await approve(doors, name, "management_body")).status_code == 201


@pytest.mark.parametrize(
    ("person", "expected"),
    [("legal", 403), ("responder", 403), ("auditor", 403), ("management_body", 403)],
)
async def test_only_compliance_proposes(
    doors: Doors, ripe: ClosedIncident, person: str, expected: int
) -> None:
    """The others are told who may."""
    answer = await propose(doors, ripe.incident_id, person)
    assert answer.status_code == expected
    assert answer.json()["roles"] == ["compliance"]


@pytest.mark.parametrize("person", ["compliance", "responder", "auditor", "incident_commander"])
async def test_only_legal_and_the_management_body_approve(doors: Doors, person: str) -> None:
    """The others are told who may."""
    answer = await approve(doors, "p-1", person)
    assert answer.status_code == 403
    assert answer.json()["roles"] == ["legal", "management_body"]


async def test_a_proposal_that_may_not_be_is_refused_with_its_reason(
    doors: Doors, installation: Settings
) -> None:
    """Retention runs, a hold stands, nothing is in the log, there is no such incident."""
    engine = doors.platform.engine
    young = await new_closed_incident(engine, installation, datetime.now(UTC) - timedelta(days=365))
    answer = await propose(doors, young.incident_id)
    assert code_of(answer) == (409, "retention_running")
    assert answer.json()["kept_until"] > datetime.now(UTC).isoformat()

    unlogged = await new_closed_incident(engine, None)
    assert code_of(await propose(doors, unlogged.incident_id)) == (409, "disposal_refused")
    assert code_of(await propose(doors, "INC-2026-999999")) == (404, "not_found")
    assert code_of(await approve(doors, "made-up")) == (404, "not_found")
    assert (await propose(doors, "INC-2026-1")).status_code == 422
    assert (await propose(doors, young.incident_id, proposal_id="a/b")).status_code == 422


async def test_a_hold_keeps_content_until_somebody_else_lifts_it(
    doors: Doors, ripe: ClosedIncident
) -> None:
    """Also where the disposal was proposed before."""
    name = f"p-{uuid.uuid4()}"
    await propose(doors, ripe.incident_id, proposal_id=name)
    holds = f"/v1/incidents/{ripe.incident_id}/holds"
    body = {"hold_id": "claim-1", "type": "legal", "reason": "A claim."}
    placed = await doors.call("POST", holds, "legal", body)
    again = await doors.call("POST", holds, "legal", body)
    assert (placed.status_code, again.status_code) == (201, 200)
    assert placed.json() == again.json()
    other = await doors.call("POST", holds, "legal", body | {"type": "supervisory"})
    assert code_of(other) == (409, "submission_id_reused")

    answer = await approve(doors, name, "management_body")
    assert code_of(answer) == (409, "hold_stands")
    assert answer.json()["holds"] == ["claim-1"]

    lift = f"{holds}/claim-1/lift"
    own = await doors.call("POST", lift, "legal", {"reason": "Settled."})
    assert code_of(own) == (403, "self_approval")
    for status in (201, 200):
        lifted = await doors.call("POST", lift, "compliance", {"reason": "Settled."})
        assert lifted.status_code == status
    missing = await doors.call("POST", f"{holds}/none/lift", "compliance", {"reason": "x"})
    assert code_of(missing) == (404, "not_found")
    listed = (await doors.call("GET", holds, "responder")).json()["holds"]
    assert [(h["hold_id"], h["lifted_because"]) for h in listed] == [("claim-1", "Settled.")]

    assert (await approve(doors, name, "management_body")).status_code == 201
    late = await doors.call("POST", holds, "legal", body | {"hold_id": "claim-2"})
    assert code_of(late) == (410, "disposed")


@pytest.mark.parametrize("person", ["responder", "incident_commander", "auditor"])
async def test_only_compliance_and_legal_hold(
    doors: Doors, ripe: ClosedIncident, person: str
) -> None:
    """The others are told who may."""
    body = {"hold_id": "h", "type": "legal", "reason": "x"}
    path = f"/v1/incidents/{ripe.incident_id}/holds"
    answer = await doors.call("POST", path, person, body)
    assert answer.status_code == 403
    assert answer.json()["roles"] == ["compliance", "legal"]


async def test_what_alert_sources_sent_for_it_alone_goes_too(
    doors: Doors, installation: Settings
) -> None:
    """Raw deliveries, submissions as sent, alerts in words; what others share stays."""
    alone, shared = f"alone-{uuid.uuid4()}", f"shared-{uuid.uuid4()}"
    first, second = payload(alert(alone)), payload(alert(alone), alert(shared))
    incidents = [(await doors.deliver(body)).json()["incidents"] for body in (first, second)]
    (incident_id,) = incidents[0]
    assert incident_id in incidents[1]
    rows = (
        "SELECT (SELECT count(*) FROM intake.outbox WHERE incident_id = :id"
        " AND delivered_at IS NULL) + (SELECT count(*) FROM intake.alert WHERE incident_id = :id"
        " AND submission_id IS NULL)"
    )

    async def delivered() -> bool:
        return bool((await doors.rows(rows, id=incident_id))[0][0] == 0)

    await eventually(delivered)
    engine = doors.platform.engine
    await new_closed_incident(engine, installation, LONG_AGO, incident_id)
    await disposed(doors, incident_id)

    kept = await doors.rows(
        "SELECT delivery.raw, count(DISTINCT alert.incident_id), min(summary) FROM intake.alert"
        " JOIN intake.delivery USING (delivery_id)"
        " WHERE service IN (:alone, :shared) GROUP BY raw ORDER BY 2",
        alone=alone,
        shared=shared,
    )
    assert [row[1] for row in kept] == [1, 2]
    assert await content_of(engine, kept[0][0]) is None
    assert await content_of(engine, kept[1][0]) is not None
    said = await doors.rows(
        "SELECT summary FROM intake.alert WHERE incident_id = :id", id=incident_id
    )
    assert {row[0] for row in said} == {""}
    sent = await doors.rows(
        "SELECT content FROM intake.outbox WHERE incident_id = :id", id=incident_id
    )
    assert {bytes(row[0]) for row in sent} == {b""}


async def test_the_policy_behind_a_disposal_can_be_read(doors: Doors, ripe: ClosedIncident) -> None:
    """Exactly the version that was applied."""
    await disposed(doors, ripe.incident_id)
    policy = doors.platform.policies.policy(RETENTION, datetime.now(UTC))
    assert digest_of_bytes(policy.content.encode()) == policy.pin.digest
    assert await content_of(doors.platform.engine, policy.pin.digest) == policy.content.encode()
