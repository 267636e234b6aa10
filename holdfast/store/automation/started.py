"""What was ordered: the evidence has to say that the incident has started exactly this step.

Anybody with access to Temporal could start a workflow. So nothing that it was given is believed.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.events import EventKind
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.values import JsonObject
from holdfast.errors import Refused
from holdfast.evidence.entry import Entry, entry_from_bytes

__all__ = ["NotStarted", "see_that_it_was_started"]

_STARTED = text("SELECT body FROM evidence.record WHERE entry_id = :entry AND body IS NOT NULL")
_AGREED = text("""
    SELECT body FROM evidence.record
    WHERE incident_id = :incident AND workflow_id = :workflow AND body IS NOT NULL
        AND kind IN ('playbook.started', 'step.added')
    ORDER BY position
""")


class NotStarted(Refused):
    """The evidence does not say that this was started."""

    code = "not_started"


async def see_that_it_was_started(connection: AsyncConnection, opening: AutomationOpening) -> None:
    """Read in the evidence what was started, and see that the order is for exactly that.

    Raises:
        NotStarted: there is no such entry, or it says something else.
    """
    body = (await connection.execute(_STARTED, {"entry": opening.opened})).scalar_one_or_none()
    if body is None:
        message = f"the evidence has no entry {opening.opened}"
        raise NotStarted(message)
    entry = entry_from_bytes(bytes(body))
    if wrong := _difference(entry, opening):
        message = f"{opening.opened} does not start this: {wrong}"
        raise NotStarted(message)
    if await _agreed(connection, opening) != (opening.automation, opening.parameters):
        message = f"the step {opening.step} of play {opening.play} is not automated so"
        raise NotStarted(message)


def _difference(entry: Entry, opening: AutomationOpening) -> str | None:
    """In what the order differs from the entry; None where it is the same."""
    said = entry.event.payload
    same = {
        "another kind of entry": entry.event.kind is EventKind.STEP_STARTED,
        "another incident": entry.incident == opening.incident,
        "another workflow": entry.workflow == incident_workflow_id(opening.incident),
        "another step": entry.event.subject.id == opening.subject.id,
        "another attempt": said.get("attempt") == opening.attempt,
        "another mode": said.get("mode") == opening.mode,
    }
    return next((what for what, holds in same.items() if not holds), None)


async def _agreed(
    connection: AsyncConnection, opening: AutomationOpening
) -> tuple[str, dict[str, str]] | None:
    """What the playbook that was begun has for that step; None where it is not automated."""
    wanted = {"incident": opening.incident, "workflow": incident_workflow_id(opening.incident)}
    rows = (await connection.execute(_AGREED, wanted)).scalars()
    steps = [step for body in rows for step in _steps(entry_from_bytes(bytes(body)), opening.play)]
    for step in steps:
        automation = step.get("automation")
        if step.get("id") == opening.step and automation is not None:
            return automation["name"], dict(automation.get("parameters", {}))
    return None


def _steps(entry: Entry, play: int) -> list[JsonObject]:
    said = entry.event.payload
    if said.get("play") != play:
        return []
    if entry.event.kind is EventKind.STEP_ADDED:
        return [said["step"]]
    return list(said["steps"])
