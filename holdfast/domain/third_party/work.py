"""What every rule of an escalation works with: the state, the journal, the clocks, the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from holdfast.domain.clocks import Clocks, ClockState
from holdfast.domain.decision_desk import DecisionDesk, Question
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.events import Event, EventKind, PolicyPin, Record, Subject
from holdfast.domain.policies import approval_matrix
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.naming import escalation_prefix
from holdfast.domain.third_party.opening import TakenTerms
from holdfast.domain.third_party.state import EscalationState
from holdfast.domain.third_party.times import vendor_clock_id
from holdfast.domain.values import JsonObject
from holdfast.dora.register.terms import VendorClock

__all__ = ["EscalationWork"]


class EscalationWork:
    """One escalation at work: its state, and the three primitives over it."""

    def __init__(self, state: EscalationState, record: Record) -> None:
        """Bind the primitives to the state; `record` is the journal."""
        self.state = state
        self.record = record
        self.clocks = Clocks(state.clocks, record)
        self.desk = DecisionDesk(
            state.requests,
            approval_matrix(state.matrix.content),
            state.matrix.pin,
            self.clocks,
            record,
            prefix=escalation_prefix(state.opening.number),
        )

    @property
    def taken(self) -> TakenTerms:
        """The terms that the provider is held to.

        Raises:
            ValueError: they were not found.
        """
        if self.state.taken is None:
            message = f"{self.state.opening.id} has no terms"
            raise ValueError(message)
        return self.state.taken

    @property
    def subject(self) -> Subject:
        """The escalation itself."""
        return Subject(type="third_party", id=self.state.opening.id)

    def clock_id(self, clock: VendorClock) -> str:
        """The id of a provider's clock in this round."""
        return vendor_clock_id(self.state.opening.number, clock, self.state.round)

    def meet(self, clock: VendorClock, actor: Actor, cause: str, as_of: datetime) -> None:
        """Let a provider's clock be met as of an instant; in time after all, it is no breach."""
        clock_id = self.clock_id(clock)
        known = self.clocks.get(clock_id)
        if known is None or not known.open:
            return
        self.clocks.meet(clock_id, actor=actor, causes=(cause,), as_of=as_of)
        if known.state is ClockState.MISSED and as_of <= known.due_at:
            self.state.breaches.remove(clock_id)

    def ask(self, question: Question, now: datetime) -> DecisionRequest:
        """Put a question, with the deadline of the incident's severity."""
        return self.desk.ask(question, now, self.state.severity)

    def wrong_stage(self, *allowed: EscalationStage) -> Refusal | None:
        """Refuse what only other stages allow."""
        state = self.state
        if state.stage in allowed:
            return None
        return Refusal(RefusalReason.WRONG_STAGE, f"{state.opening.id} is in stage {state.stage}")

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
            policy=policy,
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
            causes=(f"submission:{submission.submission_id}",),
            answers=submission.submission_id,
            sealed=dict(sealed or {}),
        )
        return self.record(event)

    def content(self, payload: JsonObject) -> JsonObject:
        """What every payload begins with, and the rest of it."""
        opening = self.state.opening
        head = {
            "number": opening.number,
            "contract": opening.contract,
            "provider": opening.provider,
            "round": self.state.round,
        }
        return {**head, **payload}

    def tell(self, entry: str) -> str:
        """Give the incident notice of an entry, once it is durable."""
        self.state.told.append(entry)
        return entry
