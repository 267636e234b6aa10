"""Judgements, as activities: their results stand in history, so no later code can change them."""

from __future__ import annotations

from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.assessment import Assessment, AssessmentRequest, Rulebook, assess
from holdfast.domain.escalation import EscalationPolicy
from holdfast.domain.severity import SeverityTree
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.register import Register
from holdfast.store.policies import PolicyShelf

__all__ = ["JudgementActivities"]


class JudgementActivities:
    """Activities that judge under pinned policies."""

    def __init__(self, shelf: PolicyShelf) -> None:
        """Read policies from that shelf."""
        self._shelf = shelf

    @activity.defn(name=ActivityName.ASSESS_INCIDENT)
    async def assess_incident(self, request: AssessmentRequest) -> Assessment:
        """Propose severity and classification, and say which escalations fire.

        A pure function of its argument: an attempt too many costs time only.
        """
        return assess(request, await self._rulebook(request))

    async def _rulebook(self, request: AssessmentRequest) -> Rulebook:
        read, classification, register = (
            self._shelf.read,
            request.dora_classification,
            request.register_of_information,
        )
        return Rulebook(
            severity_tree=await read(request.severity_tree, SeverityTree),
            escalation=await read(request.escalation, EscalationPolicy),
            classification=(
                await read(classification, ClassificationPolicy) if classification else None
            ),
            register=await read(register, Register) if register else None,
        )
