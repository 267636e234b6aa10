"""The one entry that an automated step leaves behind."""

from __future__ import annotations

from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.automation.outcome import NOBODY_KNOWS, AutomationOutcome, AutomationState
from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["outcome_event"]


def outcome_event(opening: AutomationOpening, outcome: AutomationOutcome) -> Event:
    """What is recorded: tried, performed, or failed; nobody knows is failed, and says so."""
    kind, told = _told(opening, outcome)
    payload: JsonObject = {
        "play": opening.play,
        "step": opening.step,
        "attempt": opening.attempt,
        **told,
    }
    return Event(kind=kind, subject=opening.subject, payload=payload, causes=(opening.opened,))


def _told(opening: AutomationOpening, outcome: AutomationOutcome) -> tuple[EventKind, JsonObject]:
    if outcome.state is not AutomationState.SUCCEEDED:
        return EventKind.STEP_FAILED, {
            "mode": opening.mode,
            "because": _because(outcome),
            **({"output": outcome.output} if outcome.output else {}),
        }
    if opening.dry_run:
        return EventKind.STEP_TRIED, {"output": outcome.output, "summary": outcome.summary}
    return EventKind.STEP_PERFORMED, {
        "mode": opening.mode,
        "statement": outcome.summary,
        "references": [],
        "documents": [],
        "output": outcome.output,
        "took_seconds": outcome.took_seconds,
    }


def _because(outcome: AutomationOutcome) -> str:
    if outcome.state is AutomationState.UNKNOWN:
        return f"{outcome.summary}; {NOBODY_KNOWS}"
    return outcome.summary
