"""What every rule of a communication works with: the state, the journal, the clocks, the desk."""

from __future__ import annotations

from holdfast.domain.approval_matrix import ApprovalMatrix
from holdfast.domain.clocks import Clocks
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.naming import request_prefix
from holdfast.domain.communication.sign_off import SignOff
from holdfast.domain.communication.state import CommunicationState
from holdfast.domain.decision_desk import DecisionDesk
from holdfast.domain.events import Event, EventKind, Record, Subject
from holdfast.domain.policies import approval_matrix
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["CommunicationWork"]


class CommunicationWork:
    """One communication at work: its state, and the three primitives over it."""

    def __init__(self, state: CommunicationState, record: Record) -> None:
        """Bind the primitives to the state; `record` is the journal."""
        self.state = state
        self.record = record
        self.clocks = Clocks(state.clocks, record)
        self.desk = DecisionDesk(
            state.requests,
            self.matrix,
            state.matrix.pin,
            self.clocks,
            record,
            prefix=request_prefix(state.opening.number),
        )

    @property
    def matrix(self) -> ApprovalMatrix:
        """The pinned approval matrix, read."""
        return approval_matrix(self.state.matrix.content)

    @property
    def sign_off(self) -> SignOff:
        """Who signs off messages to this audience."""
        return self.matrix.communications[self.state.opening.audience]

    @property
    def draft(self) -> Draft:
        """The latest version.

        Raises:
            ValueError: there is none yet.
        """
        if self.state.draft is None:
            message = f"{self.state.opening.id} has no draft yet"
            raise ValueError(message)
        return self.state.draft

    @property
    def latest(self) -> JsonObject:
        """Which version an entry is about: the beginning of every payload."""
        state = self.state
        return {
            "number": state.opening.number,
            "version": state.version or None,
            "message": state.message,
        }

    def note(
        self,
        kind: EventKind,
        payload: JsonObject,
        *,
        actor: Actor = SYSTEM,
        causes: tuple[str, ...] = (),
    ) -> str:
        """Record an event that nobody submitted: what the process itself does."""
        return self._write(kind, {**self.latest, **payload}, actor=actor, causes=causes)

    def receipt(self, kind: EventKind, submission: Submission, payload: JsonObject) -> str:
        """Record the event that answers a submission: its receipt."""
        return self._write(
            kind,
            {**self.latest, **payload},
            actor=submission.principal,
            causes=(f"submission:{submission.submission_id}",),
            answers=submission.submission_id,
        )

    def tell(self, entry: str) -> str:
        """Give the incident notice of an entry, once it is durable."""
        self.state.told.append(entry)
        return entry

    def _write(
        self,
        kind: EventKind,
        payload: JsonObject,
        *,
        actor: Actor,
        causes: tuple[str, ...],
        answers: str | None = None,
    ) -> str:
        return self.record(
            Event(
                kind=kind,
                subject=Subject(
                    type="communication", id=self.state.opening.id, digest=self.state.message
                ),
                actor=actor,
                payload=payload,
                policy=self.state.matrix.pin,
                causes=causes,
                answers=answers,
            )
        )
