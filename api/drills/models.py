"""What the doors of drills and training take and answer with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from holdfast.domain.drills.plan import DrillGoal, Inject, Pace
from holdfast.domain.drills.score import DrillScore
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import Frozen, Identifier, Instant, JsonObject, Line, Token

__all__ = [
    "Drill",
    "DrillInFull",
    "DrillList",
    "Injected",
    "NewDrill",
    "NewTraining",
    "Training",
    "TrainingList",
    "TrainingQuery",
    "Untrained",
    "UntrainedList",
    "UntrainedQuery",
]

_MOST_MONTHS = 1_200
_ChosenId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)
]


class NewDrill(Frozen):
    """Which script is to be played, and how fast."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"script": "payment-outage", "pace": 60}}
    )

    script: Token = Field(description="By its id in the policy `drills` that is in force.")
    pace: Pace | None = Field(
        default=None, description="How much faster time runs; the script's own, if left out."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class Drill(BaseModel):
    """A drill in short."""

    incident_id: str
    title: str
    script: str
    pace: int
    phase: str
    outcome: str | None
    services: list[str]
    lead: Actor = Field(description="Who has opened it.")
    opened_at: Instant
    closed_at: Instant | None
    score: JsonObject | None = Field(description="What its end has recorded; null until then.")


class DrillList(BaseModel):
    """Drills, the newest first."""

    drills: list[Drill]


class Injected(BaseModel):
    """What the script has brought in."""

    inject: int
    kind: str
    text: str
    roles: list[str]
    facts: list[str]
    due_at: Instant
    occurred_at: Instant


class DrillInFull(Drill):
    """A drill with its script, what it has brought in, and how it stands."""

    roles: list[Role] = Field(description="Who should take part.")
    script_injects: list[Inject]
    script_goals: list[DrillGoal]
    injected: list[Injected]
    standing: DrillScore = Field(
        description="The score as it stands, over every workflow of the drill; `score` counts what "
        "the incident's own workflow has recorded."
    )


class NewTraining(Frozen):
    """A training that was no drill."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "training_id": "tr-2026-17",
                "person": "person-1f0c2a9b",
                "role": "responder",
                "course": "Isolation of payment gateways, half a day",
                "on": "2026-03-02",
            }
        }
    )

    training_id: _ChosenId = Field(description="Chosen by you: the same id is one training.")
    person: Identifier = Field(description="Who was trained: the pseudonym of their token.")
    role: Role = Field(description="For which role.")
    course: Line
    on: date = Field(description="The day, never ahead of time.")
    acting_as: Role | None = Field(
        default=None, description="As whom you record it, if your token has several roles."
    )


class Training(BaseModel):
    """A training of a person for a role."""

    model_config = ConfigDict(from_attributes=True)

    training_id: str | None = Field(description="Null where it is taking part in a drill.")
    person: str
    role: str
    course: str
    trained_on: date
    drill: str | None = Field(description="The incident of the drill.")
    recorded_by: dict[str, Any] | None
    entry_id: str


class TrainingList(BaseModel):
    """Trainings, the latest first."""

    trainings: list[Training]


class TrainingQuery(BaseModel):
    """Of whom, and for which role."""

    model_config = ConfigDict(extra="forbid")

    person: Identifier | None = None
    role: Role | None = None
    limit: int = Field(default=200, ge=1, le=1_000)


class UntrainedQuery(BaseModel):
    """How long ago a training may lie."""

    model_config = ConfigDict(extra="forbid")

    months: int = Field(default=12, ge=1, le=_MOST_MONTHS, description="Calendar months.")


class Untrained(BaseModel):
    """Somebody who may act in a role, and was not trained for it since then."""

    model_config = ConfigDict(from_attributes=True)

    person: str
    role: str
    last_trained_on: date | None = Field(description="Null: never.")


class UntrainedList(BaseModel):
    """Who was not trained since that day, by role."""

    months: int
    since: date
    missing: list[Untrained]
