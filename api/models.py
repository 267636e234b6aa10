"""What the API answers with: every field of every answer, with its meaning."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, field_validator

from holdfast.domain.values import Identifier, Instant, JsonObject

__all__ = [
    "Clock",
    "CommunicationInShort",
    "Decision",
    "DecisionList",
    "EvidenceEntry",
    "EvidencePage",
    "Incident",
    "IncidentId",
    "IncidentPage",
    "IncidentSummary",
    "Receipt",
    "SubmissionAccepted",
    "SubmissionId",
    "TimelineLine",
    "TimelinePage",
]

IncidentId = Annotated[
    str,
    Path(
        pattern=r"^INC-[0-9]{4}-[0-9]{6,12}$",
        description="The incident's id.",
        examples=["INC-2026-000001"],
    ),
]
SubmissionId = Annotated[Identifier, Path(description="The id of the submission.")]

_DIGEST = f"sha256:{'53' * 32}"

_SUMMARY: JsonObject = {
    "incident_id": "INC-2026-000001",
    "title": "Error rate of instant payments above 5 %",
    "origin": "alert",
    "phase": "contain",
    "severity": "SEV2",
    "priority": "P2",
    "outcome": None,
    "duplicate_of": None,
    "services": ["instant-payments"],
    "aware_at": "2026-03-04T09:30:00.000000Z",
    "opened_at": "2026-03-04T09:30:00.118000Z",
    "closed_at": None,
    "alerts": 12,
    "drill": False,
}


class _Answer(BaseModel):
    """Answers are built from rows that the database has checked."""

    model_config = ConfigDict(from_attributes=True)


class IncidentSummary(_Answer):
    """An incident in short."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _SUMMARY})

    incident_id: str
    title: str
    origin: str = Field(description="`alert`, `human` or `third_party`.")
    phase: str = Field(description="`detect`, `triage`, `contain`, `recover`, `learn`, `closed`.")
    severity: str | None = Field(description="`SEV1` (worst) to `SEV4`; null until decided.")
    priority: str | None
    outcome: str | None = Field(description="`resolved`, `false_positive`, `duplicate`.")
    duplicate_of: str | None
    services: list[str]
    aware_at: Instant = Field(description="When the organisation became aware of it.")
    opened_at: Instant
    closed_at: Instant | None
    alerts: int = Field(description="How many alerts have joined it.")
    drill: bool = Field(description="Whether it is a drill: nothing of it has happened.")

    @field_validator("drill", mode="before")
    @classmethod
    def _is_played(cls, plan: object) -> bool:
        """A row has the plan of a drill, and nothing of a real incident."""
        return plan if isinstance(plan, bool) else plan is not None


class Clock(_Answer):
    """A deadline."""

    clock_id: str
    title: str
    state: str = Field(description="`running`, `paused`, `missed`, `met`, `cancelled`.")
    due_at: Instant
    next_at: Instant | None = Field(description="When it next warns or escalates.")
    entitled: list[str] = Field(description="Roles that its ladder has entitled to decide.")


class Decision(_Answer):
    """A question that is put to people, and how it stands."""

    request_id: str
    kind: str
    question: str
    state: str = Field(description="`open`, `decided` or `voided`.")
    subject: JsonObject = Field(description="What it is about; decide with its `digest`.")
    authors: list[str] = Field(description="Who drafted or asked: they may not decide.")
    roles: list[str]
    entitled: list[str] = Field(description="Roles that the escalation ladder has added.")
    communication: int | None = Field(
        default=None,
        description="The number of the communication that has put it. Whoever has put it, it is "
        "answered at `POST /v1/incidents/{id}/decisions/{request_id}`.",
    )
    third_party: int | None = Field(
        default=None, description="The number of the escalation to a third party that has put it."
    )
    remediation: int | None = Field(
        default=None, description="The number of the remediation task that has put it."
    )
    reporting: int | None = Field(default=None, description="The reporting that has put it.")
    options: JsonObject
    only_by_exception: list[str] = Field(default=[], description="Not without an exception code.")
    bypass: JsonObject | None = Field(description="Which exception codes let whom decide alone.")
    context: JsonObject
    requested_at: Instant
    due_at: Instant
    answers: list[JsonObject]
    outcome: str | None
    settled_at: Instant | None


