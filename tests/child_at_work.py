"""A child of an incident at work, on a real Temporal server and a real database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, text

from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, Submission, SubmissionBody
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.evidence.signature import PrincipalSigner
from tests.incident_at_work import KEY, IncidentAtWork

__all__ = ["ChildAtWork"]

_SIGNER = PrincipalSigner(KEY)
_IDS = count(1)

_BODIES = text("""
    SELECT body FROM evidence.record WHERE workflow_id = :workflow ORDER BY sequence
""")


@dataclass
class ChildAtWork(ABC):
    """One child, driven as the API drives it."""

    incident: IncidentAtWork
    number: int = 1

    @property
    @abstractmethod
    def workflow_id(self) -> str:
        """The id of its workflow."""

    @property
    @abstractmethod
    def prefix(self) -> str:
        """What the ids of its requests begin with."""

    async def submit(self, actor: Actor, body: SubmissionBody) -> Row[Any]:
        """Sign and send a submission, and return its receipt."""
        signed = _SIGNER.sign(
            Submission(
                submission_id=f"{self.incident.incident_id}-t{next(_IDS)}",
                workflow_id=self.workflow_id,
                principal=actor,
                submitted_at=datetime.now(UTC),
                body=body,
            )
        )
        handle = self.incident.client.get_workflow_handle(self.workflow_id)
        await handle.signal(body.type, signed)
        return await self.incident.receipt(signed.submission.submission_id)

    async def answer(
        self, actor: Actor, request: str, option: str, code: str | None = None
    ) -> Row[Any]:
        """Answer a request, once it has been put, about what it is about."""
        request_id = f"{self.prefix}{request}"
        found = await self.incident.request(request_id)
        body = Answer(
            request_id=request_id,
            option=option,
            subject_digest=found.subject["digest"],
            rationale="For the reasons discussed.",
            exception_code=code,
        )
        receipt = await self.submit(actor, body)
        assert receipt.accepted, receipt.result
        return receipt

    async def entries(self) -> list[Entry]:
        """Its entries, in order."""
        async with self.incident.engine.connect() as connection:
            rows = await connection.execute(_BODIES, {"workflow": self.workflow_id})
            return [entry_from_bytes(bytes(row.body)) for row in rows]

    async def until(self, kind: str) -> Entry:
        """Wait for an entry of that kind, and return the latest."""
        await self.incident.until_recorded(self.workflow_id, kind)
        return [each for each in await self.entries() if each.event.kind == kind][-1]
