"""Playbooks that incidents carry out, as people ask for them; all from projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.actions import ActionState
from holdfast.domain.playbooks.play import Play, PlayedStep, automation_digest
from holdfast.domain.playbooks.policy import Step

__all__ = ["StoredPlay", "fetch_play", "list_plays"]

_PLAYS = text("""
    SELECT * FROM projection.play
    WHERE incident_id = :incident_id AND play = coalesce(:play, play) ORDER BY play
""")

_STEPS = text("""
    SELECT s.*, i.actions -> s.action ->> 'state' AS action_state
    FROM projection.play_step s JOIN projection.incident i USING (incident_id)
    WHERE s.incident_id = :incident_id AND s.play = coalesce(:play, s.play)
    ORDER BY s.play, s.added, s.ordinal, s.step
""")


@dataclass(frozen=True, slots=True)
class StoredPlay:
    """A play as it stands: the row, the rows of its steps in order, and both as rules read them.

    Each row of a step says its `stage` as it is seen together with the others.
    """

    row: RowMapping
    steps: Sequence[Mapping[str, Any]]
    play: Play
    approvals: Mapping[str, ActionState]
    """How the actions stand that steps are, by step."""


async def list_plays(connection: AsyncConnection, incident_id: str) -> list[StoredPlay]:
    """Read the playbooks that an incident carries out, the first one first."""
    return await _read(connection, incident_id, None)


async def fetch_play(
    connection: AsyncConnection, incident_id: str, number: int
) -> StoredPlay | None:
    """Read one of them; None where there is none of that number."""
    found = await _read(connection, incident_id, number)
    return found[0] if found else None


async def _read(
    connection: AsyncConnection, incident_id: str, number: int | None
) -> list[StoredPlay]:
    asked = {"incident_id": incident_id, "play": number}
    plays = (await connection.execute(_PLAYS, asked)).mappings().all()
    if not plays:
        return []
    steps = (await connection.execute(_STEPS, asked)).mappings().all()
    return [_stored(row, [step for step in steps if step["play"] == row["play"]]) for row in plays]


def _stored(row: RowMapping, steps: Sequence[RowMapping]) -> StoredPlay:
    play = Play(
        number=row["play"],
        playbook=row["playbook"],
        title=row["title"],
        steps=tuple(map(_played, steps)),
        finished=row["finished_at"] is not None,
    )
    approvals = {
        step["step"]: ActionState(step["action_state"]) for step in steps if step["action_state"]
    }
    stages = [play.stage_of(each, approvals.get(each.step.id)) for each in play.steps]
    seen = [{**step, "stage": str(stage)} for step, stage in zip(steps, stages, strict=True)]
    return StoredPlay(row, seen, play, approvals)


def _played(row: RowMapping) -> PlayedStep:
    step = Step.model_validate(row["content"])
    return PlayedStep(
        step=step,
        stage=row["stage"],
        attempt=row["attempt"],
        mode=row["mode"],
        started_at=row["started_at"],
        action=row["action"],
        tried=automation_digest(step) if row["tried"] else None,
    )
