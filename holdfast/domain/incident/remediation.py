"""The remediation of an incident: tasks proposed by people and by reviews of providers.

The incident opens a task and hears how it stands; it cannot be closed over a mandatory one that is
neither validated as effective nor left undone by an acceptance of its risk that still holds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident.format_five import learns
from holdfast.domain.incident.work import Work
from holdfast.domain.notices import Noticed
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.remediation.asking import Owner, ProposeTask, WriteOffTask
from holdfast.domain.remediation.kinds import TaskOrigin, TaskStage
from holdfast.domain.remediation.naming import task_id, task_workflow_id
from holdfast.domain.remediation.opening import OpenedTask, Task, TaskOpening, settled
from holdfast.domain.remediation.policy import (
    REMEDIATION,
    RemediationPolicy,
    remediation_policy,
)
from holdfast.domain.remediation.work import end_of
from holdfast.domain.roles import SYSTEM, Actor, Role
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party.kinds import MeasureKind
from holdfast.domain.values import JsonObject, digest_of

__all__ = [
    "follow",
    "heard",
    "opened_content",
    "pending",
    "propose",
    "replace",
    "task_of_measure",
    "task_proposed",
    "writer_of",
]

_MOST = 999
_LONGEST_TITLE = 200


def propose(work: Work, submission: Submission, body: ProposeTask, now: datetime) -> Refusal | None:
    """Open a task that somebody proposes."""
    if refusal := _refuse(work):
        return refusal
    if body.due_on is not None and end_of(body.due_on) <= now:
        return Refusal(RefusalReason.DUE_IN_THE_PAST, f"{body.due_on} has passed")
    task = task_proposed(body, _policy(work), now)
    content, about = _content(work, task)
    kind = EventKind.REMEDIATION_OPENED
    opened = work.receipt(kind, submission, content, subject=about)
    _begin(work, task, opened, submission.principal, now)
    return None


def task_proposed(body: ProposeTask, policy: RemediationPolicy, now: datetime) -> Task:
    """The task that is proposed, with what follows from its priority."""
    rules = policy.priorities[body.priority]
    given = body.model_dump(exclude={"type", "due_on", "observe", "mandatory"})
    return Task(
        **given,
        due_on=body.due_on or _in(now, rules.due_within),
        observe=rules.observe if body.observe is None else body.observe,
        # What the policy makes mandatory, nobody proposes out of it.
        mandatory=rules.mandatory or bool(body.mandatory),
    )


def follow(work: Work, noticed: Noticed, now: datetime) -> None:
    """Open the task that the review of a provider asks for."""
    if _refuse(work) is not None:
        return
    task = task_of_measure(noticed.event.payload, noticed.entry, _policy(work), now)
    content, about = _content(work, task)
    kind, causes = EventKind.REMEDIATION_OPENED, (noticed.entry,)
    opened = work.note(kind, content, subject=about, causes=causes)
    _begin(work, task, opened, SYSTEM, now)


def task_of_measure(
    measure: JsonObject, proposal: str, policy: RemediationPolicy, now: datetime
) -> Task:
    """The task that follows from a measure; `proposal` is the entry that proposes it.

    A date that has passed meanwhile gives way to what the priority asks for.
    """
    priority = policy.oversight[MeasureKind(measure["kind"])]
    rules = policy.priorities[priority]
    wished = date.fromisoformat(measure["due_on"]) if measure["due_on"] else None
    ahead = wished is not None and end_of(wished) > now
    provider, contract = measure["provider"], measure["contract"]
    return Task(
        title=measure["title"],
        description=f"From the review of {provider}, {contract}: {measure['title']}",
        origin=TaskOrigin.OVERSIGHT,
        priority=priority,
        mandatory=rules.mandatory,
        owner=Owner(role=Role(measure["owner"]) if measure["owner"] else Role.VENDOR_MANAGER),
        due_on=wished if wished is not None and ahead else _in(now, rules.due_within),
        observe=rules.observe,
        basis=measure["basis"],
        proposal=proposal,
    )


def replace(
    work: Work, submission: Submission, body: WriteOffTask, now: datetime
) -> Refusal | None:
    """Open a task anew whose workflow somebody has terminated, so that it is not lost with it."""
    state = work.state
    known = state.tasks.get(str(body.task))
    if known is None or known.stage is TaskStage.CLOSED:
        return Refusal(RefusalReason.UNKNOWN_TASK, f"there is no open task {body.task}")
    if refusal := _refuse(work):
        return refusal
    task = known.task.model_copy(
        update={"due_on": max(known.task.due_on, _in(now, timedelta(days=1)))}
    )
    content, about = _content(work, task, replaces=known.number)
    kind = EventKind.REMEDIATION_OPENED
    because = {"because": body.because}
    opened = work.receipt(kind, submission, {**content, **because}, subject=about)
    _keep(work, known.model_copy(update={"stage": TaskStage.CLOSED}))
    # Should there be a workflow after all, it has to end too.
    state.to_tell.append((task_workflow_id(state.incident_id, known.number), opened))
    _begin(work, task, opened, submission.principal, now)
    return None


def writer_of(work: Work, noticed: Noticed) -> OpenedTask | None:
    """The task whose workflow has recorded it."""
    state = work.state
    for known in state.tasks.values():
        if noticed.workflow == task_workflow_id(state.incident_id, known.number):
            return known
    return None


def heard(work: Work, known: OpenedTask, noticed: Noticed) -> None:
    """Note how a task stands now; one that was replaced stays closed, whatever it says."""
    said = noticed.event.payload
    if known.stage is TaskStage.CLOSED or "stage" not in said:
        return
    expires = said.get("expires_at")
    changed: JsonObject = {"stage": TaskStage(said["stage"])}
    if expires is not None:
        changed["accepted_until"] = datetime.fromisoformat(expires)
    _keep(work, known.model_copy(update=changed))


def pending(work: Work, now: datetime) -> list[str]:
    """The mandatory tasks that are neither effective nor left undone by decision, by name.

    A drill does not wait for them: it ends when it was played, and what it has found outlives it.
    """
    if work.state.drill is not None:
        return []
    return [
        f"remediation {known.number} ({known.stage})"
        for known in work.state.tasks.values()
        if not settled(known, now)
    ]


def opened_content(
    number: int, task: Task, policy: JsonObject, severity: str | None, replaces: int | None
) -> JsonObject:
    """What `remediation.opened` holds."""
    return {
        "number": number,
        "task": task.model_dump(mode="json"),
        "policy": policy,
        "severity": severity,
        "replaces": replaces,
    }


def _content(work: Work, task: Task, *, replaces: int | None = None) -> tuple[JsonObject, Subject]:
    state = work.state
    number = len(state.tasks) + 1
    pin = state.pin(REMEDIATION).model_dump(mode="json")
    severity = str(state.severity) if state.severity else None
    about = Subject(
        type="remediation",
        id=task_id(state.incident_id, number),
        digest=digest_of(task.model_dump(mode="json")),
    )
    return opened_content(number, task, pin, severity, replaces), about


def _begin(work: Work, task: Task, opened: str, author: Actor, now: datetime) -> None:
    """Let its workflow be started, once everything that leads to it is durable."""
    state = work.state
    number = len(state.tasks) + 1
    opening = TaskOpening(
        incident=state.incident_id,
        number=number,
        task=task,
        opened=opened,
        opened_at=now,
        author=author,
        policy=state.policies[REMEDIATION],
        severity=state.severity,
    )
    _keep(work, OpenedTask(number=number, mandatory=task.mandatory, task=task))
    state.to_remedy.append((opening, state.matrix_policy))


def _refuse(work: Work) -> Refusal | None:
    """Refuse what cannot be opened: there are no rules for it, or there are too many."""
    state = work.state
    if not learns(work) or state.find_pin(REMEDIATION) is None:
        detail = (
            f"{state.incident_id} is pinned to no rules of remediation:"
            " re-pin it to the policies in force"
        )
        return Refusal(RefusalReason.NO_REMEDIATION_RULES, detail)
    if len(state.tasks) >= _MOST:
        return Refusal(RefusalReason.DATA_INVALID, f"there are {_MOST} tasks, which is the most")
    return None


def _policy(work: Work) -> RemediationPolicy:
    return remediation_policy(work.state.policies[REMEDIATION].content)


def _keep(work: Work, known: OpenedTask) -> None:
    work.state.tasks[str(known.number)] = known


def _in(now: datetime, length: timedelta) -> date:
    return (now + length).date()
