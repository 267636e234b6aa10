"""Reportings, judged again: limits by the law, versions, who let them leave, what they end with.

What a report says stands as it was filled, bound by its digest; what a version is,
who signs it off until when, and that nothing leaves without approval, is judged here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind
from holdfast.domain.incident.reporting import entities_to_report
from holdfast.domain.policies import APPROVAL_MATRIX, REGISTER
from holdfast.domain.replay.course import Aspect, Course, Heard
from holdfast.domain.replay.deciding import decided_there
from holdfast.domain.replay.reporting_course import ReportingCourse
from holdfast.domain.replay.reporting_limits import computed
from holdfast.domain.replay.reporting_requests import handed_in
from holdfast.domain.replay.reporting_work import (
    UPDATE_CAUSES,
    known_reporting,
    read_own,
    tell,
    version_of,
    work_on,
)
from holdfast.domain.replay.rules import Rule
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.reporting import drafting, signing_off
from holdfast.domain.reporting.judging import FilledReport
from holdfast.domain.reporting.kinds import VersionState
from holdfast.domain.reporting.policy import REPORTING
from holdfast.domain.reporting.state import Wanted
from holdfast.domain.roles import Role
from holdfast.domain.values import JsonObject, rfc3339

__all__ = ["JUDGED_OF_REPORTING", "NOT_JUDGED_OF_REPORTING", "QUESTIONS_OF_REPORTING"]

_CHANNELS = "it says what channels have answered, or what people know of it by hand"


def opened(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Open it again, for an entity that is hit, by what the incident is pinned to."""
    course.need(Aspect.EVALUATION, Aspect.SEVERITY, Aspect.REPORTING)
    decided = course.cause(entry, EventKind.CLASSIFICATION_DECIDED)
    pins = {name: course.pin(name) for name in (REPORTING, REGISTER, APPROVAL_MATRIX)}
    opening, evaluation = course.begun(), course.evaluation
    if evaluation is None or None in pins.values() or not decided.event.payload.get("major"):
        message = "nothing that was recorded asks for a report"
        raise Contradicted(message)
    entity = entry.event.payload.get("entity")
    if entity not in entities_to_report(evaluation.summary):
        message = f"the incident is not major for {entity}"
        raise Contradicted(message)
    policy, register, matrix = (pin.model_dump(mode="json") for pin in pins.values() if pin)
    return {
        "number": len(course.reportings) + 1,
        "entity": entity,
        "aware_at": rfc3339(opening.report.aware_at),
        "classified_at": rfc3339(entry.at),
        "evaluation": evaluation.entry,
        "decided": decided.entry,
        "policy": policy,
        "register": register,
        "matrix": matrix,
        "severity": str(course.severity) if course.severity else None,
    }


