"""Remediation at real doors: proposed, decided, done, put off; and a ticket system both ways."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import text
from temporalio.client import Client

from holdfast.channels.signed_webhooks import WebhookSecrets
from holdfast.evidence.signature import (
    PrincipalVerifier,
    create_signing_key,
    load_verifying_key,
)
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from holdfast.store.rebuild import rebuild_incident
from tests.api_doors import Doors, eventually, open_doors, own_installation
from tests.communications_at_doors import code_of
from tests.faulty_receiver import SECRET, FaultyReceiver, faulty_receiver
from tests.remediation_at_doors import (
    OWNER,
    confirmed,
    heard,
    in_days,
    in_stage,
    linked,
    news_of,
    propose,
    read_task,
    settle,
    step,
    tell,
    there,
)
from tests.work_at_doors import question, refusals
from worker import create_worker

_INCOMING = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"


@pytest.fixture(scope="module")
def tickets() -> Iterator[FaultyReceiver]:
    """A ticket system."""
    with faulty_receiver() as running:
        yield running


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets of both directions."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "outgoing").write_text(SECRET)
    (folder / "incoming").write_text(_INCOMING)
    return folder


@pytest_asyncio.fixture(scope="module")
async def doors(
    settings: Settings,
    postgres: DatabaseUrls,
    temporal: Client,
    tickets: FaultyReceiver,
    secrets: Path,
) -> AsyncIterator[Doors]:
    """An API and a worker that know a ticket system."""
    del postgres
    known = {
        "tasks_webhook_url": SecretStr(tickets.url),
        "tasks_webhook_secret_file": secrets / "outgoing",
        "tasks_incoming_secret_file": secrets / "incoming",
    }
    own = (await own_installation(settings)).model_copy(update=known)
    create_signing_key(own.signing_key_file)
    verifier = PrincipalVerifier(load_verifying_key(own.verifying_key_file))
    engine = create_engine(database_urls(own).application)
    async with create_worker(temporal, engine, verifier, own), open_doors(own, temporal) as doors:
        yield doors
    await engine.dispose()


async def test_a_task_is_proposed_put_off_done_and_validated(
    doors: Doors, tickets: FaultyReceiver, secrets: Path
) -> None:
    """Every step once under its id; the ticket system hears of each, and says how it stands."""
    incident_id = await confirmed(doors)
    tickets.fail_next(503)
    proposed = await propose(doors, incident_id, submission_id="t-1")
    assert proposed.json()["kind"] == "remediation.opened", proposed.text
    again = await propose(doors, incident_id, submission_id="t-1")
    assert again.json()["entry_id"] == proposed.json()["entry_id"]
    other = await propose(doors, incident_id, submission_id="t-1", priority="low")
    assert code_of(other) == (409, "submission_id_reused")

    await settle(doors, incident_id, "remediation.acceptance", "compliance", "accepted")
    await in_stage(doors, incident_id, "accepted")
    put_off = await step(doors, incident_id, "extension", due_on=in_days(120), because="Freeze.")
    assert put_off.json()["kind"] == "extension.requested", put_off.text
    await settle(doors, incident_id, "remediation.extension", "compliance", "granted")

    told = {"task_id": f"{incident_id}/remediation-1", "state": "In progress"}
    first = await tell(doors, secrets, "msg_1", told)
    assert first.status_code == 202, first.text
    await eventually(lambda: linked(doors, incident_id))
    assert (await tell(doors, secrets, "msg_1", told)).json() == first.json()
    changed = await tell(doors, secrets, "msg_1", told | {"state": "Done"})
    assert code_of(changed) == (409, "submission_id_reused")
    done = await tell(doors, secrets, "msg_2", told | {"implemented": {"statement": "Released."}})
    assert done.status_code == 202, done.text
    task = await in_stage(doors, incident_id, "implemented")
    assert task["implemented_by"] == ["ticket-system"]
    assert [each["state"] for each in task["links"]] == ["In progress", "In progress"]

    await settle(doors, incident_id, "remediation.validation", "compliance", "effective")
    task = await in_stage(doors, incident_id, "closed")
    assert (task["outcome"], task["extensions"], task["due_on"]) == ("validated", 1, in_days(120))
    late = await step(doors, incident_id, "implementation", statement="Once more.")
    assert code_of(late) == (409, "wrong_stage")
    await eventually(lambda: heard(tickets, incident_id, "remediation.closed"), within=20.0)
    said = [each for each in news_of(tickets) if each["data"]["task_id"] == told["task_id"]]
    assert list({each["data"]["entry"]: each["type"] for each in said}.values()) == [
        *("remediation.accepted", "extension.requested", "remediation.extended"),
        *("remediation.implemented", "remediation.validated", "remediation.closed"),
    ]
    assert {each["data"]["owner"] for each in said} == {"responder"}
    assert tickets.times_sent.most_common(1)[0][1] == 2


async def test_what_cannot_be_is_told_at_once_and_recorded(doors: Doors) -> None:
    """Dates that have passed, acceptances that are too long, what is not accepted yet."""
    incident_id = await confirmed(doors)
    past = await propose(doors, incident_id, due_on="2020-01-01")
    assert code_of(past) == (422, "due_in_the_past")
    unheard_of = await propose(doors, incident_id, root_cause="gremlins")
    assert code_of(unheard_of) == (422, "invalid_input")
    missing = await step(doors, incident_id, "implementation", statement="Done.")
    assert code_of(missing) == (404, "unknown_task")
    of_process = "process_failure_ICT_risk_management_process_failure"
    assert (await propose(doors, incident_id, root_cause=of_process)).is_success
    await question(doors, incident_id, "remediation.acceptance")
    early = await step(doors, incident_id, "implementation", statement="Done.")
    assert code_of(early) == (409, "wrong_stage")
    past = await step(doors, incident_id, "extension", due_on="2020-01-01", because="Late.")
    assert code_of(past) == (422, "due_in_the_past")
    long = await step(doors, incident_id, "risk-acceptance", until=in_days(900), because="Old.")
    assert code_of(long) == (422, "acceptance_too_long")
    same = await step(doors, incident_id, "reassignment", owner=OWNER, because="Same.")
    assert code_of(same) == (409, "nothing_changed")
    unknown = f"sha256:{'0' * 64}"
    lost = await step(doors, incident_id, "implementation", statement="Done.", documents=[unknown])
    assert code_of(lost) == (422, "invalid_input")
    nobody = await step(doors, incident_id, "implementation", "auditor", statement="Done.")
    assert code_of(nobody) == (403, "not_allowed")
    wanted = {"due_in_the_past", "wrong_stage", "acceptance_too_long", "nothing_changed"}

    async def recorded() -> bool:
        return wanted <= set(await refusals(doors, incident_id))

    await eventually(recorded)


async def test_a_webhook_that_is_not_genuine_changes_nothing(doors: Doors, secrets: Path) -> None:
    """Forged, unsigned and too old look the same from outside; each is counted by its reason."""
    incident_id = await confirmed(doors)
    assert (await propose(doors, incident_id)).is_success
    await question(doors, incident_id, "remediation.acceptance")
    named = {"task_id": f"{incident_id}/remediation-1"}
    old = await tell(doors, secrets, "msg_10", named, minutes=-6)
    headers = {"content-type": "application/json"}
    path, content = "/v1/webhooks/remediation", json.dumps({**named, "reference": "X"})
    unsigned = await doors.client.post(path, content=content, headers=headers)
    theirs = WebhookSecrets(secrets / "outgoing").sign("m", datetime.now(UTC), content.encode())
    reflected = await doors.client.post(path, content=content, headers=headers | theirs)
    for answer in (old, unsigned, reflected):
        assert code_of(answer) == (401, "webhook_not_genuine")
    assert old.json()["detail"] == unsigned.json()["detail"] == reflected.json()["detail"]
    assert (await read_task(doors, incident_id))["links"] == []
    counted = doors.platform.metrics.refused_webhooks
    for reason in ("too_old", "unsigned", "forged"):
        assert counted.labels(reason)._value.get() >= 1  # noqa: SLF001 - no other way to read it
    unknown = await tell(doors, secrets, "msg_11", {"task_id": "INC-2026-999999/remediation-1"})
    assert unknown.status_code == 404
    wrong = await tell(doors, secrets, "msg_12", named | {"colour": "red"})
    assert code_of(wrong) == (422, "invalid_input")


async def test_tasks_are_listed_over_all_incidents_with_their_age(doors: Doors) -> None:
    """By owner, priority and stage, page by page; a table for spreadsheets computes nothing."""
    incident_id = await confirmed(doors)
    for number, (priority, role) in enumerate(
        [("critical", "vendor_manager"), ("low", "vendor_manager"), ("low", "responder")], 1
    ):
        owner = {"role": role, "person": None}
        assert (await propose(doors, incident_id, priority=priority, owner=owner)).is_success
        await eventually(partial(there, doors, incident_id, number))
    path = f"/v1/remediation?incident={incident_id}"

    async def listed(query: str) -> dict[str, Any]:
        answer = await doors.call("GET", f"{path}{query}", "auditor")
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    everything = await listed("&limit=2")
    assert [each["number"] for each in everything["tasks"]] == [1, 2]
    rest = await listed(f"&limit=2&cursor={everything['next_cursor']}")
    assert ([each["number"] for each in rest["tasks"]], rest["next_cursor"]) == ([3], None)
    theirs = await listed("&owner=vendor_manager&mandatory=false&open=true")
    assert [each["number"] for each in theirs["tasks"]] == [2]
    assert (await listed("&overdue=true"))["tasks"] == []
    rows = "SELECT * FROM projection.task WHERE incident_id = :id ORDER BY number"
    before = await doors.rows(rows, id=incident_id)
    async with doors.platform.engine.begin() as connection:
        await connection.execute(
            text("UPDATE projection.task SET due_on = :day, opened_at = :at WHERE task_id = :id"),
            {
                "day": (datetime.now(UTC) - timedelta(days=3)).date(),
                "at": datetime.now(UTC) - timedelta(days=40, hours=1),
                "id": f"{incident_id}/remediation-1",
            },
        )
    (late,) = (await listed("&overdue=true"))["tasks"]
    assert (late["number"], late["days_overdue"], late["age_days"]) == (1, 3, 40)
    table = await doors.call("GET", path, "auditor", Accept="text/csv")
    assert table.headers["content-type"].startswith("text/csv")
    head, first, *_ = table.text.splitlines()
    assert head.startswith("task_id,incident_id,title")
    assert ",'=Alert" in first

    async with doors.platform.engine.begin() as connection:
        await rebuild_incident(connection, incident_id)
    assert await doors.rows(rows, id=incident_id) == before
    of_incident = await doors.call("GET", f"/v1/incidents/{incident_id}/remediation", "auditor")
    assert len(of_incident.json()["tasks"]) == 3
    foreign = await doors.call("GET", "/v1/remediation?cursor=abc", "auditor")
    assert code_of(foreign) == (422, "invalid_input")
