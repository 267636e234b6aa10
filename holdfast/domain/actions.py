"""What responders do: actions, milestones, recovery checks and the post-incident review."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from holdfast.domain.reviews.content import Finding, RelatedIncident, TimelineConfirmation
from holdfast.domain.roles import Actor
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, Line, Text, Token, digest_of
from holdfast.dora.root_causes import RootCause

__all__ = [
    "Action",
    "ActionCategory",
    "ActionReport",
    "ActionState",
    "CheckResult",
    "Milestone",
    "PostIncidentReview",
    "ReportCheck",
    "ReportMilestone",
    "ReportPerformed",
    "ReportReview",
    "TakeAction",
]


class ActionCategory(StrEnum):
    """What an action is for."""

    CONTAINMENT = "containment"
    FAILOVER = "failover"
    RECOVERY = "recovery"


class ActionState(StrEnum):
    """How an action stands. Plain ones are recorded as performed at once."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    PERFORMED = "performed"


class Milestone(StrEnum):
    """What responders declare on the way; the next phase or decision follows."""

    CONTAINED = "contained"
    RECOVERED = "recovered"
    INITIAL_NOTIFICATION_SENT = "initial_notification_sent"
    """The authority has the initial notification of a major incident (DORA Art. 19(4))."""


class CheckResult(StrEnum):
    """The result of a named recovery check."""

    PASSED = "passed"
    FAILED = "failed"
    WAIVED = "waived"


class TakeAction(Frozen):
    """An action taken, or where it is disruptive, proposed for approval."""

    type: Literal["action"] = "action"
    category: ActionCategory
    action: Line
    service: Identifier | None = None
    disruptive: StrictBool
    detail: Text | None = None


class ReportPerformed(Frozen):
    """An approved action has been carried out."""

    type: Literal["performed"] = "performed"
    action_id: Identifier
    result: Text


class ReportMilestone(Frozen):
    """The incident is contained, or the service recovered."""

    type: Literal["milestone"] = "milestone"
    milestone: Milestone
    statement: Text


class ReportCheck(Frozen):
    """The result of a named recovery check; a waiver needs its reason in `statement`."""

    type: Literal["check"] = "check"
    check: Token
    result: CheckResult
    statement: Text


def _unsaid(value: object) -> bool:
    return not value


class PostIncidentReview(Frozen):
    """What the review found (DORA Art. 13(2)).

    `root_causes` are those of the final report, `five_whys` a chain of answers in which each is
    asked why again. What is not said is not written: earlier reviews keep their bytes and digests.
    """

    summary: Text
    root_cause: Text
    contributing_factors: tuple[Line, ...] = Field(default=(), max_length=50)
    went_well: Text
    to_improve: Text
    lessons: tuple[Line, ...] = Field(min_length=1, max_length=50)
    timeline_confirmed: TimelineConfirmation | None = Field(default=None, exclude_if=_unsaid)
    root_causes: tuple[RootCause, ...] = Field(default=(), max_length=20, exclude_if=_unsaid)
    five_whys: tuple[Line, ...] = Field(default=(), max_length=7, exclude_if=_unsaid)
    promptness: Finding | None = Field(default=None, exclude_if=_unsaid)
    severity_determination: Finding | None = Field(default=None, exclude_if=_unsaid)
    forensics: Finding | None = Field(default=None, exclude_if=_unsaid)
    escalation: Finding | None = Field(default=None, exclude_if=_unsaid)
    communication: Finding | None = Field(default=None, exclude_if=_unsaid)
    recurrence: tuple[RelatedIncident, ...] = Field(default=(), max_length=50, exclude_if=_unsaid)


class ReportReview(Frozen):
    """A draft of the post-incident review; a later one replaces it and voids a pending sign-off."""

    type: Literal["review"] = "review"
    review: PostIncidentReview


ActionReport = Annotated[
    TakeAction | ReportPerformed | ReportMilestone | ReportCheck | ReportReview,
    Field(discriminator="type"),
]


class Action(Frozen):
    """An action as it stands in the incident."""

    id: Identifier
    taken: TakeAction
    proposed_by: Actor
    proposed_at: Instant
    state: ActionState

    @property
    def digest(self) -> Digest:
        """The digest of exactly what is proposed."""
        return digest_of({"id": self.id, **self.taken.model_dump(mode="json")})
