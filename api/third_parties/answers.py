"""What the doors of third-party escalations answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from api.models import Decision
from api.third_parties.parts import VendorCallMade, VendorOrigin, VendorTime, VendorWord
from api.third_parties.view_models import RemediationTask
from holdfast.domain.third_party.naming import escalation_id
from holdfast.domain.values import Instant, JsonObject

__all__ = [
    "Escalation",
    "EscalationList",
    "EscalationSummary",
    "ServingContract",
    "ServingContracts",
    "SpeakerDisclosed",
    "escalation_in_full",
    "escalation_in_short",
]

_SUMMARY: JsonObject = {
    "incident_id": "INC-2026-000001",
    "number": 1,
    "escalation_id": "INC-2026-000001/third-party-1",
    "workflow_id": "third-party/INC-2026-000001/1",
    "contract": "CTR-2024-017",
    "provider": "prv-cloud",
    "provider_name": "Nimbus Cloud SE",
    "invocation": "decision",
    "because": "Instant payments are down since their storage maintenance began.",
    "stage": "asked",
    "round": 1,
    "severity": "SEV2",
    "opened_by": {"id": "person-1f0c2a9b", "role": "incident_commander"},
    "opened_at": "2026-03-04T09:41:00.000000Z",
    "asked_at": "2026-03-04T09:40:00.000000Z",
    "asked_by": "telephone",
    "notified_at": None,
    "their_reference": "CS-88123",
    "estimated_at": None,
    "claimed_at": None,
    "restored_at": None,
    "pause_reason": None,
    "breaches": 0,
    "next_clock": "third-party-1:acknowledge-1",
    "next_title": "Nimbus Cloud SE: acknowledge our call",
    "next_due_at": "2026-03-04T09:55:00.000000Z",
    "closed": False,
    "closed_at": None,
    "last_entry": "third-party/INC-2026-000001/1#7",
}


class EscalationSummary(BaseModel):
    """An escalation in short."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _SUMMARY})

    incident_id: str
    number: int
    escalation_id: str
    workflow_id: str = Field(description="Its workflow in the Temporal Web UI.")
    contract: str
    provider: str
    provider_name: str | None = Field(description="Null until the terms were read.")
    invocation: str = Field(description="`decision`, `notification` or `trigger`.")
    because: str
    stage: str = Field(
        description="`asked`, `claimed`, `restored`, `review`, `withdrawn` or `closed`."
    )
    round: int = Field(description="Grows each time that something restored breaks again.")
    severity: str | None
    opened_by: JsonObject
    opened_at: Instant
    asked_at: Instant = Field(description="Since when the provider's times run.")
    asked_by: str | None
    notified_at: Instant | None = Field(description="When the provider told us by itself.")
    their_reference: str | None
    estimated_at: Instant | None = Field(description="When it expects to have it restored.")
    claimed_at: Instant | None = Field(description="Since when it says that it is restored.")
    restored_at: Instant | None
    pause_reason: str | None = Field(description="Why its clocks stand still; null: they do not.")
    breaches: int = Field(description="How many of its times it has missed.")
    next_clock: str | None = Field(description="The next of its clocks that is due.")
    next_title: str | None
    next_due_at: Instant | None
    closed: bool
    closed_at: Instant | None
    last_entry: str


class EscalationList(BaseModel):
    """The escalations of an incident, the first one first."""

    third_parties: list[EscalationSummary]


class Escalation(EscalationSummary):
    """An escalation in full."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                **_SUMMARY,
                "facts": ["incident/INC-2026-000001#4"],
                "taken": None,
                "taken_not_because": None,
                "withdrawn_because": None,
                "pause": None,
                "clocks": [],
                "statements": [],
                "calls": [],
                "breached": [],
                "weaknesses": [],
                "origins": [],
                "review": None,
                "tasks": [],
                "decisions": [],
            }
        },
    )

    facts: list[str]
    taken: JsonObject | None = Field(
        description="The terms that it is held to, as the register had them at the beginning."
    )
    taken_not_because: str | None
    withdrawn_because: str | None
    pause: JsonObject | None = Field(description="The pause that was asked for last.")
    clocks: list[VendorTime]
    statements: list[VendorWord]
    calls: list[VendorCallMade]
    breached: list[JsonObject]
    weaknesses: list[JsonObject]
    origins: list[VendorOrigin] = Field(
        description="Where it began in the chain; the last one stands."
    )
    review: JsonObject | None
    tasks: list[RemediationTask] = Field(
        description="What has to follow, once the review is signed off."
    )
    decisions: list[Decision] = Field(
        description="Answered at `POST /v1/incidents/{id}/decisions/{request_id}`."
    )


class ServingContract(BaseModel):
    """A contract that carries a service which is affected."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "contract": "CTR-2024-017",
                "provider": "prv-cloud",
                "provider_name": "Nimbus Cloud SE",
                "terms": True,
                "services": ["instant-payments"],
                "third_parties": [1],
                "open": 1,
            }
        }
    )

    contract: str
    provider: str
    provider_name: str | None
    terms: bool = Field(description="Whether the register has what it promises at an incident.")
    services: list[str] = Field(description="The affected services that it carries.")
    third_parties: list[int] = Field(description="Its escalations in this incident, by number.")
    open: int | None = Field(description="The one that is not closed.")


class ServingContracts(BaseModel):
    """The contracts that carry the affected services, by the register that the incident pins."""

    register_version: str
    contracts: list[ServingContract]


class SpeakerDisclosed(BaseModel):
    """Who has said something, and the entry that says who has read this."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "example": {
                "statement": "third-party/INC-2026-000001/1#9",
                "key": "person-7b0c4f0e5d6a4c0f9a3e2b1c8d7e6f50",
                "from": "Duty manager of the provider",
                "entry_id": "disclosure/4e7a3c1d-5b0f-4f7e-9a61-0d2c8b7e6f50#0",
            }
        },
    )

    statement: str
    key: str = Field(description="The speaker's pseudonym, and the name of their key.")
    speaker: str | None = Field(alias="from")
    entry_id: str


def escalation_in_short(row: RowMapping) -> EscalationSummary:
    """The summary of a row of the projection."""
    return EscalationSummary.model_validate(_short(row))


def escalation_in_full(
    row: RowMapping, parts: Mapping[str, Sequence[Any]], decisions: Sequence[Decision]
) -> Escalation:
    """One escalation with its `parts`: rows of the projections beside it, by field."""
    names = Escalation.model_fields.keys() - EscalationSummary.model_fields.keys() - parts.keys()
    own = {name: row[name] for name in names if name != "decisions"}
    return Escalation.model_validate({**_short(row), **own, **parts, "decisions": decisions})


def _short(row: RowMapping) -> dict[str, Any]:
    names = EscalationSummary.model_fields.keys() - {"escalation_id"}
    called = escalation_id(row["incident_id"], row["number"])
    return {**{name: row[name] for name in names}, "escalation_id": called}
