"""Who reviews and who approves a communication, by audience and severity: part of the matrix."""

from __future__ import annotations

from pydantic import Field

from holdfast.domain.communication.kinds import Purpose
from holdfast.domain.roles import Role
from holdfast.domain.severity import Severity
from holdfast.domain.values import Frozen

__all__ = ["RequiredReview", "SignOff"]


class RequiredReview(Frozen):
    """A role that has to clear the message, from that severity on; always without one."""

    role: Role
    from_severity: Severity | None = None

    def applies(self, severity: Severity | None) -> bool:
        """Whether it is required; while no severity is assigned, it is."""
        if self.from_severity is None or severity is None:
            return True
        return severity.at_least(self.from_severity)


class SignOff(Frozen):
    """How messages to one audience are signed off.

    `standing` are purposes whose messages are approved by the publication of the policies that they
    are made from, and leave unasked, as long as nobody has written in them: escalations cannot wait
    for the approval of those whom they are to wake.
    """

    reviews: tuple[RequiredReview, ...] = ()
    approvers: tuple[Role, ...] = Field(min_length=1)
    bypass: bool = False
    standing: tuple[Purpose, ...] = ()

    def reviewers(self, severity: Severity | None) -> tuple[Role, ...]:
        """The roles that have to clear a message at that severity, each once."""
        return tuple(dict.fromkeys(each.role for each in self.reviews if each.applies(severity)))
