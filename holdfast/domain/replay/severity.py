"""Severity, judged again: what the tree proposes, and what follows from people's decision."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.incident.triage import assigned_payload, proposed_payload
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.values import JsonObject

__all__ = ["assigned", "proposed"]


def proposed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Walk the pinned tree over the facts as stated so far."""
    tree = shelf.severity_tree(course, entry)
    course.need(Aspect.FACTS)
    course.begun()
    return proposed_payload(tree.propose(course.facts), course.facts.digest)


def assigned(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Draw the severity from the decision and the proposal that it was about."""
    decision = course.cause(entry, EventKind.DECISION_DECIDED)
    course.need(Aspect.PROPOSAL, Aspect.SEVERITY)
    if course.proposal is None:
        message = "nobody has proposed a severity"
        raise Contradicted(message)
    option, data = decision.event.payload.get("outcome"), decision.event.payload.get("data")
    if not isinstance(option, str) or not isinstance(data, dict):
        message = f"{decision.entry} holds no decision"
        raise Unreadable(message)
    try:
        return assigned_payload(
            option, data, course.proposal, course.severity, decision.event.actor
        )
    except (KeyError, ValueError) as error:
        message = f"{decision.entry} names no severity"
        raise Unreadable(message) from error
