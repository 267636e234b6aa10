"""Severity, judged again: what the tree proposes, and what follows from people's decision."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.incident.triage import assigned_payload, assignment_of, proposed_payload
from holdfast.domain.registered_facts import with_registered
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.reading import read_outcome
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.values import JsonObject

__all__ = ["assigned", "proposed"]


def proposed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Walk the pinned tree over the facts as stated so far."""
    tree, register = shelf.severity_tree(course, entry), shelf.register(course)
    course.need(Aspect.FACTS)
    course.begun()
    proposal = tree.propose(with_registered(course.facts, register))
    return proposed_payload(proposal, course.facts.digest)


def assigned(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Draw the severity from the decision and the proposal that it was about."""
    decision = course.cause(entry, EventKind.DECISION_DECIDED)
    course.need(Aspect.PROPOSAL, Aspect.SEVERITY)
    if course.proposal is None:
        message = "nobody has proposed a severity"
        raise Contradicted(message)
    option, data = read_outcome(decision)
    try:
        assignment = assignment_of(
            option, data, course.proposal, lambda: shelf.severity_tree(course, entry)
        )
    except (KeyError, ValueError) as error:
        message = f"{decision.entry} names no severity"
        raise Unreadable(message) from error
    return assigned_payload(assignment, course.proposal, course.severity, decision.event.actor)
