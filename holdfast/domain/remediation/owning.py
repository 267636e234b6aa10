"""Who has to do a task, and what other systems call it."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.remediation.asking import LinkTask, ReassignTask
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.work import TaskWork
from holdfast.domain.submissions import Submission

__all__ = ["link", "reassign"]

_LIVING = tuple(stage for stage in TaskStage if stage is not TaskStage.CLOSED)


def reassign(
    work: TaskWork,
    submission: Submission,
    body: ReassignTask,
    now: datetime,  # noqa: ARG001 - one shape
) -> Refusal | None:
    """Give the task to somebody else; its due date stays."""
    if refusal := work.wrong_stage(*_LIVING):
        return refusal
    before = work.state.owner
    if before == body.owner:
        return Refusal(RefusalReason.NOTHING_CHANGED, "it is theirs already")
    work.state.owner = body.owner
    said = {
        "before": before.model_dump(mode="json"),
        "owner": body.owner.model_dump(mode="json"),
        "because": body.because,
    }
    work.receipt(EventKind.REMEDIATION_REASSIGNED, submission, said)
    return None


def link(
    work: TaskWork,
    submission: Submission,
    body: LinkTask,
    now: datetime,  # noqa: ARG001 - one shape
) -> Refusal | None:
    """Note what a ticket system says of it; that moves nothing by itself."""
    if body.event in work.state.links:
        return Refusal(RefusalReason.NOTHING_CHANGED, f"{body.event} was told already")
    work.state.links.append(body.event)
    said = body.model_dump(mode="json", exclude={"type"})
    work.receipt(EventKind.REMEDIATION_LINKED, submission, said)
    return None
