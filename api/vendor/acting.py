"""What a provider says over a link: sealed, signed and handed to its escalation, once a link.

The same link with the same content is the same statement, however often it comes; with other
content it is a link that was used, and is refused as any bad link is.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from api.incident_workflows import WorkflowEnded
from api.platform import Platform
from api.submitting import sign
from api.vendor.desk import OpenedLink, refuse_link
from api.vendor.statements import Documents, VendorSaid
from holdfast.domain.roles import Actor, Role
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.third_party.asking import Attachment, VendorStatement
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.domain.third_party.naming import escalation_addressee
from holdfast.domain.values import digest_of
from holdfast.errors import InvalidInput
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.communications.asked import claimed_at
from holdfast.store.communications.reply_intake import SubmissionIdReused
from holdfast.store.custody.attachments import NewAttachment, collect_attachment
from holdfast.store.people.sealed_once import SpokenWords, seal_once
from holdfast.store.receipts import StoredReceipt
from holdfast.store.third_parties.refused_links import LinkRefusal, RefusedLink
from holdfast.telemetry import current_trace_id

__all__ = ["ActOutcome", "take_statement"]

_AHEAD_AT_MOST = timedelta(minutes=1)
_NAMESPACE = uuid.UUID("3b8f0c52-7a1d-5e64-9c2f-d05b8e6a4171")
"""Of the ids of documents, which the link decides; any other would do as well."""


@dataclass(frozen=True, slots=True)
class ActOutcome:
    """What became of a statement; without a receipt, Temporal has it and will not lose it."""

    submission_id: str
    receipt: StoredReceipt | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """What of a statement stands in the database before anything is sent."""

    sealed: dict[str, SealedValue]
    documents: tuple[Attachment, ...]
    first_at: datetime


async def take_statement(
    doors: Platform, link: OpenedLink, content: VendorSaid, source: Source, wait: int
) -> ActOutcome:
    """Take in what was said over a link for that act; wait so many seconds for its receipt.

    Raises:
        Problem: the link was used for something else, or its escalation is over.
        InvalidInput: it was said in the future.
        Unavailable: Temporal does not answer: the same again, later, is the same statement.
    """
    _require_past(content)
    submission_id = f"vendor-link-{link.presented.removeprefix('sha256:')}"
    kept = await _keep(doors, link, content, source, submission_id)
    if (found := await doors.receipts.find(submission_id)) is not None:
        return ActOutcome(submission_id, found)
    statement = VendorStatement(
        said=Said(link.claims.act),
        said_at=content.said_at or kept.first_at,
        source=source,
        text=content.statement,
        estimated_at=content.estimated_at,
        documents=kept.documents,
        their_reference=content.their_reference,
        link=link.presented,
        sealed=kept.sealed,
    )
    to = escalation_addressee(link.incident_id, link.number)
    signed = sign(doors, to, submission_id, _actor(link), statement)
    with doors.receipts.expecting(submission_id) as event:
        try:
            await doors.workflows.signal(signed)
        except WorkflowEnded:
            await refuse_link(doors, _refused(link, LinkRefusal.OVER))
        doors.metrics.submissions.labels(statement.type).inc()
        return ActOutcome(submission_id, await doors.receipts.wait(submission_id, event, wait))


async def _keep(
    doors: Platform, link: OpenedLink, content: VendorSaid, source: Source, submission_id: str
) -> _Kept:
    """Keep who spoke, sealed, and the documents; what was kept before is kept as it is."""
    sent = content.documents if isinstance(content, Documents) else ()
    files = [(each, each.bytes) for each in sent]
    named = tuple(
        Attachment(name=each.name, media_type=each.media_type.lower(), digest=digest_of_bytes(own))
        for each, own in files
    )
    asked = content.model_dump(mode="json", exclude={"said_by", "documents"})
    asked |= {
        "act": str(link.claims.act),
        "source": str(source),
        "documents": [each.model_dump(mode="json") for each in named],
    }
    actor = _actor(link)
    words = SpokenWords(
        actor_id=actor.id,
        submission_id=submission_id,
        incident_id=link.incident_id,
        request=digest_of(asked),
        said={"from": content.said_by},
    )
    try:
        async with doors.engine.begin() as connection:
            sealed = await seal_once(connection, doors.keyring, words)
            first_at = await claimed_at(connection, actor.id, submission_id)
            for place, (document, (_, own)) in enumerate(zip(named, files, strict=True)):
                attachment_id = f"att-{uuid.uuid5(_NAMESPACE, f'{submission_id} {place}')}"
                await _collect(connection, link, (attachment_id, document, own), actor)
    except SubmissionIdReused:
        await refuse_link(doors, _refused(link, LinkRefusal.USED))
    return _Kept(sealed, named, first_at)


async def _collect(
    connection: AsyncConnection,
    link: OpenedLink,
    taken: tuple[str, Attachment, bytes],
    actor: Actor,
) -> None:
    attachment_id, document, content = taken
    new = NewAttachment(
        attachment_id=attachment_id,
        incident_id=link.incident_id,
        content=content,
        media_type=document.media_type,
        description=f"{link.claims.escalation}: {document.name}"[:200],
        collected_at=None,
        now=datetime.now(UTC),
    )
    await collect_attachment(connection, new, actor, current_trace_id())


def _actor(link: OpenedLink) -> Actor:
    """The provider itself: which of its people it was, nobody here can know."""
    return Actor(id=f"vendor/{link.row['provider']}", role=Role.VENDOR)


def _refused(link: OpenedLink, reason: LinkRefusal) -> RefusedLink:
    act, escalation = str(link.claims.act), link.claims.escalation
    return RefusedLink(reason, link.presented, act, escalation, current_trace_id())


def _require_past(content: VendorSaid) -> None:
    if content.said_at is not None and content.said_at > datetime.now(UTC) + _AHEAD_AT_MOST:
        message = "said_at lies in the future"
        raise InvalidInput(message, errors=[{"pointer": "/said_at", "message": message}])
