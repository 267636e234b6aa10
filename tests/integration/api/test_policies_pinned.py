"""What incidents are pinned to: what is in force when they open, and nothing else till they end."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import PINNED_ONLY
from holdfast.domain.submissions import Report
from holdfast.domain.values import rfc3339
from holdfast.errors import InvalidInput
from holdfast.evidence.entry import entry_from_bytes
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.stack.policy_findings import policies_finding
from holdfast.store.database import create_engine
from holdfast.store.policy_installation import install_policies
from holdfast.store.policy_kinds import INCIDENT_POLICIES, POLICY_KINDS
from holdfast.store.rebuild import rebuild
from tests.api_doors import Doors, alert, eventually, open_doors, own_installation, payload
from tests.log_oracle import assert_log_is_sound
from tests.policies_at_doors import candidate, draft, in_force, publish, published, try_draft
from tests.recording_temporal import RecordingTemporal
from tests.sequenced import log_verifiers, sequence
from tests.work_at_doors import decide, new_report, open_incident, question

pytestmark = pytest.mark.usefixtures("postgres")


async def _by_alert(doors: Doors) -> str:
    answer = await doors.deliver(payload(alert(f"svc-{uuid.uuid4().hex[:8]}")))
    (incident_id,) = answer.json()["incidents"]
    return str(incident_id)


async def _by_report(doors: Doors) -> str:
    answer = await doors.call("POST", "/v1/incidents", "compliance", new_report())
    return str(answer.json()["incident_id"])


async def _opening(recorded: RecordingTemporal, incident_id: str) -> dict[str, PolicyPin]:
    """What the workflow was started with, by name of the policy; the report says the same."""
    await eventually(lambda: recorded.submissions(incident_id))
    sent = recorded.sent[f"incident/{incident_id}"][0]
    assert sent.start is not None
    report = sent.signed.submission.body
    assert isinstance(report, Report)
    contents = {policy.pin.name: policy.pin for policy in sent.start.policies.values()}
    pins = {pin.name: pin for pin in sent.start.pins}
    assert set(pins) == PINNED_ONLY
    assert {**contents, **pins} == {pin.name: pin for pin in report.policies}
    return {**contents, **pins}


@pytest.mark.parametrize("way", [_by_alert, _by_report], ids=["alert", "report"])
async def test_an_incident_is_pinned_to_what_is_in_force_when_it_opens(
    doors: Doors, recorded: RecordingTemporal, way: Callable[[Doors], Awaitable[str]]
) -> None:
    """Of every policy; from the moment on in which the publication is answered."""
    before = {name: (await in_force(doors, name))["digest"] for name in INCIDENT_POLICIES}
    old = await _opening(recorded, await way(doors))
    assert {name: pin.digest for name, pin in old.items()} == before

    for name in ("escalation", "register"):
        pin = await published(doors, name)
        opened = await _opening(recorded, await way(doors))
        assert opened[name] == pin
        assert {**opened, name: None} == {**old, name: None}
        old = opened


async def test_a_later_date_pins_nobody_before_it(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """Neither alert nor report, until the moment has come; then both."""
    soon = datetime.now(UTC) + timedelta(seconds=3)
    old = (await in_force(doors, "recovery"))["digest"]
    pin = await published(doors, "recovery", effective_at=rfc3339(soon))
    early = [await _by_alert(doors), await _by_report(doors)]
    assert datetime.now(UTC) < soon, "the machine is too slow for this test"
    for incident_id in early:
        assert (await _opening(recorded, incident_id))["recovery"].digest == old
    await asyncio.sleep((soon - datetime.now(UTC)).total_seconds() + 0.05)
    for incident_id in (await _by_alert(doors), await _by_report(doors)):
        assert (await _opening(recorded, incident_id))["recovery"] == pin


async def test_a_running_incident_keeps_what_it_began_with(working: Doors) -> None:
    """Its next question is asked under the matrix of its opening; a new incident's is not."""
    old = (await in_force(working, "approval-matrix"))["digest"]
    running = await open_incident(working)
    pin = await published(working, "approval-matrix")
    asked = await question(working, running, "incident.confirmation")
    answered = await decide(working, running, "incident_commander", asked, option="confirmed")
    assert answered.status_code == 200, answered.text
    await question(working, running, "severity.assignment")
    fresh = await open_incident(working)
    await question(working, fresh, "incident.confirmation")

    async def matrices(incident_id: str) -> set[str]:
        rows = await working.rows(
            "SELECT body FROM evidence.record WHERE incident_id = :id"
            " AND kind = 'decision.requested'",
            id=incident_id,
        )
        events = [entry_from_bytes(bytes(row.body)).event for row in rows]
        return {event.policy.digest for event in events if event.policy}

    assert await matrices(running) == {old}
    assert await matrices(fresh) == {pin.digest}


