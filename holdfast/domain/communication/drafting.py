"""Versions of the message: the first, every edit, and handing one in to be signed off."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.communication import ending, signing_off
from holdfast.domain.communication.asking import EditDraft, SubmitDraft
from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.work import CommunicationWork
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["begin", "edit", "submit"]


def begin(work: CommunicationWork, draft: Draft | None, why: str | None, now: datetime) -> None:
    """Take up the first version: a person's, or what was composed; `why` there is none."""
    opening = work.state.opening
    if draft is None:
        ending.cancel(work, f"no draft could be made: {why}", causes=(opening.opened,))
        return
    content = _adopt(work, draft, opening.author, opening.comment)
    drafted = work.note(EventKind.COMMUNICATION_DRAFTED, content, causes=(opening.opened,))
    work.state.drafted = drafted
    if opening.wish is not None and opening.purpose in work.sign_off.standing:
        signing_off.hand_in(work, None, now)


def edit(
    work: CommunicationWork, submission: Submission, body: EditDraft, now: datetime
) -> Refusal | None:
    """Put another version in place of the latest: what was cleared or approved counts no more."""
    del now
    state = work.state
    if refusal := ending.stage_refusal(work, editable=True) or ending.stale_refusal(
        work, body.base
    ):
        return refusal
    if body.draft.message == state.message:
        return Refusal(RefusalReason.NOTHING_CHANGED, f"that is version {state.version} already")
    content = _adopt(work, body.draft, submission.principal, body.comment)
    drafted = work.receipt(EventKind.COMMUNICATION_DRAFTED, submission, content)
    state.drafted, state.stage = drafted, Stage.DRAFT
    ending.void(work, f"version {state.version} takes its place", causes=(drafted,))
    return None


def submit(
    work: CommunicationWork, submission: Submission, body: SubmitDraft, now: datetime
) -> Refusal | None:
    """Hand the latest version in for review and approval."""
    if refusal := ending.stale_refusal(work, body.message):
        return refusal
    if work.state.stage is not Stage.DRAFT:
        return ending.stage_refusal(work)
    if missing := work.draft.missing:
        detail = f"still to be stated: {', '.join(missing)}"
        return Refusal(RefusalReason.DRAFT_INCOMPLETE, detail)
    work.state.authors = tuple(sorted({*work.state.authors, submission.principal.id}))
    signing_off.hand_in(work, submission, now)
    return None


def _adopt(
    work: CommunicationWork, draft: Draft, author: Actor | None, comment: str | None
) -> JsonObject:
    """Make a draft the latest version; return what its entry holds."""
    state, before = work.state, work.state.message
    state.version, state.draft = state.version + 1, draft
    state.approved, state.publish_at = None, None
    if author is not None:
        state.authors = tuple(sorted({*state.authors, author.id}))
    return {
        "before": before,
        "draft": draft.model_dump(mode="json"),
        "comment": comment,
        "author": author.model_dump(mode="json") if author else None,
    }
