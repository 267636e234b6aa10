"""What the script of a drill brings in, when it falls due in the time of the drill."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.drills.plan import DrillPlan, Inject, InjectKind
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.facts import FactChange
from holdfast.domain.facts_check import contradiction
from holdfast.domain.incident import communicating
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import JsonObject, rfc3339

__all__ = ["bring_in", "inject_payload", "inject_subject", "next_inject"]

_LONGEST_REASON = 200


def next_inject(work: Work) -> tuple[datetime, str] | None:
    """When the next inject falls due, and that in words; None where none is left."""
    state = work.state
    if state.drill is None or state.opened_at is None or not state.open:
        return None
    number = state.injected + 1
    due_at = state.drill.due_at(number, state.opened_at)
    return None if due_at is None else (due_at, f"Inject {number} of the drill")


def bring_in(work: Work, now: datetime) -> None:
    """Bring in everything that is due by now, in the order of the script."""
    while (upcoming := next_inject(work)) is not None and upcoming[0] <= now:
        _bring_in_next(work, upcoming[0], now)


def inject_subject(incident_id: str, number: int) -> Subject:
    """What entries call an inject."""
    return Subject(type="inject", id=f"{incident_id}/inject-{number}")


def inject_payload(plan: DrillPlan, number: int, due_at: datetime) -> JsonObject:
    """What `drill.injected` holds."""
    inject = plan.injects[number - 1]
    return {
        "inject": number,
        "kind": str(inject.kind),
        "text": inject.text,
        "roles": [str(role) for role in inject.roles],
        "facts": [change.key for change in inject.facts],
        "due_at": rfc3339(due_at),
    }


def _bring_in_next(work: Work, due_at: datetime, now: datetime) -> None:
    state = work.state
    if state.drill is None:
        return
    state.injected += 1
    number, inject = state.injected, state.drill.injects[state.injected - 1]
    content = inject_payload(state.drill, number, due_at)
    about = inject_subject(state.incident_id, number)
    entry = work.note(EventKind.DRILL_INJECTED, content, subject=about)
    if inject.facts:
        _state(work, inject.facts, now, entry)
    if inject.kind is InjectKind.MESSAGE:
        _tell(work, inject, entry)


def _state(work: Work, changes: tuple[FactChange, ...], now: datetime, entry: str) -> None:
    """State the facts of an inject, unless they contradict what people have stated meanwhile."""
    state, told = work.state, list[JsonObject]()
    stated = state.facts
    for change in changes:
        before = stated.facts.get(change.key)
        stated = stated.changed(change, SYSTEM, now)
        was = before.model_dump(mode="json") if before else None
        told.append({"key": change.key, **change.model_dump(mode="json"), "before": was})
    if contradiction(stated):
        return
    state.facts = stated
    content = {"changes": told, "services": list(stated.services)}
    work.note(EventKind.FACTS_CHANGED, content, causes=(entry,))
    state.assessment_wanted |= state.phase is not Phase.DETECT


def _tell(work: Work, inject: Inject, entry: str) -> None:
    because = " ".join(inject.text.split())
    communicating.brief(work, inject.roles, because[:_LONGEST_REASON], entry)
