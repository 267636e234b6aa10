"""The severity at which a communication was handed in, as its workflow knew it.

It learns of a severity by notice, so that the one that it goes by may be the one before.
"""

from __future__ import annotations

from itertools import islice

from holdfast.domain.events import EventKind
from holdfast.domain.replay.communication_course import CommunicationCourse
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.severity import Severity

__all__ = ["severity_at_hand"]


def severity_at_hand(
    course: Course, known: CommunicationCourse, entry: KnownEntry
) -> Severity | None:
    """The severity that the entry names: that of the opening, or one assigned since.

    Raises:
        NotReplayable: it is none of those at hand, and an entry since is withheld.
        Contradicted: the incident has had no such severity since.
    """
    named = entry.event.payload.get("severity")
    since = list(islice(course.entries.values(), known.since, None))
    if named not in [known.opening.severity, *_assigned(since)]:
        if None in since:
            message = f"an entry is withheld that may have assigned the severity {named}"
            raise NotReplayable(message)
        message = f"the incident has had no severity {named} since {known.opening.id} was opened"
        raise Contradicted(message)
    return None if named is None else Severity(named)


def _assigned(entries: list[KnownEntry | None]) -> list[object]:
    return [
        each.event.payload.get("severity")
        for each in entries
        if each is not None and each.event.kind is EventKind.SEVERITY_ASSIGNED
    ]
