"""The life of a document's version: each step is a deed, in the transaction that does it.

A version has one content for ever. Of two people who do the same at the same time, one goes first;
the same once more, by the same person, is the same entry.
"""

from __future__ import annotations

from datetime import UTC
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.process_documents.kinds import DOCUMENTS
from holdfast.domain.process_documents.life import (
    DocumentVersion,
    acknowledge_by,
    is_later,
    latest,
    lies_in_the_past,
)
from holdfast.domain.remediation.naming import task_named
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject
from holdfast.errors import InvalidInput
from holdfast.store.artifacts import digest_of_bytes, store_artifact
from holdfast.store.chosen_deeds import ChosenDeed, find_deed
from holdfast.store.custody.four_eyes import require_another_person
from holdfast.store.deeds import record_deed
from holdfast.store.process_documents.reading import list_versions, require_version
from holdfast.store.process_documents.steps import (
    Acknowledgement,
    AlreadyApproved,
    Approval,
    Draft,
    DraftTaken,
    KindChanged,
    NotApproved,
    NotLater,
    NotPublished,
    Publication,
    PublishedBefore,
)
from holdfast.store.remediation.reading import fetch_task
from holdfast.store.turns import take_turn

__all__ = ["acknowledge_document", "approve_document", "draft_document", "publish_document"]


async def draft_document(connection: AsyncConnection, draft: Draft) -> ChosenDeed:
    """Record a draft whose content was checked, and keep its bytes.

    Raises:
        DraftTaken: the version stands already, otherwise.
        NotLater: a version of the document is as late or later.
        KindChanged: the document is of another kind.
        InvalidInput: there is no such remediation task.
    """
    await _take_turn(connection, draft.document)
    payload = _said_of_draft(draft)
    earlier = await find_deed(connection, _deed(draft.document, draft.version, "drafted"))
    if earlier is not None:
        if (earlier.event.actor.id, earlier.event.payload) == (draft.actor.id, payload):
            return ChosenDeed(earlier, new=False)
        message = f"{draft.document} {draft.version} stands already, drafted otherwise"
        raise DraftTaken(message, document=draft.document, version=draft.version)
    _require_next(latest(await list_versions(connection, draft.document)), draft)
    await _require_task(connection, draft.caused_by)
    await store_artifact(connection, draft.content, draft.media_type)
    event = _event(EventKind.DOCUMENT_DRAFTED, draft.actor, payload)
    return await _record(connection, event, draft.trace)


async def approve_document(connection: AsyncConnection, approval: Approval) -> ChosenDeed:
    """Record that somebody else than its drafter approves a version.

    Raises:
        NotFound: there is no such version.
        SelfApproval: whoever drafted it would approve it.
        AlreadyApproved: it was approved before, by somebody else or otherwise.
    """
    await _take_turn(connection, approval.document)
    version = await require_version(connection, approval.document, approval.version)
    earlier = await find_deed(connection, _deed(version.document, version.version, "approved"))
    if earlier is not None:
        said = earlier.event.actor.id, earlier.event.payload["rationale"]
        if said == (approval.actor.id, approval.rationale):
            return ChosenDeed(earlier, new=False)
        message = f"{version.document} {version.version} was approved before"
        raise AlreadyApproved(message, document=version.document, version=version.version)
    drafted = await find_deed(connection, _deed(version.document, version.version, "drafted"))
    assert drafted is not None  # noqa: S101 - the row exists by this entry only
    require_another_person(approval.actor, drafted)
    payload = {**_said_of(version), "rationale": approval.rationale, "draft": drafted.id}
    event = _event(EventKind.DOCUMENT_APPROVED, approval.actor, payload, drafted.id)
    return await _record(connection, event, approval.trace)


async def publish_document(connection: AsyncConnection, publication: Publication) -> ChosenDeed:
    """Put an approved version into force from a day on, and say whom it concerns.

    Raises:
        NotFound: there is no such version.
        NotApproved: nobody has approved it yet.
        PublishedBefore: it was published before, by somebody else or otherwise.
        NotLater: a later version is published already.
        InvalidInput: it would take effect in the past.
    """
    await _take_turn(connection, publication.document)
    version = await require_version(connection, publication.document, publication.version)
    payload = _publication(version, publication)
    earlier = await find_deed(connection, _deed(version.document, version.version, "published"))
    if earlier is not None:
        if _is_published_the_same(earlier.event, publication.actor, payload):
            return ChosenDeed(earlier, new=False)
        message = f"{version.document} {version.version} was published before"
        raise PublishedBefore(message, document=version.document, version=version.version)
    if version.approval_entry is None:
        message = f"nobody has approved {version.document} {version.version} yet"
        raise NotApproved(message, document=version.document, version=version.version)
    await _require_latest_published(connection, version)
    if lies_in_the_past(publication.effective_on, publication.now.astimezone(UTC).date()):
        message = f"{publication.effective_on} is over: nobody could have gone by it any more"
        raise InvalidInput(message, errors=[{"pointer": "/effective_on", "message": message}])
    cause = version.approval_entry
    event = _event(EventKind.DOCUMENT_PUBLISHED, publication.actor, payload, cause)
    return await _record(connection, event, publication.trace)


