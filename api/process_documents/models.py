"""What the doors of documents of the process take and answer with."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.process_documents.acknowledging import Outstanding
from holdfast.domain.process_documents.kinds import (
    ConcernedRole,
    DocumentKind,
    DocumentName,
    VersionNumber,
)
from holdfast.domain.process_documents.life import Standing
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import Frozen, Identifier, Instant, Line, Text

__all__ = [
    "DifferenceQuery",
    "DocumentAcknowledgement",
    "DocumentApproval",
    "DocumentHistory",
    "DocumentList",
    "DocumentPath",
    "DocumentPublication",
    "DocumentQuery",
    "DocumentStanding",
    "DocumentVersionAnswer",
    "DocumentVersionInFull",
    "DocumentVersionPath",
    "GivenAcknowledgement",
    "NewDocumentVersion",
    "OutstandingList",
    "OwedAcknowledgement",
    "UploadQuery",
]

_MOST_DAYS = 365
DocumentPath = Annotated[
    DocumentName, Path(description="The document.", examples=["sop-isolation"])
]
DocumentVersionPath = Annotated[VersionNumber, Path(description="The version.", examples=["1.2"])]
_RoleAsked = Annotated[Role | None, Field(description="As whom, if your token has several roles.")]
_Reason = Annotated[Text, Field(description="Why; it goes into the evidence: name nobody in it.")]
_CausedBy = Annotated[
    Identifier | None,
    Field(
        description="The remediation task that asks for it.",
        examples=["INC-2026-000001/remediation-1"],
    ),
]


class NewDocumentVersion(Frozen):
    """A version that somebody proposes, its text in JSON."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "version": "1.0",
                "kind": "sop",
                "title": "Isolation of a payment gateway",
                "reason": "The review has found that nobody knew whom to call.",
                "text": "# Isolation of a payment gateway\n\n1. Call the duty lead.\n",
                "caused_by": "INC-2026-000001/remediation-1",
            }
        }
    )

    version: VersionNumber
    kind: DocumentKind
    title: Line
    reason: _Reason
    text: str = Field(min_length=1, description="The content; of a BPMN file, its XML.")
    caused_by: _CausedBy = None
    role: _RoleAsked = None


class UploadQuery(BaseModel):
    """What is said of a version whose body is the file itself."""

    model_config = ConfigDict(extra="forbid")

    version: VersionNumber | None = None
    kind: DocumentKind | None = None
    title: Line | None = None
    reason: Text | None = Field(default=None, description="Why; with a file as the body only.")
    caused_by: Identifier | None = None
    role: Role | None = None


class DocumentApproval(Frozen):
    """The agreement of another person."""

    model_config = ConfigDict(json_schema_extra={"example": {"rationale": "Walked through it."}})

    rationale: Text | None = None
    role: _RoleAsked = None


class DocumentPublication(Frozen):
    """From when a version is in force, and who has to acknowledge it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "effective_on": "2026-04-01",
                "concerns": ["responder", "incident_commander"],
                "acknowledge_within_days": 14,
            }
        }
    )

    effective_on: date = Field(description="A day of UTC that is not over.")
    concerns: tuple[ConcernedRole, ...] = Field(
        default=(), description="Roles whose people have to acknowledge it."
    )
    acknowledge_within_days: int = Field(
        default=30, ge=1, le=_MOST_DAYS, description="Counted from today."
    )
    role: _RoleAsked = None


class DocumentAcknowledgement(Frozen):
    """That you have read a version."""

    model_config = ConfigDict(json_schema_extra={"example": {"role": "responder"}})

    role: _RoleAsked = None


class DocumentQuery(BaseModel):
    """Which documents."""

    model_config = ConfigDict(extra="forbid")

    kind: DocumentKind | None = None


class DifferenceQuery(BaseModel):
    """From which version."""

    model_config = ConfigDict(extra="forbid")

    since: VersionNumber | None = Field(
        default=None,
        alias="from",
        description="The other version: the one right before, if left out.",
    )


class DocumentVersionAnswer(BaseModel):
    """One version of a document, as it stands today."""

    model_config = ConfigDict(from_attributes=True)

    document: str
    version: str
    kind: DocumentKind
    title: str
    standing: Standing
    digest: str = Field(description="SHA-256 of exactly the bytes of the file.")
    media_type: str
    size: int = Field(description="In bytes.")
    reason: str
    caused_by: str | None = Field(description="The remediation task that has asked for it.")
    drafted_by: Actor
    drafted_at: Instant
    draft_entry: str
    approved_by: Actor | None
    approved_at: Instant | None
    approval_entry: str | None
    rationale: str | None
    published_by: Actor | None
    published_at: Instant | None
    publication_entry: str | None
    effective_on: date | None
    concerns: tuple[str, ...]
    acknowledge_within_days: int | None
    acknowledge_by: date | None


class DocumentStanding(BaseModel):
    """One document: what is in force, what will be, and what is being worked on."""

    document: str
    kind: DocumentKind
    in_force: DocumentVersionAnswer | None
    upcoming: list[DocumentVersionAnswer]
    unpublished: list[DocumentVersionAnswer]


class DocumentList(BaseModel):
    """All documents, by name."""

    documents: list[DocumentStanding]


class GivenAcknowledgement(BaseModel):
    """Who has acknowledged a version, by pseudonym."""

    model_config = ConfigDict(from_attributes=True)

    person: str
    role: str
    acknowledged_at: Instant
    entry_id: str


class OwedAcknowledgement(BaseModel):
    """Who has not acknowledged a version yet, by role and pseudonym."""

    model_config = ConfigDict(from_attributes=True)

    document: str
    version: str
    title: str
    role: str
    person: str
    acknowledge_by: date | None
    late: bool

    @classmethod
    def of(cls, owed: Outstanding) -> OwedAcknowledgement:
        """As it is told."""
        return cls.model_validate(owed)


class DocumentVersionInFull(DocumentVersionAnswer):
    """One version with its acknowledgements."""

    acknowledged: list[GivenAcknowledgement]
    outstanding: list[OwedAcknowledgement]


class DocumentHistory(BaseModel):
    """All versions of one document, in the order in which they were drafted."""

    document: str
    kind: DocumentKind
    versions: list[DocumentVersionInFull]


class OutstandingList(BaseModel):
    """Who owes an acknowledgement."""

    outstanding: list[OwedAcknowledgement]
