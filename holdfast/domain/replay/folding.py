"""What each entry adds to the course of the incident, and what is lost where it is withheld."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.domain.actions import Milestone
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import EventKind
from holdfast.domain.incident.learning import next_draft
from holdfast.domain.incident.state import Phase
from holdfast.domain.replay.communication_folding import COMMUNICATION_FOLDS
from holdfast.domain.replay.course import Aspect, Course, Opening
from holdfast.domain.replay.reading import (
    read_changes,
    read_check,
    read_classification,
    read_evaluation,
    read_given_answer,
    read_pins,
    read_proposal,
    read_report,
    read_request,
    read_review,
    read_services,
)
from holdfast.domain.replay.recovery import RECOVERY_FOLDS
from holdfast.domain.replay.remediation_folding import TASK_FOLDS
from holdfast.domain.replay.reporting_folding import REPORTING_FOLDS
from holdfast.domain.replay.third_party_folding import (
    ESCALATION_FOLDS,
    fold_clock,
    fold_decision,
)
from holdfast.domain.replay.verdicts import JudgedEvent, KnownEntry, NotReplayable
from holdfast.domain.severity import Priority, Severity

__all__ = ["take_in"]


def take_in(course: Course, judged: JudgedEvent) -> None:
    """Carry the course on past this entry."""
    known = judged.known
    course.entries[judged.entry] = known
    kind = known.event.kind if known else judged.kind
    fold = _FOLDS.get(kind) if kind else _ANYTHING
    if fold is None:
        return
    if known is None:
        course.lose(fold.changes, f"{judged.entry} is withheld")
        return
    try:
        fold.run(course, known)
    except NotReplayable as reason:
        course.lose(fold.changes, str(reason))
    except ValueError:
        course.lose(fold.changes, f"{judged.entry} does not read as {kind}")


def _open(course: Course, entry: KnownEntry) -> None:
    report, event = read_report(entry), entry.event
    course.opening = Opening(event.subject.id, report, event.actor, entry.at)
    course.facts = course.facts.affecting(report.services)
    for change in report.facts:
        course.facts = course.facts.changed(change, report.reporter, entry.at)


def _join_alerts(course: Course, entry: KnownEntry) -> None:
    course.facts = course.facts.affecting(read_services(entry.event.payload.get("services")))


def _change_facts(course: Course, entry: KnownEntry) -> None:
    for change in read_changes(entry):
        course.facts = course.facts.changed(change, entry.event.actor, entry.at)


def _propose(course: Course, entry: KnownEntry) -> None:
    course.proposal = read_proposal(entry)
    course.regain(Aspect.PROPOSAL)


def _assign(course: Course, entry: KnownEntry) -> None:
    course.severity = Severity(str(entry.event.payload.get("severity")))
    course.priority = Priority(str(entry.event.payload.get("priority")))
    course.regain(Aspect.SEVERITY)


def _evaluate(course: Course, entry: KnownEntry) -> None:
    course.evaluation = read_evaluation(entry)
    course.regain(Aspect.EVALUATION)


def _classify(course: Course, entry: KnownEntry) -> None:
    course.classification = read_classification(entry)
    course.regain(Aspect.CLASSIFICATION)


def _enter(course: Course, entry: KnownEntry) -> None:
    if entry.event.payload.get("phase") == Phase.LEARN:
        course.recovered_at = entry.at


def _repin(course: Course, entry: KnownEntry) -> None:
    course.repinned = {pin.name: pin for pin in read_pins(entry)}
    course.regain(Aspect.POLICIES)


def _escalate(course: Course, entry: KnownEntry) -> None:
    course.fired.add(entry.event.subject.id)


def _ask(course: Course, entry: KnownEntry) -> None:
    request_id = entry.event.subject.id
    course.requests.pop(request_id, None)
    course.requests[request_id] = read_request(entry)
    course.requested[request_id] = course.index


def _answer(course: Course, entry: KnownEntry) -> None:
    request = course.requests.get(entry.event.subject.id)
    if request is not None:
        answers = (*request.answers, read_given_answer(entry))
        course.requests[request.id] = request.model_copy(update={"answers": answers})


def _settle(course: Course, entry: KnownEntry) -> None:
    outcome = entry.event.payload.get("outcome")
    _become(course, entry, DecisionState.DECIDED, str(outcome))
    fold_decision(course, entry)


def _void(course: Course, entry: KnownEntry) -> None:
    _become(course, entry, DecisionState.VOIDED)


def _become(
    course: Course, entry: KnownEntry, state: DecisionState, outcome: str | None = None
) -> None:
    request = course.requests.get(entry.event.subject.id)
    if request is not None:
        update = {"state": state, "outcome": outcome}
        course.requests[request.id] = request.model_copy(update=update)


def _run_clock(course: Course, entry: KnownEntry) -> None:
    """Nothing: a clock is carried on where its entries are judged.

    What the clock of an escalation says of the escalation is taken in.
    """
    fold_clock(course, entry)


def _check(course: Course, entry: KnownEntry) -> None:
    course.checks[entry.event.subject.id] = read_check(entry)


def _declare(course: Course, entry: KnownEntry) -> None:
    if entry.event.payload.get("milestone") == Milestone.RECOVERED:
        course.declared_by = entry.event.actor
        course.regain(Aspect.DECLARED)


def _draft(course: Course, entry: KnownEntry) -> None:
    course.review = next_draft(course.review, read_review(entry), entry.event.actor)


@dataclass(frozen=True, slots=True)
class _Fold:
    """What an entry of one kind changes, and how."""

    run: Callable[[Course, KnownEntry], None]
    changes: tuple[Aspect, ...]


_ANYTHING = _Fold(lambda _course, _entry: None, tuple(Aspect))
"""An entry of which not even the kind is known may have changed everything."""

_FOLDS: dict[EventKind, _Fold] = {
    EventKind.INCIDENT_OPENED: _Fold(_open, (Aspect.OPENING, Aspect.FACTS)),
    EventKind.ALERTS_JOINED: _Fold(_join_alerts, (Aspect.FACTS,)),
    EventKind.FACTS_CHANGED: _Fold(_change_facts, (Aspect.FACTS,)),
    EventKind.SEVERITY_PROPOSED: _Fold(_propose, (Aspect.PROPOSAL,)),
    EventKind.SEVERITY_ASSIGNED: _Fold(_assign, (Aspect.SEVERITY,)),
    EventKind.CLASSIFICATION_EVALUATED: _Fold(_evaluate, (Aspect.EVALUATION,)),
    EventKind.CLASSIFICATION_DECIDED: _Fold(_classify, (Aspect.CLASSIFICATION,)),
    EventKind.PHASE_ENTERED: _Fold(_enter, (Aspect.PHASE,)),
    EventKind.POLICY_REPINNED: _Fold(_repin, (Aspect.POLICIES,)),
    EventKind.ESCALATION_TRIGGERED: _Fold(_escalate, (Aspect.FIRED,)),
    EventKind.DECISION_REQUESTED: _Fold(_ask, (Aspect.REQUESTS,)),
    EventKind.DECISION_ANSWERED: _Fold(_answer, (Aspect.REQUESTS,)),
    EventKind.DECISION_DECIDED: _Fold(_settle, (Aspect.REQUESTS, Aspect.THIRD_PARTIES)),
    EventKind.DECISION_VOIDED: _Fold(_void, (Aspect.REQUESTS,)),
    EventKind.CLOCK_ARMED: _Fold(_run_clock, (Aspect.CLOCKS,)),
    EventKind.CLOCK_WARNED: _Fold(_run_clock, (Aspect.CLOCKS,)),
    EventKind.CLOCK_MISSED: _Fold(_run_clock, (Aspect.CLOCKS,)),
    EventKind.CLOCK_ESCALATED: _Fold(_run_clock, (Aspect.CLOCKS,)),
    EventKind.CLOCK_MET: _Fold(_run_clock, (Aspect.CLOCKS,)),
    EventKind.CLOCK_CANCELLED: _Fold(_run_clock, (Aspect.CLOCKS,)),
    EventKind.CLOCK_PAUSED: _Fold(_run_clock, (Aspect.CLOCKS,)),
    EventKind.CLOCK_RESUMED: _Fold(_run_clock, (Aspect.CLOCKS,)),
    EventKind.CHECK_RECORDED: _Fold(_check, (Aspect.CHECKS,)),
    EventKind.MILESTONE_REACHED: _Fold(_declare, (Aspect.DECLARED,)),
    EventKind.REVIEW_RECORDED: _Fold(_draft, (Aspect.REVIEW,)),
    **{kind: _Fold(run, (Aspect.COMMUNICATIONS,)) for kind, run in COMMUNICATION_FOLDS.items()},
    **{kind: _Fold(run, (Aspect.THIRD_PARTIES,)) for kind, run in ESCALATION_FOLDS.items()},
    **{kind: _Fold(run, (Aspect.REMEDIATION,)) for kind, run in TASK_FOLDS.items()},
    **{kind: _Fold(run, (Aspect.REPORTING,)) for kind, run in REPORTING_FOLDS.items()},
    **{kind: _Fold(run, (Aspect.RECOVERY,)) for kind, run in RECOVERY_FOLDS.items()},
}
