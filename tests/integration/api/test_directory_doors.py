"""The stakeholder directory at the doors: who is in charge, and addresses that are sealed."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from holdfast.evidence.log.proof_file import verify_proof_file
from holdfast.store.log.checkpoints import latest_checkpoint
from holdfast.store.log.leaves import find_leaf
from holdfast.store.log.proofs import inclusion_proofs
from tests.api_doors import Doors
from tests.directory_at_doors import CONTACTS, directory, entries, points, post, put
from tests.integration.api.test_personal_data_doors import tables_that_hold
from tests.sequenced import log_verifiers, sequence


@pytest_asyncio.fixture
async def duty(doors: Doors) -> AsyncIterator[dict[str, str]]:
    """The points of the duty commander, who has been recorded."""
    given = points()
    assert (await put(doors, "duty-commander", given)).status_code == 200
    yield given
    await doors.call("DELETE", f"{CONTACTS}/duty-commander", "compliance")


async def test_the_directory_says_who_is_in_charge_and_who_cannot_be_reached(doors: Doors) -> None:
    """Before anybody has recorded anything: everybody is warned of, nobody is hidden."""
    found = await directory(doors)
    assert found["policy"]["name"] == "stakeholders"
    assert found["in_charge"]["incident_commander"] == ["duty-commander"]
    assert found["in_charge"]["compliance"][0] in {"compliance-officer", "compliance-on-call"}
    assert set(found["groups"]["board"]) == {"board-chair", "board-it-member"}
    assert found["media_spokespersons"] == ["press-office"]
    contact = found["contacts"]["press-agency"]
    assert (contact["audience"], contact["points"], contact["stale"]) == ("media", [], False)
    warned = {each["contact_id"] for each in found["warnings"]}
    assert warned == {name for name, each in found["contacts"].items() if not each["points"]}
    assert {each["code"] for each in found["warnings"]} == {"cannot_be_reached"}


async def test_points_stand_in_clear_nowhere_and_are_read_on_record(
    doors: Doors, duty: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in any table, entry, log or answer; whoever may read them says what for."""
    caplog.set_level(logging.DEBUG)
    again = await put(doors, "duty-commander", duty)
    assert again.json()["done"] == "confirmed"
    for words in duty.values():
        assert words not in again.text
        assert await tables_that_hold(doors, words) == set()
        assert words not in caplog.text
        assert words not in json.dumps(await directory(doors))
    read = await post(doors, "duty-commander", "disclosure", {"purpose": "Call"}, "responder")
    assert read.status_code == 200
    assert read.headers["cache-control"] == "no-store"
    assert {name: read.json()[name] for name in duty} == duty
    key = read.json()["key"]
    (disclosed,) = await entries(doors, key)
    (recorded,) = (await entries(doors, "duty-commander"))[-1:]
    assert disclosed["id"] == read.json()["entry_id"]
    assert disclosed["causes"] == [recorded["id"]]
    assert disclosed["payload"] == {
        "key": key,
        "fields": ["mail", "name", "phone"],
        "purpose": "Call",
    }
    assert recorded["payload"]["points"] == ["mail", "name", "phone"]
    assert recorded["policy"] == (await directory(doors))["policy"]
    assert "sealed" not in recorded


async def test_what_is_done_with_a_contact_is_evidence(doors: Doors) -> None:
    """Recorded, the same once more, others, confirmed, removed: each an entry by somebody."""
    first, second = points(), points()
    recorded = (await put(doors, "legal-counsel", first)).json()
    again = (await put(doors, "legal-counsel", first, "incident_commander")).json()
    assert (recorded["done"], again["done"]) == ("recorded", "confirmed")
    assert again["fingerprint"] == recorded["fingerprint"]
    assert again["confirmed_at"] > recorded["confirmed_at"] == again["recorded_at"]
    other = (await put(doors, "legal-counsel", second)).json()
    assert other["fingerprint"] != recorded["fingerprint"]
    assert other["key"] == recorded["key"]

    old = {"fingerprint": recorded["fingerprint"]}
    stale = await post(doors, "legal-counsel", "confirmation", old)
    assert (stale.status_code, stale.json()["fingerprint"]) == (409, other["fingerprint"])
    new = {"fingerprint": other["fingerprint"]}
    confirmed = await post(doors, "legal-counsel", "confirmation", new)
    assert confirmed.json()["confirmed_at"] > other["confirmed_at"]

    gone = await doors.call("DELETE", f"{CONTACTS}/legal-counsel", "incident_commander")
    assert (gone.status_code, gone.json()["done"]) == (200, "removed")
    said = await entries(doors, "legal-counsel")
    done = ["recorded", "confirmed", "recorded", "confirmed", "removed"]
    assert [entry["payload"]["done"] for entry in said] == done
    assert {entry["kind"] for entry in said} == {"contact.recorded"}
    actors = {person: doors.tokens[person].actor for person in ("compliance", "incident_commander")}
    assert [entry["actor"]["id"] for entry in said][::2] == [
        actors["compliance"],
        actors["compliance"],
        actors["incident_commander"],
    ]
    (key,) = await doors.rows(
        "SELECT wrapped FROM personal.subject_key WHERE key = :key", key=recorded["key"]
    )
    assert key.wrapped is None
    assert (await directory(doors))["contacts"]["legal-counsel"]["points"] == []
    assert (
        await doors.call("DELETE", f"{CONTACTS}/legal-counsel", "compliance")
    ).status_code == 404
    anew = (await put(doors, "legal-counsel", first)).json()
    assert anew["key"] != recorded["key"]
    await doors.call("DELETE", f"{CONTACTS}/legal-counsel", "compliance")


