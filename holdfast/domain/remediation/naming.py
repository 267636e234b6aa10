"""How a task is called: its number in the incident gives all its names."""

from __future__ import annotations

import re

from holdfast.domain.addressee import Addressee

__all__ = [
    "REMEDIATION_WORKFLOW",
    "REMEDIATION_WORKFLOWS",
    "communication_of_task",
    "task_addressee",
    "task_id",
    "task_named",
    "task_of_request",
    "task_prefix",
    "task_workflow_id",
]

REMEDIATION_WORKFLOW = "RemediationTaskWorkflow"
"""The name stands in histories, so it is never changed."""

REMEDIATION_WORKFLOWS = "remediation/"
"""What the ids of their workflows begin with, and so the ids of their entries."""

_MESSAGES = 1_000_000
"""Messages of task N are numbered from N million on: the incident's own never get there."""

_REQUEST = re.compile(r"remediation-([1-9][0-9]{0,2}):")
_NAME = re.compile(r"(INC-[0-9]{4}-[0-9]{6,12})/remediation-([1-9][0-9]{0,2})")


def task_id(incident_id: str, number: int) -> str:
    """The id under which entries speak of it."""
    return f"{incident_id}/remediation-{number}"


def task_named(name: str) -> tuple[str, int] | None:
    """The incident and the number behind such an id; None if it is none."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2])) if found else None


def task_workflow_id(incident_id: str, number: int) -> str:
    """The id of its workflow."""
    return f"{REMEDIATION_WORKFLOWS}{incident_id}/{number}"


def task_prefix(number: int) -> str:
    """What the ids of its requests and clocks begin with: they are unique in the incident."""
    return f"remediation-{number}:"


def task_of_request(request_id: str) -> int | None:
    """The number of the task that has put a request or armed a clock; None for others."""
    found = _REQUEST.match(request_id)
    return int(found[1]) if found else None


def task_addressee(incident_id: str, number: int) -> Addressee:
    """Whom submissions for it are for."""
    return Addressee(
        task_workflow_id(incident_id, number), incident_id, task_id(incident_id, number)
    )


def communication_of_task(number: int, message: int) -> int:
    """The number, among the incident's communications, of the task's so-manieth message."""
    return number * _MESSAGES + message
