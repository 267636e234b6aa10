"""Drills and training in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["DRILL_SENTENCES"]


def _injected(_: Event, payload: JsonObject) -> str:
    return f"Inject {payload['inject']} of the drill ({payload['kind']}): {payload['text']}"


def _scored(_: Event, payload: JsonObject) -> str:
    goals = f"{payload['goals_kept']} of {len(payload['goals'])} goal(s) kept"
    slowest = f"the slowest decision took {payload['slowest_seconds'] // 60} min of the drill"
    missed = f"{payload['missed']} clock(s) missed, {payload['bypasses']} bypass(es)"
    people = f"{len(payload['participants'])} took part"
    return f"Drill scored: {goals}, {slowest}, {missed}, {people}"


def _trained(_: Event, payload: JsonObject) -> str:
    role = payload["role"].replace("_", " ")
    return f"{payload['person']} trained as {role} on {payload['on']}: {payload['course']}"


DRILL_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.DRILL_INJECTED: _injected,
    EventKind.DRILL_SCORED: _scored,
    EventKind.TRAINING_RECORDED: _trained,
}
