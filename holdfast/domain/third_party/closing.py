"""What the end of an escalation leaves: nothing armed, nothing pending, an entry that says so."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.work import EscalationWork

__all__ = ["close", "stop"]


def close(work: EscalationWork, causes: tuple[str, ...]) -> None:
    """Let nothing stay armed or pending, say that nothing is left to do, and tell the incident."""
    state = work.state
    stop(work, "the escalation ends", causes)
    state.stage = EscalationStage.CLOSED
    content = {"stage": str(state.outcome), "breaches": len(state.breaches)}
    work.tell(work.note(EventKind.THIRD_PARTY_CLOSED, content, causes=causes))


def stop(work: EscalationWork, why: str, causes: tuple[str, ...]) -> None:
    """Withdraw what is pending, and stop every clock; but a bypass has still to be ratified."""
    ratified_by = set[str]()
    for request in work.desk.open_requests():
        if request.kind is DecisionKind.BYPASS_RATIFICATION:
            ratified_by.add(request.clock_id)
        else:
            work.desk.void(request, why, causes=causes)
    for clock_id in sorted(set(work.state.clocks) - ratified_by):
        work.clocks.cancel(clock_id, causes=causes)
