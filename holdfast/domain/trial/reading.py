"""What recorded entries hold, read for judging again: it was checked when it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Answer
from holdfast.domain.trial.past import PastEntry
from holdfast.domain.values import JsonObject

__all__ = ["actor_of", "answer_in", "changes_in", "services_in"]


def services_in(value: list[str]) -> tuple[str, ...]:
    """The ids of services."""
    return tuple(value)


def actor_of(value: JsonObject) -> Actor:
    """Who did it.

    Raises:
        KeyError, ValueError: it names nobody in any role.
    """
    return _actor(value["id"], value["role"])


@lru_cache(maxsize=10_000)
def _actor(name: str, role: str) -> Actor:
    return Actor.model_construct(id=name, role=Role(role))


def changes_in(changes: list[JsonObject], by: JsonObject) -> Iterator[tuple[FactChange, Actor]]:
    """The statements of facts, and who made them.

    Raises:
        KeyError, ValueError: one of them is none.
    """
    actor = actor_of(by)
    for change in changes:
        stated = FactChange.model_construct(
            fact=change["fact"],
            service=change["service"],
            value=change["value"],
            quality=Quality(change["quality"]),
            source=change["source"],
        )
        yield stated, actor


def answer_in(entry: PastEntry) -> Answer:
    """An answer as it was given, about the subject that it was accepted for.

    Raises:
        KeyError: it is none.
    """
    payload = entry.payload
    return Answer.model_construct(
        request_id=entry.subject,
        option=payload["option"],
        subject_digest=entry.document["subject"]["digest"],
        rationale=payload["rationale"],
        data=payload["data"],
        exception_code=payload["exception_code"],
    )
