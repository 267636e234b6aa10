"""The course of the incident as the evidence tells it, up to the entry that is judged.

It is read from what was recorded, so that each judgement is made again on the inputs that stand;
only clocks are carried as judged again, since entries do not hold their schedules. What a withheld
entry may have changed counts as lost: a judgement that rests on it is never taken for replayed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.domain.clocks import Clock
from holdfast.domain.communication.naming import communication_of_request
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.events import Event, EventKind, PolicyPin
from holdfast.domain.facts import FactSheet
from holdfast.domain.incident.state import (
    CheckState,
    ClassificationState,
    EvaluationState,
    ReviewState,
)
from holdfast.domain.remediation.naming import task_of_request
from holdfast.domain.replay.aspects import Aspect
from holdfast.domain.replay.communication_course import CommunicationCourse
from holdfast.domain.replay.heard import Heard
from holdfast.domain.replay.recovery_course import RecoveryCourse
from holdfast.domain.replay.remediation_course import TaskCourse
from holdfast.domain.replay.reporting_course import ReportingCourse
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.roles import Actor
from holdfast.domain.severity import Priority, Severity, SeverityProposal
from holdfast.domain.submissions import Report
from holdfast.domain.third_party.naming import escalation_of_request

__all__ = ["Aspect", "Course", "Heard", "Opening", "RunningClock"]

_BEFORE_ALL = -1


@dataclass(frozen=True, slots=True)
class Opening:
    """How the incident began: by which report, handed in by whom and when (aware, UTC)."""

    incident_id: str
    report: Report
    principal: Actor
    opened_at: datetime

    def pin(self, name: str) -> PolicyPin | None:
        """The pin of the policy of that name."""
        return next((pin for pin in self.report.policies if pin.name == name), None)


@dataclass(slots=True)
class RunningClock:
    """A clock as judged again, from which entry on; `clock` is None where that was not possible.

    `rung` is what was due at its last ring and has not been met with an entry yet. `others` are
    what it may be as well, where entries do not say by which severity it was set.
    """

    since: int
    clock: Clock | None
    why: str = ""
    rung: list[Event] = field(default_factory=list)
    others: list[RunningClock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Loss:
    index: int
    why: str


@dataclass(slots=True)
class Course:
    """What the entries before have said; `index` is the number of the entry at hand."""

    index: int = 0
    entries: dict[str, KnownEntry | None] = field(default_factory=dict)
    opening: Opening | None = None
    facts: FactSheet = field(default_factory=FactSheet)
    proposal: SeverityProposal | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    evaluation: EvaluationState | None = None
    classification: ClassificationState | None = None
    recovered_at: datetime | None = None
    repinned: dict[str, PolicyPin] = field(default_factory=dict)  # all, since the last re-pinning
    fired: set[str] = field(default_factory=set)
    requests: dict[str, DecisionRequest] = field(default_factory=dict)
    requested: dict[str, int] = field(default_factory=dict)
    clocks: dict[str, RunningClock] = field(default_factory=dict)
    checks: dict[str, CheckState] = field(default_factory=dict)
    declared_by: Actor | None = None
    review: ReviewState | None = None
    communications: dict[str, CommunicationCourse] = field(default_factory=dict)
    escalations: dict[str, EscalationCourse] = field(default_factory=dict)
    recovery: RecoveryCourse = field(default_factory=RecoveryCourse)
    tasks: dict[str, TaskCourse] = field(default_factory=dict)
    reportings: dict[str, ReportingCourse] = field(default_factory=dict)
    weighed: dict[str, Heard | str] = field(default_factory=dict)
    """By entry of what was handed in: what followed from it, or why the rules refuse it."""
    losses: dict[Aspect, _Loss] = field(default_factory=dict)

    def lose(self, aspects: Iterable[Aspect], why: str) -> None:
        """Note that the entry at hand may have changed these in a way that nobody can see."""
        for aspect in aspects:
            self.losses[aspect] = _Loss(self.index, why)

    def regain(self, aspect: Aspect) -> None:
        """Note that the entry at hand says it all anew, whatever was lost before."""
        self.losses.pop(aspect, None)

    def need(self, *aspects: Aspect, since: int = _BEFORE_ALL) -> None:
        """Require that nothing of these was lost after the entry with that number.

        Raises:
            NotReplayable: something was; says by which entry.
        """
        for aspect in aspects:
            loss = self.losses.get(aspect)
            if loss is not None and loss.index > since:
                message = f"{loss.why}; it may have changed {aspect}"
                raise NotReplayable(message)

    @property
    def pace(self) -> int:
        """How much faster time runs in a drill; 1 where no entry at hand says so."""
        drill = self.opening.report.drill if self.opening else None
        return drill.pace if drill else 1

    def pace_of(self, request_id: str) -> int:
        """The pace of that request: remediation runs by the calendar, in drills too."""
        return 1 if task_of_request(request_id) else self.pace

    def pin(self, name: str) -> PolicyPin | None:
        """The version of that policy to which the incident is pinned here, if to any.

        Raises:
            NotReplayable: an entry that may have changed it is withheld.
        """
        self.need(Aspect.POLICIES)
        if self.repinned:
            return self.repinned.get(name)
        return self.opening.pin(name) if self.opening else None

    def begun(self) -> Opening:
        """How the incident was opened.

        Raises:
            NotReplayable: no entry at hand says so.
        """
        if self.opening is not None:
            return self.opening
        self.need(Aspect.OPENING)
        message = "no entry before it opens the incident"
        raise NotReplayable(message)

    def cause(self, entry: KnownEntry, *kinds: EventKind) -> KnownEntry:
        """The entry that led to this one.

        Raises:
            NotReplayable: it is withheld, or is not among the entries.
            Contradicted: it is of none of the kinds that could lead here.
        """
        return self._cause(next(iter(entry.event.causes), None), kinds)

    def last_cause(self, entry: KnownEntry, *kinds: EventKind) -> KnownEntry:
        """The last of the entries that led to this one.

        Raises:
            NotReplayable, Contradicted: as `cause` does.
        """
        return self._cause(next(reversed(entry.event.causes), None), kinds)

    def _cause(self, name: str | None, kinds: tuple[EventKind, ...]) -> KnownEntry:
        if name is None:
            message = "it names no cause"
            raise Contradicted(message)
        cause = self.entries.get(name)
        if cause is None:
            state = "withheld" if name in self.entries else "not among the entries before it"
            message = f"its cause {name} is {state}"
            raise NotReplayable(message)
        if cause.event.kind not in kinds:
            message = f"its cause {name} is {cause.event.kind}, which leads to no such entry"
            raise Contradicted(message)
        return cause

    def request(self, request_id: str) -> DecisionRequest:
        """The decision request of that id, as it stands.

        Raises:
            NotReplayable: an entry that may have changed it is withheld.
            Contradicted: nobody has put such a question.
        """
        self.need(Aspect.REQUESTS, since=self.requested.get(request_id, _BEFORE_ALL))
        if request_id not in self.requests:
            message = f"there is no request {request_id}"
            raise Contradicted(message)
        return self.requests[request_id]

    def communication(self, called: str) -> CommunicationCourse:
        """The communication of that id, as it stands.

        Raises:
            NotReplayable: its opening is not at hand.
            Contradicted: none of that id was opened.
        """
        known = self.communications.get(called)
        if known is None:
            self.need(Aspect.COMMUNICATIONS)
            message = f"no {called} was opened"
            raise Contradicted(message)
        return known

    def communication_behind(self, request_id: str) -> CommunicationCourse | None:
        """The communication that has put the request; None for one of the incident itself.

        Raises:
            NotReplayable, Contradicted: as `communication` does.
        """
        number = communication_of_request(request_id)
        if number is None:
            return None
        of_that_number = (
            called for called, each in self.communications.items() if each.opening.number == number
        )
        return self.communication(next(of_that_number, f"communication {number}"))

    def escalation(self, called: str) -> EscalationCourse:
        """The escalation of that id, as it stands.

        Raises:
            NotReplayable: its opening is not at hand, or an entry that may have changed it since.
            Contradicted: none of that id was opened.
        """
        known = self.escalations.get(called)
        self.need(Aspect.THIRD_PARTIES, since=known.since if known else _BEFORE_ALL)
        if known is None:
            message = f"no {called} was opened"
            raise Contradicted(message)
        return known

    def escalation_behind(self, name: str) -> EscalationCourse | None:
        """The escalation that has put a request or armed a clock; None for those of others.

        Raises:
            NotReplayable, Contradicted: as `escalation` does.
        """
        number = escalation_of_request(name)
        if number is None:
            return None
        of_that_number = (
            called for called, each in self.escalations.items() if each.opening.number == number
        )
        return self.escalation(next(of_that_number, f"third party {number}"))

    def clock(self, clock_id: str) -> tuple[RunningClock, Clock]:
        """The clock of that id, as it stands.

        Raises:
            NotReplayable: an entry that may have changed it is withheld, or it could not be armed.
            Contradicted: no such clock was armed.
        """
        running = self.clocks.get(clock_id)
        self.need(Aspect.CLOCKS, since=running.since if running else _BEFORE_ALL)
        if running is None:
            message = f"no clock {clock_id} was armed"
            raise Contradicted(message)
        if running.clock is None:
            message = f"its arming could not be judged again: {running.why}"
            raise NotReplayable(message)
        return running, running.clock
