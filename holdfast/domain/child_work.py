"""What the rules of every child of an incident work with: its state, the journal, clocks and desk.

Communications, escalations and remediation tasks write to the incident's chain, each under ids of
its own, and say in every entry first where they stand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from holdfast.domain.approval_matrix import ApprovalMatrix
from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.decision_desk import DecisionDesk
from holdfast.domain.decision_questions import Question
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.events import Event, EventKind, PolicyPin, Record, Subject
from holdfast.domain.policies import PinnedPolicy, approval_matrix
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["ChildState", "ChildWork"]


class ChildState(Protocol):
    """What every child carries; `told` are entries of which the incident is still to be told."""

    matrix: PinnedPolicy
    clocks: dict[str, Clock]
    requests: dict[str, DecisionRequest]
    told: list[str]

    @property
    def severity(self) -> Severity | None:
        """The severity by which its decisions are due."""
        ...


_State = TypeVar("_State", bound=ChildState)


class ChildWork(ABC, Generic[_State]):
    """One child at work: its state, and the three primitives over it."""

    def __init__(self, state: _State, record: Record, prefix: str, pace: int) -> None:
        """Bind the primitives to the state.

        `record` is the journal; `prefix` begins the ids of its requests; `pace` is how much faster
        time runs in a drill.
        """
        self.state = state
        self.record = record
        self.prefix = prefix
        self.clocks = Clocks(state.clocks, record, pace)
        self.desk = DecisionDesk(
            state.requests, self.matrix, state.matrix.pin, self.clocks, record, prefix=prefix
        )

    @property
    @abstractmethod
    def subject(self) -> Subject:
        """What its entries are about."""

    @property
    @abstractmethod
    def head(self) -> JsonObject:
        """What every payload begins with: which child, and where it stands."""

    @property
    def pin(self) -> PolicyPin | None:
        """The policy that its entries name, where they do not name another."""
        return None

    @property
    def matrix(self) -> ApprovalMatrix:
        """The pinned approval matrix, read."""
        return approval_matrix(self.state.matrix.content)

    def ask(self, question: Question, now: datetime) -> DecisionRequest:
        """Put a question, with the deadline of the incident's severity."""
        return self.desk.ask(question, now, self.state.severity)

    def note(
        self,
        kind: EventKind,
        payload: JsonObject,
        *,
        subject: Subject | None = None,
        actor: Actor = SYSTEM,
        policy: PolicyPin | None = None,
        causes: tuple[str, ...] = (),
    ) -> str:
        """Record an event that nobody submitted: what the process itself does."""
        event = Event(
            kind=kind,
            subject=subject or self.subject,
            actor=actor,
            payload=self.content(payload),
            policy=policy or self.pin,
            causes=causes,
        )
        return self.record(event)

    def receipt(
        self,
        kind: EventKind,
        submission: Submission,
        payload: JsonObject,
        *,
        subject: Subject | None = None,
        sealed: Mapping[str, SealedValue] | None = None,
    ) -> str:
        """Record the event that answers a submission: its receipt."""
        event = Event(
            kind=kind,
            subject=subject or self.subject,
            actor=submission.principal,
            payload=self.content(payload),
            policy=self.pin,
            causes=(f"submission:{submission.submission_id}",),
            answers=submission.submission_id,
            sealed=dict(sealed or {}),
        )
        return self.record(event)

    def content(self, payload: JsonObject) -> JsonObject:
        """What every payload begins with, and the rest of it."""
        return {**self.head, **payload}

    def tell(self, entry: str) -> str:
        """Give the incident notice of an entry, once it is durable."""
        self.state.told.append(entry)
        return entry
