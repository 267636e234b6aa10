"""How an escalation is called: its number in the incident gives all its names."""

from __future__ import annotations

import re

from holdfast.domain.addressee import Addressee

__all__ = [
    "THIRD_PARTY_WORKFLOW",
    "THIRD_PARTY_WORKFLOWS",
    "escalation_addressee",
    "escalation_id",
    "escalation_named",
    "escalation_of_request",
    "escalation_prefix",
    "escalation_workflow_id",
]

THIRD_PARTY_WORKFLOW = "ThirdPartyEscalationWorkflow"
"""The name stands in histories, so it is never changed."""

THIRD_PARTY_WORKFLOWS = "third-party/"
"""What the ids of their workflows begin with, and so the ids of their entries."""

_REQUEST = re.compile(r"third-party-([1-9][0-9]{0,8}):")
_NAME = re.compile(r"(INC-[0-9]{4}-[0-9]{6,12})/third-party-([1-9][0-9]{0,8})")


def escalation_id(incident_id: str, number: int) -> str:
    """The id under which entries speak of it."""
    return f"{incident_id}/third-party-{number}"


def escalation_named(name: str) -> tuple[str, int] | None:
    """The incident and the number behind such an id; None if it is none."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2])) if found else None


def escalation_workflow_id(incident_id: str, number: int) -> str:
    """The id of its workflow."""
    return f"{THIRD_PARTY_WORKFLOWS}{incident_id}/{number}"


def escalation_prefix(number: int) -> str:
    """What the ids of its requests and clocks begin with: they are unique in the incident."""
    return f"third-party-{number}:"


def escalation_of_request(request_id: str) -> int | None:
    """The number of the escalation that has put a request or armed a clock; None for others."""
    found = _REQUEST.match(request_id)
    return int(found[1]) if found else None


def escalation_addressee(incident_id: str, number: int) -> Addressee:
    """Whom submissions for it are for."""
    return Addressee(
        escalation_workflow_id(incident_id, number),
        incident_id,
        escalation_id(incident_id, number),
    )
