"""Drafts at the door: composed once for an id that the caller has chosen, and then the same again.

What is composed a second time has other bytes, as facts move on and lists of recipients are sealed
anew. So the first is remembered with what was asked, and a request that is repeated is it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from api.platform import Platform
from api.problems import Problem
from holdfast.domain.communication.kinds import Audience
from holdfast.domain.communication.message import Draft, Message, draft_of
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.values import JsonObject, digest_of
from holdfast.errors import NotFound
from holdfast.store.communications.asked import Asked, claim_submission, find_claim
from holdfast.store.communications.composing import (
    ComposingParts,
    InvalidDraft,
    compose,
    preview,
)
from holdfast.store.communications.reading import fetch_message
from holdfast.store.communications.recipients import read_recipients
from holdfast.store.people.personal_data import PersonalDataErased

__all__ = ["AskedDraft", "draft_for", "earlier_draft", "preview_of"]


class AskedDraft:
    """A draft as it was asked for, by whom, under which id; `more` is what was said beside it."""

    def __init__(
        self,
        incident_id: str,
        actor_id: str,
        submission_id: str | None,
        wish: DraftWish,
        more: JsonObject,
    ) -> None:
        """Ask for a draft."""
        self.incident_id = incident_id
        self.actor_id = actor_id
        self.submission_id = submission_id
        self.wish = wish
        self._more = more

    @property
    def request(self) -> str:
        """The digest of all that was asked, but for addresses: those could be guessed from it."""
        wish = self.wish.model_dump(mode="json")
        for delivery in wish["deliveries"]:
            del delivery["addresses"]
        return digest_of({**self._more, "wish": wish})

    @property
    def addresses(self) -> set[str]:
        """Everybody who is addressed outside of the directory."""
        return _folded(address for each in self.wish.deliveries for address in each.addresses)


async def earlier_draft(doors: Platform, asked: AskedDraft) -> Draft | None:
    """The draft that was made for the same request before; None if there was none.

    Raises:
        Problem: its id was used for something else.
    """
    if asked.submission_id is None:
        return None
    async with doors.engine.begin() as connection:
        claimed = await find_claim(connection, asked.actor_id, asked.submission_id)
        if claimed is None:
            return None
        return draft_of(await _same(connection, doors, asked, claimed))


async def preview_of(doors: Platform, incident_id: str, wish: DraftWish) -> Message:
    """Compose a draft without keeping anything.

    Raises:
        InvalidDraft: it cannot be composed as asked; says which field.
    """
    _require_carried(doors, wish)
    composed = await preview(_parts(doors), incident_id, wish, datetime.now(UTC))
    _require_planned_carried(doors, composed.message)
    return composed.message


async def draft_for(doors: Platform, asked: AskedDraft) -> Draft:
    """Compose a draft, and remember what it was made for.

    Raises:
        InvalidDraft: it cannot be composed as asked; says which field.
        Problem: its id was used for something else.
    """
    _require_carried(doors, asked.wish)
    composed = await compose(_parts(doors), asked.incident_id, asked.wish, datetime.now(UTC))
    _require_planned_carried(doors, composed.message)
    if asked.submission_id is None:
        return composed.draft
    made = (composed.message.digest,)
    new = Asked(asked.actor_id, asked.submission_id, asked.incident_id, asked.request, made)
    async with doors.engine.begin() as connection:
        claimed = await claim_submission(connection, new)
        if claimed == new:
            return composed.draft
        return draft_of(await _same(connection, doors, asked, claimed))


def _require_carried(doors: Platform, wish: DraftWish) -> None:
    """Refuse a channel that does not serve the audience, or carries no attachments."""
    for number, each in enumerate(wish.deliveries):
        for name, place in ((each.channel, "channel"), (each.alternative, "alternative")):
            known = name is not None and name in doors.channels.kinds
            if known and (refusal := _refusal(doors, str(name), wish.audience, wish.attachments)):
                raise InvalidDraft(refusal, f"deliveries.{number}.{place}")


def _require_planned_carried(doors: Platform, message: Message) -> None:
    """The same of the channels that a plan, or an earlier message, has chosen."""
    for each in message.deliveries:
        for name in filter(None, (each.channel, each.alternative)):
            if refusal := _refusal(doors, name, message.audience, message.attachments):
                raise InvalidDraft(refusal, "deliveries")


def _refusal(
    doors: Platform, channel: str, audience: Audience, attachments: Sequence[object]
) -> str | None:
    return doors.channels.refusal(channel, audience, attachments=bool(attachments))


async def _same(
    connection: AsyncConnection, doors: Platform, asked: AskedDraft, claimed: Asked
) -> Message:
    """The message that was made for a claim, which has to be of the same request."""
    if claimed.is_of(asked.request, asked.incident_id) and len(claimed.made) == 1:
        message = await fetch_message(connection, claimed.made[0])
        if not asked.wish.deliveries or await _goes_to(connection, doors, message, asked.addresses):
            return message
    detail = f"'{claimed.submission_id}' was used for something else"
    raise Problem(RefusalReason.SUBMISSION_ID_REUSED, detail)


async def _goes_to(
    connection: AsyncConnection, doors: Platform, message: Message, addresses: set[str]
) -> bool:
    """Whether a message goes to these outside of the directory; its own lists say so.

    Whoever is named twice, or in the directory too, stands in the lists once.
    """
    everybody: set[str] = set()
    outside: set[str] = set()
    for digest in {each.recipients for each in message.deliveries if each.recipients}:
        try:
            recipients = await read_recipients(connection, doors.keyring, digest)
        except PersonalDataErased:
            # Nobody can tell any more; what is not of people was the same.
            return True
        except NotFound as error:
            raise Problem(RefusalReason.SUBMISSION_ID_REUSED, error.message) from error
        everybody |= _folded(each.address for each in recipients)
        outside |= _folded(each.address for each in recipients if each.contact is None)
    return outside <= addresses <= everybody


def _folded(addresses: Iterable[str]) -> set[str]:
    return {address.lower() for address in addresses}


def _parts(doors: Platform) -> ComposingParts:
    return ComposingParts(doors.engine, doors.keyring, doors.channels.kinds, doors.channels.refusal)
