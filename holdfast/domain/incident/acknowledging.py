"""Whether the roles that an escalation brings in have taken note of it."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_questions import Question
from holdfast.domain.escalation import Firing
from holdfast.domain.events import Subject
from holdfast.domain.values import digest_of

__all__ = ["acknowledgement_question"]


def acknowledgement_question(firing: Firing, triggered: str) -> Question:
    """Whether the roles have taken note; `triggered` is the entry of the firing."""
    content = firing.model_dump(mode="json")
    return Question(
        kind=DecisionKind.ESCALATION_ACKNOWLEDGEMENT,
        subject=Subject(type="escalation", id=firing.trigger, digest=digest_of(content)),
        roles=firing.roles,
        context=content,
        causes=(triggered,),
    )
