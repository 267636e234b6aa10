"""Whether recipients are our own people, as the directory in force has them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.stakeholders import STAKEHOLDERS, stakeholder_directory
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.communications.recipients import Recipient
from holdfast.store.published_policies import in_force, list_policies

__all__ = ["are_our_own"]


async def are_our_own(connection: AsyncConnection, recipients: Iterable[Recipient]) -> bool:
    """Whether each is a contact of the directory that is within the financial entity.

    An address that somebody has typed in is nobody's of the directory.

    Raises:
        NotFound, ContentDamaged: the directory in force cannot be read.
    """
    called = {recipient.contact for recipient in recipients}
    stored = in_force(await list_policies(connection, STAKEHOLDERS), datetime.now(UTC))
    if stored is None:
        return False
    content = await fetch_artifact(connection, stored.digest)
    contacts = stakeholder_directory(content.decode()).contacts
    found = (contacts.get(name) if name else None for name in called)
    return all(contact is not None and contact.audience.internal for contact in found)
