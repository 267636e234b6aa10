"""What every rule of an escalation works with: the state, the journal, the clocks, the desk."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.child_work import ChildWork
from holdfast.domain.clocks import ClockState
from holdfast.domain.events import Record, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.naming import escalation_prefix
from holdfast.domain.third_party.opening import TakenTerms
from holdfast.domain.third_party.state import EscalationState
from holdfast.domain.third_party.times import vendor_clock_id
from holdfast.domain.values import JsonObject
from holdfast.dora.register.terms import VendorClock

__all__ = ["EscalationWork"]


class EscalationWork(ChildWork[EscalationState]):
    """One escalation at work: its state, and the three primitives over it."""

    def __init__(self, state: EscalationState, record: Record) -> None:
        """Bind the primitives to the state; `record` is the journal."""
        opening = state.opening
        super().__init__(state, record, escalation_prefix(opening.number), opening.pace)

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

    @property
    def head(self) -> JsonObject:
        """Which escalation, and in which round: the beginning of every payload."""
        opening = self.state.opening
        return {
            "number": opening.number,
            "contract": opening.contract,
            "provider": opening.provider,
            "round": self.state.round,
        }

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

    def wrong_stage(self, *allowed: EscalationStage) -> Refusal | None:
        """Refuse what only other stages allow."""
        state = self.state
        if state.stage in allowed:
            return None
        return Refusal(RefusalReason.WRONG_STAGE, f"{state.opening.id} is in stage {state.stage}")
