"""Where a cyber threat stands: everything that its workflow carries."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.clocks import Clock
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.incident.opening import ReceivedSignal
from holdfast.domain.reporting.submitting import SubmissionOrder
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import SignedSubmission
from holdfast.domain.threats.asking import RecordThreat
from holdfast.domain.threats.naming import ThreatId
from holdfast.domain.threats.terms import KeptForm, ThreatTerms
from holdfast.domain.values import Count, Digest, Frozen, Identifier, Instant
from holdfast.dora.cyber_threats import CyberThreatFacts
from holdfast.dora.report.content import FieldValue
from holdfast.dora.three_valued import Answer

__all__ = ["Notification", "NotificationState", "Supplied", "ThreatInput", "ThreatState"]


class NotificationState(StrEnum):
    """Where a version of the notification stands."""

    PUT_FORWARD = "put_forward"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    APPROVED = "approved"
    REFUSED = "refused"
    """The channel has refused it for good: it can be sent again, or has gone by other means."""
    NOTIFIED = "notified"


class Notification(Frozen):
    """One version, by the digest of its content; `approved` is the entry that lets it leave."""

    number: Count
    content: Digest
    state: NotificationState
    put_forward: Identifier
    approved: Identifier | None = None
    submitted_at: Instant | None = None


class Supplied(Frozen):
    """What a person put into a field, and the entry that has it."""

    value: FieldValue
    by: Actor
    entry: Identifier


class ThreatState(BaseModel):
    """The whole state of one threat; fields are added, never changed in meaning."""

    model_config = ConfigDict(extra="forbid")

    threat: ThreatId
    terms: ThreatTerms | None = None
    """None before the threat is recorded."""
    report: RecordThreat | None = None
    reporter: Actor | None = None
    recorded: Identifier | None = None
    facts: CyberThreatFacts = Field(default_factory=CyberThreatFacts)
    fact_authors: list[Identifier] = Field(default_factory=list)
    significant: Answer = Answer.UNKNOWN
    assessed: Identifier | None = None
    supplied: dict[Identifier, Supplied] = Field(default_factory=dict)
    versions: list[Notification] = Field(default_factory=list)
    submissions: int = 0
    to_keep: list[KeptForm] = Field(default_factory=list)
    to_submit: list[SubmissionOrder] = Field(default_factory=list)
    closed: bool = False
    clocks: dict[Identifier, Clock] = Field(default_factory=dict)
    requests: dict[Identifier, DecisionRequest] = Field(default_factory=dict)
    seen: dict[Identifier, Digest] = Field(default_factory=dict)
    sequence: int = 0

    def version(self, number: int) -> Notification | None:
        """The version of that number; None if there is none."""
        return self.versions[number - 1] if 1 <= number <= len(self.versions) else None

    def keep(self, version: Notification) -> None:
        """Put a version in the place of how it stood before."""
        self.versions[version.number - 1] = version

    def last_notified(self, before: int) -> int | None:
        """The number of the latest version before that one that has reached the authority."""
        numbers = [each.number for each in self.versions if each.submitted_at is not None]
        return max((number for number in numbers if number < before), default=None)

    @property
    def notified_at(self) -> datetime | None:
        """When the authority was first notified."""
        return min((v.submitted_at for v in self.versions if v.submitted_at), default=None)

    def snapshot(self) -> Self:
        """Copy the state as it is now; the values within are immutable and shared."""
        containers = {name: copy(value) for name, value in vars(self).items() if _holds(value)}
        return self.model_copy(update=containers)


def _holds(value: object) -> bool:
    return isinstance(value, dict | list)


class ThreatInput(Frozen):
    """The one argument of the workflow. Fields are added, never changed in meaning.

    `asked` is the submission that records the threat. `state` and `inbox` are what the run before
    handed over.
    """

    threat: ThreatId
    asked: SignedSubmission
    history_limit: int = 1_000
    state: ThreatState | None = None
    inbox: tuple[ReceivedSignal, ...] = ()
