"""The draft of a post-incident review: what the evidence says, each statement with its entries."""

from __future__ import annotations

from enum import StrEnum

from holdfast.domain.severity import Severity
from holdfast.domain.values import Count, Frozen, Identifier, Instant, JsonObject, Line, Text, Token

__all__ = [
    "Breach",
    "CheckWaived",
    "DraftedReview",
    "EarlierIncident",
    "Escalated",
    "KeyMoment",
    "Likeness",
    "MissedClock",
    "MomentName",
    "Outage",
    "PlayRun",
    "SeverityStep",
    "Span",
    "Statement",
    "TakenDecision",
    "ToldMessage",
]


class MomentName(StrEnum):
    """The moments that every review looks at."""

    OCCURRED = "occurred"
    DETECTED = "detected"
    CONFIRMED = "confirmed"
    CLASSIFIED = "classified"
    CONTAINED = "contained"
    RECOVERED = "recovered"
    CLOSED = "closed"


class KeyMoment(Frozen):
    """When it was, and the entry that says so."""

    name: MomentName
    at: Instant
    entry: Identifier


class Span(Frozen):
    """How long it took from one moment to another."""

    since: MomentName
    until: MomentName
    seconds: Count
    entries: tuple[Identifier, ...]


class TakenDecision(Frozen):
    """A question, and how long it took to settle it; what has not been said is None."""

    request: Identifier
    kind: Token | Line
    question: Line
    asked_at: Instant
    due_at: Instant
    decided_at: Instant | None = None
    took_seconds: Count | None = None
    late: bool = False
    outcome: Token | None = None
    roles: tuple[Token, ...] = ()
    """As whom those have acted who settled it."""
    exception_code: Line | None = None
    """The code under which the rule was bypassed."""
    ratified: Token | None = None
    entries: tuple[Identifier, ...]


class MissedClock(Frozen):
    """A deadline that passed; `met_at` is when what it waited for happened after all."""

    clock: Identifier
    title: Line
    due_at: Instant
    met_at: Instant | None = None
    roles: tuple[Token, ...] = ()
    """Who was brought in because of it."""
    entries: tuple[Identifier, ...]


class ToldMessage(Frozen):
    """A communication that has gone out."""

    number: Count
    purpose: Token
    audience: Token
    opened_at: Instant | None
    published_at: Instant
    after_seconds: Count | None
    """Since the organisation became aware."""
    entries: tuple[Identifier, ...]


class Breach(Frozen):
    """A time that a provider did not keep."""

    contract: Line
    provider: Line
    clock: Token
    due_at: Instant
    entry: Identifier


class SeverityStep(Frozen):
    """A severity that was assigned, and what had been proposed."""

    severity: Severity
    proposed: Severity | None
    overridden: bool
    at: Instant
    entry: Identifier


class Escalated(Frozen):
    """A trigger that brought roles in."""

    because: Text
    roles: tuple[Token, ...]
    at: Instant
    entry: Identifier


class PlayRun(Frozen):
    """A playbook that was run, and what became of its steps."""

    play: Count
    title: Line
    done: Count
    skipped: Count
    failed: Count
    over: bool
    entries: tuple[Identifier, ...]


class Outage(Frozen):
    """How long a service was down, as it was computed last."""

    service: Identifier
    minutes: Count
    partial_minutes: Count
    ended: bool
    entry: Identifier


class CheckWaived(Frozen):
    """A recovery check that did not pass: it was waived."""

    check: Token
    statement: Text
    entry: Identifier


class Likeness(StrEnum):
    """Why an earlier incident may be one that came back."""

    ROOT_CAUSE = "root_cause"
    """The same apparent root cause, by its fingerprint."""
    ALERTS = "alerts"
    """The same alerts, from the same source, on the same service."""


class EarlierIncident(Frozen):
    """An earlier incident that this one is like; `shared` is what they have in common."""

    incident: Identifier
    title: Line
    aware_at: Instant
    likeness: Likeness
    shared: tuple[str, ...]
    entries: tuple[Identifier, ...] = ()
    """Its own: how it was opened, and its review."""

    @property
    def link(self) -> str:
        """Where it is read."""
        return f"/v1/incidents/{self.incident}"


class Statement(Frozen):
    """One sentence of the draft, and the entries on which it rests."""

    text: Text
    entries: tuple[Identifier, ...]


class DraftedReview(Frozen):
    """What people begin from: they correct it, judge it, and hand it in as the review.

    `review` has the members of the review; what only people can say is null. `statements` are the
    sentences in it, by member, each with its entries.
    """

    incident: Identifier
    as_of: Instant
    entries: Count
    """From how many entries it was made."""
    moments: tuple[KeyMoment, ...]
    spans: tuple[Span, ...]
    decisions: tuple[TakenDecision, ...]
    missed: tuple[MissedClock, ...]
    severities: tuple[SeverityStep, ...]
    escalations: tuple[Escalated, ...]
    communications: tuple[ToldMessage, ...]
    breaches: tuple[Breach, ...]
    plays: tuple[PlayRun, ...]
    outages: tuple[Outage, ...]
    waived: tuple[CheckWaived, ...]
    earlier: tuple[EarlierIncident, ...]
    statements: dict[str, tuple[Statement, ...]]
    review: JsonObject
