"""The decisions of one workflow: questions put, answers taken, each step an event, with a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.approval_matrix import ApprovalMatrix, DecisionKind, DecisionRule
from holdfast.domain.clocks import Clocks
from holdfast.domain.decision_questions import Question
from holdfast.domain.decisions import DecisionRequest, DecisionState, Weighed, weigh
from holdfast.domain.events import Event, EventKind, PolicyPin, Record, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.schedules import Schedule
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Answer
from holdfast.domain.values import JsonObject, digest_of, rfc3339

__all__ = ["Decided", "DecisionDesk", "Question", "ratification_question"]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that an answer has just settled."""

    request: DecisionRequest
    option: str
    data: JsonObject
    entry: str
    rationale: str | None = None


class DecisionDesk:
    """The decisions of one workflow."""

    def __init__(
        self,
        requests: dict[str, DecisionRequest],
        matrix: ApprovalMatrix,
        pin: PolicyPin,
        clocks: Clocks,
        record: Record,
        *,
        prefix: str = "",
    ) -> None:
        """Work on the requests carried in the workflow's state, under its pinned matrix.

        `prefix` begins the ids of the requests, where several workflows write to one chain.
        """
        self._prefix = prefix
        self._requests = requests
        self._matrix = matrix
        self._pin = pin
        self._clocks = clocks
        self._record = record

    @property
    def kinds(self) -> frozenset[DecisionKind]:
        """The decisions for which the matrix has a rule."""
        return frozenset(self._matrix.rules)

    def ask(self, question: Question, now: datetime, severity: Severity | None) -> DecisionRequest:
        """Put a question: void an open one of the same kind about the same thing, arm its clock."""
        for request in self.open_requests(question.kind):
            if request.subject.id == question.subject.id:
                self.void(request, "the subject has changed", causes=question.causes)
        rule = self._matrix.rules[question.kind]
        request = self._request(question, rule, now, severity)
        self._requests[request.id] = request
        entry = self._record(self._requested(request, question))
        self._clocks.arm(
            request.clock_id,
            request.question,
            now,
            self._schedule(question, rule, now, severity),
            policy=self._pin,
            causes=(entry,),
        )
        return request

    def answer(
        self,
        answer: Answer,
        actor: Actor,
        submission_id: str,
        now: datetime,
        severity: Severity | None,
    ) -> Decided | Refusal | None:
        """Take an answer; return the refusal, or the decision if this settled it."""
        request = self._requests.get(answer.request_id)
        if request is None:
            return Refusal(
                RefusalReason.UNKNOWN_REQUEST, f"there is no request {answer.request_id}"
            )
        clock = self._clocks.get(request.clock_id)
        entitled = clock.deciding_roles() if clock else frozenset()
        weighed = weigh(request, answer, actor, entitled)
        if isinstance(weighed, Refusal):
            return weighed
        self._requests[request.id] = weighed.request
        answered = self._record(self._answered(weighed, answer, submission_id))
        if not weighed.settles:
            return None
        decided = self._record(self._decided(weighed, answered))
        self._clocks.meet(request.clock_id, actor=actor, causes=(decided,))
        if weighed.bypasses:
            self._bypassed(weighed, answer, decided, now, severity)
        return Decided(weighed.request, answer.option, answer.data, decided, answer.rationale)

    def void(self, request: DecisionRequest, why: str, *, causes: tuple[str, ...] = ()) -> None:
        """Withdraw a request with the answers given so far: nobody can decide it any more.

        What was decided does not count any more either.
        """
        self._requests[request.id] = request.model_copy(update={"state": DecisionState.VOIDED})
        entry = self._record(
            Event(
                kind=EventKind.DECISION_VOIDED,
                subject=_about(request),
                payload={"because": why, "answers_lost": len(request.answers)},
                policy=self._pin,
                causes=causes,
            )
        )
        self._clocks.cancel(request.clock_id, causes=(entry,))

    def open_requests(self, kind: DecisionKind | None = None) -> list[DecisionRequest]:
        """The requests that can be answered, oldest first."""
        return [
            request
            for request in self._requests.values()
            if request.state is DecisionState.OPEN and kind in {None, request.kind}
        ]

    def _request(
        self, question: Question, rule: DecisionRule, now: datetime, severity: Severity | None
    ) -> DecisionRequest:
        number = 1 + sum(earlier.kind is question.kind for earlier in self._requests.values())
        asked_by = () if question.requested_by == SYSTEM else (question.requested_by.id,)
        return DecisionRequest(
            id=f"{self._prefix}{question.kind}-{number}",
            kind=question.kind,
            question=rule.question,
            subject=question.subject,
            authors=tuple(sorted({*question.authors, *asked_by})),
            roles=question.roles or rule.roles,
            options={
                name: option
                for name, option in rule.options.items()
                if name not in question.without
            },
            bypass=rule.bypass if question.bypassable else None,
            due_at=now
            + self._schedule(question, rule, now, severity).at_pace(self._clocks.pace).due_after,
            only_by_exception=question.only_by_exception,
        )

    def _schedule(
        self, question: Question, rule: DecisionRule, now: datetime, severity: Severity | None
    ) -> Schedule:
        """As the rule has it; where the question is due sooner, at that moment on the wall."""
        schedule = rule.schedule_for(severity)
        return schedule.no_later_than(question.due_by, now, self._clocks.pace)

    def _requested(self, request: DecisionRequest, question: Question) -> Event:
        return Event(
            kind=EventKind.DECISION_REQUESTED,
            subject=_about(request),
            actor=question.requested_by,
            payload={
                "kind": str(request.kind),
                "question": request.question,
                "about": request.subject.model_dump(mode="json"),
                "authors": list(request.authors),
                "roles": [str(role) for role in request.roles],
                "options": {
                    name: option.model_dump(mode="json") for name, option in request.options.items()
                },
                "bypass": request.bypass.model_dump(mode="json") if request.bypass else None,
                "due_at": rfc3339(request.due_at),
                "context": question.context or {},
                **(
                    {"only_by_exception": list(request.only_by_exception)}
                    if request.only_by_exception
                    else {}
                ),
            },
            policy=self._pin,
            causes=question.causes,
        )

    def _answered(self, weighed: Weighed, answer: Answer, submission_id: str) -> Event:
        option = weighed.request.options[answer.option]
        agreeing = sum(given.vote == weighed.given.vote for given in weighed.request.answers)
        return Event(
            kind=EventKind.DECISION_ANSWERED,
            subject=_about(weighed.request),
            actor=weighed.given.actor,
            payload={
                "option": answer.option,
                "data": answer.data,
                "rationale": answer.rationale,
                "exception_code": answer.exception_code,
                "agreeing": agreeing,
                "quorum": option.quorum,
                "settles": weighed.settles,
            },
            policy=self._pin,
            causes=(f"submission:{submission_id}",),
            answers=submission_id,
        )

    def _decided(self, weighed: Weighed, answered: str) -> Event:
        agreeing = [given for given in weighed.request.answers if given.vote == weighed.given.vote]
        return Event(
            kind=EventKind.DECISION_DECIDED,
            subject=_about(weighed.request),
            actor=weighed.given.actor,
            payload={
                "kind": str(weighed.request.kind),
                "outcome": weighed.given.option,
                "data": weighed.given.data,
                "bypassed": weighed.bypasses,
                "decided_by": [given.actor.model_dump(mode="json") for given in agreeing],
            },
            policy=self._pin,
            causes=(answered,),
        )

    def _bypassed(
        self,
        weighed: Weighed,
        answer: Answer,
        decided: str,
        now: datetime,
        severity: Severity | None,
    ) -> None:
        bypass: JsonObject = {
            "request": weighed.request.id,
            "option": answer.option,
            "exception_code": answer.exception_code,
            "rationale": answer.rationale,
            "used_by": weighed.given.actor.model_dump(mode="json"),
        }
        entry = self._record(
            Event(
                kind=EventKind.DECISION_BYPASSED,
                subject=_about(weighed.request),
                actor=weighed.given.actor,
                payload=bypass,
                policy=self._pin,
                causes=(decided,),
            )
        )
        question = ratification_question(weighed.request, weighed.given.actor, bypass, entry)
        self.ask(question, now, severity)


def ratification_question(
    request: DecisionRequest, used_by: Actor, bypass: JsonObject, bypassed: str
) -> Question:
    """Whether the bypass of that request was justified; `bypassed` is its entry."""
    return Question(
        kind=DecisionKind.BYPASS_RATIFICATION,
        subject=Subject(type="bypass", id=request.id, digest=digest_of(bypass)),
        authors=(*request.authors, used_by.id),
        context=bypass,
        causes=(bypassed,),
    )


def _about(request: DecisionRequest) -> Subject:
    return Subject(type="decision", id=request.id, digest=request.subject.digest)
