"""The life of a policy over HTTP: drafted, tried, published by another person, or refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from holdfast.domain.policies import pinned
from holdfast.domain.values import rfc3339
from holdfast.settings import Settings
from holdfast.store.artifacts import fetch_artifact
from tests.api_doors import Doors
from tests.policies_at_doors import (
    candidate,
    code_of,
    draft,
    in_force,
    publish,
    published,
    try_draft,
)

_RECORDS = "SELECT count(*) FROM evidence.record WHERE incident_id = 'policies'"


async def _count(doors: Doors) -> int:
    return int((await doors.rows(_RECORDS))[0][0])


async def test_a_version_is_drafted_tried_and_published_by_two_people(doors: Doors) -> None:
    """Each step says who and why, and the version is in force for whoever asks after it."""
    document = await candidate(doors, "recovery")
    name, version = document["name"], document["version"]

    drafted = await draft(doors, document)
    assert drafted.status_code == 201, drafted.text
    assert drafted.json()["kind"] == "policy.drafted"
    assert drafted.json()["digest"] == pinned(document).pin.digest
    tried = await try_draft(doors, document)
    assert tried.status_code == 201, tried.text
    assert tried.json()["payload"]["summary"]["candidate"]["version"] == version
    done = await publish(doors, document)
    assert done.status_code == 201, done.text
    assert done.json()["payload"]["draft"] == drafted.json()["entry_id"]
    assert done.json()["payload"]["trial"] == tried.json()["entry_id"]

    assert (await in_force(doors, name))["version"] == version
    told = (await doors.call("GET", f"/v1/policies/{name}/{version}", "auditor")).json()
    assert told["document"] == document
    assert told["in_force"] is True
    assert told["state"] == "published"
    assert told["drafted_by"]["id"] == doors.tokens["compliance"].actor
    assert told["published_by"] == {
        "id": doors.tokens["management_body"].actor,
        "role": "management_body",
    }
    report = (await doors.call("GET", f"/v1/policies/{name}/{version}/trial", "auditor")).json()
    assert report["candidate"]["digest"] == told["digest"]


async def test_each_step_once_more_is_the_same_step(doors: Doors) -> None:
    """Whoever does not know whether a request arrived sends it again."""
    document = await candidate(doors, "escalation")
    later = rfc3339(datetime.now(UTC) + timedelta(days=300))
    first = await draft(doors, document)
    again = await draft(doors, document)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    await try_draft(doors, document)
    first = await publish(doors, document, effective_at=later)
    again = await publish(doors, document, effective_at=later)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = await publish(doors, document, "incident_commander", effective_at=later)
    assert code_of(other) == (409, "already_published")
    assert code_of(await publish(doors, document)) == (409, "already_published")
    assert code_of(await try_draft(doors, document)) == (409, "already_published")


async def test_nobody_publishes_their_own_draft(doors: Doors) -> None:
    """Whatever else is right; and nothing has changed."""
    document = await candidate(doors, "recovery")
    await draft(doors, document)
    await try_draft(doors, document)
    before, current = await _count(doors), await in_force(doors, "recovery")

    refused = await publish(doors, document, "compliance")

    assert code_of(refused) == (403, "self_approval")
    assert (await _count(doors), await in_force(doors, "recovery")) == (before, current)


async def test_what_was_not_tried_on_the_past_is_not_published(doors: Doors) -> None:
    """Every policy of incidents can be tried; those of the installation need not be."""
    document = await candidate(doors, "severity-tree")
    await draft(doors, document)
    assert code_of(await publish(doors, document)) == (409, "not_tried")
    assert (await in_force(doors, "severity-tree"))["version"] != document["version"]

    retention = await candidate(doors, "retention")
    await draft(doors, retention)
    assert code_of(await try_draft(doors, retention)) == (422, "untriable")
    assert (await publish(doors, retention)).status_code == 201
    assert (await in_force(doors, "retention"))["version"] == retention["version"]


async def test_a_version_has_one_content_for_ever(doors: Doors) -> None:
    """Not even its drafter changes it, nobody drafts it twice, and what was installed stands."""
    document = await candidate(doors, "recovery")
    await draft(doors, document)
    changed = {**document, "checks": {"functional": "Does it work?"}}
    assert code_of(await draft(doors, changed)) == (409, "version_taken")
    assert code_of(await draft(doors, document, reason="Another.")) == (409, "version_taken")
    by_another = await draft(doors, document, "incident_commander")
    assert code_of(by_another) == (409, "version_taken")
    assert "exactly this content" in by_another.json()["detail"]
    history = (await doors.call("GET", "/v1/policies/recovery", "auditor")).json()["versions"]
    installed = {**document, "version": history[0]["version"]}
    assert code_of(await draft(doors, installed)) == (409, "version_taken")
    assert code_of(await publish(doors, installed)) == (409, "already_published")


async def test_a_publication_takes_effect_when_it_says(doors: Doors) -> None:
    """Until then it is upcoming; it cannot reach into the past."""
    before = await in_force(doors, "alert-intake")
    document = await candidate(doors, "alert-intake")
    await draft(doors, document)
    past = await publish(doors, document, effective_at=rfc3339(datetime.now(UTC)))
    assert code_of(past) == (422, "invalid_input")
    assert past.json()["errors"][0]["pointer"] == "/effective_at"
    later = rfc3339(datetime.now(UTC) + timedelta(days=30))
    assert (await publish(doors, document, effective_at=later)).status_code == 201

    assert await in_force(doors, "alert-intake") == before
    policies = (await doors.call("GET", "/v1/policies", "auditor")).json()["policies"]
    (standing,) = [each for each in policies if each["name"] == "alert-intake"]
    assert document["version"] in {each["version"] for each in standing["upcoming"]}
    assert doors.platform.policies.intake(datetime.now(UTC)).version == before["version"]
    then = datetime.now(UTC) + timedelta(days=31)
    assert doors.platform.policies.intake(then).version == document["version"]


async def test_yaml_is_refused_with_the_lines_of_its_faults(
    doors: Doors, installation: Settings
) -> None:
    """And nothing of it is kept; the same document without the faults is a draft."""
    text = (installation.policies_folder / "severity-tree.yaml").read_text()
    text = text.replace('version: "2.0.0"', 'version: "2.9.0"')
    wrong = text.replace("operator: above", "operator: abov").replace("no: data\n", "no: dat\n")
    before = await _count(doors)
    path, yaml = "/v1/policies/severity-tree?reason=review", "application/yaml"

    refused = await doors.call("POST", path, "compliance", wrong.encode(), Content_Type=yaml)

    assert code_of(refused) == (422, "invalid_policy")
    line = wrong[: wrong.index("abov\n")].count("\n") + 1
    assert refused.json()["errors"][0]["line"] == line
    assert refused.json()["errors"][0]["pointer"] == "/nodes/many_clients/operator"
    assert refused.json()["detail"].startswith(f"severity-tree.yaml:{line}: nodes.many_clients")
    assert await _count(doors) == before
    kept = await doors.call("POST", path, "compliance", text.encode(), Content_Type=yaml)
    assert kept.status_code == 201, kept.text
    assert kept.json()["payload"]["reason"] == "review"
    async with doors.platform.engine.connect() as connection:
        content = await fetch_artifact(connection, kept.json()["digest"])
    assert pinned(json.loads(content)).content.encode() == content


async def test_json_is_refused_with_the_pointers_of_its_faults(doors: Doors) -> None:
    """Counted from the top of the body."""
    document = await candidate(doors, "dora-classification")
    refused = await draft(doors, document | {"format": 9, "costs_eur": "many"})
    assert code_of(refused) == (422, "invalid_policy")
    pointers = {each["pointer"] for each in refused.json()["errors"]}
    assert pointers == {"/document/format", "/document/costs_eur"}
    fraction = await draft(doors, document | {"costs_eur": 1.5})
    assert code_of(fraction) == (422, "invalid_policy")


@pytest.mark.parametrize(
    ("path", "body", "content_type", "wanted"),
    [
        pytest.param("nothing", b"{}", "application/json", (404, "not_found"), id="kind"),
        pytest.param("recovery", b"{}", "application/json", (422, "invalid_input"), id="envelope"),
        pytest.param("recovery", b"[", "application/json", (400, "invalid_json"), id="no JSON"),
        pytest.param("recovery", b"a: 1", "application/yaml", (422, "invalid_input"), id="reason"),
        pytest.param(
            "recovery?reason=x", b"{}", "application/json", (422, "invalid_input"), id="twice"
        ),
        pytest.param(
            "recovery", b"a", "text/plain", (415, "unsupported_media_type"), id="media type"
        ),
        pytest.param(
            "recovery?reason=x", b"#" * 300_000, "text/yaml", (413, "body_too_large"), id="large"
        ),
        pytest.param(
            "recovery?reason=x", b"a: !!x 1", "text/yaml", (422, "invalid_policy"), id="tag"
        ),
    ],
)
async def test_what_is_no_draft_is_refused(
    doors: Doors, path: str, body: bytes, content_type: str, wanted: tuple[int, str]
) -> None:
    """Each by its own code."""
    url = f"/v1/policies/{path}"
    answer = await doors.call("POST", url, "compliance", body, Content_Type=content_type)
    assert code_of(answer) == wanted


@pytest.mark.parametrize("person", ["responder", "auditor", "legal", "vendor_manager"])
async def test_other_roles_read_and_do_not_write(doors: Doors, person: str) -> None:
    """An alert source does not even read."""
    document = await candidate(doors, "recovery")
    assert code_of(await draft(doors, document, person)) == (403, "not_allowed")
    assert code_of(await publish(doors, document, person)) == (403, "not_allowed")
    assert code_of(await try_draft(doors, document, person)) == (403, "not_allowed")
    assert (await doors.call("GET", "/v1/policies", person)).status_code == 200
    refused = await doors.call("GET", "/v1/policies", "alert_source")
    assert code_of(refused) == (403, "not_allowed")


async def test_what_is_not_there_is_not_found(doors: Doors) -> None:
    """Versions, kinds, trials."""
    for path in ("nothing", "recovery/0.0.0", "recovery/0.0.0/diff", "recovery/1.0.0/trial"):
        answer = await doors.call("GET", f"/v1/policies/{path}", "auditor")
        assert code_of(answer) == (404, "not_found"), path
    missing = {"name": "recovery", "version": "0.0.0"}
    assert code_of(await publish(doors, missing)) == (404, "not_found")
    assert code_of(await try_draft(doors, missing)) == (404, "not_found")


async def test_versions_are_compared_path_by_path(doors: Doors) -> None:
    """Against what is in force, or another version."""
    before = await published(doors, "recovery")
    document = await candidate(doors, "recovery")
    document["contain"] = {**document["contain"], "due_after": "PT3H"}
    await draft(doors, document)
    path = f"/v1/policies/recovery/{document['version']}/diff"
    for query in ("", f"?against={before.version}"):
        told = (await doors.call("GET", f"{path}{query}", "responder")).json()
        assert told["against"] == before.version
        assert [(one["path"], one["kind"]) for one in told["differences"]] == [
            ("contain.due_after", "changed"),
            ("version", "changed"),
        ]
        assert told["differences"][0]["after"] == "PT3H"


async def test_a_severity_tree_is_drawn(doors: Doors) -> None:
    """Self-contained, and nothing in it runs."""
    version = (await in_force(doors, "severity-tree"))["version"]
    path = f"/v1/policies/severity-tree/{version}/diagram.svg"
    drawn = await doors.call("GET", path, "auditor")
    assert drawn.status_code == 200
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in drawn.headers["content-security-policy"]
    assert drawn.text.startswith("<svg")
