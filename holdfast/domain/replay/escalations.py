"""Escalations, judged again: whether a trigger fires, for which reason, and who is brought in."""

from __future__ import annotations

from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry
from holdfast.domain.values import JsonObject

__all__ = ["triggered"]


def triggered(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Ask the pinned policy which triggers fire on the facts, the severity and the time.

    The time is when the entry was recorded, which is later than the look itself by as long as that
    took: a trigger cannot have ceased to fire by then, since time only ever makes one fire.
    """
    policy = shelf.escalation(course, entry)
    course.need(Aspect.FACTS, Aspect.SEVERITY, Aspect.FIRED)
    firings = policy.fired(
        course.severity,
        course.facts,
        course.begun().opened_at,
        entry.at,
        frozenset(course.fired),
    )
    name = entry.event.subject.id
    firing = next((firing for firing in firings if firing.trigger == name), None)
    if firing is None:
        again = " again" if name in course.fired else ""
        message = f"trigger {name} does not fire{again} there"
        raise Contradicted(message)
    return firing.model_dump(mode="json")