class CommunicationInShort(_Answer):
    """One communication of an incident, in short."""

    number: int
    purpose: str
    audience: str
    stage: str = Field(
        description="`draft`, `review`, `approval`, `approved`, `publishing`, `published` or "
        "`cancelled`."
    )


class Incident(IncidentSummary):
    """An incident as it stands, with what waits for people and every deadline."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                **_SUMMARY,
                "workflow_id": "incident/INC-2026-000001",
                "description": None,
                "reporter": {"id": "source-1f0c2a9b", "role": "alert_source"},
                "facts": {},
                "proposal": None,
                "classification": None,
                "evaluation": None,
                "as_of": None,
                "actions": {},
                "checks": {},
                "review": None,
                "policies": [],
                "process": {"name": "holdfast-process", "version": "1.1.0", "digest": _DIGEST},
                "decisions": [],
                "clocks": [],
                "communications": [],
            }
        },
    )

    process: JsonObject | None = Field(
        description="The version of the process that it was opened under (`GET /v1/process`)."
    )
    workflow_id: str = Field(description="Its workflow in the Temporal Web UI.")
    description: str | None
    reporter: JsonObject
    facts: JsonObject = Field(description="By `fact` or `fact@service`.")
    proposal: JsonObject | None = Field(description="The proposed severity, with its reasons.")
    classification: JsonObject | None = Field(
        description="Major or not, as people decided; null before they have."
    )
    evaluation: JsonObject | None = Field(
        description="The latest evaluation under (EU) 2024/1772, with its proof."
    )
    as_of: Instant | None = Field(default=None, description="As it was known then; null: now.")
    actions: JsonObject
    checks: JsonObject
    review: JsonObject | None
    policies: list[JsonObject] = Field(description="The exact policies it goes by.")
    decisions: list[Decision] = Field(description="The open ones.")
    clocks: list[Clock]
    communications: list[CommunicationInShort] = Field(description="In the order of their numbers.")


class IncidentPage(_Answer):
    """Incidents, the newest first."""

    incidents: list[IncidentSummary]
    next_cursor: str | None = Field(description="Give it back for the next page; null at the end.")


class DecisionList(_Answer):
    """All decisions of an incident, oldest first."""

    decisions: list[Decision]


class Receipt(_Answer):
    """What became of a submission: the evidence entry that answers it."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "submission_id": "d-7f3b9c",
                "incident_id": "INC-2026-000001",
                "entry_id": "incident/INC-2026-000001#14",
                "kind": "decision.answered",
                "accepted": True,
                "result": {"option": "confirmed", "settles": True},
                "occurred_at": "2026-03-04T09:31:00.000000Z",
                "recorded_at": "2026-03-04T09:31:00.021000Z",
            }
        },
    )

    submission_id: str
    incident_id: str
    entry_id: str
    kind: str = Field(description="The kind of the entry; `submission.refused` is a refusal.")
    accepted: bool
    result: JsonObject = Field(description="What the entry says; of a refusal, the reason.")
    occurred_at: Instant
    recorded_at: Instant


class SubmissionAccepted(_Answer):
    """A submission that is durable with Temporal; its outcome will be its receipt."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "submission_id": "d-7f3b9c",
                "incident_id": "INC-2026-000001",
                "receipt": "/v1/receipts/d-7f3b9c",
            }
        }
    )

    submission_id: str
    incident_id: str
    receipt: str = Field(description="Where its receipt will be.")


class TimelineLine(_Answer):
    """One line of the timeline."""

    entry_id: str
    kind: str
    occurred_at: Instant
    recorded_at: Instant
    actor_id: str
    role: str
    summary: str


class TimelinePage(_Answer):
    """The timeline, oldest first."""

    lines: list[TimelineLine]
    next_cursor: str | None


class EvidenceEntry(_Answer):
    """One entry of the evidence log."""

    position: int
    recorded_at: Instant
    body_hash: str = Field(description="SHA-256, in hex, of the entry's exact bytes (RFC 8785).")
    entry: JsonObject | None = Field(description="The entry, parsed from these bytes.")
    withheld: str | None = Field(
        default=None, description="Why the entry is not here: `disposed`; its hash is proved still."
    )


class EvidencePage(_Answer):
    """Evidence entries, oldest first."""

    entries: list[EvidenceEntry]
    next_cursor: str | None
