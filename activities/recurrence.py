"""Assessing recurring incidents, as an activity: it only reads, so an attempt too many is nothing.

Its result stands in history, so that no later code and no later fact can change it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    REGISTER,
    PinnedPolicy,
    classification_policy,
)
from holdfast.domain.recurrence.assessment import RecurrenceJudgement, RecurrenceRequest
from holdfast.domain.recurrence.finding import judge
from holdfast.domain.recurrence.gathering import gather, window_of
from holdfast.dora.register import Register
from holdfast.errors import Unavailable
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.policies import PolicyShelf
from holdfast.store.published_policies import in_force, list_published
from holdfast.store.recurrence import fetch_earlier_decisions, fetch_standing_incidents

__all__ = ["RecurrenceActivities"]


class RecurrenceActivities:
    """Activities that judge over many incidents."""

    def __init__(self, engine: AsyncEngine, shelf: PolicyShelf) -> None:
        """Read incidents through that engine, and registers from that shelf."""
        self._engine = engine
        self._shelf = shelf

    @activity.defn(name=ActivityName.ASSESS_RECURRENCE)
    async def assess_recurrence(self, request: RecurrenceRequest) -> RecurrenceJudgement:
        """Judge the incidents of the window as they stand now, under the policies in force now.

        Raises:
            Unavailable: a policy is not installed yet; the attempt is repeated.
        """
        async with self._engine.connect() as connection:
            # One state of the database for all that is read.
            await connection.execution_options(isolation_level="REPEATABLE READ")
            pins = await _pins_in_force(connection)
            matrix = await _content(connection, pins[APPROVAL_MATRIX])
            policy = await _content(connection, pins[DORA_CLASSIFICATION])
            rules = classification_policy(policy.content)
            since, until = window_of(request.period, rules)
            incidents = await fetch_standing_incidents(connection, since, until)
            decided = await fetch_earlier_decisions(connection)
        register = await self._shelf.read(pins[REGISTER], Register)
        gathered = gather(request.period, incidents, rules, register, decided)
        inputs, findings = judge(gathered, rules)
        return RecurrenceJudgement(
            inputs=inputs,
            findings=findings,
            policy=policy.pin,
            register_of_information=pins[REGISTER],
            matrix=matrix,
        )


async def _pins_in_force(connection: AsyncConnection) -> dict[str, PolicyPin]:
    published, now = await list_published(connection), datetime.now(UTC)
    pins = dict[str, PolicyPin]()
    for name in (APPROVAL_MATRIX, DORA_CLASSIFICATION, REGISTER):
        stored = in_force([version for version in published if version.name == name], now)
        if stored is None:
            message = f"no policy {name} is in force yet"
            raise Unavailable(message, policy=name)
        pins[name] = stored.pin
    return pins


async def _content(connection: AsyncConnection, pin: PolicyPin) -> PinnedPolicy:
    content = await fetch_artifact(connection, pin.digest)
    return PinnedPolicy(pin=pin, content=content.decode())
