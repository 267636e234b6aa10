"""Drafts and their versions at the doors: composed once for an id, kept, compared."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from typing import Any

import pytest

from holdfast.store.communications.recipients import recipients_key
from tests.api_doors import Doors
from tests.communications_at_doors import (
    code_of,
    communication,
    draft,
    drafted,
    open_communication,
    own_words,
    step,
)
from tests.work_at_doors import open_incident


async def test_versions_are_kept_and_compared(working: Doors) -> None:
    """A version is read as exact bytes; the difference names nobody."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    first = await communication(working, incident_id, number)
    change = draft(
        first["message"],
        texts={"en": {"subject": "Instant payments are delayed", "body": "All is well again."}},
        deliveries=[
            {
                "channel": "mail",
                "group": "clients",
                "language": "en",
                "addresses": ["jo@example.org", "kim@example.org", "lee@example.org"],
            },
            {"channel": "notices", "group": "board", "language": "en"},
        ],
        release={"when": "on_command"},
        comment="As legal asked",
    )
    changed = await step(working, incident_id, number, "draft", "legal", **change)
    assert changed.json()["kind"] == "communication.drafted", changed.text
    path = f"/v1/incidents/{incident_id}/communications/{number}/versions"
    for version, digest in (
        (1, first["message"]),
        (2, changed.json()["result"]["message"]),
    ):
        read = await working.call("GET", f"{path}/{version}", "auditor")
        assert read.headers["etag"] == f'"{digest}"'
        assert f"sha256:{hashlib.sha256(read.content).hexdigest()}" == digest
        assert json.loads(read.content)["purpose"] == "other"
    found = (await working.call("GET", f"{path}/2/difference", "auditor")).json()
    assert (found["before"], found["after"]) == (1, 2)
    (text,) = found["texts"]
    assert "-We are working on it." in text["lines"]
    assert "+All is well again." in text["lines"]
    mail, board = found["deliveries"]
    assert (mail["change"], mail["before"], mail["after"]) == ("changed", 2, 3)
    assert (mail["gained"], mail["lost"]) == (2, 1)
    assert (board["change"], board["channel"]) == ("added", "notices")
    assert found["release"]["after"] == {"when": "on_command"}
    back = (await working.call("GET", f"{path}/1/difference?from=2", "auditor")).json()
    assert (back["deliveries"][0]["gained"], back["deliveries"][0]["lost"]) == (1, 2)
    for wrong in ("9", "1/difference", "2/difference?from=9"):
        assert code_of(await working.call("GET", f"{path}/{wrong}", "auditor")) == (
            404,
            "not_found",
        )


async def test_the_same_people_sealed_anew_are_no_difference(working: Doors) -> None:
    """Each version has a list of its own, under a key of its own."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    first = await communication(working, incident_id, number)
    words = {"en": {"subject": "Instant payments are delayed", "body": "Other words."}}
    changed = await step(
        working, incident_id, number, "draft", "responder", **draft(first["message"], texts=words)
    )
    assert changed.status_code == 200, changed.text
    path = f"/v1/incidents/{incident_id}/communications/{number}/versions/2/difference"
    found = (await working.call("GET", path, "auditor")).json()
    assert (found["deliveries"], found["attachments"], found["release"]) == ([], [], None)
    assert len(found["texts"]) == 1


async def test_a_draft_asked_for_again_is_one(working: Doors) -> None:
    """At once and later, though it is sealed anew; with other words or people it is refused."""
    incident_id = await open_incident(working)
    path = f"/v1/incidents/{incident_id}/communications"
    body = own_words(submission_id=f"holding-{uuid.uuid4()}", comment="x")

    async def ask(person: str = "responder", **changes: object) -> Any:  # noqa: ANN401
        return await working.call("POST", path, person, body | changes, Prefer="wait=20")

    answers = await asyncio.gather(*(ask() for _ in range(4)))
    answers.append(await ask())
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json() == answers[0].json() for answer in answers)
    elsewhere = [{**body["deliveries"][0], "addresses": ["kim@example.org"]}]
    for change in ({"comment": "y"}, {"texts": {"en": {"body": "x"}}}, {"deliveries": elsewhere}):
        assert code_of(await ask(**change)) == (409, "submission_id_reused"), change
    assert code_of(await ask("legal")) == (409, "submission_id_reused")
    opened = (await working.call("GET", path, "auditor")).json()["communications"]
    assert len([each for each in opened if each["purpose"] == "other"]) == 1


async def test_a_change_asked_for_again_is_one(working: Doors) -> None:
    """The second is the receipt of the first, also when another version stands by then."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id)
    first = await communication(working, incident_id, number)
    change = draft(first["message"], texts={"en": {"subject": "S", "body": "Second."}})
    change["submission_id"] = f"second-{uuid.uuid4()}"
    once = await step(working, incident_id, number, "draft", "responder", **change)
    again = await step(working, incident_id, number, "draft", "responder", **change)
    assert once.status_code == 200, once.text
    assert once.json() == again.json()
    third = draft(once.json()["result"]["message"], texts={"en": {"subject": "S", "body": "3."}})
    assert (await step(working, incident_id, number, "draft", "legal", **third)).status_code == 200
    assert (
        await step(working, incident_id, number, "draft", "responder", **change)
    ).json() == once.json()
    assert (await communication(working, incident_id, number))["version"] == 3


