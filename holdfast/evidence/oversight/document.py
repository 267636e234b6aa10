"""The oversight file: all that the evidence holds of one escalation, as one document.

It is made from the entries alone and holds nothing else: everything in it names the entry that it
stands on, and the same entries give the same bytes. What is sealed stays sealed.
"""

from __future__ import annotations

from typing import Literal

from holdfast.domain.events import PolicyPin
from holdfast.domain.roles import Actor
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.kinds import EscalationStage, Invocation, Source
from holdfast.domain.third_party.opening import ServedFunction
from holdfast.domain.values import (
    Count,
    Digest,
    Frozen,
    Identifier,
    Instant,
    Line,
    Text,
    Token,
    canonical_json,
    digest_of,
)
from holdfast.dora.register.codes import ContractReference
from holdfast.dora.register.terms import ContractTerms
from holdfast.evidence.oversight.calls import ProviderCall
from holdfast.evidence.oversight.findings import (
    Breach,
    FollowingMeasure,
    FoundWeakness,
    PerformedFailover,
    StatedOrigin,
    WrittenReview,
)
from holdfast.evidence.oversight.held_times import HeldTime, Moment
from holdfast.evidence.oversight.statements import (
    AskedPause,
    ProviderStatement,
    Relapse,
    Restoration,
    Withdrawal,
)
from holdfast.evidence.oversight.taken_decisions import TakenDecision

__all__ = [
    "OVERSIGHT_MEDIA_TYPE",
    "Invoked",
    "OversightFile",
    "Party",
    "ReceivedMail",
    "RefusedLink",
    "SeverityStep",
    "TakenHold",
]

OVERSIGHT_MEDIA_TYPE = "application/vnd.holdfast.oversight+json"


class Party(Frozen):
    """The provider as the register has it. Without terms nothing but its id is known."""

    id: Identifier
    name: Line | None = None
    code_type: Line | None = None
    code: Line | None = None


class SeverityStep(Frozen):
    """A severity of the incident, since when, and the entry that assigned it."""

    severity: Severity
    at: Instant
    entry: Identifier


class Invoked(Frozen):
    """How the escalation began: by whom, why, and on which entries.

    `asked_for` is the entry by which somebody wanted it, `decisions` the requests that decided so;
    `by` is who wanted or recorded it. `led_to_by` are all entries that led to it.
    """

    entry: Identifier
    at: Instant
    how: Invocation
    by: Actor
    because: Text
    facts: tuple[Identifier, ...]
    asked_at: Instant
    asked_by: Source | None
    notified_at: Instant | None
    their_reference: Line | None
    asked_for: Identifier | None
    decisions: tuple[Identifier, ...]
    led_to_by: tuple[Identifier, ...]
    sealed: tuple[Token, ...]


class TakenHold(Frozen):
    """What the provider was held to, as it was taken at the beginning and not read again.

    `terms` is None where the register has none: the times of our own `policy` count then. `because`
    says why nothing was found at all.
    """

    entry: Identifier
    at: Instant
    register_of_information: PolicyPin | None
    policy: PolicyPin | None
    terms: ContractTerms | None
    because: Line | None


class RefusedLink(Frozen):
    """A link to answer that was refused: why, for what, and its digest.

    `unrecorded` is how many were refused before it without an entry each, because so many came.
    """

    entry: Identifier
    at: Instant
    reason: Token
    act: Token | None
    presented: Digest
    unrecorded: Count


class ReceivedMail(Frozen):
    """A mail that came in for the escalation; who sent it and what it says is sealed.

    `message_id` is a digest; `automatic` says that a program has sent it by itself. `attachments`
    are ids of attachments of the incident.
    """

    entry: Identifier
    at: Instant
    id: Identifier
    received_at: Instant
    message_id: Digest
    size: Count
    automatic: bool
    attachments: tuple[Identifier, ...]


class OversightFile(Frozen):
    """The file of one escalation, as of its last entry.

    `entries` are all that it stands on, in their order. `critical` says whether a critical or
    important function is supported (DORA Art. 3(22)); None where the terms are not known.
    """

    format: Literal["holdfast-oversight"] = "holdfast-oversight"
    v: Literal[1] = 1
    incident: Identifier
    number: Count
    escalation: Identifier
    as_of: Instant
    entries: tuple[Identifier, ...]
    contract: ContractReference | None
    provider: Party | None
    functions: tuple[ServedFunction, ...]
    services: tuple[Identifier, ...]
    critical: bool | None
    stage: EscalationStage
    rounds: Count
    severities: tuple[SeverityStep, ...]
    invoked: Invoked | None
    hold: TakenHold | None
    times: tuple[HeldTime, ...]
    calls: tuple[ProviderCall, ...]
    statements: tuple[ProviderStatement, ...]
    pauses: tuple[AskedPause, ...]
    restorations: tuple[Restoration, ...]
    relapses: tuple[Relapse, ...]
    withdrawal: Withdrawal | None
    breaches: tuple[Breach, ...]
    failovers: tuple[PerformedFailover, ...]
    decisions: tuple[TakenDecision, ...]
    origins: tuple[StatedOrigin, ...]
    weaknesses: tuple[FoundWeakness, ...]
    reviews: tuple[WrittenReview, ...]
    measures: tuple[FollowingMeasure, ...]
    refused_links: tuple[RefusedLink, ...]
    mails: tuple[ReceivedMail, ...]
    closed: Moment | None

    @property
    def content(self) -> bytes:
        """The exact bytes of the document: RFC 8785."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """The digest of `content`."""
        return digest_of(self.model_dump(mode="json"))
