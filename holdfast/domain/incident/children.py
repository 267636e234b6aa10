"""The workflows that an incident has begun: what all of them are told."""

from __future__ import annotations

from holdfast.domain.communication.naming import communication_workflow_id
from holdfast.domain.incident.work import Work
from holdfast.domain.third_party.naming import escalation_workflow_id

__all__ = ["tell_all"]


def tell_all(work: Work, entry: str) -> None:
    """Give every communication and every escalation that is not closed notice of an entry."""
    state = work.state
    for communication in state.communications.values():
        if not communication.closed:
            called = communication_workflow_id(state.incident_id, communication.number)
            state.to_tell.append((called, entry))
    for escalation in state.third_parties.values():
        if not escalation.closed:
            called = escalation_workflow_id(state.incident_id, escalation.number)
            state.to_tell.append((called, entry))