async def test_a_preview_shows_what_is_missing_and_keeps_nothing(working: Doors) -> None:
    """Each value with the entry that it comes from; no artifact, no entry, no communication."""
    incident_id = await open_incident(working)
    path = f"/v1/incidents/{incident_id}/communications"
    before = (await working.rows("SELECT count(*) FROM evidence.artifact"))[0][0]
    body = own_words(purpose="client_notice", texts={}, values={})
    shown = await working.call("POST", f"{path}/preview", "responder", body)
    assert shown.status_code == 200, shown.text
    told = shown.json()
    assert told["missing"]
    assert all(f"[missing: {each}]" in told["variants"][0]["body"] for each in told["missing"])
    entries = {each["entry"] for each in told["values"] if each["entry"]}
    assert any(entry.startswith(f"incident/{incident_id}#") for entry in entries)
    assert told["deliveries"][0]["count"] == 2
    assert (await working.rows("SELECT count(*) FROM evidence.artifact"))[0][0] == before
    opened = (await working.call("GET", path, "auditor")).json()["communications"]
    assert "client_notice" not in [each["purpose"] for each in opened]


async def test_the_examples_of_the_document_hold(working: Doors) -> None:
    """What is shown to callers can be sent as it is, and lacks nothing."""
    incident_id = await open_incident(working)
    path = f"/v1/incidents/{incident_id}/communications"
    schemas = working.app.openapi()["components"]["schemas"]
    shown = await working.call(
        "POST", f"{path}/preview", "responder", schemas["NewPreview"]["example"]
    )
    assert shown.json().get("missing") == [], shown.text
    opened = await working.call(
        "POST", path, "responder", schemas["NewCommunication"]["example"], Prefer="wait=20"
    )
    assert opened.json().get("accepted") is True, opened.text
    number = opened.json()["result"]["number"]
    base = (await drafted(working, incident_id, number))["message"]
    change = {**schemas["DraftChange"]["example"], "base": base}
    changed = await step(working, incident_id, number, "draft", "responder", **change)
    assert changed.json().get("accepted") is True, changed.text


async def test_what_lacks_values_is_not_handed_in(working: Doors) -> None:
    """It may be kept as a draft; the problem names what is to be stated."""
    incident_id = await open_incident(working)
    number = await open_communication(working, incident_id, purpose="client_notice", texts={})
    found = await communication(working, incident_id, number)
    missing = found["content"]["missing"]
    assert missing
    message = found["message"]
    refused = await step(working, incident_id, number, "submission", "responder", message=message)
    assert code_of(refused) == (409, "draft_incomplete")
    assert all(name in refused.json()["detail"] for name in missing)


_TO_MAIL = {"channel": "mail", "group": "clients", "language": "en"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"deliveries": [{"channel": "pigeon"}]}, "/deliveries/0/channel"),
        ({"deliveries": [_TO_MAIL]}, "/deliveries/0"),
        ({"deliveries": [_TO_MAIL | {"addresses": ["no address"]}]}, "/deliveries/0/addresses/0"),
        ({"deliveries": [_TO_MAIL | {"contacts": ["nobody"]}]}, "/deliveries/0/contacts/0"),
        ({"deliveries": [_TO_MAIL | {"alternative": "mail"}]}, "/deliveries/0/alternative"),
        (
            {"deliveries": [{"channel": "status-page"}], "attachments": ["att-1"]},
            "/deliveries/0/channel",
        ),
        ({"attachments": ["att-1"]}, "/attachments/0"),
        ({"release": {"when": "at", "at": "2020-01-01T00:00:00Z"}}, "/release/at"),
        ({"release": {"when": "soon"}}, "/release"),
        ({"follows": 99}, "/follows"),
        ({"languages": ["en", "en"]}, "/languages/1"),
        ({"languages": ["English"]}, "/languages/0"),
        ({"audience": "aliens"}, "/audience"),
        ({"texts": {"en": {"body": ""}}}, "/texts/en/body"),
        ({"supersedes": 1}, "/supersedes"),
        ({"because": "x"}, "/because"),
    ],
)
async def test_what_is_wrong_is_told_at_draft_time_with_its_field(
    working: Doors, change: dict[str, Any], pointer: str
) -> None:
    """At both doors that compose; nothing is opened, and no address is quoted."""
    incident_id = await open_incident(working)
    path = f"/v1/incidents/{incident_id}/communications"
    for door in (path, f"{path}/preview"):
        answer = await working.call("POST", door, "responder", own_words(**change))
        assert code_of(answer) == (422, "invalid_input"), answer.text
        assert answer.json()["errors"][0]["pointer"].startswith(pointer), answer.text
        assert "no address" not in answer.text
    opened = (await working.call("GET", path, "auditor")).json()["communications"]
    assert "other" not in [each["purpose"] for each in opened]


