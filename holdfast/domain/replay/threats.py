"""Cyber threats, judged again: whether one is significant, and what people were asked of it."""

from __future__ import annotations

from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.reading import read_as
from holdfast.domain.replay.rules import Rule
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import KnownEntry, Unreadable
from holdfast.domain.threats.recording import assessed_payload, notification_question
from holdfast.domain.values import JsonObject
from holdfast.dora.cyber_threats import CyberThreatFacts

__all__ = ["JUDGED_OF_THREATS", "NOT_JUDGED_OF_THREATS", "threat_question"]

_STATED = "people state it"
_FOLLOWS = "it repeats a recorded decision with its reasons"
_CHANNELS = "it says what channels have answered, or what people know of it by hand"


def _assessed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Evaluate Art. 10 again, on the recorded facts."""
    recorded = entry.event.payload
    facts = read_as(CyberThreatFacts, entry, recorded.get("facts"))
    changed = recorded.get("changed")
    if not isinstance(changed, list):
        message = f"{entry.entry} does not say what has changed"
        raise Unreadable(message)
    return assessed_payload(entry.event.subject.id, facts, changed)


def threat_question(_course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    """Whether exactly the form that was put forward leaves."""
    try:
        return notification_question(cause.event.subject.id, cause.event.payload, cause.entry)
    except (KeyError, TypeError) as error:
        message = f"{cause.entry} does not hold what was asked"
        raise Unreadable(message) from error


JUDGED_OF_THREATS: dict[EventKind, Rule] = {
    EventKind.THREAT_ASSESSED: Rule(
        _assessed,
        "whether the threat is significant, with its proof, on the facts recorded in it",
        stated=frozenset({"facts", "changed"}),
    ),
}
"""The judgements, by kind."""

NOT_JUDGED_OF_THREATS: dict[EventKind, str] = {
    EventKind.THREAT_RECORDED: _STATED,
    EventKind.THREAT_FIELD_SUPPLIED: _STATED,
    EventKind.THREAT_PUT_FORWARD: _STATED,
    EventKind.THREAT_RETURNED: _FOLLOWS,
    EventKind.THREAT_APPROVED: _FOLLOWS,
    EventKind.THREAT_NOTIFIED: _CHANNELS,
    EventKind.THREAT_REFUSED: _CHANNELS,
    EventKind.THREAT_RECEIPTED: _STATED,
    EventKind.THREAT_CLOSED: _STATED,
}
"""The kinds in which nothing is judged, each with the reason why not."""
