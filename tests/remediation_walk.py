"""An incident walked together with its remediation tasks, all on one chain."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import Event, EventKind
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.remediation.asking import (
    Owner,
    ProposeTask,
    RemediationBody,
    ReportImplementation,
    RequestExtension,
    RequestRiskAcceptance,
)
from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.remediation.opening import TaskOpening
from holdfast.domain.remediation.process import TaskProcess
from holdfast.domain.remediation.state import TaskState
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Answer, Submission
from holdfast.domain.values import JsonValue
from holdfast.evidence.entry import Entry
from tests.joint_walk import Child, Walked
from tests.statements import BOARD, COMPLIANCE, ROBIN
from tests.third_party_walk import ThirdPartyWalk

__all__ = ["OWNER", "RemediationWalk", "WalkedTask", "proposal"]

OWNER = Owner(role=Role.RESPONDER, person=ROBIN.id)


def proposal(priority: TaskPriority = TaskPriority.HIGH, **fields: JsonValue) -> ProposeTask:
    """A task of that priority, Robin's to do."""
    given = {
        "title": "Alert on the queue's depth",
        "description": "Nobody saw the queue grow.",
        "owner": OWNER,
        **fields,
    }
    return ProposeTask(priority=priority, **given)


class WalkedTask:
    """One task of a walked incident: it has the incident's time, chain and matrix."""

    def __init__(self, walk: RemediationWalk, opening: TaskOpening, matrix: PinnedPolicy) -> None:
        """Begin as the workflow does."""
        self.walk = walk
        task = opening.task
        self.state = TaskState(opening=opening, matrix=matrix, owner=task.owner, due_on=task.due_on)
        self.events: list[Event] = []
        self.process = TaskProcess(self.state, self._record)
        self._numbers = count(1)
        self.process.begin(walk.now)

    def _record(self, event: Event) -> str:
        self.events.append(event)
        return self.walk.write(self.state.opening.workflow_id, event)

    def submit(self, actor: Actor, body: RemediationBody | Answer) -> Event:
        """Hand in a submission, let happen what follows anywhere, and return its receipt."""
        number = self.state.opening.number
        submission = Submission(
            submission_id=f"t{number}-{next(self._numbers)}",
            workflow_id=self.state.opening.workflow_id,
            principal=actor,
            submitted_at=self.walk.now,
            body=body,
        )
        before = len(self.events)
        self.process.receive(submission, self.walk.now)
        self.walk.let_communications_end()
        self.walk.wait(timedelta())
        new = self.events[before:]
        return next((e for e in new if e.answers == submission.submission_id), self.events[-1])

    def decide(self, actor: Actor, kind: DecisionKind, option: str) -> Event:
        """Answer the latest request of that kind."""
        requests = [each for each in self.state.requests.values() if each.kind is kind]
        digest = requests[-1].subject.digest
        assert digest is not None
        body = Answer(
            request_id=requests[-1].id,
            option=option,
            subject_digest=digest,
            rationale="As discussed.",
        )
        return self.submit(actor, body)

    def accept(self) -> Event:
        """Let compliance accept that it is to be done."""
        return self.decide(COMPLIANCE, DecisionKind.REMEDIATION_ACCEPTANCE, "accepted")

    def implement(self, actor: Actor = ROBIN) -> Event:
        """Say that it is done."""
        return self.submit(actor, ReportImplementation(statement="The alert is in place."))

    def validate(self, actor: Actor = COMPLIANCE, option: str = "effective") -> Event:
        """Say whether it helps."""
        return self.decide(actor, DecisionKind.REMEDIATION_VALIDATION, option)

    def extend(self, due_on: date) -> Event:
        """Ask for more time."""
        return self.submit(ROBIN, RequestExtension(due_on=due_on, because="The team is short."))

    def leave(self, until: date) -> Event:
        """Ask that its risk be accepted, and let the management body do so."""
        asked = RequestRiskAcceptance(until=until, because="The system is replaced next year.")
        self.submit(ROBIN, asked)
        return self.decide(BOARD, DecisionKind.REMEDIATION_RISK_ACCEPTANCE, "accepted")

    def entries(self) -> list[Entry]:
        """What its workflow has recorded."""
        called = self.state.opening.workflow_id
        return [entry for entry in self.walk.entries() if entry.workflow == called]

    def last(self, kind: EventKind) -> Event:
        """The latest event of that kind."""
        return [event for event in self.events if event.kind is kind][-1]


class RemediationWalk(ThirdPartyWalk):
    """A walk whose remediation tasks are walked as well."""

    def __init__(self, incident_id: str = "INC-2026-000001") -> None:
        """Start before the first report."""
        self.tasks: dict[int, WalkedTask] = {}
        super().__init__(incident_id)

    def propose(self, body: ProposeTask | None = None, actor: Actor = ROBIN) -> WalkedTask:
        """Propose a task, and let its workflow begin."""
        self.submit(actor, body or proposal())
        self.wait(timedelta())
        return self.tasks[max(self.tasks)]

    def let_communications_end(self) -> None:
        """Let everything happen that waits for nobody, in the tasks too."""
        while True:
            super().let_communications_end()
            if not any(map(self._task_goes_on, list(self.tasks.values()))):
                return
            self.judge()

    def processes(self) -> list[Walked]:
        """Everything that time moves."""
        running = [each.process for each in self.tasks.values() if not each.state.over]
        return [*super().processes(), *running]

    def children(self, workflow: str) -> list[Child]:
        """The children of that workflow id."""
        tasks = [
            each.process
            for each in self.tasks.values()
            if each.state.opening.workflow_id == workflow
        ]
        return [*super().children(workflow), *tasks]

    def open_one(self) -> bool:
        """Begin what the incident has opened; False if there is nothing."""
        if self.state.to_remedy:
            opening, matrix = self.state.to_remedy.pop(0)
            self.tasks[opening.number] = WalkedTask(self, opening, matrix)
            return True
        return super().open_one()

    def _task_goes_on(self, task: WalkedTask) -> bool:
        """Open its messages, tell the incident, and the ticket system."""
        state = task.state
        if not state.to_open and not state.told and not state.to_sync:
            return False
        self.state.to_open.extend(state.to_open)
        state.to_open.clear()
        state.to_sync.clear()
        while state.told:
            self.process.noticed(self.noticed(state.told.pop(0)), self.now)
        return True
