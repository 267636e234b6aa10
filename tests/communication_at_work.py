"""A communication on a real Temporal server and a real database, driven as the API drives it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, text

from holdfast.domain.communication.asking import OpenCommunication, SubmitDraft
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import (
    MESSAGE_MEDIA_TYPE,
    AnswerLink,
    Attached,
    Delivery,
    Draft,
    Message,
    OnApproval,
    Release,
    TemplateUse,
    Variant,
    draft_of,
)
from holdfast.domain.communication.naming import communication_workflow_id, request_prefix
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, Submission, SubmissionBody
from holdfast.domain.values import Digest
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.evidence.signature import PrincipalSigner
from holdfast.store.artifacts import store_artifact
from tests.incident_at_work import KEY, IncidentAtWork
from tests.statements import ROBIN

__all__ = ["CommunicationAtWork", "file_delivery", "page_delivery"]

_SIGNER = PrincipalSigner(KEY)
_IDS = count(1)

_BODIES = text("""
    SELECT body FROM evidence.record WHERE workflow_id = :workflow ORDER BY sequence
""")


def file_delivery(group: str = "duty") -> Delivery:
    """To the folder of notices."""
    return Delivery(channel="notices", kind=ChannelKind.FILES, group=group, language="en", count=1)


def page_delivery() -> Delivery:
    """To the public status page."""
    return Delivery(
        channel="status-page", kind=ChannelKind.STATUS_PAGE, group="public", language="en", count=1
    )


@dataclass
class CommunicationAtWork:
    """One communication of an incident at work."""

    incident: IncidentAtWork
    number: int

    @classmethod
    async def open(
        cls,
        incident: IncidentAtWork,
        draft: Draft,
        audience: Audience = Audience.STAFF,
        purpose: Purpose = Purpose.OTHER,
    ) -> CommunicationAtWork:
        """Open it with a draft of Robin's."""
        asked = OpenCommunication(purpose=purpose, audience=audience, draft=draft)
        receipt = await incident.submit(ROBIN, asked)
        assert receipt.accepted, receipt.result
        entry = await _entry(incident, receipt.entry_id)
        self = cls(incident, int(entry.event.payload["number"]))
        await self.until("communication.drafted")
        return self

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return communication_workflow_id(self.incident.incident_id, self.number)

    async def submit(self, actor: Actor, body: SubmissionBody) -> Row[Any]:
        """Sign and send a submission, and return its receipt."""
        signed = _SIGNER.sign(
            Submission(
                submission_id=f"{self.incident.incident_id}-c{next(_IDS)}",
                workflow_id=self.workflow_id,
                principal=actor,
                submitted_at=datetime.now(UTC),
                body=body,
            )
        )
        handle = self.incident.client.get_workflow_handle(self.workflow_id)
        await handle.signal(body.type, signed)
        return await self.incident.receipt(signed.submission.submission_id)

    async def hand_in(self, message: Digest, actor: Actor = ROBIN) -> Row[Any]:
        """Hand that version in."""
        return await self.submit(actor, SubmitDraft(message=message))

    async def answer(
        self, actor: Actor, request: str, option: str, *, code: str | None = None
    ) -> Row[Any]:
        """Answer a request, once it has been put, about what it is about."""
        request_id = f"{request_prefix(self.number)}{request}"
        found = await self.incident.request(request_id)
        body = Answer(
            request_id=request_id,
            option=option,
            subject_digest=found.subject["digest"],
            rationale="For the reasons discussed.",
            exception_code=code,
        )
        return await self.submit(actor, body)

    async def entries(self) -> list[Entry]:
        """Its entries, in order."""
        async with self.incident.engine.connect() as connection:
            rows = await connection.execute(_BODIES, {"workflow": self.workflow_id})
            return [entry_from_bytes(bytes(row.body)) for row in rows]

    async def until(self, kind: str) -> Entry:
        """Wait for an entry of that kind, and return the latest."""
        await self.incident.until_recorded(self.workflow_id, kind)
        return [each for each in await self.entries() if each.event.kind == kind][-1]


async def stored_draft(  # noqa: PLR0913 - each is what some test is about
    incident: IncidentAtWork,
    body: str = "We are looking into it.",
    *,
    deliveries: tuple[Delivery, ...] | None = None,
    attachments: tuple[Attached, ...] = (),
    audience: Audience = Audience.STAFF,
    purpose: Purpose = Purpose.OTHER,
    release: Release | None = None,
    supersedes: int | None = None,
    template: TemplateUse | None = None,
    answer: AnswerLink | None = None,
) -> Draft:
    """Make a message, keep it as an artifact, and return it in short."""
    message = Message(
        incident=incident.incident_id,
        purpose=purpose,
        audience=audience,
        variants=(Variant(language="en", subject="Payments", body=body),),
        deliveries=deliveries or (file_delivery(),),
        attachments=attachments,
        release=release or OnApproval(),
        supersedes=supersedes,
        template=template,
        answer=answer,
    )
    async with incident.engine.begin() as connection:
        digest = await store_artifact(connection, message.content, MESSAGE_MEDIA_TYPE)
    assert digest == message.digest, json.loads(message.content)
    return draft_of(message)


async def _entry(incident: IncidentAtWork, entry_id: str) -> Entry:
    statement = text("SELECT body FROM evidence.record WHERE entry_id = :id")
    async with incident.engine.connect() as connection:
        body = (await connection.execute(statement, {"id": entry_id})).scalar_one()
    return entry_from_bytes(bytes(body))
