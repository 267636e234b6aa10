"""Drills as they are told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from api.drills.models import Drill, DrillInFull, Injected
from holdfast.domain.drills.plan import DrillPlan
from holdfast.domain.values import JsonObject
from holdfast.store.drills.reading import PlayedDrill

__all__ = ["drill_in_full", "drill_in_short"]

_COPIED = ("incident_id", "title", "phase", "outcome", "services", "opened_at", "closed_at")


def drill_in_short(row: RowMapping, score: JsonObject | None) -> Drill:
    """A drill of a list."""
    return Drill(**_head(row, DrillPlan.model_validate(row["drill"]), score))


def drill_in_full(played: PlayedDrill) -> DrillInFull:
    """A drill with all that has come of it."""
    return DrillInFull(
        **_head(played.row, played.plan, played.recorded),
        roles=list(played.plan.roles),
        script_injects=list(played.plan.injects),
        script_goals=list(played.plan.goals),
        injected=[Injected(**said, occurred_at=at) for at, said in played.injected],
        standing=played.score,
    )


def _head(row: RowMapping, plan: DrillPlan, score: JsonObject | None) -> dict[str, Any]:
    copied = {name: row[name] for name in _COPIED}
    return {**copied, "script": plan.script, "pace": plan.pace, "lead": plan.lead, "score": score}
