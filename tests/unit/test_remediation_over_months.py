"""A task that nobody does, over fourteen months: every entry of it is read here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.communication.kinds import Purpose
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.remediation.asking import RequestRiskAcceptance
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.evidence.entry import Entry
from tests.remediation_walk import RemediationWalk, WalkedTask, proposal
from tests.statements import COMPLIANCE, ROBIN


def test_a_task_that_nobody_does_is_reminded_of_escalated_and_opened_again() -> None:
    """Reminders, ladder, extension, acceptance, expiry, reopening: nothing is ever silent."""
    walk = RemediationWalk()
    walk.to_contain()
    task = walk.propose(proposal(due_on="2026-05-31"))
    task.accept()
    _wait_until(walk, date(2026, 5, 20))
    task.extend(date(2026, 7, 31))
    task.decide(COMPLIANCE, DecisionKind.REMEDIATION_EXTENSION, "granted")
    _wait_until(walk, date(2026, 9, 15))
    task.leave(date(2027, 3, 31))
    _wait_until(walk, date(2027, 5, 5))

    assert _story(task) == [
        "2026-03-04 clock.armed remediation-1:due 2026-06-01",
        "2026-03-04 decision.requested remediation-1:remediation.acceptance-1",
        "2026-03-04 clock.armed decision/remediation-1:remediation.acceptance-1 2026-03-11",
        "2026-03-04 decision.answered remediation-1:remediation.acceptance-1 accepted",
        "2026-03-04 decision.decided remediation-1:remediation.acceptance-1 accepted",
        "2026-03-04 clock.met decision/remediation-1:remediation.acceptance-1",
        "2026-03-04 remediation.accepted accepted",
        "2026-05-02 clock.warned remediation-1:due",
        "2026-05-02 communication.opened responder",
        "2026-05-20 extension.requested 2026-07-31",
        "2026-05-20 decision.requested remediation-1:remediation.extension-1",
        "2026-05-20 clock.armed decision/remediation-1:remediation.extension-1 2026-05-25",
        "2026-05-20 decision.answered remediation-1:remediation.extension-1 granted",
        "2026-05-20 decision.decided remediation-1:remediation.extension-1 granted",
        "2026-05-20 clock.met decision/remediation-1:remediation.extension-1",
        "2026-05-20 remediation.extended accepted",
        "2026-05-20 clock.armed remediation-1:due 2026-08-01",
        "2026-07-02 clock.warned remediation-1:due",
        "2026-07-02 communication.opened responder",
        "2026-07-25 clock.warned remediation-1:due",
        "2026-07-25 communication.opened responder",
        "2026-08-01 clock.missed remediation-1:due",
        "2026-08-01 clock.escalated remediation-1:due incident_commander",
        "2026-08-01 communication.opened incident_commander",
        "2026-08-15 clock.escalated remediation-1:due compliance",
        "2026-08-15 communication.opened compliance",
        "2026-08-31 clock.escalated remediation-1:due management_body",
        "2026-08-31 communication.opened management_body",
        "2026-09-15 risk_acceptance.requested 2027-03-31",
        "2026-09-15 decision.requested remediation-1:remediation.risk_acceptance-1",
        "2026-09-15 clock.armed decision/remediation-1:remediation.risk_acceptance-1 2026-09-20",
        "2026-09-15 decision.answered remediation-1:remediation.risk_acceptance-1 accepted",
        "2026-09-15 decision.decided remediation-1:remediation.risk_acceptance-1 accepted",
        "2026-09-15 clock.met decision/remediation-1:remediation.risk_acceptance-1",
        "2026-09-15 remediation.risk_accepted risk_accepted",
        "2026-09-15 clock.cancelled remediation-1:due",
        "2026-09-15 clock.armed remediation-1:acceptance 2027-04-01",
        "2027-01-31 clock.warned remediation-1:acceptance",
        "2027-01-31 communication.opened responder",
        "2027-03-18 clock.warned remediation-1:acceptance",
        "2027-03-18 communication.opened responder",
        "2027-04-01 clock.missed remediation-1:acceptance",
        "2027-04-01 remediation.reopened accepted",
        "2027-04-01 clock.armed remediation-1:due 2027-05-02",
        "2027-04-01 communication.opened incident_commander",
        "2027-04-02 clock.warned remediation-1:due",
        "2027-04-02 communication.opened responder",
        "2027-04-25 clock.warned remediation-1:due",
        "2027-04-25 communication.opened responder",
        "2027-05-02 clock.missed remediation-1:due",
        "2027-05-02 clock.escalated remediation-1:due incident_commander",
        "2027-05-02 communication.opened incident_commander",
    ]
    assert task.state.stage is TaskStage.ACCEPTED
    assert task.state.extensions == 1
    briefs = [
        each for each in walk.communications.values() if each.state.opening.number >= 1_000_000
    ]
    assert {each.state.opening.purpose for each in briefs} == {Purpose.ESCALATION_BRIEF}
    assert all(each.state.stage == "published" for each in briefs)
    assert walk.state.tasks["1"].stage is TaskStage.ACCEPTED


def test_a_fourth_extension_is_refused() -> None:
    """It was granted three times: then it is done, or its risk accepted."""
    _, task = _accepted()
    for month in (7, 8, 9):
        task.extend(date(2026, month, 1))
        task.decide(COMPLIANCE, DecisionKind.REMEDIATION_EXTENSION, "granted")
    refused = task.extend(date(2026, 10, 1))
    assert refused.payload["reason"] == RefusalReason.TOO_MANY_EXTENSIONS
    assert task.state.due_on == date(2026, 9, 1)


def test_whoever_asks_for_more_time_does_not_grant_it() -> None:
    """Robin asks as a responder, and answers with a role that may decide."""
    _, task = _accepted()
    task.extend(date(2026, 7, 1))
    robin = ROBIN.model_copy(update={"role": COMPLIANCE.role})
    refused = task.decide(robin, DecisionKind.REMEDIATION_EXTENSION, "granted")
    assert refused.payload["reason"] == RefusalReason.SELF_APPROVAL


def test_dates_that_have_passed_are_refused() -> None:
    """Of proposals, extensions and acceptances; today is the last day that counts."""
    walk, task = _accepted()
    for refused in (
        walk.submit(ROBIN, proposal(due_on="2026-03-03")),
        task.extend(date(2026, 3, 3)),
    ):
        assert refused.payload["reason"] == RefusalReason.DUE_IN_THE_PAST
    walk.wait(timedelta(days=30))
    before = len(task.events)
    task.submit(ROBIN, _acceptance(walk.now.date() - timedelta(days=1)))
    assert task.events[before].payload["reason"] == RefusalReason.DUE_IN_THE_PAST
    longest = task.submit(ROBIN, _acceptance(walk.now.date() + timedelta(days=366)))
    assert longest.payload["reason"] == RefusalReason.ACCEPTANCE_TOO_LONG
    today = walk.submit(ROBIN, proposal(due_on=walk.now.date().isoformat()))
    assert today.kind is EventKind.REMEDIATION_OPENED


def _accepted() -> tuple[RemediationWalk, WalkedTask]:
    walk = RemediationWalk()
    walk.to_contain()
    task = walk.propose()
    task.accept()
    return walk, task


def _acceptance(until: date) -> RequestRiskAcceptance:
    return RequestRiskAcceptance(until=until, because="It is replaced.")


def _wait_until(walk: RemediationWalk, day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    walk.wait(noon - walk.now)


def _story(task: WalkedTask) -> list[str]:
    return [f"{entry.occurred_at:%Y-%m-%d} {_line(entry)}" for entry in task.entries()]


def _line(entry: Entry) -> str:
    event, payload = entry.event, entry.event.payload
    about = event.subject.id
    if event.kind is EventKind.COMMUNICATION_OPENED:
        return f"{event.kind} {', '.join(payload['wish']['roles'])}"
    if event.kind in {EventKind.EXTENSION_REQUESTED, EventKind.RISK_ACCEPTANCE_REQUESTED}:
        return f"{event.kind} {payload.get('due_on') or payload.get('until')}"
    if event.kind is EventKind.CLOCK_ARMED:
        return f"{event.kind} {about} {payload['due_at'][:10]}"
    if event.kind is EventKind.CLOCK_ESCALATED:
        return f"{event.kind} {about} {', '.join(payload['roles'])}"
    if event.subject.type == "remediation":
        return f"{event.kind} {payload['stage']}"
    said = payload.get("option") or payload.get("outcome")
    return f"{event.kind} {about}" + (f" {said}" if said else "")