def drafted(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Take in again what was filled: which version it is, what it corrects, who signs it off."""
    known, said = known_reporting(course, entry), entry.event.payload
    cause = course.cause(entry, *EventKind)
    asked = said.get("put_forward") is not None
    asks = cause.event.kind in {EventKind.REPORT_PUT_FORWARD, EventKind.DELAY_EXPLAINED}
    if asked != asks:
        message = f"its cause {cause.entry} is {cause.event.kind}, by which it is not put forward"
        raise Contradicted(message)
    work, heard = work_on(course, shelf, known)
    told = {"kind": said.get("kind"), "covers": said.get("covers"), "cause": cause.entry}
    by = cause.event.actor.id if asked else None
    wanted = read_own(Wanted, entry, {**told, "put_forward": asked, "by": by})
    for stage in wanted.covers if asked else ():
        if work.clock_id(stage) in course.clocks:
            course.clock(work.clock_id(stage))
        else:
            course.need(Aspect.CLOCKS)
    work.state.to_fill.append(wanted)
    result = read_own(FilledReport, entry, {**said, "by": said.get("authors")})
    _require_authors(course, known, wanted, result)
    drafting.filled(work, wanted, result, entry.at)
    return _first(heard, EventKind.REPORT_DRAFTED, cause)


def _require_authors(
    course: Course, known: ReportingCourse, wanted: Wanted, result: FilledReport
) -> None:
    """Whoever has supplied a value by then wrote in it, and cannot sign it off."""
    entries = list(course.entries)
    if wanted.kind.stage is None or result.content is None or result.as_of not in entries:
        return
    until = entries.index(result.as_of)
    for name in known.state.supplied.values():
        supplied = course.entries.get(name)
        if supplied is None or entries.index(name) > until:
            continue
        if supplied.event.actor.id not in result.by:
            message = f"its authors lack who supplied a field by {name}"
            raise Contradicted(message)


def _after_decision(
    kinds: dict[DecisionKind, Callable[..., None]], leads_to: EventKind
) -> Callable[[Course, Shelf, KnownEntry], JsonObject]:
    """Let a decision lead once more to what it has led to."""

    def judge(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
        known = known_reporting(course, entry)
        decision = course.cause(entry, EventKind.DECISION_DECIDED)
        kind = course.request(decision.event.subject.id).kind
        if kind not in kinds:
            message = f"{decision.entry} is about {kind}, which leads to no such entry"
            raise Contradicted(message)
        opening = known.opening
        decided = decided_there(
            course, decision, kind, called=opening.id, since=known.since, asks=opening.asks
        )
        work, heard = work_on(course, shelf, known)
        kinds[kind](work, decided, entry.at)
        return _first(heard, leads_to, decision)

    return judge


def submitted(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Require that exactly this version was approved before it left."""
    known = known_reporting(course, entry)
    version = version_of(known, entry)
    if version.state not in {VersionState.APPROVED, VersionState.SUBMITTED}:
        message = f"version {version.number} was {version.state}: nobody has let it leave"
        raise Contradicted(message)
    by_hand = entry.event.answers is not None
    if not by_hand and course.cause(entry, EventKind.REPORT_APPROVED).entry != version.approved:
        message = f"it was not approved by {entry.event.causes[0]}"
        raise Contradicted(message)
    return {
        **entry.event.payload,
        "number": known.opening.number,
        "entity": known.opening.entity,
        "kind": str(version.kind),
        "covers": [str(stage) for stage in version.covers],
        "corrects": known.state.last_submitted(version.kind, version.number),
        "again": version.submitted_at is not None,
    }


def update_required(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Let the reporting hear again what the incident has recorded."""
    work, heard = work_on(course, shelf, known_reporting(course, entry))
    cause = course.cause(entry, *UPDATE_CAUSES)
    tell(work, cause, entry)
    return _first(heard, EventKind.REPORT_UPDATE_REQUIRED, cause)


def closed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """End it again: after the final report, a reclassification, or because nothing is due."""
    known, said = known_reporting(course, entry), entry.event.payload
    head = {"number": known.opening.number, "entity": known.opening.entity}
    if entry.event.answers is not None:
        return {**head, "outcome": "written_off", "because": said.get("because")}
    cause = course.cause(entry, *_OUTCOMES)
    what = cause.event.payload
    ends = {
        EventKind.CLOCK_MISSED: cause.event.subject.id == f"reporting-{known.opening.number}:open",
        EventKind.REPORT_SUBMITTED: what.get("kind") == "reclassification",
        EventKind.CLASSIFICATION_DECIDED: bool(what.get("reversed")),
        EventKind.INCIDENT_CLOSED: known.state.initial_at is None or known.opening.drill,
        EventKind.REPORTING_CLOSED: what.get("number") == known.opening.number,
    }
    if not ends[cause.event.kind]:
        message = f"{cause.entry} ends no reporting"
        raise Contradicted(message)
    return {**head, "outcome": _OUTCOMES[cause.event.kind]}


def _first(heard: Heard, kind: EventKind, cause: KnownEntry) -> JsonObject:
    found = heard.first(kind)
    if found is None:
        message = f"{cause.entry} does not lead to {kind}"
        raise Contradicted(message)
    return found.payload


def _question_of(course: Course, cause: KnownEntry, entry: KnownEntry) -> Question:
    """What follows from a version that was put forward, or that was cleared."""
    known = known_reporting(course, cause)
    if not known.opening.asks(entry.event.subject.id):
        message = f"{entry.event.subject.id} is no request of {known.opening.id}"
        raise Contradicted(message)
    try:
        return _asked(known.opening.incident, cause, entry)
    except (KeyError, TypeError, ValueError) as error:
        message = f"{cause.entry} does not hold what was asked"
        raise Unreadable(message) from error


def _asked(incident: str, cause: KnownEntry, entry: KnownEntry) -> Question:
    said: Any = cause.event.payload
    if cause.event.kind is EventKind.REPORT_CLEARED or not said["sign_off"]["reviewers"]:
        return signing_off.approval_question(incident, said, cause.entry)
    wanted = said["sign_off"]["reviewers"]
    role = next((each for each in wanted if [each] == entry.event.payload.get("roles")), None)
    if role is None:
        message = f"{cause.entry} asks for no such review"
        raise Contradicted(message)
    return signing_off.review_question(incident, said, Role(role), cause.entry)


_OUTCOMES: dict[EventKind, str] = {
    EventKind.CLOCK_MISSED: "final",
    EventKind.REPORT_SUBMITTED: "reclassified",
    EventKind.CLASSIFICATION_DECIDED: "not_due",
    EventKind.INCIDENT_CLOSED: "not_due",
    EventKind.REPORTING_CLOSED: "written_off",
}
_REVIEW = {DecisionKind.REPORT_REVIEW: signing_off.review_decided}
_APPROVAL = {DecisionKind.REPORT_APPROVAL: signing_off.approval_decided}

JUDGED_OF_REPORTING: dict[EventKind, Rule] = {
    EventKind.REPORTING_OPENED: Rule(
        opened, "for whom the decision says major, by the evaluation and what it is pinned to"
    ),
    EventKind.DEADLINES_COMPUTED: Rule(
        computed,
        "the limits of 2025/301 Art. 5 for the entity as the register has it, on the moments and"
        " the calendar recorded in it",
        stated=frozenset({"calendar"}),
    ),
    EventKind.REPORT_FIELD_SUPPLIED: Rule(
        handed_in,
        "whether there is such a field, whether it takes the value, and what that replaces",
        stated=frozenset({"value", "estimate", "because"}),
    ),
    EventKind.REPORT_PUT_FORWARD: Rule(
        handed_in, "whether it was due, alone or together", stated=frozenset({"comment"})
    ),
    EventKind.DELAY_EXPLAINED: Rule(
        handed_in,
        "which limit was running, and whether that was said in time",
        stated=frozenset({"because", "expected_at"}),
    ),
    EventKind.REPORT_DRAFTED: Rule(
        drafted,
        "which version it is, what it corrects, and who signs it off until when",
        stated=frozenset({"content", "fields", "gaps", "as_of", "because"}),
    ),
    EventKind.REPORT_CLEARED: Rule(
        _after_decision(_REVIEW, EventKind.REPORT_CLEARED),
        "whether everybody who had to has cleared exactly this version",
    ),
    EventKind.REPORT_RETURNED: Rule(
        _after_decision({**_REVIEW, **_APPROVAL}, EventKind.REPORT_RETURNED),
        "whether somebody who was asked has given exactly this version back",
    ),
    EventKind.REPORT_APPROVED: Rule(
        _after_decision(_APPROVAL, EventKind.REPORT_APPROVED),
        "whether a decision about exactly this version stands",
    ),
    EventKind.REPORT_SUBMITTED: Rule(
        submitted,
        "whether exactly this version was approved before it left, and what it corrects",
        stated=frozenset(
            {
                *("means", "channel", "submitted_at", "sent", "media_type", "size", "receipt"),
                *("reference", "attempts", "diverted", "because", "documents"),
            }
        ),
    ),
    EventKind.REPORT_UPDATE_REQUIRED: Rule(
        update_required, "what of the incident the authority has to hear anew"
    ),
    EventKind.REPORTING_CLOSED: Rule(closed, "how it ended", stated=frozenset({"because"})),
}
"""The judgements about reportings."""

NOT_JUDGED_OF_REPORTING: dict[EventKind, str] = {
    EventKind.REPORT_REFUSED: _CHANNELS,
    EventKind.REPORT_RECEIPTED: "people state it",
}
"""What channels and authorities only say."""

QUESTIONS_OF_REPORTING: dict[EventKind, Callable[[Course, KnownEntry, KnownEntry], Question]] = {
    EventKind.REPORT_DRAFTED: _question_of,
    EventKind.REPORT_CLEARED: _question_of,
}
"""By kind of the entry that leads to it."""
