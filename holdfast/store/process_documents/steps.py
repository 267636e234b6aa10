"""What people do with a version of a document, and what can stand against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from holdfast.domain.process_documents.kinds import DocumentKind
from holdfast.domain.roles import Actor, Role
from holdfast.errors import Conflict

__all__ = [
    "Acknowledgement",
    "AlreadyApproved",
    "Approval",
    "Draft",
    "DraftTaken",
    "KindChanged",
    "NotApproved",
    "NotLater",
    "NotPublished",
    "Publication",
    "PublishedBefore",
]


class DraftTaken(Conflict):
    """The version stands already: with other content, or drafted by somebody else."""

    code = "version_taken"


class NotLater(Conflict):
    """A version of the document that is as late or later stands already."""

    code = "version_not_later"


class KindChanged(Conflict):
    """The document is of another kind, in all its versions."""

    code = "kind_changed"


class AlreadyApproved(Conflict):
    """The version was approved before."""

    code = "already_approved"


class NotApproved(Conflict):
    """Nobody has approved the version yet."""

    code = "not_approved"


class PublishedBefore(Conflict):
    """The version was published before."""

    code = "already_published"


class NotPublished(Conflict):
    """The version is not published."""

    code = "not_published"


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody proposes a version, whose content has been checked."""

    document: str
    version: str
    kind: DocumentKind
    title: str
    content: bytes
    media_type: str
    reason: str
    caused_by: str | None
    actor: Actor
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody approves a version, and may say why."""

    document: str
    version: str
    rationale: str | None
    actor: Actor
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """Somebody puts a version into force; `now` is aware."""

    document: str
    version: str
    effective_on: date
    concerns: tuple[Role, ...]
    acknowledge_within_days: int
    actor: Actor
    now: datetime
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody says that they have read a version."""

    document: str
    version: str
    actor: Actor
    trace: str | None = None
