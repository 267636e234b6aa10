"""Facts that follow from what happens in the process, and that nobody has stated otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import JsonObject

__all__ = ["state_fact", "state_facts"]


def state_fact(work: Work, fact: str, source: str, now: datetime, cause: str) -> None:
    """State a fact as true, unless somebody has said something of it; `cause` is the entry."""
    if work.state.facts.facts.get(fact) is not None:
        return
    change = FactChange(fact=fact, value=True, quality=Quality.ESTIMATE, source=source)
    state_facts(work, [change], now, cause)


def state_facts(work: Work, changes: Sequence[FactChange], now: datetime, cause: str) -> None:
    """State these facts, of the incident or of services, whatever stood; nothing where none is.

    `cause` is the entry that they follow from.
    """
    if not changes:
        return
    state, stated = work.state, list[JsonObject]()
    for change in changes:
        before = state.facts.facts.get(change.key)
        state.facts = state.facts.changed(change, SYSTEM, now)
        stated.append(
            {
                "key": change.key,
                **change.model_dump(mode="json"),
                "before": before.model_dump(mode="json") if before else None,
            }
        )
    content = {"changes": stated, "services": list(state.facts.services)}
    work.note(EventKind.FACTS_CHANGED, content, causes=(cause,))
    state.assessment_wanted |= state.phase is not Phase.DETECT
