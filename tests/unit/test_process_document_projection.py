"""The tables of documents, folded in memory; and how their entries read."""

from __future__ import annotations

from datetime import date

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry
from holdfast.evidence.sentences import sentence
from holdfast.store.process_documents.tables import acknowledgement, document
from tests.folded import folded
from tests.statements import COMMANDER, COMPLIANCE, NOON, ROBIN, SASHA

_DIGEST = f"sha256:{'4f' * 32}"
_SAID = {
    "document": "sop-isolation",
    "version": "1",
    "kind": "sop",
    "title": "Isolation",
    "digest": _DIGEST,
}
_DRAFTED = _SAID | {
    "media_type": "text/markdown",
    "size": 12,
    "reason": "The review.",
    "caused_by": "INC-2026-000001/remediation-1",
}
_PUBLISHED = _SAID | {
    "effective_on": "2026-04-01",
    "concerns": ["incident_commander", "responder"],
    "acknowledge_within_days": 14,
    "acknowledge_by": "2026-03-18",
    "caused_by": "INC-2026-000001/remediation-1",
    "approval": "a#0",
}


def entry(kind: EventKind, actor: Actor, payload: JsonObject) -> Entry:
    """The entry of a deed."""
    deed = f"process-document/{payload['document']}/{payload['version']}/{kind}/{actor.id}"
    name = f"{payload['document']}/{payload['version']}"
    event = Event(
        kind=kind,
        subject=Subject(type="document", id=name, digest=_DIGEST),
        actor=actor,
        payload=payload,
    )
    return Entry(
        id=f"{deed}#0",
        incident="process-documents",
        workflow=deed,
        sequence=0,
        occurred_at=NOON,
        event=event,
        trace=None,
        nonce="00" * 16,
    )


_LIFE = [
    entry(EventKind.DOCUMENT_DRAFTED, ROBIN, _DRAFTED),
    entry(EventKind.DOCUMENT_APPROVED, COMMANDER, _SAID | {"rationale": "Good.", "draft": "d#0"}),
    entry(EventKind.DOCUMENT_PUBLISHED, COMPLIANCE, _PUBLISHED),
    entry(EventKind.DOCUMENT_ACKNOWLEDGED, ROBIN, _SAID),
    entry(EventKind.DOCUMENT_ACKNOWLEDGED, SASHA, _SAID),
]


def test_a_draft_is_neither_approved_nor_in_force() -> None:
    """It concerns nobody yet."""
    (row,) = folded(_LIFE[:1], document)
    assert (row["drafted_by"]["id"], row["draft_entry"]) == (ROBIN.id, _LIFE[0].id)
    assert (row["caused_by"], row["concerns"]) == ("INC-2026-000001/remediation-1", [])
    for unknown in ("approved_at", "published_at", "effective_on", "acknowledge_by"):
        assert row[unknown] is None


def test_each_step_adds_who_and_by_which_entry() -> None:
    """What was said before stays."""
    (row,) = folded(_LIFE, document)
    assert (row["approved_by"]["id"], row["approval_entry"]) == (COMMANDER.id, _LIFE[1].id)
    assert (row["published_by"]["id"], row["publication_entry"]) == (COMPLIANCE.id, _LIFE[2].id)
    assert (row["rationale"], row["reason"]) == ("Good.", "The review.")
    assert (row["effective_on"], row["acknowledge_by"]) == (date(2026, 4, 1), date(2026, 3, 18))
    assert row["concerns"] == ["incident_commander", "responder"]


def test_everybody_who_acknowledges_is_a_row() -> None:
    """By pseudonym, with the role in which they did."""
    rows = folded(_LIFE, acknowledgement)
    assert [(each["person"], each["role"], each["entry_id"]) for each in rows] == [
        (ROBIN.id, "responder", _LIFE[3].id),
        (SASHA.id, str(SASHA.role), _LIFE[4].id),
    ]


def test_the_entries_read_as_sentences() -> None:
    """With what a reader wants to know of each."""
    name = "SOP sop-isolation 1 (Isolation)"
    owed = "to be acknowledged by incident commander, responder until 2026-03-18"
    assert [sentence(each.event) for each in _LIFE[:4]] == [
        f"{name} drafted, caused by INC-2026-000001/remediation-1: The review.",
        f"{name} approved: Good.",
        f"{name} published, in force from 2026-04-01; {owed}",
        f"{name} acknowledged as responder",
    ]
