"""Which versions are to be filled: ahead of time, or because somebody puts one forward."""

from __future__ import annotations

from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.state import Wanted
from holdfast.domain.reporting.work import ReportingWork
from holdfast.dora.report_stages import ReportStage

__all__ = ["MOST_VERSIONS", "want_ahead", "want_asked", "want_notice"]

MOST_VERSIONS = 200


def want_ahead(work: ReportingWork, kind: ReportKind, cause: str) -> None:
    """Have a draft prepared ahead of time, so that people see what it has and what it lacks."""
    covers = (kind.stage,) if kind.stage else ()
    _want(work, Wanted(kind=kind, covers=covers, cause=cause))


def want_notice(work: ReportingWork, stage: ReportStage, cause: str) -> None:
    """Have a delay notice about that report prepared."""
    _want(work, Wanted(kind=ReportKind.DELAY_NOTICE, covers=(stage,), cause=cause))


def want_asked(
    work: ReportingWork, kind: ReportKind, covers: tuple[ReportStage, ...], by: str, cause: str
) -> None:
    """Have a version filled that people are then asked about; `by` is who puts it forward."""
    wanted = Wanted(kind=kind, covers=covers, cause=cause, put_forward=True, by=by)
    work.state.to_fill.append(wanted)


def _want(work: ReportingWork, wanted: Wanted) -> None:
    state = work.state
    same = any((each.kind, each.covers) == (wanted.kind, wanted.covers) for each in state.to_fill)
    if not same and len(state.versions) + len(state.to_fill) < MOST_VERSIONS:
        state.to_fill.append(wanted)
