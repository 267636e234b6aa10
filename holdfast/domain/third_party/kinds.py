"""How an escalation began, where it stands, what a provider says, and who says it for whom."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["EscalationStage", "Invocation", "MeasureKind", "Said", "Source"]


class Invocation(StrEnum):
    """What began the escalation."""

    DECISION = "decision"
    NOTIFICATION = "notification"
    """The provider itself has told us (DORA Art. 30(3)(b))."""
    TRIGGER = "trigger"


class EscalationStage(StrEnum):
    """Where one escalation stands."""

    ASKED = "asked"
    """The provider was called, and its times run."""
    CLAIMED = "claimed"
    """It says that the service is restored; nobody here has confirmed that yet."""
    RESTORED = "restored"
    REVIEW = "review"
    """The oversight review was drafted and waits for its sign-offs."""
    WITHDRAWN = "withdrawn"
    """Nothing is asked of the provider any more, without that it restored anything."""
    CLOSED = "closed"

    @property
    def running(self) -> bool:
        """Whether something is still wanted from the provider."""
        return self in {EscalationStage.ASKED, EscalationStage.CLAIMED}


class Said(StrEnum):
    """What a provider says."""

    ACKNOWLEDGEMENT = "acknowledgement"
    UPDATE = "update"
    ESTIMATE = "estimate"
    """When it expects the service to be restored."""
    WORKAROUND = "workaround"
    DOCUMENT = "document"
    RESTORATION = "restoration"
    """It says that the service is restored, and closes its side."""


class Source(StrEnum):
    """How what a provider says has reached us."""

    LINK = "link"
    """The provider itself, over a link that was sent to it."""
    MACHINE = "machine"
    """A program of the provider, over such a link."""
    TELEPHONE = "telephone"
    MAIL = "mail"
    MEETING = "meeting"
    PORTAL = "portal"
    """The provider's own status page or ticket system."""
    NOTIFICATION = "notification"

    @property
    def of_provider(self) -> bool:
        """Whether the provider has entered it itself."""
        return self in {Source.LINK, Source.MACHINE}


class MeasureKind(StrEnum):
    """What follows from an oversight review."""

    TERMINATION_RIGHTS = "termination_rights"
    """Assess whether the contract may be terminated (DORA Art. 28(7))."""
    EXIT_PLAN = "exit_plan"
    """Draw up, test or put to use the exit plan (DORA Art. 28(8))."""
    CONTRACT_CHANGE = "contract_change"
    MONITORING = "monitoring"
    OTHER = "other"
