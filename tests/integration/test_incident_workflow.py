"""The incident workflow on the real server: nothing lost, nothing doubled, nobody impersonated."""

from __future__ import annotations

import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowExecutionStatus

from holdfast.domain.actions import (
    CheckResult,
    Milestone,
    ReportCheck,
    ReportMilestone,
    ReportReview,
)
from holdfast.domain.replay.verdicts import Verdict
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, SignedSubmission
from holdfast.evidence.signature import PrincipalSigner
from holdfast.store.replaying import replay_incident
from tests.incident_at_work import IncidentAtWork, working
from tests.major_incident import play_major_incident
from tests.statements import (
    ALERTMANAGER,
    COMMANDER,
    COMPLIANCE,
    REVIEW,
    ROBIN,
    SASHA,
    alert_batch,
    disruptive,
    facts,
)

CHECKS = ("functional", "controls_in_force", "data_reconciled")


async def walk_to_contain(incident: IncidentAtWork) -> None:
    """Take an incident from its opening until it has a severity."""
    await incident.open()
    await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
    await incident.answer(COMMANDER, "severity.assignment-1", "confirm")


async def walk_to_learn(incident: IncidentAtWork) -> None:
    """Take an incident from its opening until its recovery is validated."""
    await walk_to_contain(incident)
    await incident.submit(
        ROBIN, ReportMilestone(milestone=Milestone.CONTAINED, statement="Traffic is drained.")
    )
    for check in CHECKS:
        await incident.submit(
            ROBIN, ReportCheck(check=check, result=CheckResult.PASSED, statement="Seen.")
        )
    await incident.submit(
        ROBIN, ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow.")
    )
    await incident.answer(COMMANDER, "recovery.validation-1", "validated")


async def walk_to_closure(incident: IncidentAtWork) -> None:
    """Take an incident from its opening to its closure."""
    await walk_to_closable(incident)
    await incident.answer(COMMANDER, "incident.closure-1", "close")


async def walk_to_closable(incident: IncidentAtWork) -> None:
    """Take an incident from its opening until nothing is left but to close it."""
    await walk_to_learn(incident)
    await incident.submit(ROBIN, ReportReview(review=REVIEW))
    await incident.answer(COMMANDER, "review.sign_off-1", "signed_off")
    await incident.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
    request = await incident.request("escalation.acknowledgement-1")
    taking_note = Actor(id="person-note", role=request.roles[0])
    await incident.answer(taking_note, "escalation.acknowledgement-1", "acknowledged")
    unknown = "classification.confirmation-1"
    await incident.answer(COMPLIANCE, unknown, "override", {"major": False})
    await incident.answer(COMMANDER, "recovery.stand_down-1", "stood_down")


@pytest.mark.parametrize("history_limit", [1_000, 50], ids=["one run", "continued as new"])
async def test_an_incident_is_taken_from_its_opening_to_its_closure(
    temporal: Client, engine: AsyncEngine, task_queue: str, history_limit: int
) -> None:
    """The same evidence, whether the history fits into one run or not."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue, history_limit=history_limit)
        await walk_to_closure(incident)
        assert await incident.handle.result() == "resolved"
    lines = await incident.timeline()
    own = [line.entry_id for line in lines if line.entry_id.startswith("incident/")]
    assert own == [f"incident/{incident.incident_id}#{number}" for number in range(len(own))]
    phases = [line.summary for line in lines if line.kind == "phase.entered"]
    assert phases == [
        f"Phase {name} entered" for name in ("triage", "contain", "recover", "learn", "closed")
    ]


async def test_a_class_is_decided_twice_and_policies_are_changed_under_way(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """By signed signals, and every judgement comes out the same from the evidence."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await play_major_incident(incident)
        await incident.handle.terminate()
    async with engine.connect() as connection:
        report = await replay_incident(connection, incident.incident_id)
    assert [j for j in report.judgements if j.verdict is not Verdict.SAME] == []
    said = [line.summary for line in await incident.timeline()]
    assert "Classified as not major, overriding 'unknown'" in said
    assert "Classified as major, as proposed" in said
    assert "Reporting 1 of beispielbank opened" in " ".join(said)
    assert "Goes on under severity-tree 9.0.0" in said


