"""The workflows that an incident has begun: what all of them are told."""

from __future__ import annotations

from holdfast.domain.communication.naming import communication_workflow_id
from holdfast.domain.incident.work import Work
from holdfast.domain.reporting.naming import reporting_workflow_id
from holdfast.domain.third_party.naming import escalation_workflow_id

__all__ = ["tell_all", "tell_reportings"]


def tell_all(work: Work, entry: str) -> None:
    """Give every communication, escalation and reporting that is not over notice of an entry."""
    state = work.state
    for communication in state.communications.values():
        if not communication.closed:
            called = communication_workflow_id(state.incident_id, communication.number)
            state.to_tell.append((called, entry))
    for escalation in state.third_parties.values():
        if not escalation.closed:
            called = escalation_workflow_id(state.incident_id, escalation.number)
            state.to_tell.append((called, entry))
    tell_reportings(work, entry)


def tell_reportings(work: Work, entry: str) -> None:
    """Give every reporting that has not ended notice of an entry."""
    state = work.state
    for reporting in state.reportings.values():
        if not reporting.closed:
            called = reporting_workflow_id(state.incident_id, reporting.number)
            state.to_tell.append((called, entry))
