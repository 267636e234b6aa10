"""Who was trained for which role: training that was recorded, and taking part in drills.

People are pseudonyms here; nothing of the identity table is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.drills.training import TRAININGS, UNTRAINED_ROLES
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor, Role
from holdfast.errors import InvalidInput
from holdfast.store.chosen_deeds import ChosenDeed, record_chosen_deed

__all__ = ["Training", "list_trainings", "list_untrained", "record_training"]

# Kinds of entries that say who has looked at evidence, not who has taken part.
_KEEPING = (
    *("evidence.exported", "attachment.accessed", "attachment.exported"),
    *("personal_data.disclosed", "personal_data.erased", "hold.placed", "hold.lifted"),
    *("retention.proposed", "retention.disposed"),
)

_TRAINED = """
    SELECT training_id, person, role, course, trained_on, drill, recorded_by, entry_id
    FROM projection.training
    UNION ALL
    SELECT NULL, t.actor_id, t.role, i.title,
        CAST(max(t.occurred_at) AT TIME ZONE 'UTC' AS date), i.incident_id, NULL,
        (array_agg(t.entry_id ORDER BY t.position DESC))[1]
    FROM projection.incident i JOIN projection.timeline t USING (incident_id)
    WHERE i.drill IS NOT NULL AND t.role = ANY(CAST(:people AS text[]))
        AND NOT t.kind = ANY(CAST(:keeping AS text[]))
    GROUP BY t.actor_id, t.role, i.title, i.incident_id
"""

_LIST = text(f"""
    SELECT * FROM ({_TRAINED}) trained
    WHERE (CAST(:person AS text) IS NULL OR person = :person)
        AND (CAST(:role AS text) IS NULL OR role = :role)
    ORDER BY trained_on DESC, person, role, entry_id LIMIT :limit
""")  # noqa: S608 - constant

_UNTRAINED = text(f"""
    SELECT holder.person, holder.role, max(trained.trained_on) AS last_trained_on
    FROM (
        SELECT DISTINCT actor_id AS person, unnest(roles) AS role
        FROM access.token WHERE revoked_at IS NULL
    ) holder LEFT JOIN ({_TRAINED}) trained USING (person, role)
    WHERE holder.role = ANY(CAST(:people AS text[]))
    GROUP BY holder.person, holder.role
    HAVING max(trained.trained_on) IS NULL OR max(trained.trained_on) < :since
    ORDER BY holder.role, holder.person
""")  # noqa: S608 - constant

_HOLDER = text("SELECT EXISTS (SELECT FROM access.token WHERE actor_id = :person)")

_PEOPLE = sorted(str(role) for role in Role if role not in UNTRAINED_ROLES)


@dataclass(frozen=True, slots=True)
class Training:
    """A training to record; `training_id` is chosen by whoever records it."""

    training_id: str
    person: str
    role: Role
    course: str
    on: date
    actor: Actor
    trace: str | None = None


async def record_training(connection: AsyncConnection, training: Training) -> ChosenDeed:
    """Record that somebody was trained, in the caller's transaction.

    Raises:
        InvalidInput: nobody of that pseudonym has ever held an access token.
        IdReused: a training of that id stands already, and is another.
    """
    if not (await connection.execute(_HOLDER, {"person": training.person})).scalar_one():
        message = f"nobody called {training.person} holds an access token: give a pseudonym"
        raise InvalidInput(message, errors=[{"pointer": "/person", "message": message}])
    event = Event(
        kind=EventKind.TRAINING_RECORDED,
        subject=Subject(type="training", id=training.training_id),
        actor=training.actor,
        payload={
            "person": training.person,
            "role": str(training.role),
            "course": training.course,
            "on": training.on.isoformat(),
            "drill": None,
        },
    )
    deed = f"training/{training.training_id}"
    return await record_chosen_deed(connection, TRAININGS, deed, event, trace=training.trace)


async def list_trainings(
    connection: AsyncConnection, person: str | None, role: Role | None, limit: int
) -> Sequence[RowMapping]:
    """Read trainings, the latest first; of a person or for a role, if named."""
    parameters = {
        **_kinds(),
        "person": person,
        "role": None if role is None else str(role),
        "limit": limit,
    }
    return (await connection.execute(_LIST, parameters)).mappings().all()


async def list_untrained(connection: AsyncConnection, since: date) -> Sequence[RowMapping]:
    """Read who holds a token for a role and was not trained for it since that day."""
    parameters = {**_kinds(), "since": since}
    return (await connection.execute(_UNTRAINED, parameters)).mappings().all()


def _kinds() -> dict[str, object]:
    return {"people": _PEOPLE, "keeping": list(_KEEPING)}