async def test_operators_see_where_the_incident_stands(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """Search attributes say phase, severity, services, what is awaited and the next deadline."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
        await incident.answer(COMMANDER, "severity.assignment-1", "confirm")
        await incident.until("phase.entered")
        async with asyncio.timeout(10):
            while (shown := await _search_attributes(incident)).get("HoldfastSeverity") is None:
                await asyncio.sleep(0.05)
        await incident.handle.terminate()
    assert shown["HoldfastPhase"] == "contain"
    assert shown["HoldfastSeverity"] == "SEV2"
    assert shown["HoldfastServices"] == ["instant-payments"]
    assert shown["HoldfastAwaiting"] == "escalation.acknowledgement-1"
    assert shown["HoldfastNextDeadline"] is not None


async def _search_attributes(incident: IncidentAtWork) -> dict[str, object]:
    described = await incident.handle.describe()
    return {pair.key.name: pair.value for pair in described.typed_search_attributes}


async def test_signals_in_flight_survive_continue_as_new_and_none_counts_twice(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """Two hundred submissions, each sent twice, over many runs: one receipt each, in one order."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue, history_limit=50)
        await incident.open()
        await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
        signed = [incident.sign(ROBIN, facts(clients_affected=n)) for n in range(200)]
        gate = asyncio.Semaphore(10)

        async def send_twice(submission: SignedSubmission) -> None:
            async with gate:
                await incident.send(submission)
                await incident.send(submission)

        await asyncio.gather(*(send_twice(submission) for submission in signed))
        for submission in signed:
            await incident.receipt(submission.submission.submission_id)
        runs = [
            run
            async for run in temporal.list_workflows(
                f"WorkflowId = '{incident.handle.id}' AND ExecutionStatus = 'ContinuedAsNew'"
            )
        ]
        lines = await incident.timeline()
        await incident.handle.terminate()
    assert sum(line.kind == "facts.changed" for line in lines) == len(signed)
    assert len({line.entry_id for line in lines}) == len(lines)
    assert len(runs) >= 2


async def test_a_signal_that_the_api_did_not_sign_is_refused_and_recorded(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """Typed by hand, signed with another key, altered, misaddressed: each leaves only a refusal."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        genuine = incident.sign(SASHA, facts(clients_affected=1))
        elsewhere = IncidentAtWork(temporal, engine, task_queue).sign(
            SASHA, facts(clients_affected=1)
        )
        other_key = PrincipalSigner(Ed25519PrivateKey.generate()).sign(genuine.submission)
        altered = genuine.model_copy(
            update={"submission": genuine.submission.model_copy(update={"principal": COMMANDER})}
        )
        for argument in (other_key, altered, elsewhere, {"approve": True}, "yes", 7, None, "\x00"):
            await incident.handle.signal("answer", argument)
        await incident.handle.signal("no_such_signal", args=[1, 2, 3])
        await incident.handle.signal("nothing_at_all")
        await incident.submit(ROBIN, facts(clients_affected=2))
        refused = [line for line in await incident.timeline() if line.kind == "submission.refused"]
        state = (await incident.handle.describe()).status
        await incident.handle.terminate()
    assert state is WorkflowExecutionStatus.RUNNING
    reasons = [line.summary.split(")")[0].removeprefix("Refused (") for line in refused]
    assert reasons == ["bad_signature"] * 2 + ["wrong_address"] + ["malformed"] * 7
    assert {line.actor_id for line in refused} == {"system"}


async def test_a_cancellation_from_outside_is_refused_and_recorded(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """An incident ends by decision, not by a button of the Web UI."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        await incident.handle.cancel()
        await incident.until("submission.refused")
        await incident.submit(ROBIN, facts(clients_affected=2))
        state = (await incident.handle.describe()).status
        await incident.handle.terminate()
    assert state is WorkflowExecutionStatus.RUNNING


async def test_decisions_are_durable_while_no_worker_runs(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """A signal is accepted with every worker down, and decided when one is back."""
    incident = IncidentAtWork(temporal, engine, task_queue)
    async with working(temporal, engine, task_queue):
        await incident.open()
    sent = await incident.send(incident.sign(ROBIN, facts(clients_affected=3)))
    async with working(temporal, engine, task_queue):
        assert (await incident.receipt(sent)).accepted
        await incident.handle.terminate()


async def test_alerts_that_come_while_the_incident_closes_are_declined_not_lost(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """Whatever was signalled before the end has a receipt."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        request = await incident.request("incident.confirmation-1")
        assert request.state == "open"
    closing = _answer(incident, request.subject["digest"], "false_positive")
    await incident.send(closing)
    late = await incident.send(incident.sign(ALERTMANAGER, alert_batch("late")))
    async with working(temporal, engine, task_queue):
        assert await incident.handle.result() == "false_positive"
    assert (await incident.receipt(late)).kind == "alerts.declined"


def _answer(incident: IncidentAtWork, digest: str, option: str) -> SignedSubmission:
    return incident.sign(
        ROBIN,
        Answer(
            request_id="incident.confirmation-1",
            option=option,
            subject_digest=digest,
            rationale="A test alert.",
        ),
    )


async def test_actions_run_while_decisions_wait(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """Nothing stands in line behind an approval that is not given."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        await incident.submit(ROBIN, disruptive())
        await incident.submit(ROBIN, facts(clients_affected=5))
        await incident.submit(ALERTMANAGER, alert_batch("more"))
        pending = await incident.request("containment.approval-1")
        await incident.handle.terminate()
    assert pending.state == "open"
