"""What the doors of third-party escalations take."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import Path
from pydantic import ConfigDict, Field, field_validator, model_validator

from holdfast.domain.roles import Role
from holdfast.domain.third_party.asking import OversightReview
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.domain.values import (
    Digest,
    Frozen,
    Identifier,
    Instant,
    JsonObject,
    Line,
    Text,
    Token,
)
from holdfast.dora.register.codes import ContractReference

__all__ = [
    "Because",
    "DocumentNamed",
    "EscalationNumber",
    "NewEscalation",
    "OriginStatement",
    "PauseRequest",
    "ProviderNotification",
    "ReviewDraft",
    "SaidSo",
    "StatementOnBehalf",
    "WeaknessReport",
]

EscalationNumber = Annotated[
    int, Path(ge=1, le=999_999_999, description="Its number in the incident.", examples=[1])
]

_BY_US = "`telephone`, `mail`, `meeting`, `portal` or `notification`."
_SAID_BY = "Who said so: a person or a desk. Sealed before anything is kept."
_THEIR_REFERENCE = "Under which number the provider looks after it."


def _example(**content: object) -> ConfigDict:
    example: JsonObject = content
    return ConfigDict(json_schema_extra={"example": example})


class _Asked(Frozen):
    """What every submission may say about itself."""

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


def _require_not_of_provider(source: Source) -> Source:
    if source.of_provider:
        message = f"what came by {source} the provider enters itself: say how it reached you"
        raise ValueError(message)
    return source


class NewEscalation(_Asked):
    """Whose contract is escalated, on which facts, and why."""

    model_config = _example(
        submission_id="escalate-cloud-1",
        contract="CTR-2024-017",
        because="Instant payments are down since their storage maintenance began.",
        facts=["incident/INC-2026-000001#4"],
        asked_at="2026-03-04T09:40:00Z",
        asked_by="telephone",
        their_reference="CS-88123",
    )

    contract: ContractReference = Field(
        description="As the register has it; `GET …/third-parties/contracts` names those that fit."
    )
    because: Text
    facts: tuple[Identifier, ...] = Field(
        default=(), max_length=50, description="Ids of entries of the incident on which it rests."
    )
    asked_at: Instant | None = Field(
        default=None,
        description="When the provider was first asked, where that was before: its times run from "
        "then. Else they run from the decision.",
    )
    asked_by: Source | None = Field(
        default=None, description="How it was asked then: `telephone`, `mail`, `meeting`, `portal`."
    )
    their_reference: Line | None = Field(default=None, description=_THEIR_REFERENCE)

    @model_validator(mode="after")
    def _says_how_it_was_asked(self) -> Self:
        if (self.asked_at is None) != (self.asked_by is None):
            message = "say both when the provider was asked and how, or neither"
            raise ValueError(message)
        if self.asked_by is not None and (
            self.asked_by.of_provider or self.asked_by is Source.NOTIFICATION
        ):
            message = f"nobody asks a provider by {self.asked_by}"
            raise ValueError(message)
        return self


class ProviderNotification(_Asked):
    """What a provider has told us by itself (DORA Art. 30(3)(b)); `said_by` is sealed."""

    model_config = _example(
        submission_id="cloud-called-1",
        contract="CTR-2024-017",
        statement="Storage in the region fra-2 is degraded since 09:12 UTC.",
        said_by="Duty manager of the provider",
        said_at="2026-03-04T09:31:00Z",
        source="telephone",
        their_reference="CS-88123",
    )

    contract: ContractReference
    statement: Text = Field(description="What it said. It goes into the evidence: name nobody.")
    said_by: Line = Field(description=_SAID_BY)
    said_at: Instant
    source: Source = Field(description=f"How it reached us: {_BY_US}")
    their_reference: Line | None = Field(default=None, description=_THEIR_REFERENCE)

    _by_us = field_validator("source")(_require_not_of_provider)


class DocumentNamed(Frozen):
    """A document that came with a statement: an attachment of the incident, by its digest."""

    name: Line = Field(description="What it is. It goes into the evidence: name nobody.")
    digest: Digest


class StatementOnBehalf(_Asked):
    """What a provider has said, entered for it by one of us; `said_by` is sealed."""

    model_config = _example(
        submission_id="cloud-said-2",
        said="estimate",
        said_at="2026-03-04T10:05:00Z",
        source="telephone",
        reference="Bridge call, recording 4711",
        said_by="Duty manager of the provider",
        text="They move us to other storage nodes.",
        estimated_at="2026-03-04T12:00:00Z",
    )

    said: Said
    said_at: Instant = Field(description="When the provider said so, not when it is entered.")
    source: Source = Field(description=f"How it reached us: {_BY_US}")
    reference: Line = Field(description="Where it can be looked up: which mail, call or page.")
    said_by: Line = Field(description=_SAID_BY)
    text: Text | None = Field(
        default=None, description="In its own words. It goes into the evidence: name nobody."
    )
    estimated_at: Instant | None = Field(
        default=None, description="When it expects the service to be restored."
    )
    documents: tuple[DocumentNamed, ...] = Field(
        default=(), max_length=20, description="Attachments of the incident that came with it."
    )
    their_reference: Line | None = Field(default=None, description=_THEIR_REFERENCE)

    _by_us = field_validator("source")(_require_not_of_provider)

    @model_validator(mode="after")
    def _says_what_it_is(self) -> Self:
        needed = {
            Said.ESTIMATE: ("estimated_at", self.estimated_at),
            Said.DOCUMENT: ("documents", self.documents),
            Said.UPDATE: ("text", self.text),
            Said.WORKAROUND: ("text", self.text),
        }
        name, value = needed.get(self.said, ("", True))
        if not value:
            message = f"say in `{name}` what the {self.said} is"
            raise ValueError(message)
        return self


class PauseRequest(_Asked):
    """For which of the contract's reasons its clocks are to stand still."""

    model_config = _example(
        submission_id="pause-1",
        reason="waiting_for_us",
        statement="They cannot go on before our network team has opened the port.",
    )

    reason: Token = Field(description="As the terms of the contract call it.")
    statement: Text = Field(description="Why that is so now.")


