"""How available services are, as people tell it, and what follows: downtime, facts, relapses.

Delegated Regulation (EU) 2024/1772 Art. 3. A service that was told to be unavailable has to be
restored before the recovery can be declared; one that fails again voids a pending validation.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident.downtime_facts import ending_facts, following_facts
from holdfast.domain.incident.facts_by_rule import state_facts
from holdfast.domain.incident.format_five import learns
from holdfast.domain.incident.standing_down import ask_to_stand_down, renew
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.unavailability import known_of, unavailable_services
from holdfast.domain.incident.work import Work
from holdfast.domain.recovery.asking import ReportAvailability
from holdfast.domain.recovery.figures import computed_payload
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import Submission
from holdfast.domain.values import rfc3339
from holdfast.dora.downtime import (
    AvailabilityStatement,
    Downtime,
    TimesContradict,
    compute_downtime,
)

__all__ = ["recovered", "refuse_recovery", "report_availability"]

_AHEAD = timedelta(minutes=1)
"""How far ahead a moment may lie: clocks are not exact."""

_MOST_STATEMENTS = 500
"""Statements that an incident takes: each is carried, and computed with, for as long as it goes."""


def report_availability(
    work: Work, submission: Submission, body: ReportAvailability, now: datetime
) -> Refusal | None:
    """Record how a service was, compute its downtime, and state the facts that follow."""
    state = work.state
    told = AvailabilityStatement(
        number=len(state.availability) + 1,
        **body.model_dump(exclude={"type", "statement", "replaces"}),
        replaces=body.replaces,
        entry=submission.submission_id,
    )
    if refusal := _refuse(work, told, now):
        return refusal
    content = body.model_dump(mode="json", exclude={"type"})
    entry = work.receipt(
        EventKind.AVAILABILITY_REPORTED,
        submission,
        {"number": told.number, "replaces": None, **content},
        subject=Subject(type="service", id=body.service),
    )
    state.availability.append(told.model_copy(update={"entry": entry}))
    computed = _computed(work, now)
    note = work.note(EventKind.DOWNTIME_COMPUTED, computed_payload(computed), causes=(entry,))
    state_facts(work, following_facts(work.state, computed), now, note)
    if state.recovered_at is not None:
        state_facts(work, ending_facts(work.state, computed), now, note)
    _void_validation(work, computed, entry)
    renew(work, entry, now)
    return None


def recovered(work: Work, decided: str, entered: str, now: datetime) -> None:
    """Take in that the recovery is validated: when it ended, and whether to stand down.

    `decided` is the entry of the decision, `entered` that of the phase.
    """
    if work.state.availability:
        state_facts(work, ending_facts(work.state, _computed(work, now)), now, decided)
    ask_to_stand_down(work, entered, now)


def refuse_recovery(work: Work) -> Refusal | None:
    """Refuse that a recovery is declared while a service is not restored."""
    missing = unavailable_services(work) if learns(work) else {}
    if not missing:
        return None
    told = ", ".join(f"{service} ({state})" for service, state in missing.items())
    return Refusal(RefusalReason.SERVICES_NOT_RESTORED, f"not restored yet: {told}")


def _refuse(work: Work, told: AvailabilityStatement, now: datetime) -> Refusal | None:
    state = work.state
    if len(state.availability) >= _MOST_STATEMENTS:
        detail = f"an incident takes {_MOST_STATEMENTS} statements of availability at most"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    if told.at is not None and told.at > now + _AHEAD:
        detail = f"{told.service} is told as {told.state} at {rfc3339(told.at)}, which lies ahead"
        return Refusal(RefusalReason.TIMES_CONTRADICT, detail)
    if told.replaces is not None and not _stands(work, told.replaces, told.service):
        detail = f"of {told.service} there is no statement {told.replaces} that could be replaced"
        return Refusal(RefusalReason.TIMES_CONTRADICT, detail)
    try:
        computed = _computed(work, now, told)
    except TimesContradict as contradiction:
        return Refusal(RefusalReason.TIMES_CONTRADICT, str(contradiction))
    if state.phase is Phase.LEARN and computed.unavailable:
        detail = "the recovery was validated: report what fails again as a new incident"
        return Refusal(RefusalReason.WRONG_PHASE, detail)
    return None


def _stands(work: Work, number: int, service: str) -> bool:
    known = work.state.availability
    replaced = {each.replaces for each in known}
    return any(
        each.number == number and each.service == service and number not in replaced
        for each in known
    )


def _computed(work: Work, now: datetime, *more: AvailabilityStatement) -> Downtime:
    state = work.state
    if state.aware_at is None:
        message = f"{state.incident_id} is not open: nobody is aware of it yet"
        raise ValueError(message)
    known = known_of(state.facts, state.aware_at, recovered=state.recovered_at is not None)
    return compute_downtime((*state.availability, *more), known, now)


def _void_validation(work: Work, computed: Downtime, entry: str) -> None:
    """A service that fails again takes the declared recovery back: it is declared once more."""
    if not computed.unavailable or not learns(work):
        return
    for request in work.desk.open_requests(DecisionKind.RECOVERY_VALIDATION):
        names = ", ".join(each.service for each in computed.unavailable)
        work.desk.void(request, f"not restored: {names}", causes=(entry,))
        work.state.recovery_declared_by = None
