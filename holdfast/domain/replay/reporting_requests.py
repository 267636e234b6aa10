"""What people ask of a reporting, taken in again as it stood then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.reporting_work import known_reporting, read_own, work_on
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry
from holdfast.domain.reporting import delaying, handing_over, putting_forward, supplying
from holdfast.domain.reporting.asking import ExplainDelay, PutForward, SubmitAgain, SupplyField
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["handed_in"]

_Take = Callable[..., Refusal | None]


def handed_in(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Take in again what somebody has handed in, whose receipt the entry is."""
    known = known_reporting(course, entry)
    body, rule = _body(entry)
    work, heard = work_on(course, shelf, known)
    if isinstance(body, ExplainDelay):
        # It is told of a limit that runs: that has to be known.
        course.clock(work.clock_id(body.stage))
    submission = Submission.model_construct(
        submission_id=entry.event.answers or entry.entry,
        workflow_id=known.opening.workflow_id,
        principal=entry.event.actor,
        submitted_at=entry.at,
        body=body,
    )
    if refusal := rule(work, submission, body, entry.at):
        message = f"the rules refuse it ({refusal.reason}): {refusal.detail}"
        raise Contradicted(message)
    return heard.events[0].payload


def _body(entry: KnownEntry) -> tuple[Any, _Take]:
    """What was handed in, and the rule that takes it."""
    said: Any = entry.event.payload
    if entry.event.kind is EventKind.REPORT_FIELD_SUPPLIED:
        return read_own(SupplyField, entry, said), supplying.supply
    if entry.event.kind is EventKind.DELAY_EXPLAINED:
        return read_own(ExplainDelay, entry, said), delaying.explain
    if "version" in said:
        again = {"version": said["version"], "because": said.get("comment")}
        return read_own(SubmitAgain, entry, again), handing_over.send_again
    together = said.get("covers")
    also = [each for each in together if each != said.get("kind")] if together else []
    told = {**said, "also": also}
    return read_own(PutForward, entry, told), putting_forward.put_forward
