"""What people and providers ask of escalations, as bodies of submissions.

`InvokeEscalation` and `RecordNotification` go to the incident; the others to the escalation.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from holdfast.domain.roles import Role
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.third_party.kinds import MeasureKind, Said, Source
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, Line, Text, Token
from holdfast.dora.register.codes import ContractReference
from holdfast.dora.register.services import Day

__all__ = [
    "Attachment",
    "EndPause",
    "InvokeEscalation",
    "Measure",
    "OversightReview",
    "RecordNotification",
    "ReportRelapse",
    "ReportWeakness",
    "RequestPause",
    "ReviewEscalation",
    "StateOrigin",
    "ThirdPartyBody",
    "VendorStatement",
    "WithdrawEscalation",
]


class Attachment(Frozen):
    """A document that came with a statement: its name, and its bytes by digest."""

    name: Line
    media_type: Line
    digest: Digest


class InvokeEscalation(Frozen):
    """Ask that the provider of a contract be escalated to: on which facts, and why.

    `asked_at` is when the provider was first asked, by telephone say, where that was before: its
    times run from then, and `asked_by` says how.
    """

    type: Literal["third_party"] = "third_party"
    contract: ContractReference
    provider: Identifier
    because: Text
    facts: tuple[Identifier, ...] = Field(default=(), max_length=50)
    """Entries of the incident on which it rests."""
    asked_at: Instant | None = None
    asked_by: Source | None = None
    their_reference: Line | None = None


class RecordNotification(Frozen):
    """Record that a provider has told us of an incident of its own that concerns us."""

    type: Literal["third_party_notification"] = "third_party_notification"
    contract: ContractReference
    provider: Identifier
    statement: Text
    said_at: Instant
    source: Source
    their_reference: Line | None = None
    sealed: dict[Token, SealedValue] = Field(default_factory=dict, max_length=10)


class VendorStatement(Frozen):
    """What a provider says: when it said so, how that reached us, and who entered it.

    `sealed` holds who spoke (`from`). Of what the provider has entered itself, `link` is the digest
    of the link; what is entered on its behalf names its `reference`: a mail, a call, a page.
    """

    type: Literal["vendor_statement"] = "vendor_statement"
    said: Said
    said_at: Instant
    source: Source
    text: Text | None = None
    estimated_at: Instant | None = None
    documents: tuple[Attachment, ...] = Field(default=(), max_length=20)
    their_reference: Line | None = None
    reference: Line | None = None
    link: Digest | None = None
    sealed: dict[Token, SealedValue] = Field(default_factory=dict, max_length=10)


class RequestPause(Frozen):
    """Ask that clocks stand still, for a reason that the contract allows."""

    type: Literal["vendor_pause"] = "vendor_pause"
    reason: Token
    statement: Text


class EndPause(Frozen):
    """Say that the reason of the pause has gone."""

    type: Literal["vendor_pause_end"] = "vendor_pause_end"
    statement: Text


class ReportRelapse(Frozen):
    """Say that what was restored is broken again: the provider is asked once more."""

    type: Literal["vendor_relapse"] = "vendor_relapse"
    statement: Text


class StateOrigin(Frozen):
    """State where in the provider's chain the incident began.

    Rank 1 is the provider itself (2024/2956 B_05.02); a subcontractor is named by its id in the
    register where it has one, else by its name and code.
    """

    type: Literal["vendor_origin"] = "vendor_origin"
    rank: int = Field(ge=1, le=20)
    provider: Identifier | None = None
    name: Line
    code_type: Line | None = None
    code: Line | None = None
    statement: Text


class ReportWeakness(Frozen):
    """Note a weakness of the provider, of the contract, or of how it was overseen."""

    type: Literal["vendor_weakness"] = "vendor_weakness"
    weakness: Line
    detail: Text | None = None


class WithdrawEscalation(Frozen):
    """Ask nothing of the provider any more, though it has restored nothing.

    To the incident, it names the `escalation` whose workflow is no more: somebody has terminated
    it, so that nothing else could ever end it.
    """

    type: Literal["vendor_withdrawal"] = "vendor_withdrawal"
    because: Text
    escalation: int | None = Field(default=None, ge=1, exclude_if=lambda given: given is None)


class Measure(Frozen):
    """What has to follow, by whom in role, and until when."""

    kind: MeasureKind
    title: Line
    owner: Role | None = None
    due_on: Day | None = None


class OversightReview(Frozen):
    """What oversight has found: how the provider performed, and what follows from it."""

    summary: Text
    performance: Text
    weaknesses: tuple[Line, ...] = Field(default=(), max_length=50)
    measures: tuple[Measure, ...] = Field(default=(), max_length=50)


class ReviewEscalation(Frozen):
    """A draft of the oversight review; a later one replaces it and voids pending sign-offs."""

    type: Literal["vendor_review"] = "vendor_review"
    review: OversightReview


ThirdPartyBody = Annotated[
    InvokeEscalation
    | RecordNotification
    | VendorStatement
    | RequestPause
    | EndPause
    | ReportRelapse
    | StateOrigin
    | ReportWeakness
    | WithdrawEscalation
    | ReviewEscalation,
    Field(discriminator="type"),
]
"""All of them."""
