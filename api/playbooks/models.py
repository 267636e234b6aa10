"""What the doors of playbooks take."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.playbooks.kinds import IncidentType, StepMode
from holdfast.domain.playbooks.policy import Step
from holdfast.domain.roles import Role
from holdfast.domain.values import Digest, Frozen, Identifier, JsonObject, Line, Text, Token

__all__ = [
    "AddedStep",
    "NewPlay",
    "PlayPath",
    "PlaybookQuery",
    "StepPath",
    "StepReport",
    "StepStart",
    "StepWord",
]

PlayPath = Annotated[
    int, Path(ge=1, le=1_000_000, description="Its number in the incident.", examples=[1])
]
StepPath = Annotated[Token, Path(description="The id of the step.", examples=["fail-over"])]


def _example(**content: object) -> ConfigDict:
    example: JsonObject = content
    return ConfigDict(json_schema_extra={"example": example})


class PlaybookQuery(BaseModel):
    """Which playbooks."""

    model_config = ConfigDict(extra="forbid")

    service: Identifier | None = Field(default=None, description="Those that are for it.")
    type: IncidentType | None = Field(
        default=None, description="Those for that type of incident (2025/302, field 3.23)."
    )


class _Asked(Frozen):
    """What every submission may say about itself."""

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class NewPlay(_Asked):
    """Which playbook to carry out."""

    model_config = _example(playbook="provider-outage")

    playbook: Token = Field(description="Of the version to which the incident is pinned.")


class StepStart(_Asked):
    """How to make an attempt at a step."""

    model_config = _example(mode="dry_run")

    mode: StepMode = Field(
        default=StepMode.BY_HAND,
        description="`by_hand`; `dry_run` and then `automated` where the step has an automation.",
    )


class StepReport(_Asked):
    """How an attempt went, with the evidence that the step must leave."""

    model_config = _example(
        outcome="performed",
        statement="The standby takes all traffic since 09:58.",
        references=["CHG-2026-0417"],
        documents=[],
    )

    outcome: Literal["performed", "failed"]
    statement: Text | None = Field(default=None, description="What was done, or why it failed.")
    references: tuple[Line, ...] = Field(
        default=(), max_length=20, description="Where it is found elsewhere: changes, logs, mails."
    )
    documents: tuple[Digest, ...] = Field(
        default=(), max_length=20, description="Attachments of the incident, by digest."
    )


class StepWord(_Asked):
    """Why a step is skipped, or done again."""

    model_config = _example(because="Nothing was changed in the week before.")

    because: Text


class AddedStep(_Asked):
    """A step that no playbook has."""

    model_config = _example(
        step={
            "id": "tell-branches",
            "title": "Tell the branches to take payments on paper",
            "phase": "containment",
            "kind": "mitigate",
            "owner": "incident_commander",
            "expected": "PT15M",
            "evidence": ["statement"],
        }
    )

    step: Step
