"""How a communication is called: its number in the incident gives all its names."""

from __future__ import annotations

import re

from holdfast.domain.addressee import Addressee

__all__ = [
    "COMMUNICATION_WORKFLOW",
    "COMMUNICATION_WORKFLOWS",
    "communication_addressee",
    "communication_id",
    "communication_of_request",
    "communication_workflow_id",
    "request_prefix",
]

COMMUNICATION_WORKFLOW = "CommunicationWorkflow"
"""The name stands in histories, so it is never changed."""

COMMUNICATION_WORKFLOWS = "communication/"
"""What the ids of their workflows begin with, and so the ids of their entries."""

_REQUEST = re.compile(r"communication-([1-9][0-9]{0,8}):")


def communication_id(incident_id: str, number: int) -> str:
    """The id under which entries speak of it."""
    return f"{incident_id}/communication-{number}"


def communication_workflow_id(incident_id: str, number: int) -> str:
    """The id of its workflow."""
    return f"{COMMUNICATION_WORKFLOWS}{incident_id}/{number}"


def request_prefix(number: int) -> str:
    """What the ids of its requests and clocks begin with: they are unique in the incident."""
    return f"communication-{number}:"


def communication_of_request(request_id: str) -> int | None:
    """The number of the communication that has put a request; None for one of the incident."""
    found = _REQUEST.match(request_id)
    return int(found[1]) if found else None


def communication_addressee(incident_id: str, number: int) -> Addressee:
    """Whom submissions for it are for."""
    return Addressee(
        communication_workflow_id(incident_id, number),
        incident_id,
        communication_id(incident_id, number),
    )
