"""An evidence entry: one event of one workflow, numbered, timed, and as exact bytes.

The id `{workflow id}#{sequence}` is fixed by the workflow before anything is written, so an append
that is retried writes the same entry or nothing. Entries are never changed; a correction is
another entry.
"""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import Field, StringConstraints

from holdfast.domain.events import Event
from holdfast.domain.submissions import SignedSubmission
from holdfast.domain.values import Count, Frozen, Identifier, Instant, canonical_json

__all__ = [
    "ENTRY_VERSION",
    "Appended",
    "Entry",
    "EntryBatch",
    "entry_bytes",
    "entry_from_bytes",
    "entry_id",
]

ENTRY_VERSION = 1


class Entry(Frozen):
    """One entry of the journal.

    `occurred_at` is workflow time; the database adds its own `recorded_at`. The nonce keeps anyone
    who sees only a hash from guessing low-entropy content. `trace` is the OpenTelemetry trace id.
    """

    v: int = ENTRY_VERSION
    id: Identifier
    incident: Identifier
    workflow: Identifier
    sequence: Count
    occurred_at: Instant
    event: Event
    trace: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] | None = None
    nonce: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class EntryBatch(Frozen):
    """Entries of one workflow, in order, appended by one activity call.

    `relies_on` are the submissions that the entries attribute to people: nothing is written unless
    the API signed each of them.
    """

    entries: tuple[Entry, ...] = Field(min_length=1)
    relies_on: tuple[SignedSubmission, ...] = ()


class Appended(Frozen):
    """What became of a batch: how many entries were new, or which submissions were forged.

    `forged` are indexes into `relies_on`; if there is any, nothing was written.
    """

    new: int
    forged: tuple[int, ...] = ()


def entry_id(workflow_id: str, sequence: int) -> str:
    """The id of a workflow's entry of that number."""
    return f"{workflow_id}#{sequence}"


def entry_bytes(entry: Entry) -> bytes:
    """The exact bytes that are kept, hashed and proved: RFC 8785."""
    document = entry.model_dump(mode="json", exclude={"event"})
    # What is not sealed says nothing of it: the records of 0.1.0 have no such member either.
    unsaid = None if entry.event.sealed else {"sealed"}
    return canonical_json({**document, **entry.event.model_dump(mode="json", exclude=unsaid)})


def entry_from_bytes(body: bytes) -> Entry:
    """Read an entry back from its bytes."""
    document = json.loads(body)
    event = {name: document.pop(name) for name in Event.model_fields if name in document}
    return Entry.model_validate_json(json.dumps({**document, "event": event}))
