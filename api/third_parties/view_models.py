"""What the views of third parties answer with."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.third_parties.attainment_models import AttainedQuarter, AttainedTime
from holdfast.domain.values import Instant, JsonObject
from holdfast.dora.register.hits import Concentration

__all__ = [
    "ConcentrationView",
    "NextClock",
    "OpenEscalation",
    "PastBreach",
    "ProviderContract",
    "ProviderEscalation",
    "ProviderFunction",
    "ProviderInFull",
    "ProviderInShort",
    "ProviderList",
    "RemediationTask",
    "StatedOrigin",
    "TheirIncident",
    "TheirIncidents",
]


class _Answer(BaseModel):
    """Answers are built from rows that the database has checked."""

    model_config = ConfigDict(from_attributes=True)


class NextClock(_Answer):
    """The next deadline that runs: of the provider, or ours to review it."""

    incident_id: str
    number: int = Field(description="Of the escalation in the incident.")
    clock_id: str
    title: str
    due_at: Instant


class ProviderInShort(BaseModel):
    """A provider, and what needs attention there."""

    provider: str = Field(description="Its id in the register.")
    name: str | None
    contracts: int = Field(description="In the register in force.")
    escalations: int
    open: int = Field(description="Escalations that are not closed.")
    overdue: int = Field(description="Times that have passed, and wait still.")
    next_clock: NextClock | None
    breaches: int = Field(description="Of the last twelve months.")
    attainment: list[AttainedQuarter] = Field(description="The last four quarters, this one last.")


class ProviderList(BaseModel):
    """Providers, those first that need attention first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "providers": [
                    {
                        "provider": "core-ledger",
                        "name": "Core Ledger Ltd",
                        "contracts": 1,
                        "escalations": 3,
                        "open": 1,
                        "overdue": 1,
                        "next_clock": {
                            "incident_id": "INC-2026-000001",
                            "number": 1,
                            "clock_id": "third-party-1:restore-1",
                            "title": "Core Ledger Ltd: restore the service",
                            "due_at": "2026-03-04T13:30:00.000000Z",
                        },
                        "breaches": 2,
                        "attainment": [
                            {
                                "quarter": "2026-Q1",
                                "met": 9,
                                "met_late": 1,
                                "missed": 1,
                                "per_mille": 818,
                            }
                        ],
                    }
                ]
            }
        }
    )

    providers: list[ProviderInShort]


class ProviderFunction(BaseModel):
    """A function that a provider supports."""

    function: str
    name: str
    entity: str
    entity_name: str
    critical_or_important: bool | None = Field(description="Null while that was not assessed.")


class ProviderContract(BaseModel):
    """A contract with its terms in short, as the register in force has them."""

    contract: str
    type: str
    overarching: str | None
    services: list[str]
    functions: list[ProviderFunction]
    times: JsonObject | None = Field(
        description="By severity, ISO 8601; null where the register has no terms."
    )
    service_hours: JsonObject | None = Field(description="Null: round the clock.")
    pauses: list[str] = Field(description="The reasons for which its clocks may stand still.")
    rungs: list[str] = Field(description="Its ladder, the first one first.")
    incident_assistance: str | None = Field(description="DORA Art. 30(2)(f).")
    developments: str | None = Field(description="DORA Art. 30(3)(b).")
    penalties: str | None
    failover: str | None
    exit_plan: str | None = Field(description="DORA Art. 28(8).")
    exit_plan_tested_on: date | None
    subcontractors: list[JsonObject] = Field(description="Each with its rank in the chain.")


class ProviderEscalation(_Answer):
    """One escalation to a provider."""

    incident_id: str
    number: int
    title: str | None = Field(description="Of the incident.")
    phase: str | None = Field(description="Of the incident.")
    contract: str
    invocation: str
    stage: str
    round: int
    severity: str | None
    opened_at: Instant
    asked_at: Instant
    restored_at: Instant | None
    closed_at: Instant | None
    their_reference: str | None
    breaches: int


class PastBreach(_Answer):
    """A time that a provider let pass, and what became of it."""

    incident_id: str
    number: int
    contract: str
    clock_id: str
    clock: str
    round: int
    severity: str | None
    due_at: Instant
    breached_at: Instant
    met_at: Instant | None
    outcome: str = Field(
        description="`missed`, `met_late`; `met`: it was said in time, and entered late by us."
    )
    entries: list[str] = Field(description="The entries that say so.")


class StatedOrigin(_Answer):
    """Where in a chain an incident began."""

    incident_id: str
    number: int
    provider: str
    contract: str
    rank: int = Field(description="1 is the provider of the contract (2024/2956 B_05.02).")
    origin_provider: str | None = Field(description="Its id in the register, if it has one.")
    name: str
    code_type: str | None
    code: str | None
    statement: str
    stated_at: Instant
    entry_id: str


class TheirIncident(BaseModel):
    """One incident of a provider, and those of ours that it is behind."""

    provider: str
    provider_name: str | None
    their_reference: str
    since: Instant
    incidents: list[JsonObject] = Field(
        description="Each with `incident_id`, `number`, `contract`, `stage`, `title`, `phase`, "
        "`severity`."
    )


class TheirIncidents(BaseModel):
    """Incidents of providers, the latest first."""

    incidents: list[TheirIncident]


class ProviderInFull(BaseModel):
    """A provider: its contracts, what was asked of it, and how it kept its times."""

    provider: str
    name: str | None
    code_type: str | None
    code: str | None
    ultimate_parent: str | None
    contracts: list[ProviderContract]
    escalations: list[ProviderEscalation] = Field(description="Those open first, then the newest.")
    breaches: list[PastBreach] = Field(description="The latest first.")
    attainment: list[AttainedTime] = Field(description="The last four quarters, by contract.")
    theirs: list[TheirIncident] = Field(description="Its own incidents, by its reference.")
    origins: list[StatedOrigin] = Field(description="In its chain, or where it was the origin.")


class OpenEscalation(_Answer):
    """An escalation that is open now."""

    incident_id: str
    number: int
    title: str | None
    contract: str
    provider: str
    stage: str
    severity: str | None


class ConcentrationView(BaseModel):
    """What the failure of a provider hits by the register in force, and what is open with it."""

    register_version: str
    concentration: Concentration
    open: list[OpenEscalation] = Field(description="With it, or under a contract that it hits.")


class RemediationTask(_Answer):
    """What has to follow from an oversight review."""

    task_id: str
    number: int = Field(description="Of the escalation in the incident.")
    task: int
    contract: str
    provider: str
    kind: str
    title: str
    basis: str | None = Field(description="The article of law that it follows from.")
    by_law: bool
    owner: str | None
    due_on: date | None
    state: str = Field(description="`proposed`.")
    proposed_at: Instant
    entry_id: str
