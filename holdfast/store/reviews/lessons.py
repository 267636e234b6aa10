"""Lessons of reviews that were signed off, and how each went into the risk assessment.

That a lesson was taken up is a deed: it is so if and only if it is recorded (DORA Art. 13(3)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.reviews.naming import lesson_id, lesson_named
from holdfast.domain.roles import Actor
from holdfast.errors import NotFound
from holdfast.store.chosen_deeds import ChosenDeed, find_deed, record_chosen_deed
from holdfast.store.custody.holds import take_disposal_turn

__all__ = ["AssessmentRequest", "assess_lesson", "list_lessons"]

_LESSONS = """
    SELECT review.incident_id, learnt.number, learnt.text, review.version, review.signed_off_at,
        review.signed_off, review.entry_id AS review_entry, incident.title, incident.severity,
        incident.services, incident.drill IS NOT NULL AS drill, assessed.risk, assessed.statement,
        assessed.assessed_by, assessed.assessed_at, assessed.entry_id AS assessed_entry
    FROM projection.review
        JOIN projection.incident USING (incident_id)
        CROSS JOIN LATERAL jsonb_array_elements_text(content -> 'lessons')
            WITH ORDINALITY AS learnt (text, number)
        LEFT JOIN projection.lesson assessed
            ON assessed.incident_id = review.incident_id
            AND assessed.number = learnt.number AND assessed.text = learnt.text
    WHERE review.signed_off_at IS NOT NULL
"""

# A lesson that a later version says otherwise is another one: it has still to be taken up.
_LIST = text(f"""
    {_LESSONS}
        AND (CAST(:taken_up AS boolean) IS NULL
            OR (assessed.lesson_id IS NOT NULL) = CAST(:taken_up AS boolean))
    ORDER BY review.signed_off_at DESC, review.incident_id DESC, learnt.number
    LIMIT :limit
""")

_ONE = text(f"{_LESSONS} AND review.incident_id = :incident_id AND learnt.number = :number")


@dataclass(frozen=True, slots=True)
class AssessmentRequest:
    """Who took which lesson into which risk; `assessment_id` is chosen by whoever says so."""

    lesson: str
    assessment_id: str
    risk: str
    statement: str
    actor: Actor
    trace: str | None = None


async def list_lessons(
    connection: AsyncConnection, limit: int, *, taken_up: bool | None = None
) -> Sequence[RowMapping]:
    """Read lessons of reviews that are signed off, the latest review first."""
    parameters = {"taken_up": taken_up, "limit": limit}
    return (await connection.execute(_LIST, parameters)).mappings().all()


async def assess_lesson(connection: AsyncConnection, request: AssessmentRequest) -> ChosenDeed:
    """Record that a lesson went into the risk assessment, in the caller's transaction.

    Raises:
        NotFound: no review that is signed off has such a lesson.
        IdReused: an assessment of that id stands already, and says something else.
    """
    named = lesson_named(request.lesson)
    if named is None:
        raise _unknown(request.lesson)
    incident_id, number = named
    await take_disposal_turn(connection, incident_id)
    deed = f"lesson/{request.lesson}/{request.assessment_id}"
    earlier = await find_deed(connection, deed)
    parameters = {"incident_id": incident_id, "number": number}
    row = (await connection.execute(_ONE, parameters)).mappings().one_or_none()
    if earlier is not None:
        # What the lesson said then is what was assessed, whatever a later version says.
        words, causes = earlier.event.payload["text"], earlier.event.causes
    elif row is not None:
        words, causes = row["text"], (row["signed_off"],)
    else:
        raise _unknown(request.lesson)
    event = Event(
        kind=EventKind.LESSON_ASSESSED,
        subject=Subject(type="lesson", id=lesson_id(incident_id, number)),
        actor=request.actor,
        payload={
            "lesson": number,
            "text": words,
            "risk": request.risk,
            "statement": request.statement,
        },
        causes=causes,
    )
    return await record_chosen_deed(connection, incident_id, deed, event, trace=request.trace)


def _unknown(lesson: str) -> NotFound:
    message = f"no review that is signed off has a lesson {lesson}: list the lessons"
    return NotFound(message, lesson_id=lesson)
