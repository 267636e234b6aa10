"""Weaknesses of a provider, of its contract, and of how it was overseen (DORA Art. 28(7)(c)).

What the rules can see they note themselves when an escalation ends; the rest people note.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.communication.kinds import Stage
from holdfast.domain.events import EventKind
from holdfast.domain.notices import Noticed
from holdfast.domain.refusals import Refusal
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party.asking import ReportWeakness, StateOrigin
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.opening import TakenTerms
from holdfast.domain.third_party.work import EscalationWork

__all__ = ["call_closed", "found_by_rules", "note_found", "report", "state_origin"]


def found_by_rules(taken: TakenTerms, ended_at: datetime) -> tuple[str, ...]:
    """What a contract lacks that the regulation asks of it, as this escalation has shown."""
    terms, critical = taken.terms, taken.supports_critical_function
    if terms is None:
        return ("the register has no service levels of the contract (DORA Art. 30(3)(a))",)
    found = []
    if terms.reporting.incident_assistance is None:
        found.append("no assistance at an incident is agreed (DORA Art. 30(2)(f))")
    if critical and terms.reporting.developments is None:
        found.append("no duty to report developments is agreed (DORA Art. 30(3)(b))")
    if critical and terms.failover is None:
        found.append("a critical function depends on it, and nothing can take over")
    if critical and terms.exit_plan is None:
        found.append("a critical function depends on it, and there is no exit plan (Art. 28(8))")
    if taken.calendar is not None and ended_at.year > taken.calendar.last_year:
        found.append(f"the calendar of its service hours ends in {taken.calendar.last_year}")
    return tuple(found)


def note_found(work: EscalationWork, now: datetime, cause: str) -> None:
    """Note what the rules have found, each weakness once."""
    for weakness in found_by_rules(work.taken, now):
        _note(work, weakness, cause)


def call_closed(work: EscalationWork, noticed: Noticed) -> None:
    """Note where a call did not reach everybody whom it was for."""
    said = noticed.event.payload
    if said["stage"] == Stage.CANCELLED or not said["complete"]:
        _note(work, f"{noticed.event.subject.id} did not reach its ladder", noticed.entry)


def report(
    work: EscalationWork, submission: Submission, body: ReportWeakness, now: datetime
) -> Refusal | None:
    """Note a weakness that somebody has found."""
    del now
    if refusal := _refuse_closed(work):
        return refusal
    content = {"weakness": body.weakness, "detail": body.detail, "found_by_rules": False}
    work.receipt(EventKind.WEAKNESS_FOUND, submission, content)
    if body.weakness not in work.state.weaknesses:
        work.state.weaknesses.append(body.weakness)
    return None


def state_origin(
    work: EscalationWork, submission: Submission, body: StateOrigin, now: datetime
) -> Refusal | None:
    """State where in the provider's chain it began, and give the incident notice."""
    del now
    if refusal := _refuse_closed(work):
        return refusal
    content = body.model_dump(mode="json", exclude={"type", "provider"})
    content["origin_provider"] = body.provider
    work.tell(work.receipt(EventKind.ORIGIN_STATED, submission, content))
    return None


def _note(work: EscalationWork, weakness: str, cause: str) -> None:
    if weakness in work.state.weaknesses:
        return
    content = {"weakness": weakness, "detail": None, "found_by_rules": True}
    work.note(EventKind.WEAKNESS_FOUND, content, causes=(cause,))
    work.state.weaknesses.append(weakness)


def _refuse_closed(work: EscalationWork) -> Refusal | None:
    stages = [stage for stage in EscalationStage if stage is not EscalationStage.CLOSED]
    return work.wrong_stage(*stages)
