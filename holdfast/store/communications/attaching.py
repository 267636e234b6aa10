"""What goes along with a message: files in the custody of the same incident, and of no other."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.message import LARGEST_ATTACHMENTS, Attached
from holdfast.errors import NotFound
from holdfast.store.communications.invalid_draft import InvalidDraft
from holdfast.store.custody.attachments import StoredAttachment, fetch_attachment

__all__ = ["attach"]

_MOST = 20


async def attach(
    connection: AsyncConnection, incident_id: str, wanted: Sequence[str]
) -> tuple[Attached, ...]:
    """Look up the attachments of an incident that a message is to carry, in order.

    Recipients see them as `attachment-1.pdf`, and so on: the names that files had are not kept.

    Raises:
        InvalidDraft: the incident has no such attachment, its content was disposed of, it is named
            twice, or they are too many or too large.
    """
    if len(wanted) > _MOST:
        message = f"{len(wanted)} attachments; at most {_MOST} go along"
        raise InvalidDraft(message, "attachments")
    attached = []
    for number, attachment_id in enumerate(wanted):
        place = f"attachments.{number}"
        if attachment_id in wanted[:number]:
            message = f"{attachment_id} is attached already"
            raise InvalidDraft(message, place)
        stored = await _fetch(connection, incident_id, attachment_id, place)
        suffix = mimetypes.guess_extension(stored.media_type.partition(";")[0].strip()) or ""
        attached.append(
            Attached(
                name=f"attachment-{number + 1}{suffix}",
                media_type=stored.media_type,
                size=stored.size,
                digest=stored.digest,
            )
        )
    total = sum(each.size for each in attached)
    if total > LARGEST_ATTACHMENTS:
        message = f"{total} bytes together; at most {LARGEST_ATTACHMENTS} go along"
        raise InvalidDraft(message, "attachments")
    return tuple(attached)


async def _fetch(
    connection: AsyncConnection, incident_id: str, attachment_id: str, place: str
) -> StoredAttachment:
    try:
        stored = await fetch_attachment(connection, incident_id, attachment_id)
    except NotFound as error:
        raise InvalidDraft(error.message, place) from error
    if stored.disposed:
        message = f"the content of {attachment_id} was disposed of"
        raise InvalidDraft(message, place)
    return stored
