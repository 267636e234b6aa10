"""Receipts: what became of a submission, and whether another submission says the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.asking import CancelCommunication, EditDraft
from holdfast.domain.events import EventKind
from holdfast.domain.reconsidering import Repin
from holdfast.domain.remediation.asking import ProposeTask, WriteOffTask
from holdfast.domain.reporting.asking import PutForward, SubmitAgain, WriteOffReporting
from holdfast.domain.submissions import SubmissionBody
from holdfast.domain.third_party.asking import (
    RecordNotification,
    ReviewEscalation,
    StateOrigin,
    WithdrawEscalation,
)
from holdfast.domain.threats.asking import StateThreatFacts, SubmitThreatAgain
from holdfast.domain.values import JsonObject, digest_of
from holdfast.errors import NotFound
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.store.tables import receipt

__all__ = [
    "StoredReceipt",
    "fetch_receipt",
    "fetch_receipt_entry",
    "heard_receipt",
    "says_the_same",
]

_RECEIPT = select(receipt).where(receipt.c.submission_id == bindparam("submission_id"))
_ENTRY = text("SELECT body FROM evidence.record WHERE entry_id = :entry_id")

# What an entry calls otherwise than the submission that it answers.
_RENAMED: dict[type, dict[str, str]] = {
    EditDraft: {"base": "before"},
    CancelCommunication: {"communication": "number"},
    RecordNotification: {"statement": "because", "said_at": "notified_at", "source": "asked_by"},
    StateOrigin: {"provider": "origin_provider"},
    WithdrawEscalation: {"escalation": "number"},
    WriteOffTask: {"task": "replaces"},
    SubmitAgain: {"because": "comment"},
    WriteOffReporting: {"reporting": "number"},
    StateThreatFacts: {"changes": "facts"},
    SubmitThreatAgain: {"because": "comment"},
}


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A receipt: the entry that answers a submission, and what it says."""

    submission_id: str
    incident_id: str
    entry_id: str
    kind: str
    accepted: bool
    result: JsonObject
    occurred_at: datetime
    recorded_at: datetime


_RECEIPTS = TypeAdapter(StoredReceipt)


async def fetch_receipt(connection: AsyncConnection, submission_id: str) -> StoredReceipt | None:
    """Read the receipt of a submission, if it has one yet."""
    row = (await connection.execute(_RECEIPT, {"submission_id": submission_id})).one_or_none()
    return StoredReceipt(**row._mapping) if row is not None else None  # noqa: SLF001 - public API


async def fetch_receipt_entry(connection: AsyncConnection, found: StoredReceipt) -> Entry:
    """Read the entry that a receipt is about.

    Raises:
        NotFound: its content has just been disposed of.
    """
    body = (await connection.execute(_ENTRY, {"entry_id": found.entry_id})).scalar_one()
    if body is None:
        message = f"the content of {found.entry_id} was disposed of"
        raise NotFound(message, entry_id=found.entry_id)
    return entry_from_bytes(bytes(body))


def says_the_same(entry: Entry, actor_id: str, body: SubmissionBody) -> bool:
    """Whether the submission that this entry answers said exactly what this body says."""
    event, content = entry.event, _content(body)
    if event.actor.id != actor_id:
        return False
    if event.kind is EventKind.SUBMISSION_REFUSED:
        return event.subject.digest == digest_of(body.model_dump(mode="json"))
    subject = (content.pop("request_id", None), content.pop("subject_digest", None))
    about = content.pop("action_id", None) or subject[0]
    if about is not None and about != event.subject.id:
        return False
    if subject[1] is not None and subject[1] != event.subject.digest:
        return False
    if content.get("data") != event.payload.get("data"):
        return False
    del content["type"]
    return _within(content.pop("review", content), event.payload)


def _content(body: SubmissionBody) -> JsonObject:
    content = body.model_dump(mode="json")
    if isinstance(body, Repin):
        # Evidence names the versions; their content is kept once, as artifacts.
        del content["pins"]
        content["policies"] = [pin.model_dump(mode="json") for pin in body.all_pins]
    for said, recorded in _RENAMED.get(type(body), {}).items():
        if said in content:
            content[recorded] = content.pop(said)
    if isinstance(body, ReviewEscalation):
        content["review"] = {"review": content["review"]}
    if isinstance(body, PutForward):
        # Evidence names all that it is at once.
        del content["also"]
        content["covers"] = [str(stage) for stage in body.covers]
    if isinstance(body, ProposeTask):
        content = {"type": content.pop("type"), "task": _stated(content)}
    # What is sealed stands beside the payload; whoever seals it compares it.
    content.pop("sealed", None)
    return content


def _stated(task: JsonObject) -> JsonObject:
    """What of a proposed task stands as it was said: the rest follows from its priority."""
    said = {name: value for name, value in task.items() if value is not None}
    if not said.get("mandatory"):
        said.pop("mandatory", None)
    return said


def _within(said: JsonObject, recorded: JsonObject) -> bool:
    """Whether all that was said stands in the record, which may hold more."""
    return all(name in recorded and _matches(value, recorded[name]) for name, value in said.items())


def _matches(said: object, recorded: object) -> bool:
    if isinstance(said, dict) and isinstance(recorded, dict):
        return _within(said, recorded)
    if isinstance(said, list) and isinstance(recorded, list):
        return len(said) == len(recorded) and all(map(_matches, said, recorded))
    return said == recorded and type(said) is type(recorded)


def heard_receipt(notification: str) -> tuple[str, StoredReceipt | None]:
    """Read a notification: whose receipt is there, and the receipt where it was told whole."""
    told = json.loads(notification)
    whole = len(told) > 1
    return told["submission_id"], _RECEIPTS.validate_python(told) if whole else None
