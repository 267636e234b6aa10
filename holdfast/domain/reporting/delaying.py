"""Saying why a limit will not be met, before it passes (2025/301 Art. 5(3))."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.asking import ExplainDelay
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.state import Delay
from holdfast.domain.reporting.wanting import MOST_VERSIONS, want_asked
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.submissions import Submission
from holdfast.domain.values import rfc3339

__all__ = ["explain"]


def explain(
    work: ReportingWork, submission: Submission, body: ExplainDelay, now: datetime
) -> Refusal | None:
    """Record the reason, and have the notice filled and asked about."""
    state = work.state
    clock = work.clocks.get(work.clock_id(body.stage))
    if clock is None or not clock.open:
        detail = f"no limit of the {body.stage} report is running"
        return Refusal(RefusalReason.REPORT_NOT_DUE, detail)
    if body.expected_at <= now:
        return Refusal(RefusalReason.DUE_IN_THE_PAST, f"{rfc3339(body.expected_at)} has passed")
    if len(state.versions) + len(state.to_fill) >= MOST_VERSIONS:
        detail = f"there are {MOST_VERSIONS} versions, which is the most"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    content = {
        "stage": str(body.stage),
        "because": body.because,
        "expected_at": rfc3339(body.expected_at),
        "due_at": rfc3339(clock.due_at),
        # Told after the limit, it is told all the same; the evidence says that it came late.
        "late": now > clock.due_at,
    }
    entry = work.receipt(EventKind.DELAY_EXPLAINED, submission, content)
    state.delays.append(Delay(stage=body.stage, entry=entry))
    want_asked(work, ReportKind.DELAY_NOTICE, (body.stage,), submission.principal.id, entry)
    return None
