"""An assessment over the pure rules: incidents as a test needs them, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from holdfast.domain.events import Event
from holdfast.domain.facts import Fact, FactSheet, Quality
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    REGISTER,
    classification_policy,
)
from holdfast.domain.recurrence.assessment import EarlierDecision, RecurrenceJudgement
from holdfast.domain.recurrence.finding import judge
from holdfast.domain.recurrence.gathering import StandingIncident, gather
from holdfast.domain.recurrence.periods import Period
from holdfast.domain.recurrence.process import RecurrenceProcess
from holdfast.domain.recurrence.state import RecurrenceState
from holdfast.domain.replay.verdicts import JudgedEvent
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, Submission, SubmissionBody
from holdfast.domain.values import JsonObject
from holdfast.dora.register import Register, register_from
from tests.rulebook import POLICIES
from tests.statements import NOON, ROBIN

__all__ = ["EXAMPLE", "MARCH", "RULES", "RecurrenceWalk", "judged_month", "standing"]

MARCH = Period(month="2026-03")
RULES = classification_policy(POLICIES[DORA_CLASSIFICATION].content)
EXAMPLE = register_from(POLICIES[REGISTER].content)

_OF_THE_INCIDENT = {"costs_eur", "root_cause", "root_cause_fingerprint", "malicious_access"}
_HALF_MAJOR: JsonObject = {"clients_affected": 40_000, "costs_eur": 60_000}


def standing(  # noqa: PLR0913 - each is what some test is about
    number: int,
    occurred_at: datetime,
    cause: str | None,
    *,
    service: str = "instant-payments",
    major: bool | None = False,
    review: str | None = None,
    stated: JsonObject | None = None,
) -> StandingIncident:
    """An incident of which two make a major one, unless something else is stated."""
    known = {"root_cause": cause} if cause else {}
    values = {**_HALF_MAJOR, **known, **(stated or {})}
    keys = {
        name if name in _OF_THE_INCIDENT else f"{name}@{service}": value
        for name, value in values.items()
    }
    facts = {
        key: Fact(
            value=value,
            quality=Quality.ACTUAL,
            source="monitoring",
            stated_by=ROBIN,
            stated_at=occurred_at,
        )
        for key, value in keys.items()
    }
    return StandingIncident(
        incident_id=f"INC-2026-{number:06d}",
        facts=FactSheet(services=(service,), facts=facts),
        aware_at=occurred_at,
        recovered_at=occurred_at + timedelta(minutes=30),
        major=major,
        review_root_cause=review,
    )


def judged_month(
    incidents: Sequence[StandingIncident],
    *,
    period: Period = MARCH,
    register: Register | None = EXAMPLE,
    decided: Sequence[EarlierDecision] = (),
) -> RecurrenceJudgement:
    """The judgement of a month, as the activity makes it."""
    inputs, findings = judge(gather(period, incidents, RULES, register, decided), RULES)
    return RecurrenceJudgement(
        inputs=inputs,
        findings=findings,
        policy=POLICIES[DORA_CLASSIFICATION].pin,
        register_of_information=POLICIES[REGISTER].pin,
        matrix=POLICIES[APPROVAL_MATRIX],
    )


class RecurrenceWalk:
    """One assessment over the pure rules: a clock set by hand, and everything that happened."""

    def __init__(self, judgement: RecurrenceJudgement, asked: Submission | None = None) -> None:
        """Record the judgement."""
        self.state = RecurrenceState(period=MARCH)
        self.events: list[Event] = []
        self.moments: list[datetime] = []
        self.now = NOON
        self.process = RecurrenceProcess(self.state, self._record)
        self.process.assessed(judgement, asked, self.now)

    def _record(self, event: Event) -> str:
        self.events.append(event)
        self.moments.append(self.now)
        return f"{MARCH.workflow_id}#{len(self.events) - 1}"

    def submit(self, actor: Actor, body: SubmissionBody, name: str = "s-1") -> Event:
        """Hand in a submission, and return the last event."""
        submission = Submission(
            submission_id=name,
            workflow_id=MARCH.workflow_id,
            principal=actor,
            submitted_at=self.now,
            body=body,
        )
        self.process.receive(submission, self.now)
        return self.events[-1]

    def answer(
        self, actor: Actor, option: str, data: JsonObject | None = None, name: str = "s-1"
    ) -> Event:
        """Answer the first question, and return the last event."""
        request = next(iter(self.state.requests.values()))
        digest = request.subject.digest
        assert digest is not None
        answer = Answer(
            request_id=request.id,
            option=option,
            subject_digest=digest,
            rationale="For the reasons discussed.",
            data=data or {},
        )
        return self.submit(actor, answer, name)

    def wait(self, duration: timedelta) -> None:
        """Let time pass, stopping at each moment at which something is due."""
        end = self.now + duration
        while (upcoming := self.process.next_moment()) and upcoming[0] <= end:
            self.now = max(self.now, upcoming[0])
            self.process.tick(self.now)
        self.now = end

    def judged(self) -> list[JudgedEvent]:
        """Everything that happened, as replay reads it."""
        return [
            JudgedEvent(f"{MARCH.workflow_id}#{number}", moment, event)
            for number, (moment, event) in enumerate(zip(self.moments, self.events, strict=True))
        ]
