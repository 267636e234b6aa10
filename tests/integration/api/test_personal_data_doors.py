"""Personal data at the doors: sealed before anything is kept, read on record, erased for ever."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import uuid
from typing import Any

import asyncpg
import pytest
from temporalio.client import Client

from holdfast.evidence.log.proof_file import verify_proof_file
from holdfast.stack.database_urls import database_urls
from holdfast.store.log.checkpoints import latest_checkpoint
from holdfast.store.log.leaves import find_leaf
from holdfast.store.log.proofs import inclusion_proofs
from tests.api_doors import Doors
from tests.sequenced import log_verifiers, sequence
from tests.work_at_doors import new_report, open_incident

_READ = "purpose=Ask+for+the+error+log"


def new_contact() -> dict[str, str]:
    """A person whom no other test names."""
    mark = uuid.uuid4().hex
    return {"name": f"Jörg {mark}", "email": f"{mark}@example.org", "phone": f"+49 30 {mark}"}


async def read_contact(doors: Doors, incident_id: str, person: str = "responder") -> Any:  # noqa: ANN401 - httpx's response
    """Read the contact of an incident."""
    return await doors.call("GET", f"/v1/incidents/{incident_id}/contact?{_READ}", person)


async def erase(doors: Doors, key: str, erasure_id: str, **change: str) -> Any:  # noqa: ANN401 - httpx's response
    """Erase a key, as compliance."""
    body = {"erasure_id": erasure_id, "key": key, "legal_basis": "GDPR Art. 17(1)(a)"} | change
    return await doors.call("POST", "/v1/personal-data/erasures", "compliance", body)


async def opening(doors: Doors, incident_id: str) -> Any:  # noqa: ANN401 - a row
    """The record that opened an incident."""
    (row,) = await doors.rows(
        "SELECT entry_id, body, body_hash FROM evidence.record"
        " WHERE incident_id = :id AND kind = 'incident.opened'",
        id=incident_id,
    )
    return row


async def evidence(doors: Doors, incident_id: str, kind: str) -> list[Any]:
    """The entries of a kind."""
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    return [item["entry"] for item in answer.json()["entries"] if item["entry"]["kind"] == kind]


async def tables_that_hold(doors: Doors, words: str) -> set[str]:
    """The tables in which these words stand, in clear or as bytes."""
    connection = await asyncpg.connect(database_urls(doors.platform.settings).migration)
    tables = await connection.fetch(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    found = set()
    for table in tables:
        statement = f"SELECT count(*) FROM {table['name']} t WHERE strpos(t::text, $1) > 0"  # noqa: S608 - names from the catalogue
        for form in (words, words.encode().hex()):
            if await connection.fetchval(statement, form):
                found.add(table["name"])
    await connection.close()
    return found


async def test_a_contact_stands_in_clear_nowhere(
    working: Doors, temporal: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in any table, nor in Temporal's history, nor in a log; who may read it can."""
    caplog.set_level(logging.DEBUG)
    contact, title = new_contact(), f"Cards fail {uuid.uuid4().hex}"
    incident_id = await open_incident(working, title=title, contact=contact)
    answer = await read_contact(working, incident_id)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in contact} == contact
    assert answer.headers["cache-control"] == "no-store"

    history = await temporal.get_workflow_handle(f"incident/{incident_id}").fetch_history()
    sent = b"".join(event.SerializeToString() for event in history.events)
    for words in (*contact.values(), contact["email"].removesuffix("@example.org")):
        assert await tables_that_hold(working, words) == set()
        assert words.encode() not in sent
        assert words not in caplog.text
    # The search finds what is there.
    assert {"evidence.record", "intake.outbox"} <= await tables_that_hold(working, title)
    assert title.encode() in sent
    assert answer.json()["key"] in (await opening(working, incident_id)).body.decode()