class SaidSo(_Asked):
    """What has happened, in words."""

    model_config = _example(
        submission_id="pause-1-over", statement="The port is open since 10:40 UTC."
    )

    statement: Text


class OriginStatement(_Asked):
    """Where in the provider's chain the incident began: in the register, or by name.

    Rank 1 is the provider itself (2024/2956 B_05.02); it need not be named.
    """

    model_config = _example(
        submission_id="origin-1",
        rank=2,
        provider="prv-storage",
        statement="Their root cause analysis names the storage subcontractor.",
    )

    rank: int = Field(ge=1, le=20, description="1 is the provider itself, 2 its subcontractor, …")
    provider: Identifier | None = Field(
        default=None, description="Its id in the register, which has its name and code."
    )
    name: Line | None = Field(default=None, description="Where the register does not know it.")
    code_type: Line | None = Field(default=None, description="Such as `LEI` or `EUID`.")
    code: Line | None = None
    statement: Text = Field(description="From what we know it.")

    @model_validator(mode="after")
    def _is_named_once(self) -> Self:
        if self.provider is not None and (self.name or self.code_type or self.code):
            message = "the register has name and code of that provider: leave them out"
            raise ValueError(message)
        if self.rank > 1 and self.provider is None and self.name is None:
            message = "name it: by `provider` where the register knows it, else by `name`"
            raise ValueError(message)
        if self.rank == 1 and self.name is not None:
            message = "rank 1 is the provider of the contract: the register has its name"
            raise ValueError(message)
        if (self.code is None) != (self.code_type is None):
            message = "a code needs its type, and a type its code"
            raise ValueError(message)
        return self


class WeaknessReport(_Asked):
    """A weakness of the provider, of the contract, or of how it was overseen."""

    model_config = _example(
        submission_id="weakness-1",
        weakness="The first rung of their ladder was not reachable at night",
        detail="Three calls to the duty desk between 02:10 and 02:40 UTC were not taken.",
    )

    weakness: Line
    detail: Text | None = None


class ReviewDraft(_Asked):
    """A draft of the oversight review; a later one takes its place and voids its sign-offs."""

    model_config = _example(
        submission_id="review-1",
        review={
            "summary": "Restored after 7 h instead of 4 h.",
            "performance": "Acknowledged in time, restored late; updates came only when asked for.",
            "weaknesses": ["No tested failover at the provider"],
            "measures": [
                {
                    "kind": "contract_change",
                    "title": "Agree on a restore time for the second region",
                    "owner": "vendor_manager",
                    "due_on": "2026-06-30",
                }
            ],
        },
    )

    review: OversightReview


class Because(_Asked):
    """Why nothing is wanted from the provider any more."""

    model_config = _example(
        submission_id="withdraw-1", because="The cause was ours: a certificate had expired."
    )

    because: Text
