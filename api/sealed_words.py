"""Who has said something, sealed at the door: neither Temporal nor a log has ever held a name."""

from __future__ import annotations

from api.platform import Platform
from holdfast.domain.roles import Actor
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import JsonObject, digest_of
from holdfast.store.people.sealed_once import SpokenWords, seal_once

__all__ = ["seal_speaker"]


async def seal_speaker(
    doors: Platform,
    incident_id: str,
    submission_id: str,
    actor: Actor,
    said_by: str,
    rest: JsonObject,
) -> dict[str, SealedValue]:
    """Seal who has said what a submission brings in; `rest` is all else that was asked.

    Raises:
        SubmissionIdReused: the id stands for something else.
    """
    words = SpokenWords(
        actor_id=actor.id,
        submission_id=submission_id,
        incident_id=incident_id,
        request=digest_of(rest),
        said={"from": said_by},
    )
    async with doors.engine.begin() as connection:
        return await seal_once(connection, doors.keyring, words)
