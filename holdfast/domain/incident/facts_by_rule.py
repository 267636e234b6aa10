"""Facts that follow from what happens in the process, and that nobody has stated otherwise."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import JsonObject

__all__ = ["state_fact"]


def state_fact(work: Work, fact: str, source: str, now: datetime, cause: str) -> None:
    """State a fact as true, unless somebody has said something of it; `cause` is the entry."""
    state = work.state
    if state.facts.facts.get(fact) is not None:
        return
    change = FactChange(fact=fact, value=True, quality=Quality.ESTIMATE, source=source)
    state.facts = state.facts.changed(change, SYSTEM, now)
    stated: JsonObject = {"key": change.key, **change.model_dump(mode="json"), "before": None}
    content = {"changes": [stated], "services": list(state.facts.services)}
    work.note(EventKind.FACTS_CHANGED, content, causes=(cause,))
    state.assessment_wanted |= state.phase is not Phase.DETECT
