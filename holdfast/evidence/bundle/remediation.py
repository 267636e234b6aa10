"""The remediation of an incident as its bundle tells it: every task, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from holdfast.domain.events import Event, EventKind
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.values import JsonObject

__all__ = ["ToldTask", "told_tasks"]

_SUBJECTS = frozenset({"remediation", "extension", "risk_acceptance"})


@dataclass(slots=True)
class ToldTask:
    """A task as it stood in the end; what the bundle does not hold is empty.

    `happened` has instants (RFC 3339), each with what is said of it.
    """

    number: int
    title: str = ""
    description: str = ""
    priority: str = ""
    mandatory: bool = False
    owner: str = ""
    due_on: str = ""
    stage: str = ""
    basis: str = ""
    extensions: int = 0
    happened: list[tuple[str, str]] = field(default_factory=list)


def told_tasks(happened: Sequence[tuple[str, Event]]) -> Sequence[ToldTask]:
    """Tell them from what happened, with its instants (RFC 3339); what is withheld is not in."""
    tasks: dict[int, ToldTask] = {}
    for occurred_at, event in happened:
        number = event.payload.get("number")
        if event.subject.type not in _SUBJECTS or not isinstance(number, int):
            continue
        if event.kind in _WORDS:
            told = tasks.setdefault(number, ToldTask(number))
            told.happened.append((occurred_at, _WORDS[event.kind](told, event.payload)))
            told.stage = event.payload.get("stage", told.stage).replace("_", " ")
    _replaced(tasks, happened)
    return [tasks[number] for number in sorted(tasks)]


def _replaced(tasks: dict[int, ToldTask], happened: Sequence[tuple[str, Event]]) -> None:
    """The incident says it of a task whose workflow is no more."""
    for _, event in happened:
        if event.kind is EventKind.REMEDIATION_OPENED and event.payload["replaces"] in tasks:
            tasks[event.payload["replaces"]].stage = "replaced"


def _opened(told: ToldTask, payload: JsonObject) -> str:
    task = payload["task"]
    told.title, told.description = task["title"], task["description"]
    told.priority, told.mandatory = task["priority"], task["mandatory"]
    told.basis, told.stage = task["basis"] or "", str(TaskStage.PROPOSED)
    told.owner, told.due_on = _owner(task["owner"]), task["due_on"]
    instead = f", in place of {payload['replaces']}" if payload["replaces"] else ""
    return f"opened{instead}, due {task['due_on']}"


def _reassigned(told: ToldTask, payload: JsonObject) -> str:
    told.owner = _owner(payload["owner"])
    return f"given to {told.owner}: {payload['because']}"


def _extended(told: ToldTask, payload: JsonObject) -> str:
    told.due_on, told.extensions = payload["due_on"], payload["extensions"]
    return (
        f"extension {payload['extensions']}: due {payload['due_on']} instead of "
        f"{payload['before']}: {payload['because']}"
    )


def _implemented(_: ToldTask, payload: JsonObject) -> str:
    left = [payload["statement"]]
    left += [f"see {', '.join(payload['references'])}"] if payload["references"] else []
    left += [f"document {digest}" for digest in payload["documents"]]
    return f"implemented: {'; '.join(left)}"


def _open_again(told: ToldTask, payload: JsonObject) -> str:
    told.due_on = payload["due_on"]
    return f"open again, due {payload['due_on']}: {payload['because']}"


def _linked(_: ToldTask, payload: JsonObject) -> str:
    said = [payload["state"] or "", payload["comment"] or ""]
    rest = "".join(f", {words}" for words in said if words)
    return f"{payload['system']}: {payload['reference']}{rest}"


def _owner(owner: JsonObject) -> str:
    person = f" {owner['person']}" if owner["person"] else ""
    return f"{owner['role'].replace('_', ' ')}{person}"


_WORDS: dict[EventKind, Callable[[ToldTask, JsonObject], str]] = {
    EventKind.REMEDIATION_OPENED: _opened,
    EventKind.REMEDIATION_ACCEPTED: lambda _, payload: f"accepted, until {payload['due_at'][:10]}",
    EventKind.REMEDIATION_DECLINED: lambda _, payload: f"declined: {payload['because']}",
    EventKind.REMEDIATION_REASSIGNED: _reassigned,
    EventKind.EXTENSION_REQUESTED: lambda _, payload: (
        f"more time asked for, until {payload['due_on']}: {payload['because']}"
    ),
    EventKind.REMEDIATION_EXTENDED: _extended,
    EventKind.REMEDIATION_IMPLEMENTED: _implemented,
    EventKind.REMEDIATION_VALIDATED: lambda _, payload: (
        f"found effective by {payload['by']['role'].replace('_', ' ')} {payload['by']['id']}"
    ),
    EventKind.REMEDIATION_RETURNED: _open_again,
    EventKind.RISK_ACCEPTANCE_REQUESTED: lambda _, payload: (
        f"acceptance of its risk asked for, until {payload['until']}: {payload['because']}"
    ),
    EventKind.REMEDIATION_RISK_ACCEPTED: lambda _, payload: (
        f"its risk accepted until {payload['until']}: {payload['because']}"
    ),
    EventKind.REMEDIATION_REOPENED: _open_again,
    EventKind.REMEDIATION_LINKED: _linked,
    EventKind.REMEDIATION_CLOSED: lambda _, payload: f"closed: {payload['outcome']}",
}
"""What each entry says of its task, which is kept up with it."""