async def test_two_processes_that_start_together_install_once(settings: Settings) -> None:
    """One entry for each policy, in force in both; a third start installs nothing."""
    own = await own_installation(settings)
    # Either of them may be the one that leads.
    one = open_doors(own, RecordingTemporal().client, leads=False)
    other = open_doors(own, RecordingTemporal().client, leads=False)
    async with asyncio.TaskGroup() as starting:
        first = starting.create_task(one.__aenter__())
        second = starting.create_task(other.__aenter__())
    doors, neighbour = first.result(), second.result()
    try:
        rows = await doors.rows("SELECT kind, count(*) FROM evidence.record GROUP BY kind")
        assert [tuple(row) for row in rows] == [("policy.installed", len(POLICY_KINDS))]
        now = datetime.now(UTC)
        assert doors.platform.policies.pins(now) == neighbour.platform.policies.pins(now)
        pin = await published(doors, "escalation")
        await eventually(
            lambda: pin in neighbour.platform.policies.pins(datetime.now(UTC)), within=2
        )
        assert await install_policies(doors.platform.engine, own.policies_folder) == ()
    finally:
        await other.__aexit__(None, None, None)
        await one.__aexit__(None, None, None)


async def test_a_folder_that_was_edited_is_not_taken_silently(
    settings: Settings, tmp_path: Path
) -> None:
    """It is told at the start and by the doctor; a broken candidate stops nothing."""
    own = await own_installation(settings)
    async with open_doors(own, RecordingTemporal().client) as doors:
        before = doors.platform.policies.pins(datetime.now(UTC))
    assert (await policies_finding(own)).ok
    for file in own.policies_folder.rglob("*.yaml"):
        target = tmp_path / file.relative_to(own.policies_folder)
        target.parent.mkdir(exist_ok=True)
        target.write_text(file.read_text().replace('version: "1.0.0"', 'version: "9.0.0"'))
    (tmp_path / "recovery.yaml").write_text("name: recovery\nversion: 1.5\n")
    edited = own.model_copy(update={"policies_folder": tmp_path})
    async with open_doors(edited, RecordingTemporal().client) as doors:
        assert doors.platform.policies.pins(datetime.now(UTC)) == before
    found = await policies_finding(edited)
    assert not found.ok
    assert "policies/retention.yaml (9.0.0) is not in force (1.0.0 is): publish it" in found.detail
    assert "recovery.yaml:2: version: 1.5 is a fraction" in found.detail


async def test_without_a_readable_first_version_nothing_starts(
    settings: Settings, tmp_path: Path
) -> None:
    """With file and line; and nothing is installed, not even what was right."""
    own = await own_installation(settings)
    for file in own.policies_folder.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text())
    text = (own.policies_folder / "retention.yaml").read_text().replace("[SEV1, SEV2]", "[SEV1]")
    (tmp_path / "retention.yaml").write_text(text)
    for name in ("communications", "playbooks", "register"):
        (tmp_path / name).symlink_to(own.policies_folder / name)
    engine = create_engine(database_urls(own).application)
    with pytest.raises(InvalidInput, match=r"retention\.yaml:\d+: .*exactly one class"):
        await install_policies(engine, tmp_path)
    async with engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT count(*) FROM evidence.record")
        assert found.scalar_one() == 0
    await engine.dispose()


async def test_a_rebuild_gives_the_same_versions_and_the_log_is_sound(settings: Settings) -> None:
    """Installed, drafted, tried, published, upcoming: in a chain of their own, with artifacts."""
    own = await own_installation(settings)
    migrating = create_engine(database_urls(own).migration)
    query = "SELECT policy::text FROM projection.policy ORDER BY name, version"
    async with open_doors(own, RecordingTemporal().client) as doors:
        await published(doors, "escalation")
        await published(doors, "recovery", effective_at="2999-01-01T00:00:00Z")
        document = await candidate(doors, "severity-tree")
        await draft(doors, document)
        await try_draft(doors, document)
        await try_draft(doors, document)
        untouched = await candidate(doors, "register")
        await draft(doors, untouched)
        assert (await publish(doors, untouched, "compliance")).status_code == 403
        before = [tuple(row) for row in await doors.rows(query)]
        await rebuild(migrating)
        assert [tuple(row) for row in await doors.rows(query)] == before
        assert len(before) == len(POLICY_KINDS) + 4
        assert await sequence(own)
        report = await assert_log_is_sound(migrating, log_verifiers(own))
        assert report.waiting == 0
    await migrating.dispose()
