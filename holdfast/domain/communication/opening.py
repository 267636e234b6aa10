"""With what a communication begins, and how its first draft is asked for."""

from __future__ import annotations

from pydantic import Field

from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.naming import communication_id, communication_workflow_id
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import PolicyPin
from holdfast.domain.roles import Actor
from holdfast.domain.severity import Severity
from holdfast.domain.values import Count, Frozen, Identifier, Instant, JsonObject, Line, Text

__all__ = ["ComposeRequest", "ComposedDraft", "OpenedCommunication", "Opening", "opened_content"]


class Opening(Frozen):
    """With what a communication begins: a person's draft, or a wish that is still to be composed.

    `opened` is the entry of the incident that opened it.
    """

    incident: Identifier
    number: int
    purpose: Purpose
    audience: Audience
    opened: Identifier
    severity: Severity | None = None
    draft: Draft | None = None
    wish: DraftWish | None = None
    author: Actor | None = None
    comment: Text | None = None
    pace: int = Field(default=1, ge=1, exclude_if=lambda pace: pace == 1)
    """How much faster time runs in it, where it belongs to a drill."""

    @property
    def id(self) -> str:
        """What entries call it."""
        return communication_id(self.incident, self.number)

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return communication_workflow_id(self.incident, self.number)


class ComposeRequest(Frozen):
    """What is to be composed, as things stand at that moment."""

    incident: Identifier
    wish: DraftWish
    at: Instant


class ComposedDraft(Frozen):
    """What was composed; without a draft, why there is none."""

    draft: Draft | None = None
    because: Line | None = None


class OpenedCommunication(Frozen):
    """What an incident knows of a communication that it has opened.

    `published` is the entry that says that it is; `closed` that nothing of it is left to do;
    `escalation` is the number of that whose call it is.
    """

    number: Count
    purpose: Purpose
    audience: Audience
    published: Identifier | None = None
    closed: bool = False
    escalation: Count | None = None


def opened_content(  # noqa: PLR0913 - what every communication is opened with
    number: int,
    purpose: Purpose,
    audience: Audience,
    severity: Severity | None,
    matrix: PolicyPin,
    *,
    draft: Draft | None = None,
    wish: DraftWish | None = None,
) -> JsonObject:
    """What `communication.opened` holds: a person's draft, or a wish that is to be composed."""
    return {
        "number": number,
        "purpose": str(purpose),
        "audience": str(audience),
        "severity": str(severity) if severity else None,
        "draft": draft.model_dump(mode="json") if draft else None,
        "wish": wish.model_dump(mode="json") if wish else None,
        "comment": None,
        "supersedes": draft.supersedes if draft else None,
        "matrix": matrix.model_dump(mode="json"),
    }
