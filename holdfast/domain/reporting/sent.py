"""What follows from a submission: clocks are met, later limits begin, the reporting may end."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.reporting import due, ending
from holdfast.domain.reporting.kinds import ReportingOutcome, ReportKind, VersionState
from holdfast.domain.reporting.state import ReportVersion
from holdfast.domain.reporting.wanting import want_ahead
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.schedules import Schedule
from holdfast.dora.report_stages import ReportStage

__all__ = ["OPEN", "UPDATE", "submitted"]

UPDATE, OPEN = "update", "open"
"""The clocks of a wanted update, and of corrections of the final report, as their ids end."""


def submitted(
    work: ReportingWork, version: ReportVersion, entry: str, at: datetime, now: datetime
) -> None:
    """Take in that a version has reached the authority; again, nothing further follows."""
    state = work.state
    first = version.submitted_at is None
    update = {"state": VersionState.SUBMITTED, "submitted_at": version.submitted_at or at}
    state.keep(version.model_copy(update=update))
    if not first:
        return
    work.tell(entry)
    if version.kind is ReportKind.RECLASSIFICATION:
        ending.close(work, ReportingOutcome.RECLASSIFIED, entry)
        return
    if version.kind.stage is not None:
        for stage in version.covers:
            _RULES[stage](work, entry, at, now)
        named = " and ".join(version.covers)
        due.want(work, entry, f"the {named} report was submitted")
    if state.reversed_by is not None:
        want_ahead(work, ReportKind.RECLASSIFICATION, entry)


def _initial(work: ReportingWork, entry: str, at: datetime, now: datetime) -> None:
    del now
    if work.state.initial_at is None:
        work.state.initial_at = at
        due.meet(work, ReportStage.INITIAL, entry, at)


def _intermediate(work: ReportingWork, entry: str, at: datetime, now: datetime) -> None:
    del now
    work.state.intermediate_at = sorted([*work.state.intermediate_at, at])
    due.meet(work, ReportStage.INTERMEDIATE, entry, at)
    work.clocks.meet(work.clock_id(UPDATE), causes=(entry,), as_of=at)


def _final(work: ReportingWork, entry: str, at: datetime, now: datetime) -> None:
    if work.state.final_at is None:
        work.state.final_at = at
        due.meet(work, ReportStage.FINAL, entry, at)
    work.clocks.cancel(work.clock_id(UPDATE), causes=(entry,))
    title = "Corrections of the final report are taken"
    until = now + work.policy.open_after_final / work.clocks.pace
    work.arm(OPEN, title, now, until, Schedule(due_after=timedelta(0)), entry)


_RULES = {
    ReportStage.INITIAL: _initial,
    ReportStage.INTERMEDIATE: _intermediate,
    ReportStage.FINAL: _final,
}