async def acknowledge_document(
    connection: AsyncConnection, acknowledgement: Acknowledgement
) -> ChosenDeed:
    """Record that somebody has read a published version; once a person, whatever their roles.

    Raises:
        NotFound: there is no such version.
        NotPublished: it is not published.
    """
    await _take_turn(connection, acknowledgement.document)
    name, number = acknowledgement.document, acknowledgement.version
    version = await require_version(connection, name, number)
    if version.publication_entry is None:
        message = f"{name} {number} is not published: there is nothing to go by yet"
        raise NotPublished(message, document=name, version=number)
    actor = acknowledgement.actor
    # A pseudonym may be as long as the name of a deed, which has to hold more.
    step = f"acknowledged/{sha256(actor.id.encode()).hexdigest()[:32]}"
    if (earlier := await find_deed(connection, _deed(name, number, step))) is not None:
        return ChosenDeed(earlier, new=False)
    kind, cause = EventKind.DOCUMENT_ACKNOWLEDGED, version.publication_entry
    event = _event(kind, actor, _said_of(version), cause)
    return await _record(connection, event, acknowledgement.trace, step)


def _require_next(before: DocumentVersion | None, draft: Draft) -> None:
    if before is None:
        return
    if before.kind is not draft.kind:
        message = f"{draft.document} is of the kind {before.kind}: give another kind another name"
        raise KindChanged(message, document=draft.document, kind=str(before.kind))
    if not is_later(draft.version, before.version):
        message = f"{draft.document} has a version {before.version}: {draft.version} is not later"
        raise NotLater(message, document=draft.document, version=before.version)


async def _require_latest_published(connection: AsyncConnection, version: DocumentVersion) -> None:
    versions = await list_versions(connection, version.document)
    before = latest(each for each in versions if each.publication_entry is not None)
    if before is not None and not is_later(version.version, before.version):
        message = f"{before.version} of {version.document} is published: {version.version} is older"
        raise NotLater(message, document=version.document, version=before.version)


async def _require_task(connection: AsyncConnection, caused_by: str | None) -> None:
    if caused_by is None:
        return
    named = task_named(caused_by)
    if named is None or await fetch_task(connection, *named) is None:
        message = f"there is no remediation task {caused_by}: give it as INC-…/remediation-N"
        raise InvalidInput(message, errors=[{"pointer": "/caused_by", "message": message}])


def _publication(version: DocumentVersion, publication: Publication) -> JsonObject:
    concerns = sorted({str(role) for role in publication.concerns})
    today = publication.now.astimezone(UTC).date()
    days = publication.acknowledge_within_days if concerns else None
    return {
        **_said_of(version),
        "effective_on": publication.effective_on.isoformat(),
        "concerns": concerns,
        "acknowledge_within_days": days,
        "acknowledge_by": None if days is None else acknowledge_by(today, days).isoformat(),
        "caused_by": version.caused_by,
        "approval": version.approval_entry,
    }


def _is_published_the_same(event: Event, actor: Actor, payload: JsonObject) -> bool:
    asked = ("effective_on", "concerns", "acknowledge_within_days")
    same = all(event.payload[name] == payload[name] for name in asked)
    return same and event.actor.id == actor.id


def _said_of(version: DocumentVersion) -> JsonObject:
    return {
        "document": version.document,
        "version": version.version,
        "kind": str(version.kind),
        "title": version.title,
        "digest": version.digest,
    }


def _said_of_draft(draft: Draft) -> JsonObject:
    return {
        "document": draft.document,
        "version": draft.version,
        "kind": str(draft.kind),
        "title": draft.title,
        "digest": digest_of_bytes(draft.content),
        "media_type": draft.media_type,
        "size": len(draft.content),
        "reason": draft.reason,
        "caused_by": draft.caused_by,
    }


def _event(kind: EventKind, actor: Actor, payload: JsonObject, *causes: str) -> Event:
    name = f"{payload['document']}/{payload['version']}"
    subject = Subject(type="document", id=name, digest=payload["digest"])
    return Event(kind=kind, subject=subject, actor=actor, payload=payload, causes=causes)


async def _record(
    connection: AsyncConnection, event: Event, trace: str | None, step: str | None = None
) -> ChosenDeed:
    name, version = event.payload["document"], event.payload["version"]
    deed = _deed(name, version, step or event.kind.partition(".")[2])
    return ChosenDeed(await record_deed(connection, DOCUMENTS, deed, event, trace=trace), new=True)


async def _take_turn(connection: AsyncConnection, name: str) -> None:
    await take_turn(connection, f"process-document/{name}")


def _deed(name: str, version: str, step: str) -> str:
    return f"process-document/{name}/{version}/{step}"
