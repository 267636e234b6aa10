"""Escalations, judged again: whether a trigger fires, for which reason, and who is brought in."""

from __future__ import annotations

from holdfast.domain.escalation import Firing, Situation
from holdfast.domain.events import EventKind
from holdfast.domain.incident.following import telling_of
from holdfast.domain.registered_facts import with_registered
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry
from holdfast.domain.values import JsonObject

__all__ = ["triggered"]


def triggered(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Ask again whether it fires: by the severity just assigned, or by the escalation policy."""
    by_severity = bool(entry.event.causes)
    firing = _told(course, shelf, entry) if by_severity else _fired(course, shelf, entry)
    if firing is None:
        name = entry.event.subject.id
        again = " again" if name in course.fired else ""
        message = f"trigger {name} does not fire{again} there"
        raise Contradicted(message)
    return firing.model_dump(mode="json")


def _fired(course: Course, shelf: Shelf, entry: KnownEntry) -> Firing | None:
    """Ask the pinned policy which triggers fire on the facts, the severity and the time.

    The time is when the entry was recorded, which is later than the look itself by as long as that
    took: a trigger cannot have ceased to fire by then, since time only ever makes one fire.
    """
    policy, register = shelf.escalation(course, entry), shelf.register(course)
    course.need(Aspect.FACTS, Aspect.SEVERITY, Aspect.CLASSIFICATION, Aspect.FIRED)
    major = course.classification.major if course.classification else None
    firings = policy.fired(
        Situation(course.severity, major, with_registered(course.facts, register)),
        course.begun().opened_at,
        entry.at,
        frozenset(course.fired),
    )
    name = entry.event.subject.id
    firing = next((firing for firing in firings if firing.trigger == name), None)
    return policy.with_contracts(firing, course.facts.services, register) if firing else None


def _told(course: Course, shelf: Shelf, entry: KnownEntry) -> Firing | None:
    """Ask the pinned severity tree whether somebody has to be told of the severity assigned."""
    course.cause(entry, EventKind.SEVERITY_ASSIGNED)
    tree = shelf.severity_tree(course, entry)
    course.need(Aspect.SEVERITY, Aspect.FIRED)
    if course.severity is None or entry.event.subject.id in course.fired:
        return None
    response = tree.response_for(course.severity, course.priority)
    return telling_of(course.severity, response) if response else None
