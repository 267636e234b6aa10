"""Drills as people ask for them: which there were, how they stand, and their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.drills.plan import DrillPlan
from holdfast.domain.drills.score import DrillScore, scored
from holdfast.domain.drills.tally import Tally
from holdfast.domain.events import EventKind
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry, entry_from_bytes

__all__ = ["PlayedDrill", "fetch_played_drill", "list_drills"]

_DRILLS = text("""
    SELECT incident_id, title, phase, outcome, services, opened_at, closed_at, drill
    FROM projection.incident WHERE drill IS NOT NULL
    ORDER BY opened_at DESC, incident_id DESC LIMIT :limit
""")

_SCORES = text("""
    SELECT incident_id, body FROM evidence.record
    WHERE incident_id = ANY(CAST(:incidents AS text[])) AND kind = :kind AND body IS NOT NULL
    ORDER BY position
""")

_DRILL = text("""
    SELECT incident_id, title, phase, outcome, services, opened_at, closed_at, drill
    FROM projection.incident WHERE incident_id = :incident_id AND drill IS NOT NULL
""")

_ENTRIES = text("""
    SELECT body FROM evidence.record
    WHERE incident_id = :incident_id AND body IS NOT NULL ORDER BY position
""")


@dataclass(frozen=True, slots=True)
class PlayedDrill:
    """A drill with all that has come of it.

    `score` counts every workflow of the drill, as it stands; `recorded` is what its own workflow
    has recorded at its end, None until then. `injected` are payloads, each with its moment.
    """

    row: RowMapping
    plan: DrillPlan
    injected: Sequence[tuple[datetime, JsonObject]]
    score: DrillScore
    recorded: JsonObject | None


async def list_drills(
    connection: AsyncConnection, limit: int
) -> Sequence[tuple[RowMapping, JsonObject | None]]:
    """Read drills, the newest first, each with the score that its end has recorded."""
    rows = (await connection.execute(_DRILLS, {"limit": limit})).mappings().all()
    names = [row["incident_id"] for row in rows]
    parameters = {"incidents": names, "kind": str(EventKind.DRILL_SCORED)}
    found = (await connection.execute(_SCORES, parameters)).all()
    scores = {each.incident_id: entry_from_bytes(bytes(each.body)).event.payload for each in found}
    return [(row, scores.get(row["incident_id"])) for row in rows]


async def fetch_played_drill(connection: AsyncConnection, incident_id: str) -> PlayedDrill | None:
    """Read one drill, and score it as it stands; None where there is no such drill."""
    given = {"incident_id": incident_id}
    row = (await connection.execute(_DRILL, given)).mappings().one_or_none()
    if row is None:
        return None
    bodies = (await connection.execute(_ENTRIES, given)).scalars()
    entries = [entry_from_bytes(bytes(body)) for body in bodies]
    plan = DrillPlan.model_validate(row["drill"])
    return PlayedDrill(
        row=row,
        plan=plan,
        injected=_injected(entries),
        score=_score(entries, plan, row),
        recorded=_recorded(entries),
    )


def _score(entries: Sequence[Entry], plan: DrillPlan, row: RowMapping) -> DrillScore:
    tally = Tally()
    for entry in entries:
        tally = tally.taken(entry.event, entry.occurred_at)
    last = row["closed_at"] or max((each.occurred_at for each in entries), default=row["opened_at"])
    return scored(plan, tally, row["opened_at"], last)


def _injected(entries: Sequence[Entry]) -> list[tuple[datetime, JsonObject]]:
    kind = EventKind.DRILL_INJECTED
    return [(each.occurred_at, each.event.payload) for each in entries if each.event.kind is kind]


def _recorded(entries: Sequence[Entry]) -> JsonObject | None:
    kind = EventKind.DRILL_SCORED
    return next((each.event.payload for each in entries if each.event.kind is kind), None)
