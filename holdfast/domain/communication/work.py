"""What every rule of a communication works with: the state, the journal, the clocks, the desk."""

from __future__ import annotations

from holdfast.domain.child_work import ChildWork
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.naming import request_prefix
from holdfast.domain.communication.sign_off import SignOff
from holdfast.domain.communication.state import CommunicationState
from holdfast.domain.events import PolicyPin, Record, Subject
from holdfast.domain.values import JsonObject

__all__ = ["CommunicationWork"]


class CommunicationWork(ChildWork[CommunicationState]):
    """One communication at work: its state, and the three primitives over it."""

    def __init__(self, state: CommunicationState, record: Record) -> None:
        """Bind the primitives to the state; `record` is the journal."""
        opening = state.opening
        super().__init__(state, record, request_prefix(opening.number), opening.pace)

    @property
    def subject(self) -> Subject:
        """The message as it stands."""
        state = self.state
        return Subject(type="communication", id=state.opening.id, digest=state.message)

    @property
    def head(self) -> JsonObject:
        """Which version an entry is about: the beginning of every payload."""
        state = self.state
        return {
            "number": state.opening.number,
            "version": state.version or None,
            "message": state.message,
        }

    @property
    def pin(self) -> PolicyPin:
        """The approval matrix, by which all of it happens."""
        return self.state.matrix.pin

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
