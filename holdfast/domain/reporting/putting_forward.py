"""Putting a report forward: which one is due, and which may go together."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.asking import PutForward
from holdfast.domain.reporting.kinds import ReportKind, VersionState
from holdfast.domain.reporting.wanting import MOST_VERSIONS, want_asked
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.submissions import Submission
from holdfast.dora.report_stages import ReportStage

__all__ = ["put_forward"]

_ORDER = tuple(ReportStage)


def put_forward(
    work: ReportingWork, submission: Submission, body: PutForward, now: datetime
) -> Refusal | None:
    """Have the report filled as things stand, and then asked about."""
    del now
    covers = body.covers
    if refusal := _refuse(work, body.kind) or _refuse_order(work, body, covers):
        return refusal
    content = {
        "kind": str(body.kind),
        "covers": [str(each) for each in covers],
        "comment": body.comment,
    }
    entry = work.receipt(EventKind.REPORT_PUT_FORWARD, submission, content)
    want_asked(work, body.kind, covers, submission.principal.id, entry)
    return None


def _refuse(work: ReportingWork, kind: ReportKind) -> Refusal | None:
    state = work.state
    if state.outcome is not None:
        detail = f"{state.opening.id} has ended as {state.outcome}"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    if kind is ReportKind.DELAY_NOTICE:
        detail = "a delay notice follows from saying why a limit will not be met"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    if kind is ReportKind.RECLASSIFICATION and state.reversed_by is None:
        detail = "it was not decided that the incident at no time met the criteria"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    if len(state.versions) + len(state.to_fill) >= MOST_VERSIONS:
        detail = f"there are {MOST_VERSIONS} versions, which is the most"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    for version in state.versions:
        if version.kind is kind and version.state is VersionState.APPROVED:
            detail = f"version {version.number} is approved and on its way"
            return Refusal(RefusalReason.WRONG_STAGE, detail)
    return None


def _refuse_order(
    work: ReportingWork, body: PutForward, covers: tuple[ReportStage, ...]
) -> Refusal | None:
    """Refuse a report before the one that it follows, and what may not go together yet."""
    stage, left = body.kind.stage, _submitted(work)
    if stage is None:
        return _not_together("only the three reports go together") if body.also else None
    for earlier in _ORDER[: _ORDER.index(stage)]:
        if earlier not in left and earlier not in covers:
            detail = f"the {earlier} report was not submitted yet, and is not put forward with it"
            return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    if stage is not ReportStage.FINAL and ReportStage.FINAL in left:
        detail = "the final report was submitted: what was wrong is corrected in another final one"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    return _refuse_together(work, body, stage, left)


def _refuse_together(
    work: ReportingWork, body: PutForward, stage: ReportStage, left: frozenset[ReportStage]
) -> Refusal | None:
    for each in body.also:
        if _ORDER.index(each) >= _ORDER.index(stage):
            return _not_together(f"{each} does not come before {stage}")
        if each in left:
            return _not_together(f"the {each} report was submitted already")
    if body.also and work.state.recovered_at is None:
        return _not_together("regular activities have not recovered yet (2025/302 Art. 2)")
    return None


def _submitted(work: ReportingWork) -> frozenset[ReportStage]:
    """The reports that have left."""
    state = work.state
    left = {
        ReportStage.INITIAL: state.initial_at is not None,
        ReportStage.INTERMEDIATE: bool(state.intermediate_at),
        ReportStage.FINAL: state.final_at is not None,
    }
    return frozenset(stage for stage in ReportStage if left[stage])


def _not_together(detail: str) -> Refusal:
    return Refusal(RefusalReason.NOT_COMBINABLE, detail)
