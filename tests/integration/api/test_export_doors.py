"""The door of exports: who may take what out, and that it is on record before it leaves."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from holdfast.domain.events import EventKind
from holdfast.settings import Settings
from tests.api_doors import Doors
from tests.closed_incidents import new_closed_incident
from tests.exported import members, records_of, verdict_on
from tests.growing_log import sequencing
from tests.incident_at_work import new_incident_id
from tests.integration.test_evidence_store import count
from tests.sequenced import log_verifiers, sequence


@pytest_asyncio.fixture(scope="module")
async def incident(doors: Doors, installation: Settings) -> str:
    """A closed incident in the log."""
    return (await new_closed_incident(doors.platform.engine, installation)).incident_id


@pytest_asyncio.fixture
async def sequencer(doors: Doors, installation: Settings, incident: str) -> AsyncIterator[None]:
    """A sequencer that runs."""
    del doors, incident
    async with sequencing(installation):
        yield


def path_of(incident_id: str, query: str = "purpose=the%20annual%20audit") -> str:
    """Where a bundle is taken out."""
    return f"/v1/incidents/{incident_id}/evidence/bundle?{query}"


async def taken(doors: Doors, path: str, person: str = "auditor") -> httpx.Response:
    """Take a bundle out, which must succeed."""
    answer = await doors.call("GET", path, person)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.usefixtures("sequencer")
async def test_a_bundle_comes_out_complete_and_named(
    doors: Doors, installation: Settings, incident: str, tmp_path: Path
) -> None:
    """An archive that verifies, with its hash, its name, and the export that it is of."""
    answer = await taken(doors, path_of(incident))
    digest = hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["ETag"] == f'"{digest}"'
    assert answer.headers["Content-Length"] == str(len(answer.content))
    size = json.loads(members(answer.content)["bundle.json"])["size"]
    name = f"{incident}-evidence-{size}.zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    manifest = records_of(answer.content)[-1]
    assert answer.headers["Holdfast-Manifest"] == manifest.id
    assert manifest.event.actor.role == "auditor"
    verdict = verdict_on(answer.content, tmp_path, "--vkey", log_verifiers(installation)[0].vkey)
    assert (verdict.exit_code, verdict.fails) == (0, [])


@pytest.mark.usefixtures("sequencer")
async def test_an_export_made_again_is_the_same_and_records_nothing(
    doors: Doors, incident: str
) -> None:
    """Byte for byte, for whoever may read evidence."""
    first = (await doors.rows("SELECT min(size) AS size FROM evidence.checkpoint"))[0].size
    query = f"purpose=a&withhold=clock.armed&withhold=clock.met&previous={first}"
    once = await taken(doors, path_of(incident, query))
    before = await count(doors.platform.engine, incident)
    manifest = quote(once.headers["Holdfast-Manifest"])
    again = await taken(doors, path_of(incident, f"manifest={manifest}"), "management_body")
    assert again.content == once.content
    assert again.headers["ETag"] == once.headers["ETag"]
    assert await count(doors.platform.engine, incident) == before
    kinds = {entry.event.kind for entry in records_of(once.content)}
    assert not kinds & {EventKind.CLOCK_ARMED, EventKind.CLOCK_MET}


@pytest.mark.parametrize("person", ["responder", "legal", "vendor_manager", "alert_source"])
async def test_only_who_judges_takes_evidence_out(doors: Doors, incident: str, person: str) -> None:
    """Others are refused, and nothing is recorded."""
    before = await count(doors.platform.engine, incident)
    assert (await doors.call("GET", path_of(incident), person)).status_code == 403
    assert await count(doors.platform.engine, incident) == before


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("purpose=", 422),
        ("purpose=a%0Ab", 422),
        (f"purpose={'x' * 201}", 422),
        ("purpose=a&previous=0", 422),
        ("purpose=a&previous=-1", 422),
        ("purpose=a&previous=9007199254740992", 422),
        ("purpose=a&previous=999999999", 404),
        ("purpose=a&withhold=no.such", 422),
        ("purpose=a&withhold=evidence.exported", 422),
        ("purpose=a&unknown=1", 422),
        ("purpose=a&manifest=export/x%230", 422),
        ("withhold=clock.armed&manifest=export/x%230", 422),
        ("manifest=export/x%230", 404),
        ("manifest=a%00b", 422),
        ("purpose=a&role=responder", 403),
    ],
)
async def test_what_makes_no_sense_is_refused_and_records_nothing(
    doors: Doors, incident: str, query: str, status: int
) -> None:
    """With a problem document."""
    before = await count(doors.platform.engine, incident)
    answer = await doors.call("GET", path_of(incident, query), "auditor")
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert await count(doors.platform.engine, incident) == before


async def test_there_is_nothing_to_take_out_of_an_unknown_incident(doors: Doors) -> None:
    """Not found, and no chain begins with an export."""
    unknown = new_incident_id()
    assert (await doors.call("GET", path_of(unknown), "auditor")).status_code == 404
    assert await count(doors.platform.engine, unknown) == 0


@pytest.mark.usefixtures("sequencer")
async def test_an_export_is_not_found_under_another_incident(
    doors: Doors, installation: Settings, incident: str
) -> None:
    """Its manifest leads to its own incident only."""
    other = await new_closed_incident(doors.platform.engine, None)
    taken_out = await taken(doors, path_of(incident))
    manifest = quote(taken_out.headers["Holdfast-Manifest"])
    answer = await doors.call("GET", path_of(other.incident_id, f"manifest={manifest}"), "auditor")
    assert answer.status_code == 404
    del installation


async def test_nothing_leaves_while_the_log_does_not_grow(
    doors: Doors, installation: Settings, incident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The problem names the export, which is made as soon as it is in the log."""
    monkeypatch.setattr("api.export_desk._PUBLISHED_WITHIN", timedelta(0))
    answer = await doors.call("GET", path_of(incident), "auditor")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:holdfast:problem:export_waits"
    assert "Retry-After" in answer.headers
    waiting = quote(answer.json()["entry_id"])
    await sequence(installation)
    await taken(doors, path_of(incident, f"manifest={waiting}"))


@pytest.mark.usefixtures("sequencer")
async def test_keys_of_personal_data_go_out_with_compliance_only(
    doors: Doors, incident: str
) -> None:
    """And each time on record, made again as well."""
    path = path_of(incident, "purpose=a&personal_data=true")
    for person in ("auditor", "management_body", "incident_commander"):
        assert (await doors.call("GET", path, person)).status_code == 403
    answer = await taken(doors, path, "compliance")
    again = path_of(incident, f"manifest={quote(answer.headers['Holdfast-Manifest'])}")
    assert (await doors.call("GET", again, "auditor")).status_code == 403
    assert (await taken(doors, again, "compliance")).content == answer.content


@pytest.mark.usefixtures("sequencer")
async def test_several_may_take_evidence_out_at_the_same_time(doors: Doors, incident: str) -> None:
    """Each gets an export of its own."""
    answers = await asyncio.gather(*(taken(doors, path_of(incident)) for _ in range(5)))
    manifests = {answer.headers["Holdfast-Manifest"] for answer in answers}
    assert len(manifests) == 5
    for answer in answers:
        assert records_of(answer.content)[-1].id == answer.headers["Holdfast-Manifest"]
