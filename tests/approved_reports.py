"""Contents that the evidence has approved for an authority, without the reporting around them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.testing import ActivityEnvironment

from activities.authority_documents import DocumentWriter
from activities.authority_submission import AuthoritySubmissionActivities
from holdfast.channels.authorities import Authorities, AuthorityChannel
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.reporting.documents import (
    AuthorityDocument,
    CannotBeWritten,
    DocumentFormat,
)
from holdfast.domain.reporting.naming import report_id, reporting_workflow_id
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.domain.values import canonical_json
from holdfast.evidence.entry import Entry, entry_id
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import store_artifact
from holdfast.store.evidence import append
from tests.incident_at_work import new_incident_id
from tests.statements import NOON

__all__ = ["PlainWriter", "approve", "attempt", "rows_of", "submitting"]

_ROWS = text("""
    SELECT number, state, because, receipt, sealed FROM outgoing.authority_submission
    WHERE key = :key ORDER BY number
""")


@dataclass
class PlainWriter:
    """Writes a content as it is, with the name of a contact, who may change meanwhile."""

    contact: str | None = "Ada Example"
    refuses: str | None = None
    written: int = 0

    async def __call__(
        self,
        connection: AsyncConnection,
        keyring: KeyEncryptionKeys,
        content: bytes,
        formats: Sequence[DocumentFormat],
    ) -> tuple[AuthorityDocument, ...]:
        """Write it in each format, in order."""
        del connection, keyring
        if self.refuses is not None:
            raise CannotBeWritten(self.refuses)
        self.written += 1
        return tuple(
            AuthorityDocument(each, f"application/{each}", content + self._named(each))
            for each in formats
        )

    def _named(self, document_format: DocumentFormat) -> bytes:
        return canonical_json([document_format, self.contact]) if self.contact else b""


async def approve(
    engine: AsyncEngine,
    says: Mapping[str, Any] | None = None,
    *,
    content: bytes | None = None,
    drill: bool = False,
) -> SubmissionOrder:
    """Keep a content and record its approval; `says` is put into that entry."""
    incident = new_incident_id()
    subject, workflow = report_id(incident, 1, 1), reporting_workflow_id(incident, 1)
    content = content or canonical_json({"of": incident, "salt": uuid.uuid4().hex})
    async with engine.begin() as connection:
        digest = await store_artifact(connection, content, "application/vnd.holdfast.report+json")
    payload: dict[str, Any] = {
        "number": 1,
        "entity": "beispielbank",
        "version": 1,
        "kind": "initial",
        "covers": ["initial"],
        "content": digest,
        "gaps": [],
        "by": [{"id": "cleo", "role": "compliance"}],
        "exception_code": None,
        "authority": "bafin",
        **(says or {}),
    }
    entry = Entry(
        id=entry_id(workflow, 1),
        incident=incident,
        workflow=workflow,
        sequence=1,
        occurred_at=NOON,
        event=Event(
            kind=EventKind.REPORT_APPROVED,
            subject=Subject(type="report", id=subject, digest=digest),
            payload=payload,
        ),
        nonce=uuid.uuid4().hex,
    )
    await append(engine, [entry])
    return SubmissionOrder(
        key=f"{subject}/submission-1",
        chain=incident,
        subject=subject,
        kind="initial",
        authority="bafin",
        content=digest,
        approved=entry.id,
        drill=drill,
    )


def submitting(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    writer: DocumentWriter,
    *ways: AuthorityChannel,
    drills_folder: Path | None = None,
) -> AuthoritySubmissionActivities:
    """The activity with those ways to authorities."""
    return AuthoritySubmissionActivities(
        engine,
        keyring,
        Authorities(ways),
        {EventKind.REPORT_APPROVED: writer},
        drills_folder=drills_folder,
    )


async def attempt(
    activity: AuthoritySubmissionActivities,
    order: SubmissionOrder,
    within: ActivityEnvironment | None = None,
) -> SubmissionOutcome:
    """Make one attempt, as Temporal does."""
    environment = within or ActivityEnvironment()
    environment.info = replace(environment.info, attempt=1)
    return await environment.run(activity.submit_to_authority, order)


async def rows_of(engine: AsyncEngine, order: SubmissionOrder) -> list[Any]:
    """What the ledger says of the attempts under the key of an order."""
    async with engine.connect() as connection:
        return list((await connection.execute(_ROWS, {"key": order.key})).all())
