"""An escalation as it stood at an entry, for the rules of the process to be run on once more.

Its workflow learns of a severity by notice, so that the one that it goes by may be the one before:
where an entry does not name it, one of those that the incident has had since has to fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TypeVar

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.events import Event, EventKind
from holdfast.domain.refusals import Refusal
from holdfast.domain.replay.course import Course, Heard
from holdfast.domain.replay.deciding import decided_there
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.third_party_reading import escalation_behind, read_severity
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party.asking import ThirdPartyBody
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.naming import escalation_of_request
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject

__all__ = [
    "accepted",
    "agreeing",
    "at_some_severity",
    "decided_in",
    "first",
    "known_behind",
    "require_all_severities",
    "severity_named",
    "submission_behind",
    "work_on",
]

_Judged = TypeVar("_Judged")


def known_behind(course: Course, entry: KnownEntry) -> EscalationCourse:
    """The escalation that an entry is about.

    Raises:
        NotReplayable: its opening is not at hand, or an entry that may have changed it since.
        Contradicted: none of that id was opened.
    """
    return course.escalation(escalation_behind(entry))


def work_on(
    course: Course, shelf: Shelf, known: EscalationCourse, severity: Severity | None = None
) -> tuple[EscalationWork, Heard]:
    """The escalation as it stands, at that severity, with a journal that only listens."""
    number, state, heard = known.opening.number, known.state.snapshot(), Heard()
    state.matrix, state.severity = shelf.matrix_of_escalation(known), severity
    state.claim = known.claim if state.stage is EscalationStage.CLAIMED else None
    state.clocks = {
        name: running.clock
        for name, running in course.clocks.items()
        if running.clock is not None and escalation_of_request(name) == number
    }
    state.requests = {
        name: request
        for name, request in course.requests.items()
        if escalation_of_request(name) == number
    }
    return EscalationWork(state, heard.record), heard


def at_some_severity(
    course: Course,
    known: EscalationCourse,
    entry: KnownEntry,
    judge: Callable[[Severity | None], tuple[JsonObject, _Judged]],
) -> tuple[JsonObject, tuple[_Judged, ...]]:
    """Judge at each severity that its workflow can have known of, the latest first.

    Returns what they give in the way of the entry, and all that comes with that; where none gives
    the entry, what the latest gives.

    Raises:
        NotReplayable: none does, and an entry is withheld that may have assigned another.
        Contradicted: the rules give no such entry at any of them.
    """
    judged, refused = list[tuple[JsonObject, _Judged]](), Contradicted("it has no severity")
    for severity in reversed(_severities(course, known)):
        try:
            judged.append(judge(severity))
        except Contradicted as reason:
            refused = reason
    if (found := agreeing(entry, judged)) is not None:
        return found
    require_all_severities(course, known)
    if not judged:
        raise refused
    return judged[0][0], (judged[0][1],)


def agreeing(
    entry: KnownEntry, judged: Sequence[tuple[JsonObject, _Judged]]
) -> tuple[JsonObject, tuple[_Judged, ...]] | None:
    """What the entry says, with all that comes with saying just that; None if nothing does."""
    alike = [each for each in judged if each[0] == entry.event.payload]
    return (alike[0][0], tuple(each for _, each in alike)) if alike else None


def severity_named(course: Course, known: EscalationCourse, entry: KnownEntry) -> Severity | None:
    """The severity that the entry names: one that its workflow can have known of.

    Raises:
        NotReplayable: it is none of those at hand, and an entry is withheld since.
        Contradicted: the incident has had no such severity since it was opened.
    """
    severity = read_severity(entry)
    if severity not in _severities(course, known):
        require_all_severities(course, known)
        message = f"the incident has had no severity {severity} since {known.opening.id} was opened"
        raise Contradicted(message)
    return severity


def decided_in(
    course: Course, known: EscalationCourse, decision: KnownEntry, kind: DecisionKind
) -> Decided:
    """What was decided there, as its workflow took it in.

    Raises:
        NotReplayable: the question or the answer that settled it is not at hand.
        Contradicted: it is no such decision of that escalation, or it was taken back.
    """
    return decided_there(
        course,
        decision,
        kind,
        called=known.opening.id,
        since=known.since,
        asks=lambda name: escalation_of_request(name) == known.opening.number,
    )


def submission_behind(
    known: EscalationCourse, entry: KnownEntry, body: ThirdPartyBody
) -> Submission:
    """What somebody has handed in, whose receipt the entry is."""
    return Submission(
        submission_id=entry.event.answers or entry.entry,
        workflow_id=known.opening.workflow_id,
        principal=entry.event.actor,
        submitted_at=entry.at,
        body=body,
    )


def accepted(refusal: Refusal | None) -> None:
    """Require that the rules take what was handed in.

    Raises:
        Contradicted: they refuse it.
    """
    if refusal is not None:
        message = f"the rules refuse it ({refusal.reason}): {refusal.detail}"
        raise Contradicted(message)


def first(heard: Heard, kind: EventKind, cause: KnownEntry, subject: str | None = None) -> Event:
    """The first event of that kind that followed, about that subject if one is named.

    Raises:
        Contradicted: none did.
    """
    for event in heard.events:
        if event.kind is kind and subject in {None, event.subject.id}:
            return event
    message = f"{cause.entry} does not lead to {kind}"
    raise Contradicted(message)


def require_all_severities(course: Course, known: EscalationCourse) -> None:
    """Require that every severity is at hand that its workflow can have known of.

    Raises:
        NotReplayable: an entry since its opening is withheld.
    """
    if None in islice(course.entries.values(), known.since, None):
        message = "an entry is withheld that may have assigned another severity"
        raise NotReplayable(message)


def _severities(course: Course, known: EscalationCourse) -> list[Severity | None]:
    """Those that its workflow can have known of, the earliest first."""
    found = dict.fromkeys([known.opening.severity, *_assigned(course, known)])
    return list(found)


def _assigned(course: Course, known: EscalationCourse) -> Iterator[Severity | None]:
    for entry in islice(course.entries.values(), known.since, None):
        if entry is not None and entry.event.kind is EventKind.SEVERITY_ASSIGNED:
            with suppress(NotReplayable):
                yield read_severity(entry)
