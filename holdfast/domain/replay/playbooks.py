"""Playbooks, judged again: when each attempt at a step is late; and why nothing else is judged."""

from __future__ import annotations

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.events import EventKind
from holdfast.domain.playbooks.clock import arm_step
from holdfast.domain.playbooks.naming import play_of_clock
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry

__all__ = ["NOT_JUDGED_OF_PLAYBOOKS", "arm_clock", "is_of_step"]


def is_of_step(clock_id: str) -> bool:
    """Whether a clock is that of an attempt at a step."""
    return play_of_clock(clock_id) is not None


def arm_clock(course: Course, shelf: Shelf, entry: KnownEntry, clocks: Clocks) -> Clock:
    """Set again when an attempt is late, by the pinned playbooks and the entry that began it."""
    cause = course.cause(entry, EventKind.STEP_STARTED)
    policy = shelf.playbooks(course, entry)
    clock = arm_step(clocks, policy, cause.event.payload, entry.at, cause.entry)
    if clock.id != entry.event.subject.id:
        message = f"the clock of {cause.entry} is {clock.id}"
        raise Contradicted(message)
    return clock


_STATED = "people state it; what is out of its turn or not approved is refused"
_ENDS = "people state it, or a program whose work cannot be done again to see"

NOT_JUDGED_OF_PLAYBOOKS: dict[EventKind, str] = {
    EventKind.PLAYBOOK_STARTED: _STATED,
    EventKind.PLAYBOOK_FINISHED: "it counts what was recorded of the steps",
    EventKind.STEP_ADDED: _STATED,
    EventKind.STEP_STARTED: _STATED,
    EventKind.STEP_TRIED: _ENDS,
    EventKind.STEP_PERFORMED: _ENDS,
    EventKind.STEP_FAILED: _ENDS,
    EventKind.STEP_SKIPPED: _STATED,
    EventKind.STEP_REPEATED: _STATED,
}
"""The kinds in which nothing is judged, each with the reason why not."""
