"""The doors of documents: drafted, approved by another, published, acknowledged, compared."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from httpx import Response

from holdfast.domain.process_model.model import process_pin
from holdfast.evidence.bpmn.reading import parse_bpmn
from holdfast.store.evidence import append_within
from holdfast.store.rebuild import rebuild
from tests.api_doors import Doors
from tests.remediation_walk import RemediationWalk

DOORS = "/v1/process-documents"
TEXT = "# Isolation\n\n1. Call the duty lead.\n"
BPMN = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"/>'


def today() -> str:
    """The day of UTC."""
    return datetime.now(UTC).date().isoformat()


def new_name() -> str:
    """A document that no other test has."""
    return f"sop-{uuid.uuid4().hex[:12]}"


async def draft(doors: Doors, name: str, person: str = "responder", **changes: object) -> Response:
    """Draft a version as JSON."""
    body = {
        "version": "1",
        "kind": "sop",
        "title": "Isolation of a gateway",
        "reason": "Nobody knew whom to call.",
        "text": TEXT,
    } | changes
    return await doors.call("POST", f"{DOORS}/{name}/versions", person, body)


async def step(
    doors: Doors, name: str, what: str, person: str, number: str = "1", **body: object
) -> Response:
    """Approve, publish or acknowledge a version."""
    return await doors.call("POST", f"{DOORS}/{name}/versions/{number}/{what}", person, body)


async def read(doors: Doors, path: str, **headers: str) -> Response:
    """Read a door as an auditor."""
    answer = await doors.call("GET", f"{DOORS}{path}", "auditor", **headers)
    assert answer.status_code == 200, answer.text
    return answer


async def owed(doors: Doors, name: str) -> list[tuple[str, str]]:
    """Who owes an acknowledgement of a document, by role and person."""
    found = (await read(doors, "/acknowledgements/outstanding")).json()["outstanding"]
    return [(each["role"], each["person"]) for each in found if each["document"] == name]


def problem(answer: Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def published(doors: Doors, name: str, number: str = "1", **changes: str) -> None:
    """A version that is in force."""
    steps = (
        await draft(doors, name, version=number, **changes),
        await step(doors, name, "approval", "incident_commander", number),
        await step(doors, name, "publication", "compliance", number, effective_on=today()),
    )
    assert [each.status_code for each in steps] == [201, 201, 201], [each.text for each in steps]


async def test_a_version_lives_from_its_draft_to_its_acknowledgement(doors: Doors) -> None:
    """Each step is an entry that is repeated safely; a rebuild tells the same of it."""
    walk, name = RemediationWalk(), new_name()
    walk.to_contain()
    walk.propose()
    async with doors.platform.engine.begin() as connection:
        await append_within(connection, walk.entries())
    task = f"{walk.entries()[0].incident}/remediation-1"
    people = {label: doors.tokens[label].actor for label in doors.tokens}
    concerns = {"concerns": ["responder", "legal"], "acknowledge_within_days": 14}
    bodies: list[tuple[str, str, dict[str, Any]]] = [
        ("approval", "incident_commander", {"rationale": "Walked through it."}),
        ("publication", "compliance", {"effective_on": today(), **concerns}),
        ("acknowledgement", "responder", {}),
    ]
    for attempt in (201, 200):
        answer = await draft(doors, name, caused_by=task)
        assert (answer.status_code, answer.json()["entry_id"]) == (
            attempt,
            f"process-document/{name}/1/drafted#0",
        )
        assert answer.json()["payload"]["caused_by"] == task
    for what, person, body in bodies:
        answers = [await step(doors, name, what, person, **body) for _ in range(2)]
        assert [each.status_code for each in answers] == [201, 200], answers[0].text
        assert answers[0].json() == answers[1].json()
    assert await owed(doors, name) == [
        ("legal", people["legal"]),
        ("responder", people["responder-2"]),
    ]
    told = (await read(doors, f"/{name}")).json()
    (version,) = told["versions"]
    assert (version["standing"], version["caused_by"]) == ("in_force", task)
    assert version["drafted_by"]["id"] == people["responder"]
    assert version["approved_by"]["id"] == people["incident_commander"]
    assert version["published_by"]["id"] == people["compliance"]
    assert [each["person"] for each in version["acknowledged"]] == [people["responder"]]
    last = datetime.now(UTC).date() + timedelta(days=14)
    assert version["acknowledge_by"] == last.isoformat()
    listed = (await read(doors, "?kind=sop")).json()["documents"]
    assert {each["document"]: each["in_force"]["version"] for each in listed}[name] == "1"
    await rebuild(doors.platform.engine)
    assert (await read(doors, f"/{name}")).json() == told
    kinds = await doors.rows(
        "SELECT kind, summary FROM projection.timeline WHERE incident_id = 'process-documents'"
        " AND entry_id LIKE :these ORDER BY position",
        these=f"process-document/{name}/%",
    )
    assert [each.kind.partition(".")[2] for each in kinds] == [
        *("drafted", "approved", "published", "acknowledged"),
    ]
    assert kinds[0].summary.startswith(f"SOP {name} 1 (Isolation of a gateway) drafted, caused by")


async def test_nobody_approves_what_they_drafted_nor_publishes_what_nobody_approved(
    doors: Doors,
) -> None:
    """Whatever role they take; nor is a draft acknowledged, nor put into force in the past."""
    name = new_name()
    await draft(doors, name, "incident_commander")
    assert problem(await step(doors, name, "approval", "incident_commander")) == (
        403,
        "self_approval",
    )
    early = await step(doors, name, "publication", "compliance", effective_on=today())
    assert problem(early) == (409, "not_approved")
    assert problem(await step(doors, name, "acknowledgement", "legal")) == (409, "not_published")
    assert problem(await step(doors, name, "approval", "legal")) == (403, "not_allowed")
    assert (await step(doors, name, "approval", "compliance")).status_code == 201
    again = await step(doors, name, "approval", "management_body")
    assert problem(again) == (409, "already_approved")
    past = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    late = await step(doors, name, "publication", "compliance", effective_on=past)
    assert problem(late) == (422, "invalid_input")
    assert late.json()["errors"][0]["pointer"] == "/effective_on"
    missing = await step(doors, name, "approval", "compliance", "9")
    assert problem(missing) == (404, "not_found")


async def test_a_version_has_one_content_and_comes_after_all_before(doors: Doors) -> None:
    """In all versions a document is of one kind; older drafts do not undo a later publication."""
    name = new_name()
    assert (await draft(doors, name)).status_code == 201
    assert problem(await draft(doors, name, text="Other\n")) == (409, "version_taken")
    assert problem(await draft(doors, name, "compliance")) == (409, "version_taken")
    assert problem(await draft(doors, name, version="1.0")) == (409, "version_not_later")
    assert problem(await draft(doors, name, version="2", kind="runbook")) == (409, "kind_changed")
    unknown = await draft(doors, name, version="2", caused_by="INC-2026-999999/remediation-1")
    assert unknown.json()["errors"][0]["pointer"] == "/caused_by"
    await step(doors, name, "approval", "compliance")
    await published(doors, name, "2")
    older = await step(doors, name, "publication", "compliance", effective_on=today())
    assert problem(older) == (409, "version_not_later")
    repeated = await step(doors, name, "publication", "management_body", "2", effective_on=today())
    assert problem(repeated) == (409, "already_published")


async def test_two_versions_are_compared_as_text_and_as_a_page(doors: Doors) -> None:
    """The page loads and runs nothing; a superseded version is owed by nobody."""
    name = new_name()
    await draft(doors, name)
    await step(doors, name, "approval", "compliance")
    asked: dict[str, Any] = {"effective_on": today(), "concerns": ["legal"]}
    await step(doors, name, "publication", "compliance", **asked)
    assert len(await owed(doors, name)) == 1
    await published(doors, name, "1.1", text=TEXT.replace("duty lead", "<b>duty</b> officer"))
    assert await owed(doors, name) == []
    answer = await read(doors, f"/{name}/versions/1.1/difference")
    assert answer.headers["content-type"].startswith("text/x-diff")
    assert answer.text.splitlines() == [
        *(f"--- {name} 1", f"+++ {name} 1.1", "@@ -1,3 +1,3 @@", " # Isolation", " "),
        *("-1. Call the duty lead.", "+1. Call the <b>duty</b> officer."),
    ]
    page = await read(doors, f"/{name}/versions/1.1/difference?from=1", Accept="text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<b>" not in page.text
    first = await read(doors, f"/{name}/versions/1/difference")
    assert first.text.startswith("--- nothing\n")
    content = await read(doors, f"/{name}/versions/1/content")
    assert content.text == TEXT
    assert content.headers["content-disposition"].startswith("attachment")


async def test_a_file_is_taken_as_the_body_and_refused_where_it_is_not_what_it_says(
    doors: Doors,
) -> None:
    """BPMN is read before it is kept; what is said of the file stands in the query."""
    name = new_name()
    path = f"{DOORS}/{name}/versions?version=1&kind=bpmn&title=Isolation&reason=Review"
    attack = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'

    async def send(body: bytes, query: str = path, media: str = "application/xml") -> Response:
        return await doors.call("POST", query, "compliance", body, Content_Type=media)

    assert problem(await send(attack)) == (422, "invalid_input")
    assert problem(await send(BPMN, media="text/markdown")) == (415, "unsupported_media_type")
    text = path.replace("bpmn", "sop")
    assert problem(await send(b"\xff\xfe", text, "text/markdown")) == (422, "invalid_input")
    assert problem(await send(b"# x", text.partition("&title")[0], "text/markdown")) == (
        422,
        "invalid_input",
    )
    large = await send(b"x" * (1024 * 1024 + 1), text, "text/markdown")
    assert problem(large) == (413, "body_too_large")
    assert problem(await doors.call("GET", f"{DOORS}/{name}", "auditor")) == (404, "not_found")
    assert (await send(BPMN)).status_code == 201
    content = await read(doors, f"/{name}/versions/1/content")
    assert (content.content, content.headers["content-type"]) == (BPMN, "application/xml")
    later = BPMN.replace(b"/>", b'><process id="isolation" name="Isolation"/></definitions>')
    assert (await send(later, path.replace("version=1", "version=2"))).status_code == 201
    lines = (await read(doors, f"/{name}/versions/2/difference")).text.splitlines()
    assert lines[:2] == ["added process isolation: Isolation", f"--- {name} 1"]


async def test_the_running_process_is_read_as_a_file_that_its_own_door_would_take(
    doors: Doors,
) -> None:
    """Valid by the schema; which it is, and whose questions, is said beside it and in it."""
    told = (await doors.call("GET", "/v1/process", "auditor")).json()
    matrix = told["approval_matrix"]
    assert {name: told[name] for name in process_pin()} == process_pin()
    standing = (await doors.call("GET", "/v1/policies", "auditor")).json()["policies"]
    (in_force,) = [each["in_force"] for each in standing if each["name"] == matrix["name"]]
    assert in_force["version"] == matrix["version"]
    answer = await doors.call("GET", "/v1/process.bpmn", "responder")
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    named = f'attachment; filename="{told["name"]}-{told["version"]}.bpmn"'
    assert answer.headers["content-disposition"] == named
    says = "".join(parse_bpmn(answer.content).find("{*}collaboration/{*}documentation").itertext())
    assert told["digest"] in says
    assert f"{matrix['name']} {matrix['version']}" in says
    assert problem(await doors.call("GET", "/v1/process.bpmn", "alert_source")) == (
        403,
        "not_allowed",
    )
