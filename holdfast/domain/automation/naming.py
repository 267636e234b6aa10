"""How the automation of a step is called: its workflow is named after the attempt."""

from __future__ import annotations

import re

__all__ = [
    "AUTOMATED_STEPS",
    "AUTOMATED_STEP_WORKFLOW",
    "automated_step_id",
    "dry_runs_of_step",
    "incident_of_automated_step",
    "step_id",
]

AUTOMATED_STEP_WORKFLOW = "AutomatedStepWorkflow"
"""The name stands in histories, so it is never changed."""

AUTOMATED_STEPS = "step/"
"""What the ids of their workflows begin with, and so the ids of their entries."""

_NAME = re.compile(
    rf"{AUTOMATED_STEPS}(INC-[0-9]{{4}}-[0-9]{{6,12}})/[1-9][0-9]*/[a-z0-9_-]+/(dry-)?[1-9][0-9]*"
)


def step_id(incident_id: str, play: int, step: str) -> str:
    """The id under which entries speak of a step."""
    return f"{incident_id}/play-{play}/{step}"


def automated_step_id(
    incident_id: str, play: int, step: str, attempt: int, *, dry_run: bool
) -> str:
    """The id of the workflow of one attempt; it is the key under which nothing is done twice."""
    begun = (
        dry_runs_of_step(incident_id, play, step) if dry_run else _begun(incident_id, play, step)
    )
    return f"{begun}{attempt}"


def dry_runs_of_step(incident_id: str, play: int, step: str) -> str:
    """What the ids of all dry runs of a step begin with."""
    return f"{_begun(incident_id, play, step)}dry-"


def incident_of_automated_step(workflow_id: str) -> str | None:
    """The incident of an automated step, by the id of its workflow; None if it is none."""
    found = _NAME.fullmatch(workflow_id)
    return found[1] if found else None


def _begun(incident_id: str, play: int, step: str) -> str:
    return f"{AUTOMATED_STEPS}{incident_id}/{play}/{step}/"
