"""Oversight files and report fields at the real doors, from what the database keeps."""

from __future__ import annotations

import hashlib
import io
import json

import pytest_asyncio
from pypdf import PdfReader

from holdfast.evidence.oversight.document import OVERSIGHT_MEDIA_TYPE
from holdfast.store.evidence import append
from holdfast.store.rebuild import rebuild
from tests.api_doors import Doors
from tests.closed_incidents import new_closed_incident
from tests.communications_at_doors import code_of
from tests.disposals import disposed
from tests.told_escalations import told_entries, told_file

INCIDENT = told_file().incident
PATH = f"/v1/incidents/{INCIDENT}/third-parties"


@pytest_asyncio.fixture(scope="module")
async def told(doors: Doors) -> Doors:
    """An installation whose evidence holds an escalation that is over."""
    await append(doors.platform.engine, told_entries())
    return doors


async def test_the_file_is_made_of_what_is_kept(told: Doors) -> None:
    """The very bytes that the entries give; their SHA-256 is the tag; the auditor may read it."""
    before = await told.rows("SELECT count(*) FROM evidence.record")
    answer = await told.call("GET", f"{PATH}/1/oversight", "auditor")
    assert (answer.status_code, answer.headers["content-type"]) == (200, OVERSIGHT_MEDIA_TYPE)
    assert answer.content == told_file().content
    assert answer.headers["etag"] == f'"sha256:{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["cache-control"] == "private, no-store"
    await rebuild(told.platform.engine)
    again = await told.call("GET", f"{PATH}/1/oversight", "vendor_manager")
    assert again.content == answer.content
    # A projection is read; nothing has left as evidence.
    assert await told.rows("SELECT count(*) FROM evidence.record") == before


async def test_the_file_as_a_page_and_on_paper(told: Doors) -> None:
    """For whoever asks so; the same tag on all of them."""
    asked = await told.call("GET", f"{PATH}/1/oversight", "auditor", Accept="text/html,*/*;q=0.8")
    named = await told.call("GET", f"{PATH}/1/oversight.html", "auditor")
    paper = await told.call("GET", f"{PATH}/1/oversight.pdf", "auditor")
    assert asked.content == named.content
    assert asked.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in asked.headers["content-security-policy"]
    assert "Core Ledger Ltd, contract CA-2024-014" in asked.text
    assert paper.headers["content-type"] == "application/pdf"
    assert "third-party-1-oversight.pdf" in paper.headers["content-disposition"]
    assert len(PdfReader(io.BytesIO(paper.content)).pages) > 2
    tags = {answer.headers["etag"] for answer in (asked, named, paper)}
    assert tags == {f'"{told_file().digest}"'}


async def test_report_fields_name_the_entries_behind_them(told: Doors) -> None:
    """Every entry of which can be read among the evidence."""
    answer = await told.call("GET", f"{PATH}/report-fields", "compliance")
    assert answer.status_code == 200, answer.text
    fields = {each["field"]: each for each in answer.json()["fields"]}
    assert fields["2.8"]["value"].startswith("Cable Works, Ltd;IEPLB.123456;EUID;")
    assert fields["2.8"]["suggestion"] is False
    assert fields["3.33"]["value"] is True
    assert fields["4.3"]["value"] == ["monitoring_of_third-party_service_providers"]
    kept = await told.rows("SELECT entry_id FROM evidence.record")
    behind = {entry for each in fields.values() for entry in each["entries"]}
    assert behind <= {row.entry_id for row in kept}
    assert fields["2.7"]["value"] is None


async def test_who_may_not_read_and_what_is_not_there(told: Doors) -> None:
    """An alert source delivers only; an unknown escalation is told by its own code."""
    for name in ("1/oversight", "1/oversight.html", "1/oversight.pdf", "report-fields"):
        assert code_of(await told.call("GET", f"{PATH}/{name}", "alert_source")) == (
            403,
            "not_allowed",
        )
        assert (await told.client.get(f"{PATH}/{name}")).status_code == 401
    unknown = await told.call("GET", f"{PATH}/7/oversight", "auditor")
    assert code_of(unknown) == (404, "unknown_third_party")
    nowhere = "/v1/incidents/INC-2026-999999/third-parties"
    for name in ("1/oversight", "report-fields"):
        assert (await told.call("GET", f"{nowhere}/{name}", "auditor")).status_code == 404
    wrong = await told.call("GET", f"{PATH}/none/oversight", "auditor")
    assert wrong.status_code == 422


async def test_what_was_disposed_of_gives_no_file(told: Doors) -> None:
    """A file of what is left would look whole, and be none."""
    closed = await new_closed_incident(told.platform.engine, told.platform.settings)
    path = f"/v1/incidents/{closed.incident_id}/third-parties/report-fields"
    fields = json.loads((await told.call("GET", path, "auditor")).text)["fields"]
    assert {field["value"] for field in fields} == {None}
    await disposed(told.platform.engine, closed.incident_id)
    gone = await told.call("GET", path, "auditor")
    assert code_of(gone) == (410, "disposed")
