"""What the incident does, and what of it the authority has to hear."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.notices import Noticed
from holdfast.domain.reporting import due, ending
from holdfast.domain.reporting.briefing import brief
from holdfast.domain.reporting.kinds import ReportingOutcome, ReportKind
from holdfast.domain.reporting.sent import UPDATE
from holdfast.domain.reporting.wanting import want_ahead
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.roles import Role
from holdfast.domain.severity import Severity

__all__ = ["heard"]

_NEVER_ONE = frozenset({"false_positive", "duplicate"})
"""Outcomes of what was no incident of its own."""


def heard(work: ReportingWork, noticed: Noticed, now: datetime) -> None:
    """Take in what the incident has recorded."""
    rule = _RULES.get(noticed.event.kind)
    if rule is not None and work.state.outcome is None:
        rule(work, noticed, now)


def _entered(work: ReportingWork, noticed: Noticed, now: datetime) -> None:
    """Regular activities have recovered: an updated intermediate report is due in any case."""
    state = work.state
    if noticed.event.payload["phase"] != "learn" or state.recovered_at is not None:
        return
    state.recovered_at = now
    due.want(work, noticed.entry, "regular activities have recovered")
    _require_update(work, "regular activities have recovered", noticed.entry, now)


def _severity(work: ReportingWork, noticed: Noticed, now: datetime) -> None:
    assigned = noticed.event.payload
    work.state.severity = Severity(assigned["severity"])
    if assigned["before"] not in {None, assigned["severity"]}:
        because = f"the severity is {assigned['severity']}, no longer {assigned['before']}"
        _require_update(work, because, noticed.entry, now)


def _evaluated(work: ReportingWork, noticed: Noticed, now: datetime) -> None:
    because = f"evaluation {noticed.event.payload['number']} finds other criteria met"
    _require_update(work, because, noticed.entry, now)


def _decided(work: ReportingWork, noticed: Noticed, now: datetime) -> None:
    """Take back what was reported, if the criteria were met at no time (2025/302 Art. 5)."""
    state, decided = work.state, noticed.event.payload
    if not decided["reversed"]:
        if decided["major"]:
            state.reversed_by = None
        return
    state.reversed_by = noticed.entry
    if state.initial_at is None and not state.to_submit:
        ending.close(work, ReportingOutcome.NOT_DUE, noticed.entry)
        return
    because = "The incident was reclassified as not major: tell the competent authority"
    want_ahead(work, ReportKind.RECLASSIFICATION, noticed.entry)
    _arm_update(work, because, noticed.entry, now)
    brief(work, (Role.COMPLIANCE,), because, noticed.entry)


def _closed(work: ReportingWork, noticed: Noticed, now: datetime) -> None:
    """An incident that was none is not reported, if nothing has been; a drill is over."""
    del now
    never = noticed.event.payload["outcome"] in _NEVER_ONE
    untold = work.state.initial_at is None and not work.state.to_submit
    if work.state.opening.drill or (never and untold):
        ending.close(work, ReportingOutcome.NOT_DUE, noticed.entry)


def _written_off(work: ReportingWork, noticed: Noticed, now: datetime) -> None:
    """The incident has counted this reporting as ended."""
    del now
    if noticed.event.payload["number"] == work.state.number:
        ending.close(work, ReportingOutcome.WRITTEN_OFF, noticed.entry)


def _require_update(work: ReportingWork, because: str, cause: str, now: datetime) -> None:
    """Ask for an updated intermediate report, between the first one and the final one."""
    state = work.state
    if not state.intermediate_at or state.final_at is not None or state.reversed_by is not None:
        return
    entry = work.note(EventKind.REPORT_UPDATE_REQUIRED, {"because": because}, causes=(cause,))
    want_ahead(work, ReportKind.INTERMEDIATE, entry)
    _arm_update(work, f"Update the intermediate report: {because}", entry, now)
    brief(work, (Role.COMPLIANCE,), f"Update the intermediate report: {because}", entry)


def _arm_update(work: ReportingWork, title: str, cause: str, now: datetime) -> None:
    """Set until when it should have left, unless that runs already: the earlier limit stays."""
    clock = work.clocks.get(work.clock_id(UPDATE))
    if clock is None or not clock.open:
        schedule = work.policy.update
        due_at = now + schedule.due_after / work.clocks.pace
        work.arm(UPDATE, title, now, due_at, schedule, cause)


_RULES = {
    EventKind.PHASE_ENTERED: _entered,
    EventKind.SEVERITY_ASSIGNED: _severity,
    EventKind.CLASSIFICATION_EVALUATED: _evaluated,
    EventKind.CLASSIFICATION_DECIDED: _decided,
    EventKind.INCIDENT_CLOSED: _closed,
    EventKind.REPORTING_CLOSED: _written_off,
}
