"""Deeds that no incident's workflow records: documents, training, lessons taken up."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.values import JsonObject, digest_of
from holdfast.store.deeds import record_deed
from tests.statements import COMMANDER, COMPLIANCE, ROBIN

__all__ = ["record_deeds"]

_DOCUMENT: JsonObject = {
    "document": "release-procedure",
    "version": "1.0",
    "kind": "sop",
    "title": "Releasing schema and code",
}
_DRAFT: JsonObject = {
    **_DOCUMENT,
    "media_type": "text/markdown",
    "size": 12,
    "reason": "It was learnt.",
    "caused_by": None,
    "digest": digest_of("One pipeline"),
}
_PUBLICATION: JsonObject = {
    **_DOCUMENT,
    "effective_on": "2026-03-10",
    "concerns": ["responder"],
    "acknowledge_within_days": 14,
    "acknowledge_by": "2026-03-24",
}


def _events(incident_id: str) -> tuple[tuple[str, Event], ...]:
    document = Subject(type="process_document", id="release-procedure/1.0")
    lesson = Subject(type="lesson", id=f"{incident_id}-lesson-1")
    training = Subject(type="training", id=f"training-{uuid.uuid4()}")
    taken: JsonObject = {"lesson": 1, "text": "One step.", "risk": "R-7", "statement": "Lower."}
    course: JsonObject = {
        "person": ROBIN.id,
        "role": "responder",
        "course": "Isolation",
        "on": "2026-03-04",
        "drill": None,
    }
    kind = EventKind
    return (
        ("process-documents", _event(kind.DOCUMENT_DRAFTED, document, _DRAFT)),
        (
            "process-documents",
            _event(kind.DOCUMENT_APPROVED, document, {**_DOCUMENT, "rationale": None}),
        ),
        ("process-documents", _event(kind.DOCUMENT_PUBLISHED, document, _PUBLICATION)),
        ("process-documents", _event(kind.DOCUMENT_ACKNOWLEDGED, document, _DOCUMENT)),
        ("trainings", _event(kind.TRAINING_RECORDED, training, course)),
        (incident_id, _event(kind.LESSON_ASSESSED, lesson, taken)),
    )


def _event(kind: EventKind, subject: Subject, payload: JsonObject) -> Event:
    by = {EventKind.DOCUMENT_DRAFTED: ROBIN, EventKind.DOCUMENT_APPROVED: COMMANDER}
    return Event(kind=kind, subject=subject, actor=by.get(kind, COMPLIANCE), payload=payload)


async def record_deeds(engine: AsyncEngine, incident_id: str) -> None:
    """Record one deed of each of these kinds."""
    async with engine.begin() as connection:
        for chain, event in _events(incident_id):
            await record_deed(connection, chain, f"deed/{uuid.uuid4()}", event)