async def test_ten_thousand_people_fit_into_a_draft_and_no_more_than_the_limit(
    working: Doors,
) -> None:
    """The doors of drafts take 4 MiB and say so; the others stay as they are."""
    incident_id = await open_incident(working)
    people = [f"{each:05}{'x' * 50}@{'y' * 50}.example.org" for each in range(10_000)]
    body = own_words(deliveries=[_TO_MAIL | {"addresses": people}])
    assert len(json.dumps(body)) > 1024 * 1024
    path = f"/v1/incidents/{incident_id}/communications"
    answer = await working.call("POST", path, "responder", body, Prefer="wait=20")
    assert answer.status_code == 200, answer.text
    (delivery,) = answer.json()["result"]["draft"]["deliveries"]
    assert delivery["count"] == 10_000
    too_large = json.dumps(own_words(comment="x" * 4 * 1024 * 1024)).encode()
    for door in (path, f"{path}/preview", f"{path}/1/correction"):
        refused = await working.call("POST", door, "responder", too_large)
        assert code_of(refused) == (413, "body_too_large")
        assert refused.json()["most_bytes"] == 4 * 1024 * 1024
    step_too_large = json.dumps({"message": "x" * 1024 * 1024}).encode()
    refused = await working.call("POST", f"{path}/1/submission", "responder", step_too_large)
    assert refused.json()["most_bytes"] == 1024 * 1024


async def test_the_same_version_once_more_changes_nothing(working: Doors) -> None:
    """To a channel without a list, the same words are the same bytes; it is told and recorded."""
    incident_id = await open_incident(working)
    board = [{"channel": "notices", "group": "board", "language": "en"}]
    number = await open_communication(working, incident_id, deliveries=board)
    message = (await communication(working, incident_id, number))["message"]
    again = draft(message, deliveries=board)
    refused = await step(working, incident_id, number, "draft", "responder", **again)
    assert code_of(refused) == (409, "nothing_changed")
    assert (await communication(working, incident_id, number))["version"] == 1


async def test_erased_recipients_are_read_by_nobody(working: Doors) -> None:
    """410 at the list; the difference says that it cannot count; the draft again is the same."""
    incident_id = await open_incident(working)
    path = f"/v1/incidents/{incident_id}/communications"
    body = own_words(submission_id=f"holding-{uuid.uuid4()}")
    opened = await working.call("POST", path, "responder", body, Prefer="wait=20")
    number = opened.json()["result"]["number"]
    message = (await drafted(working, incident_id, number))["message"]
    words = {"en": {"subject": "S", "body": "Other words."}}
    await step(working, incident_id, number, "draft", "responder", **draft(message, texts=words))
    digest = opened.json()["result"]["draft"]["deliveries"][0]["recipients"]
    async with working.platform.engine.connect() as connection:
        key = await recipients_key(connection, digest)
    erasure = {"erasure_id": f"dsr-{uuid.uuid4()}", "key": key, "legal_basis": "GDPR Art. 17(1)(a)"}
    erased = await working.call("POST", "/v1/personal-data/erasures", "compliance", erasure)
    assert erased.status_code == 200, erased.text
    found = (await working.call("GET", f"{path}/{number}/versions/2/difference", "auditor")).json()
    assert [(each["gained"], each["lost"]) for each in found["deliveries"]] == [(None, None)]
    again = await working.call("POST", path, "responder", body, Prefer="wait=20")
    assert again.json() == opened.json()
    latest = await working.call("GET", f"{path}/{number}/recipients?purpose=x", "legal")
    assert latest.status_code == 200
    erasure |= {"erasure_id": f"dsr-{uuid.uuid4()}", "key": latest.json()["lists"][0]["key"]}
    await working.call("POST", "/v1/personal-data/erasures", "compliance", erasure)
    gone = await working.call("GET", f"{path}/{number}/recipients?purpose=x", "legal")
    assert code_of(gone) == (410, "personal_data_erased")
