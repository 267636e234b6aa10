"""Which reports of a reporting were due in a year, and which of them were submitted in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from holdfast.domain.annual_figures.document import DueReport, NoticeGiven
from holdfast.domain.annual_figures.histories import IncidentHistory, ReportingHistory
from holdfast.domain.annual_figures.years import FigureYear
from holdfast.dora.report_stages import ReportStage

__all__ = ["due_reports"]


def due_reports(
    history: IncidentHistory, reporting: ReportingHistory, year: FigureYear, as_of: datetime
) -> Iterator[DueReport]:
    """Those whose limit lies in the year; what is neither submitted nor late yet is not judged."""
    for stage, limit in reporting.limits.items():
        sent = reporting.submitted.get(stage)
        submitted = sent if sent is not None and sent[0] <= as_of else None
        # Nothing falls due of a reporting that has ended.
        running_until = min(as_of, reporting.ended_at or as_of)
        if not year.holds(limit.due_at) or (submitted is None and limit.due_at >= running_until):
            continue
        notice = reporting.notices.get(stage)
        behind = [limit.entry, *(each[1] for each in (submitted, notice) if each)]
        yield DueReport(
            incident=history.incident,
            reporting=reporting.id,
            entity=reporting.entity,
            stage=stage,
            due_at=limit.due_at,
            clause=limit.clause,
            submitted_at=submitted[0] if submitted else None,
            on_time=submitted is not None and submitted[0] <= limit.due_at,
            notice=_notice(reporting, stage, limit.due_at),
            entries=tuple(behind),
        )


def _notice(reporting: ReportingHistory, stage: ReportStage, due_at: datetime) -> NoticeGiven:
    given = reporting.notices.get(stage)
    if given is None:
        return NoticeGiven.NONE
    return NoticeGiven.BEFORE if given[0] <= due_at else NoticeGiven.AFTER
