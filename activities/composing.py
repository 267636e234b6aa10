"""Composing a draft that nobody wrote, as an activity: its result stands in history."""

from __future__ import annotations

from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.communication.opening import ComposedDraft, ComposeRequest
from holdfast.errors import NotFound
from holdfast.store.communications.composing import ComposingParts, InvalidDraft, compose

__all__ = ["ComposingActivities"]

_LONGEST_REASON = 200


class ComposingActivities:
    """Activities that compose drafts from templates, facts and the directory."""

    def __init__(self, parts: ComposingParts) -> None:
        """Compose with these parts."""
        self._parts = parts

    @activity.defn(name=ActivityName.COMPOSE_DRAFT)
    async def compose_draft(self, request: ComposeRequest) -> ComposedDraft:
        """Compose a draft as the facts and policies stand; say why where that is not possible.

        An attempt too many leaves an artifact that nothing names.
        """
        try:
            composed = await compose(self._parts, request.incident, request.wish, request.at)
        except (InvalidDraft, NotFound) as error:
            return ComposedDraft(because=error.message[:_LONGEST_REASON])
        return ComposedDraft(draft=composed.draft)
