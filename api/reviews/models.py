"""What the doors of reviews and lessons take and answer with."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.drills.marks import OfDrill
from holdfast.domain.actions import PostIncidentReview
from holdfast.domain.reviews.naming import LESSON_PATTERN
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import Frozen, Identifier, Instant, Line, Text
from holdfast.dora.third_party_findings import ReportField

__all__ = [
    "Lesson",
    "LessonAssessment",
    "LessonId",
    "LessonList",
    "LessonQuery",
    "ReportFieldsOfReview",
    "Review",
    "SignOffDecision",
    "TakenUp",
    "VersionInShort",
]

LessonId = Annotated[
    str,
    Path(
        pattern=LESSON_PATTERN,
        description="The lesson's id.",
        examples=["INC-2026-000001-lesson-1"],
    ),
]

MOST_LESSONS = 1_000
"""As many are listed at a time."""


class VersionInShort(BaseModel):
    """One version of a review."""

    version: int
    digest: str
    summary: str
    recorded_by: Actor
    recorded_at: Instant
    entry: str = Field(description="The entry that holds all of it.")


class SignOffDecision(BaseModel):
    """A decision about a version, named by the digest of what it was about."""

    request: str
    digest: str
    outcome: str = Field(description="`signed_off` or `returned`.")
    bypassed: bool
    decided_by: list[Actor]
    decided_at: Instant
    entry: str


class Review(BaseModel):
    """The review as it stands: its latest version, all versions, and what was decided."""

    incident_id: Identifier
    version: int
    digest: str
    content: PostIncidentReview
    missing: list[str] = Field(
        description="What it does not say and would have to (DORA Art. 13(2)); reviews of incidents"
        " from before that was asked for may lack it."
    )
    recorded_by: Actor
    recorded_at: Instant
    entry_id: str
    signed_off_at: Instant | None = Field(description="Null while this version is not signed off.")
    versions: list[VersionInShort]
    sign_offs: list[SignOffDecision]


class ReportFieldsOfReview(OfDrill):
    """What the review says to fields 4.1 to 4.5 of the final report."""

    incident_id: Identifier
    fields: tuple[ReportField, ...] = Field(
        description="In the order of Implementing Regulation (EU) 2025/302. Where nothing fills a"
        " field, its value is null. Suggested as long as the review is not signed off."
    )


class TakenUp(BaseModel):
    """How a lesson went into the risk assessment."""

    risk: str = Field(description="The reference of the risk in the register of ICT risks.")
    statement: str
    assessed_by: Actor
    assessed_at: Instant
    entry: str


class Lesson(BaseModel):
    """A lesson of a review that was signed off."""

    lesson_id: str
    incident_id: Identifier
    title: str
    severity: str | None
    services: list[str]
    drill: bool = Field(description="It was learnt in a drill.")
    number: int
    text: str
    review_version: int
    signed_off_at: Instant
    entries: list[str] = Field(description="The review, and the decision that signed it off.")
    taken_up: TakenUp | None = Field(description="Null until somebody has taken it up.")


class LessonList(BaseModel):
    """Lessons, those of the latest review first."""

    lessons: list[Lesson]
    more: bool = Field(description="There are more: ask for those that are not taken up.")


class LessonQuery(BaseModel):
    """Which lessons, and how they are to look."""

    model_config = ConfigDict(extra="forbid")

    taken_up: bool | None = Field(default=None, description="Both, if left out.")
    limit: int = Field(default=200, ge=1, le=MOST_LESSONS)
    format: Literal["json", "csv"] | None = Field(
        default=None, description="Instead of `Accept: text/csv`."
    )


class LessonAssessment(Frozen):
    """That a lesson went into the risk assessment (DORA Art. 13(3), 6(5))."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "assessment_id": "risk-review-2026-03",
                "risk": "ICT-R-017 Certificates",
                "statement": "The likelihood was raised to high until the inventory is complete.",
            }
        }
    )

    assessment_id: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)
    ] = Field(description="Chosen by you: the same id is one assessment. It names nobody.")
    risk: Line
    statement: Text
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")
