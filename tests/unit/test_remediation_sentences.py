"""Remediation in words: one line of the timeline for each step."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.remediation.asking import LinkTask, Owner, ReassignTask
from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.roles import Role
from holdfast.evidence.remediation_sentences import REMEDIATION_SENTENCES
from holdfast.evidence.sentences import sentence
from tests.remediation_walk import RemediationWalk, proposal
from tests.statements import BOARD, COMMANDER, COMPLIANCE

_BEGINNINGS = ("remediation.", "extension.", "risk_acceptance.")


def test_every_step_has_its_own_words() -> None:
    """What oversight proposes has them with the third parties."""
    wanted = {kind for kind in EventKind if kind.startswith(_BEGINNINGS)}
    assert set(REMEDIATION_SENTENCES) == wanted - {EventKind.REMEDIATION_PROPOSED}


def test_every_step_is_said_in_one_line() -> None:
    """From the event alone, in order."""
    walk = RemediationWalk()
    walk.to_contain()
    first = walk.propose(proposal(observe="P3D", due_on="2026-06-30"))
    first.accept()
    owner = Owner(role=Role.INCIDENT_COMMANDER)
    first.submit(COMMANDER, ReassignTask(owner=owner, because="Robin is on leave."))
    first.submit(COMMANDER, LinkTask(system="jira", reference="OPS-7", state="Done", event="m"))
    first.extend(first.state.due_on + timedelta(days=31))
    first.decide(COMPLIANCE, DecisionKind.REMEDIATION_EXTENSION, "granted")
    first.implement()
    walk.wait(timedelta(days=4))
    first.validate(option="not_effective")
    first.leave((walk.now + timedelta(days=5)).date())
    walk.wait(timedelta(days=7))
    first.implement()
    walk.wait(timedelta(days=4))
    first.validate(BOARD)
    second = walk.propose(proposal(TaskPriority.LOW, due_on="2026-12-31"))
    second.decide(COMPLIANCE, DecisionKind.REMEDIATION_ACCEPTANCE, "declined")
    said = [
        sentence(entry.event)
        for entry in walk.entries()
        if entry.event.kind in REMEDIATION_SENTENCES
    ]
    assert said == _SAID


_SAID = [
    (
        "Remediation 1 opened: Alert on the queue's depth (high, mandatory; responder,"
        " due 2026-06-30)"
    ),
    "Remediation 1 accepted: it is to be done before 2026-07-01",
    "Remediation 1 given from responder to incident_commander: Robin is on leave.",
    "Remediation 1 in jira: OPS-7, Done",
    ("Remediation 1: more time asked for, until 2026-07-31 (due 2026-06-30): The team is short."),
    "Remediation 1 due 2026-07-31 instead of 2026-06-30 (extension 1): The team is short.",
    "Remediation 1 implemented: The alert is in place.; observed until 2026-03-07T12:00Z",
    "Remediation 1 found not effective, to be done again until 2026-07-31: As discussed.",
    (
        "Remediation 1: acceptance of its risk asked for, until 2026-03-13: The system is"
        " replaced next year."
    ),
    "Remediation 1: its risk accepted until 2026-03-13: The system is replaced next year.",
    "Remediation 1 open again, due 2026-04-13: the acceptance of its risk has expired",
    "Remediation 1 implemented: The alert is in place.; observed until 2026-03-18T12:00Z",
    "Remediation 1 found effective by management_body",
    "Remediation 1 closed: validated",
    "Remediation 2 opened: Alert on the queue's depth (low; responder, due 2026-12-31)",
    "Remediation 2 declined: As discussed.",
    "Remediation 2 closed: declined",
]