async def test_an_erased_contact_is_gone_and_the_evidence_verifies(doors: Doors) -> None:
    """By the one door of erasures: row and key are gone, record, leaf and proof stay."""
    given = points()
    recorded = (await put(doors, "press-office", given)).json()
    settings = doors.platform.settings
    await sequence(settings)
    before = await _record(doors, recorded["entry_id"])
    request = {
        "erasure_id": f"dsr-{uuid.uuid4()}",
        "key": recorded["key"],
        "legal_basis": "GDPR Art. 17(1)(a)",
    }
    erased = await doors.call("POST", "/v1/personal-data/erasures", "compliance", request)
    assert erased.status_code == 200
    read = await post(doors, "press-office", "disclosure", {"purpose": "x"})
    assert read.status_code == 404
    assert (
        await doors.rows(
            "SELECT 1 FROM personal.contact_point WHERE key = :key", key=recorded["key"]
        )
        == []
    )
    warned = [
        w["code"] for w in (await directory(doors))["warnings"] if w["contact_id"] == "press-office"
    ]
    assert warned == ["cannot_be_reached"]

    assert await _record(doors, recorded["entry_id"]) == before
    await sequence(settings)
    async with doors.platform.engine.connect() as connection:
        checkpoint = await latest_checkpoint(connection)
        leaf = await find_leaf(connection, recorded["entry_id"])
        assert checkpoint is not None
        assert leaf is not None
        (proof,) = await inclusion_proofs(connection, [leaf.index], checkpoint)
    assert verify_proof_file(proof.text, leaf.leaf_hash, log_verifiers(settings))


async def _record(doors: Doors, entry_id: str) -> Any:  # noqa: ANN401 - a row
    (row,) = await doors.rows(
        "SELECT body, body_hash FROM evidence.record WHERE entry_id = :id", id=entry_id
    )
    return tuple(row)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/"),
        ({"name": "Jo"}, "/"),
        ({"mail": "12345678901234567890"}, "/mail"),
        ({"phone": "030 12345678901234567890"}, "/phone"),
        ({"mail": "a@b.example", "name": "a\nb"}, "/name"),
        ({"mail": "a@b.example", "fax": "12345678901234567890"}, "/fax"),
        ({"mail": "a@b.example", "role": "king"}, "/role"),
    ],
)
async def test_wrong_points_are_refused_and_not_quoted(
    doors: Doors, body: object, pointer: str
) -> None:
    """The problem says where, and nothing of what was sent."""
    answer = await put(doors, "duty-commander", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert "1234567890" not in answer.text


@pytest.mark.parametrize("person", ["responder", "legal", "management_body", "auditor"])
async def test_only_compliance_and_commanders_keep_contacts(doors: Doors, person: str) -> None:
    """Others read who is in charge; some of them read the points, on record."""
    for answer in (
        await put(doors, "duty-commander", points(), person),
        await post(doors, "duty-commander", "confirmation", {"fingerprint": "4f" * 32}, person),
        await doors.call("DELETE", f"{CONTACTS}/duty-commander", person),
    ):
        assert answer.status_code == 403
    reads = await post(doors, "client-service", "disclosure", {"purpose": "x"}, person)
    assert reads.status_code == (404 if person in {"responder", "legal"} else 403)
    assert (await post(doors, "x", "disclosure", {"purpose": ""}, "legal")).status_code == 422
