"""What people ask of playbooks: to carry one out, and to start, report, skip, repeat, add steps."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from holdfast.domain.playbooks.kinds import StepMode
from holdfast.domain.playbooks.policy import Step
from holdfast.domain.values import Digest, Frozen, Line, Text, Token

__all__ = [
    "AddStep",
    "PlayNumber",
    "PlaybookBody",
    "RepeatStep",
    "ReportStep",
    "SkipStep",
    "StartPlaybook",
    "StartStep",
]

PlayNumber = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
"""Which of the playbooks that an incident carries out, from 1."""


class StartPlaybook(Frozen):
    """Begin to carry out a playbook of the version to which the incident is pinned."""

    type: Literal["play"] = "play"
    playbook: Token


class _AboutStep(Frozen):
    play: PlayNumber
    step: Token


class StartStep(_AboutStep):
    """Begin an attempt at a step; of a disruptive one that nobody has approved, ask for that."""

    type: Literal["step_start"] = "step_start"
    mode: StepMode = StepMode.BY_HAND


class ReportStep(_AboutStep):
    """Say how an attempt went, with the evidence that the step must leave.

    `documents` are digests of attachments of the incident. A failure says why in `statement`.
    """

    type: Literal["step_report"] = "step_report"
    outcome: Literal["performed", "failed"]
    statement: Text | None = None
    references: tuple[Line, ...] = Field(default=(), max_length=20)
    documents: tuple[Digest, ...] = Field(default=(), max_length=20)


class SkipStep(_AboutStep):
    """Leave a step out, for a reason."""

    type: Literal["step_skip"] = "step_skip"
    because: Text


class RepeatStep(_AboutStep):
    """Have a step done again that was performed, failed or skipped."""

    type: Literal["step_repeat"] = "step_repeat"
    because: Text


class AddStep(Frozen):
    """Add a step that no playbook has, on the spot."""

    type: Literal["step_addition"] = "step_addition"
    play: PlayNumber
    step: Step


PlaybookBody = Annotated[
    StartPlaybook | StartStep | ReportStep | SkipStep | RepeatStep | AddStep,
    Field(discriminator="type"),
]
"""All of them."""
