"""How the reporting of an entity is called: its number in the incident gives all its names."""

from __future__ import annotations

import re

from holdfast.domain.addressee import Addressee

__all__ = [
    "REPORTING_WORKFLOW",
    "REPORTING_WORKFLOWS",
    "communication_of_reporting",
    "report_id",
    "reporting_addressee",
    "reporting_id",
    "reporting_named",
    "reporting_of_request",
    "reporting_prefix",
    "reporting_workflow_id",
]

REPORTING_WORKFLOW = "RegulatoryReportingWorkflow"
"""The name stands in histories, so it is never changed."""

REPORTING_WORKFLOWS = "reporting/"
"""What the ids of their workflows begin with, and so the ids of their entries."""

_MESSAGES, _MESSAGES_EACH = 1_000_000_000, 1_000_000
"""Messages of reporting N are numbered from there on: those of tasks and incidents end before."""

_NAME = re.compile(r"(INC-[0-9]{4}-[0-9]{6,12})/reporting-([1-9][0-9]{0,2})")
_REQUEST = re.compile(r"reporting-([1-9][0-9]{0,2}):")


def reporting_id(incident_id: str, number: int) -> str:
    """The id under which entries speak of it."""
    return f"{incident_id}/reporting-{number}"


def reporting_named(name: str) -> tuple[str, int] | None:
    """The incident and the number behind such an id; None if it is none."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2])) if found else None


def report_id(incident_id: str, number: int, version: int) -> str:
    """The id under which entries speak of one version of a report."""
    return f"{incident_id}/reporting-{number}/report-{version}"


def reporting_workflow_id(incident_id: str, number: int) -> str:
    """The id of its workflow."""
    return f"{REPORTING_WORKFLOWS}{incident_id}/{number}"


def reporting_prefix(number: int) -> str:
    """What the ids of its requests and clocks begin with: they are unique in the incident."""
    return f"reporting-{number}:"


def reporting_of_request(request_id: str) -> int | None:
    """The number of the reporting that has put a request or armed a clock; None for others."""
    found = _REQUEST.match(request_id)
    return int(found[1]) if found else None


def reporting_addressee(incident_id: str, number: int) -> Addressee:
    """Whom submissions for it are for."""
    return Addressee(
        reporting_workflow_id(incident_id, number), incident_id, reporting_id(incident_id, number)
    )


def communication_of_reporting(number: int, message: int) -> int:
    """The number, among the incident's communications, of the reporting's so-manieth message."""
    return _MESSAGES + number * _MESSAGES_EACH + message