async def test_every_reading_is_evidence(working: Doors) -> None:
    """Who, as what, what for, and which fields: but not what they say."""
    incident_id = await open_incident(working, contact={"phone": "+49 30 1"})
    read = (await read_contact(working, incident_id, "legal")).json()
    assert read | {"key": "", "entry_id": ""} == {
        "key": "",
        "name": None,
        "email": None,
        "phone": "+49 30 1",
        "entry_id": "",
    }
    (entry,) = await evidence(working, incident_id, "personal_data.disclosed")
    assert entry["id"] == read["entry_id"]
    assert entry["actor"] == {"id": working.tokens["legal"].actor, "role": "legal"}
    assert entry["payload"] == {
        "key": read["key"],
        "fields": ["contact_phone"],
        "purpose": "Ask for the error log",
    }
    assert entry["causes"] == [(await opening(working, incident_id)).entry_id]


@pytest.mark.parametrize("person", ["management_body", "vendor_manager", "auditor", "alert_source"])
async def test_who_need_not_call_the_contact_may_not_read_it(doors: Doors, person: str) -> None:
    """The rest of the incident is theirs to read, this is not."""
    answer = await read_contact(doors, "INC-2026-999999", person)
    assert (answer.status_code, answer.json()["type"][-11:]) == (403, "not_allowed")


@pytest.mark.parametrize("query", ["", "purpose=", "purpose=a%0Ab", "purpose=x&odd=1"])
async def test_a_contact_is_not_read_without_a_purpose(doors: Doors, query: str) -> None:
    """One line that says what for."""
    path = f"/v1/incidents/INC-2026-999999/contact?{query}"
    assert (await doors.call("GET", path, "responder")).status_code == 422


async def test_without_a_contact_there_is_nothing_to_read(working: Doors) -> None:
    """No such incident, or a report that names nobody: told, and nothing is recorded."""
    assert (await read_contact(working, "INC-2026-999999")).status_code == 404
    incident_id = await open_incident(working)
    assert (await read_contact(working, incident_id)).status_code == 404
    assert await evidence(working, incident_id, "personal_data.disclosed") == []


async def test_an_erased_contact_is_gone_and_every_proof_holds(working: Doors) -> None:
    """The door says 410; the record has the same bytes, hash, leaf and proof as before."""
    name = f"Jo {uuid.uuid4().hex}"
    incident_id = await open_incident(working, contact=new_contact(), reporter={"name": name})
    key = (await read_contact(working, incident_id)).json()["key"]
    before = await opening(working, incident_id)
    assert await tables_that_hold(working, name) == {"access.identity"}
    settings = working.platform.settings
    await sequence(settings)

    erasure_id = f"dsr-{uuid.uuid4()}"
    erased = await erase(working, key, erasure_id)
    assert erased.status_code == 200
    gone = await read_contact(working, incident_id)
    assert (gone.status_code, gone.json()["type"]) == (
        410,
        "urn:holdfast:problem:personal_data_erased",
    )
    assert len(await evidence(working, incident_id, "personal_data.disclosed")) == 1
    assert await tables_that_hold(working, name) == set()
    after = await opening(working, incident_id)
    assert (after.body, after.body_hash) == (before.body, before.body_hash)
    await sequence(settings)
    async with working.platform.engine.connect() as connection:
        checkpoint = await latest_checkpoint(connection)
        leaf = await find_leaf(connection, after.entry_id)
        assert checkpoint is not None
        assert leaf is not None
        (proof,) = await inclusion_proofs(connection, [leaf.index], checkpoint)
    assert json.loads(leaf.leaf)["sha256"] == hashlib.sha256(after.body).hexdigest()
    assert verify_proof_file(proof.text, leaf.leaf_hash, log_verifiers(settings))


