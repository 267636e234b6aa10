"""What every rule of the process works with: the state, the journal, the clocks, the decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from holdfast.domain.clocks import Clocks
from holdfast.domain.decision_desk import DecisionDesk
from holdfast.domain.decision_questions import Question
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.events import Event, EventKind, Record, Subject
from holdfast.domain.incident.state import IncidentState, Phase
from holdfast.domain.policies import approval_matrix
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["Work"]


class Work:
    """One incident at work: its state, and the three primitives over it."""

    def __init__(self, state: IncidentState, record: Record) -> None:
        """Bind the primitives to the state; `record` is the journal."""
        self.state = state
        self.record = record
        self.clocks = Clocks(state.clocks, record, state.drill.pace if state.drill else 1)
        self.desk = self._desk()

    def take_up_pace(self, pace: int) -> None:
        """Let time run so much faster from now on: the incident is a drill."""
        self.clocks.pace = pace

    def take_up_matrix(self) -> None:
        """Put questions by the matrix that the incident is pinned to now."""
        self.desk = self._desk()

    def _desk(self) -> DecisionDesk:
        state, matrix = self.state, self.state.matrix_policy
        content = approval_matrix(matrix.content)
        return DecisionDesk(state.requests, content, matrix.pin, self.clocks, self.record)

    @property
    def subject(self) -> Subject:
        """The incident itself."""
        return Subject(type="incident", id=self.state.incident_id)

    def note(
        self,
        kind: EventKind,
        payload: JsonObject,
        *,
        subject: Subject | None = None,
        actor: Actor = SYSTEM,
        causes: tuple[str, ...] = (),
    ) -> str:
        """Record an event that nobody submitted: what the process itself does."""
        return self.record(
            Event(
                kind=kind,
                subject=subject or self.subject,
                actor=actor,
                payload=payload,
                causes=causes,
            )
        )

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
        return self.record(
            Event(
                kind=kind,
                subject=subject or self.subject,
                actor=submission.principal,
                payload=payload,
                causes=(f"submission:{submission.submission_id}",),
                answers=submission.submission_id,
                sealed=dict(sealed or {}),
            )
        )

    def ask(self, question: Question, now: datetime) -> DecisionRequest:
        """Put a question, with the deadline of the incident's severity."""
        return self.desk.ask(question, now, self.state.severity)

    def enter(self, phase: Phase, *, causes: tuple[str, ...] = ()) -> str:
        """Enter the next phase."""
        before, self.state.phase = self.state.phase, phase
        return self.note(
            EventKind.PHASE_ENTERED, {"phase": str(phase), "before": str(before)}, causes=causes
        )
