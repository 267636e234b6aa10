"""No path closes an incident over a mandatory task: it is effective, or its risk still accepted.

What is promised is told from the entries alone, by a reading of its own: the rules of the process
are not asked.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from holdfast.domain.actions import ReportReview
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.remediation.asking import (
    RequestExtension,
    RequestRiskAcceptance,
    WriteOffTask,
)
from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.roles import Actor
from holdfast.evidence.entry import Entry
from tests.remediation_walk import RemediationWalk, WalkedTask, proposal
from tests.statements import BOARD, COMMANDER, COMPLIANCE, REVIEW, ROBIN, SASHA

PEOPLE = st.sampled_from([ROBIN, SASHA, COMMANDER, COMPLIANCE, BOARD])
DAYS = st.integers(1, 120).map(lambda number: timedelta(days=number))
WHICH = st.integers(0, 5)
GOOD = st.sampled_from([True, True, False])


class Closing(RuleBasedStateMachine):
    """Everything that people can do with tasks, and attempts to close at any moment."""

    @initialize(mandatory=st.booleans())
    def begin(self, *, mandatory: bool) -> None:
        """Bring an incident so far that nothing but its tasks can keep it open."""
        self.walk = RemediationWalk()
        self.walk.to_contain()
        self.walk.to_closable()
        priority = TaskPriority.HIGH if mandatory else TaskPriority.LOW
        self.walk.propose(proposal(priority, observe="P3D"))

    @rule(
        priority=st.sampled_from(TaskPriority), actor=PEOPLE, wanted=st.sampled_from([None, True])
    )
    def propose(self, priority: TaskPriority, actor: Actor, *, wanted: bool | None) -> None:
        """Propose another task."""
        if len(self.walk.tasks) < 3:
            self.walk.submit(actor, proposal(priority, mandatory=wanted))
            self.walk.wait(timedelta())

    @rule(passed=DAYS)
    def wait(self, passed: timedelta) -> None:
        """Let days pass: acceptances expire, observations end."""
        self.walk.wait(passed)

    @rule(which=WHICH, actor=PEOPLE)
    def implement(self, which: int, actor: Actor) -> None:
        """Say that one is done."""
        self._task(which).implement(actor)

    @rule(which=WHICH, actor=st.sampled_from([COMPLIANCE, BOARD, ROBIN]), good=GOOD)
    def answer(self, which: int, actor: Actor, *, good: bool) -> None:
        """Answer the first open request of a task, with its first or its last option."""
        task = self._task(which)
        for request in task.state.requests.values():
            if request.state is DecisionState.OPEN:
                option = list(request.options)[0 if good else -1]
                task.decide(actor, request.kind, option)
                return

    @rule(which=WHICH, ahead=DAYS)
    def ask_to_leave_it(self, which: int, ahead: timedelta) -> None:
        """Ask that its risk be accepted."""
        until = (self.walk.now + ahead).date()
        self._task(which).submit(ROBIN, RequestRiskAcceptance(until=until, because="It is old."))

    @rule(which=WHICH, ahead=DAYS)
    def ask_for_time(self, which: int, ahead: timedelta) -> None:
        """Ask for more time."""
        due_on: date = (self.walk.now + ahead).date()
        self._task(which).submit(ROBIN, RequestExtension(due_on=due_on, because="Short of people"))

    @rule(which=WHICH)
    def open_anew(self, which: int) -> None:
        """Say that its workflow is no more."""
        number = self._task(which).state.opening.number
        if len(self.walk.tasks) < 6:
            self.walk.submit(COMMANDER, WriteOffTask(task=number, because="It was terminated."))
            self.walk.wait(timedelta())

    @rule()
    def close(self) -> None:
        """Try to close; whoever is refused hears which tasks keep it open."""
        self.walk.classify()
        self.walk.acknowledge()
        for name in self.walk.open_requests():
            if name.startswith("incident.closure"):
                told = self.walk.answer(COMMANDER, name, "close")
                if told.kind is EventKind.SUBMISSION_REFUSED:
                    assert told.payload["reason"] == RefusalReason.REMEDIATION_PENDING
                    assert _open_ends(self.walk.entries(), self.walk.now)

    @invariant()
    def it_was_not_closed_over_what_is_open(self) -> None:
        """At the closing entry, every mandatory task was effective or its risk accepted."""
        entries = self.walk.entries()
        for index, entry in enumerate(entries):
            if entry.event.kind is EventKind.INCIDENT_CLOSED:
                assert _open_ends(entries[:index], entry.occurred_at) == set()

    def _task(self, which: int) -> WalkedTask:
        return self.walk.tasks[1 + which % len(self.walk.tasks)]


def _open_ends(entries: list[Entry], at: datetime) -> set[int]:
    """The mandatory tasks that stand in the way, read from what was recorded."""
    standing: dict[int, Entry] = {}
    mandatory, replaced = set[int](), set[int]()
    for entry in entries:
        kind, said = entry.event.kind, entry.event.payload
        if kind is EventKind.REMEDIATION_OPENED:
            standing[said["number"]] = entry
            replaced.add(said["replaces"])
            if said["task"]["mandatory"]:
                mandatory.add(said["number"])
        elif kind in _MOVING:
            standing[said["number"]] = entry
    return {
        number
        for number in mandatory - replaced
        if standing[number].event.kind not in _EFFECTIVE and not _accepted(standing[number], at)
    }


def _accepted(entry: Entry, at: datetime) -> bool:
    if entry.event.kind is not EventKind.REMEDIATION_RISK_ACCEPTED:
        return False
    return datetime.fromisoformat(entry.event.payload["expires_at"]) > at


_EFFECTIVE = {EventKind.REMEDIATION_VALIDATED, EventKind.REMEDIATION_CLOSED}
_MOVING = {
    *_EFFECTIVE,
    EventKind.REMEDIATION_ACCEPTED,
    EventKind.REMEDIATION_IMPLEMENTED,
    EventKind.REMEDIATION_RETURNED,
    EventKind.REMEDIATION_RISK_ACCEPTED,
    EventKind.REMEDIATION_REOPENED,
}

TestClosing = Closing.TestCase
TestClosing.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def test_it_is_closed_once_every_mandatory_task_is_settled() -> None:
    """One is effective, the risk of the other accepted: now nothing is in the way."""
    walk = RemediationWalk()
    walk.to_contain()
    first = walk.propose(proposal(observe="PT0S"))
    second = walk.propose(proposal(TaskPriority.CRITICAL))
    walk.to_closable()
    refused = walk.answer(COMMANDER, "incident.closure-1", "close")
    assert refused.payload["reason"] == RefusalReason.REMEDIATION_PENDING
    assert "remediation 1 (proposed), remediation 2 (proposed)" in refused.payload["detail"]

    first.accept()
    first.implement()
    walk.wait(timedelta())
    still = walk.answer(COMMANDER, "incident.closure-1", "close")
    assert "remediation 1 (implemented), remediation 2 (proposed)" in still.payload["detail"]
    by_themselves = first.validate(ROBIN.model_copy(update={"role": COMPLIANCE.role}))
    assert by_themselves.payload["reason"] == RefusalReason.SELF_APPROVAL
    first.validate()
    second.leave(date(2026, 12, 31))
    walk.answer(COMMANDER, "incident.closure-1", "close")
    assert walk.last(EventKind.INCIDENT_CLOSED).payload["outcome"] == "resolved"

    walk.wait(timedelta(days=400))
    assert second.last(EventKind.REMEDIATION_REOPENED).payload["due_on"] == "2027-01-31"
    assert first.last(EventKind.REMEDIATION_CLOSED).payload["outcome"] == "validated"


def test_a_mandatory_task_cannot_be_declined() -> None:
    """Another one can, with a reason."""
    walk = RemediationWalk()
    walk.to_contain()
    mandatory = walk.propose()
    kind = DecisionKind.REMEDIATION_ACCEPTANCE
    refused = mandatory.decide(COMPLIANCE, kind, "declined")
    assert refused.payload["reason"] == RefusalReason.UNKNOWN_OPTION
    other = walk.propose(proposal(TaskPriority.LOW))
    other.decide(COMPLIANCE, kind, "declined")
    assert other.last(EventKind.REMEDIATION_CLOSED).payload["outcome"] == "declined"


def test_what_does_not_help_is_to_be_done_again() -> None:
    """It is open again, with time enough, and everybody who did it stays unable to validate it."""
    walk = RemediationWalk()
    walk.to_contain()
    task = walk.propose(proposal(due_on="2026-03-10", observe="P3D"))
    task.accept()
    task.implement()
    walk.wait(timedelta(days=4))
    task.validate(option="not_effective")
    assert task.last(EventKind.REMEDIATION_RETURNED).payload["due_on"] == "2026-04-07"
    task.implement(SASHA)
    walk.wait(timedelta(days=4))
    pending = task.state.requests["remediation-1:remediation.validation-2"]
    assert pending.authors == (ROBIN.id, SASHA.id)


def test_the_review_of_a_provider_opens_a_task_for_each_of_its_measures() -> None:
    """Each names the entry that proposes it; those that the law asks for are mandatory."""
    walk = RemediationWalk()
    walk.to_severity_1()
    escalation = walk.escalate()
    walk.wait(timedelta(hours=5))
    escalation.restore()
    escalation.review()
    proposed = [e for e in walk.entries() if e.event.kind is EventKind.REMEDIATION_PROPOSED]
    assert len(proposed) == len(walk.tasks) > 0
    assert [each.state.opening.task.proposal for each in walk.tasks.values()] == [
        entry.id for entry in proposed
    ]
    assert all(each.state.opening.task.mandatory for each in walk.tasks.values())


def test_a_review_voids_nothing_of_the_tasks() -> None:
    """A new draft of the review asks for its own sign-off only."""
    walk = RemediationWalk()
    walk.to_contain()
    walk.to_closable()
    task = walk.propose()
    walk.submit(ROBIN, ReportReview(review=REVIEW))
    assert task.state.requests["remediation-1:remediation.acceptance-1"].state is DecisionState.OPEN