async def test_an_erasure_asked_for_again_is_the_same_entry(working: Doors) -> None:
    """Another content under its id, another erasure of its key, an unknown key: refused."""
    incident_id = await open_incident(working, contact=new_contact())
    key = (await read_contact(working, incident_id)).json()["key"]
    erasure_id = f"dsr-{uuid.uuid4()}"
    answers = await asyncio.gather(*(erase(working, key, erasure_id) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["entry_id"] == f"erasure/{erasure_id}#0"
    for answer, status, code in (
        (await erase(working, key, erasure_id, legal_basis="x"), 409, "submission_id_reused"),
        (await erase(working, key, f"dsr-{uuid.uuid4()}"), 409, "conflict"),
        (await erase(working, "person-unknown", f"dsr-{uuid.uuid4()}"), 404, "not_found"),
        (await erase(working, "a b", erasure_id), 422, "invalid_input"),
        (await erase(working, key, "a#0"), 422, "invalid_input"),
    ):
        assert (answer.status_code, answer.json()["type"].split(":")[-1]) == (status, code)


@pytest.mark.parametrize("person", ["responder", "incident_commander", "legal", "auditor"])
async def test_only_compliance_erases(doors: Doors, person: str) -> None:
    """Others ask compliance."""
    body = {"erasure_id": "x", "key": "person-1", "legal_basis": "x"}
    answer = await doors.call("POST", "/v1/personal-data/erasures", person, body)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "contact",
    [{}, {"name": None}, {"name": ""}, {"name": "a\nb"}, {"fax": "1"}, {"phone": "1" * 201}, []],
    ids=["empty", "null", "no text", "two lines", "odd field", "long", "a list"],
)
async def test_a_contact_that_is_none_is_refused_and_not_quoted(
    doors: Doors, contact: object
) -> None:
    """The problem says where, and nothing of what was sent."""
    answer = await doors.call("POST", "/v1/incidents", "compliance", new_report(contact=contact))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/contact")
    assert "1" * 20 not in answer.text


async def _keys(doors: Doors) -> int:
    return int((await doors.rows("SELECT count(*) FROM personal.subject_key"))[0][0])


async def test_a_report_with_a_contact_is_sent_again_safely(working: Doors) -> None:
    """Though each ciphertext differs: the same report is one incident and one key."""
    key, body = uuid.uuid4().hex, new_report(contact=new_contact(), reporter={"name": "Jo"})

    async def report(**changes: object) -> Any:  # noqa: ANN401 - httpx's response
        said = body | changes
        return await working.call(
            "POST", "/v1/incidents", "compliance", said, Idempotency_Key=key, Prefer="wait=20"
        )

    before = await _keys(working)
    answers = await asyncio.gather(*(report() for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    (incident_id,) = {answer.json()["incident_id"] for answer in answers}
    assert await _keys(working) == before + 1
    others: list[dict[str, object]] = [
        {"contact": new_contact()},
        {"contact": None},
        {"reporter": {"name": "Al"}},
        {"contact": None, "reporter": None},
        {"title": "x"},
    ]
    for other in others:
        refused = await report(**other)
        assert refused.status_code == 409, other
        assert refused.json()["type"].endswith("idempotency_key_reused")
    assert await _keys(working) == before + 1

    pseudonym = (await read_contact(working, incident_id)).json()["key"]
    incident = (await working.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
    assert incident["reporter"]["id"] == pseudonym
    assert (await erase(working, pseudonym, f"dsr-{uuid.uuid4()}")).status_code == 200
    assert (await report()).json()["incident_id"] == incident_id
    assert (await report(title="x")).status_code == 409


async def test_no_hash_of_a_person_can_be_guessed_from(working: Doors) -> None:
    """Two reports that name other people leave the same digest, and a fingerprint under a key."""
    service, kept = f"cards-{uuid.uuid4().hex[:8]}", []
    for contact in (new_contact(), new_contact()):
        key, body = uuid.uuid4().hex, new_report(contact=contact, services=[service])
        await working.call("POST", "/v1/incidents", "compliance", body, Idempotency_Key=key)
        rows = "SELECT request FROM intake.report_key WHERE key = :key"
        kept.append((await working.rows(rows, key=key))[0].request.split(" "))
    (first, name, print_of_first), (second, other, print_of_second) = kept
    assert first == second
    assert name != other
    assert print_of_first != print_of_second
