"""What kinds of documents there are, what their files may be, and who does what with them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from holdfast.domain.roles import Role

__all__ = [
    "APPROVERS",
    "DOCUMENTS",
    "DRAFTERS",
    "MEDIA_TYPES",
    "MOST_BYTES",
    "PEOPLE",
    "PUBLISHERS",
    "ConcernedRole",
    "DocumentKind",
    "DocumentName",
    "VersionNumber",
    "usual_media_type",
]

DOCUMENTS = "process-documents"
"""The chain of the entries about documents: they belong to no incident."""

MOST_BYTES = 1024 * 1024
"""The largest file of a document."""


class DocumentKind(StrEnum):
    """What a document is."""

    SOP = "sop"
    BPMN = "bpmn"
    RUNBOOK = "runbook"
    POLICY = "policy"


_TEXT = ("text/markdown", "text/plain", "application/yaml")
_BPMN = ("application/xml", "text/xml", "application/bpmn+xml")

MEDIA_TYPES: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.SOP: _TEXT,
    DocumentKind.BPMN: _BPMN,
    DocumentKind.RUNBOOK: _TEXT,
    DocumentKind.POLICY: _TEXT,
}
"""What the file of each kind may be; the first is taken where nothing is said."""

DRAFTERS = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.VENDOR_MANAGER)
"""Who may propose a version."""

APPROVERS = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.MANAGEMENT_BODY)
"""Who may approve a version that somebody else has drafted."""

PUBLISHERS = (Role.COMPLIANCE, Role.MANAGEMENT_BODY)
"""Who may put an approved version into force."""

PEOPLE = tuple(role for role in Role if role not in {Role.ALERT_SOURCE, Role.VENDOR, Role.SYSTEM})
"""Roles of people of this house: they read, and acknowledge."""


def _is_of_people(role: Role) -> Role:
    if role not in PEOPLE:
        message = f"nobody acknowledges as {role}: name a role of people"
        raise ValueError(message)
    return role


ConcernedRole = Annotated[Role, AfterValidator(_is_of_people)]
"""A role whose people have to acknowledge."""

DocumentName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""How a document is called, in all its versions: lower case, such as `sop-isolation`."""

VersionNumber = Annotated[
    str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){0,2}$")
]
"""A whole number, or up to three of them: `4`, `4.1`, `4.1.2`."""


def usual_media_type(kind: DocumentKind) -> str:
    """What the file of a document is, where nothing is said of it."""
    return MEDIA_TYPES[kind][0]
