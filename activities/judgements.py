"""Judgements, as activities: their results stand in history, so no later code can change them."""

from __future__ import annotations

from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.assessment import Assessment, AssessmentRequest, assess
from holdfast.store.policies import PolicyShelf

__all__ = ["JudgementActivities"]


class JudgementActivities:
    """Activities that judge under pinned policies."""

    def __init__(self, shelf: PolicyShelf) -> None:
        """Read policies from that shelf."""
        self._shelf = shelf

    @activity.defn(name=ActivityName.ASSESS_INCIDENT)
    async def assess_incident(self, request: AssessmentRequest) -> Assessment:
        """Propose the severity and say which escalations fire; a pure function of its argument."""
        return assess(
            request,
            await self._shelf.severity_tree(request.severity_tree),
            await self._shelf.escalation(request.escalation),
        )
