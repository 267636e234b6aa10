"""Composing a draft: texts, recipients and attachments become one message with one digest.

Everything that could go wrong later is looked at now. What is composed is kept as it is: nothing of
it is read again from the policy, the directory or the incident when it is published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.communication.message import (
    ANSWER_LINK,
    MESSAGE_MEDIA_TYPE,
    AnswerLink,
    Attached,
    Delivery,
    Draft,
    Message,
    ScheduledFor,
    TemplateUse,
    draft_of,
    marked_as_drill,
)
from holdfast.domain.communication.stakeholders import STAKEHOLDERS, stakeholder_directory
from holdfast.domain.communication.templates import (
    COMMUNICATIONS,
    CommunicationsPolicy,
    communications_policy,
)
from holdfast.domain.communication.wishes import DraftWish, VendorCall
from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import REGISTER
from holdfast.domain.values import rfc3339
from holdfast.dora.register import Register, register_from
from holdfast.errors import NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import fetch_artifact, store_artifact
from holdfast.store.communications.addressing import Addressing, Destination
from holdfast.store.communications.attaching import attach
from holdfast.store.communications.calling import as_called, in_languages_of
from holdfast.store.communications.invalid_draft import InvalidDraft
from holdfast.store.communications.prefilled import prefilled
from holdfast.store.communications.told_incident import ToldIncident, read_told_incident
from holdfast.store.communications.usable_channels import ChannelRefusal, UsableChannels
from holdfast.store.communications.wording import Wording, word
from holdfast.store.published_policies import in_force, list_policies

__all__ = ["Composed", "ComposingParts", "InvalidDraft", "compose", "preview"]

_LATE = timedelta(minutes=1)
"""How far in the past a release may lie: people and clocks are not exact."""


@dataclass(frozen=True, slots=True)
class ComposingParts:
    """What composing works with.

    `channels` are all that there are, by name; `refusal` says what one of them does not carry.
    """

    engine: AsyncEngine
    keyring: KeyEncryptionKeys
    channels: Mapping[str, ChannelKind]
    refusal: ChannelRefusal


@dataclass(frozen=True, slots=True)
class Composed:
    """The message, and the same in short."""

    message: Message
    draft: Draft


async def compose(
    parts: ComposingParts, incident_id: str, wish: DraftWish, at: datetime
) -> Composed:
    """Compose a draft as of an aware instant, and keep the message and its recipients.

    Values that nobody has stated stand in `missing`, and as `[missing: …]` in the texts.

    Raises:
        InvalidDraft: something of it cannot be done; says which field.
        NotFound: there is no such incident, or no policy for communications is in force.
    """
    async with parts.engine.begin() as connection:
        sketch = await _sketch(parts, connection, incident_id, wish, at)
        deliveries = [await each.kept(connection, parts.keyring) for each in sketch.destinations]
        message = sketch.message(deliveries)
        await store_artifact(connection, message.content, MESSAGE_MEDIA_TYPE)
    return Composed(message, draft_of(message))


async def preview(
    parts: ComposingParts, incident_id: str, wish: DraftWish, at: datetime
) -> Composed:
    """Compose a draft without keeping anything: its deliveries name no lists of recipients.

    Raises:
        InvalidDraft, NotFound: as `compose`.
    """
    async with parts.engine.connect() as connection:
        sketch = await _sketch(parts, connection, incident_id, wish, at)
    message = sketch.message([each.delivery for each in sketch.destinations])
    return Composed(message, draft_of(message))


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A draft all of whose parts are there, and none is kept yet."""

    incident_id: str
    wish: DraftWish
    pin: PolicyPin
    wording: Wording
    destinations: Sequence[Destination]
    attachments: tuple[Attached, ...]
    drill: bool

    def message(self, deliveries: Sequence[Delivery]) -> Message:
        used = TemplateUse(policy=self.pin, name=str(self.wish.purpose))
        message = Message(
            incident=self.incident_id,
            purpose=self.wish.purpose,
            audience=self.wish.audience,
            variants=tuple(self.wording.variants),
            deliveries=tuple(deliveries),
            attachments=self.attachments,
            template=used if self.wording.templated else None,
            values=self.wording.values,
            missing=tuple(self.wording.missing),
            release=self.wish.release,
            supersedes=self.wish.supersedes,
            answer=_answer(self.wish.call),
        )
        return marked_as_drill(message) if self.drill else message


async def _sketch(
    parts: ComposingParts,
    connection: AsyncConnection,
    incident_id: str,
    wish: DraftWish,
    at: datetime,
) -> _Sketch:
    _require_ahead(wish, at)
    told = await read_told_incident(connection, incident_id)
    pin, content = await _policy_in_force(connection, COMMUNICATIONS, at)
    policy = communications_policy(content)
    if wish.call is not None:
        wish = in_languages_of(policy, wish)
    before = await _message_before(connection, told, wish)
    languages = _languages(policy, wish, before)
    _, directory = await _policy_in_force(connection, STAKEHOLDERS, at)
    addressing = Addressing(
        connection,
        parts.keyring,
        UsableChannels(parts.channels, parts.refusal, wish.audience, bool(wish.attachments)),
        stakeholder_directory(directory),
        languages,
        at,
    )
    destinations = await _destinations(addressing, policy, wish, before)
    register = await _register(connection, told)
    delivered = {each.delivery.language for each in destinations}
    spoken = wish.languages or [each for each in languages if each in delivered]
    wording = word(policy, wish, spoken, prefilled(told, register, wish, at))
    _require_places_of_link(wording, wish)
    attachments = await attach(connection, incident_id, wish.attachments)
    drill = told.pace is not None
    return _Sketch(incident_id, wish, pin, wording, destinations, attachments, drill)


async def _destinations(
    addressing: Addressing, policy: CommunicationsPolicy, wish: DraftWish, before: Message | None
) -> list[Destination]:
    plan = policy.audiences[wish.audience]
    if wish.call is not None:
        return await as_called(addressing, wish, plan)
    if wish.deliveries:
        return await addressing.as_wished(wish)
    if before is not None:
        return await addressing.as_before(before.deliveries, _followed(wish)[0])
    return await addressing.as_planned(plan, wish.roles)


def _languages(
    policy: CommunicationsPolicy, wish: DraftWish, before: Message | None
) -> tuple[str, ...]:
    """The languages that the draft may have, the first the one where none is said."""
    for number, language in enumerate(wish.languages):
        if language in wish.languages[:number]:
            message = f"'{language}' is named twice"
            raise InvalidDraft(message, f"languages.{number}")
    if wish.languages:
        return wish.languages
    planned = policy.audiences[wish.audience].languages
    spoken = tuple(each.language for each in before.variants) if before else planned
    wished = tuple(each.language for each in wish.deliveries if each.language is not None)
    return tuple(dict.fromkeys((*spoken, *wish.texts, *wished)))


def _followed(wish: DraftWish) -> tuple[str, int | None]:
    """Whose deliveries are taken over: a correction goes to whoever had what it corrects."""
    if wish.follows is not None:
        return "follows", wish.follows
    return "supersedes", wish.supersedes


async def _message_before(
    connection: AsyncConnection, told: ToldIncident, wish: DraftWish
) -> Message | None:
    for place, number in (("follows", wish.follows), ("supersedes", wish.supersedes)):
        if number is not None and number not in told.published:
            message = f"{told.incident_id} has no published communication {number}"
            raise InvalidDraft(message, place)
    place, number = _followed(wish)
    if number is None:
        return None
    try:
        content = await fetch_artifact(connection, told.published[number].message)
    except NotFound as error:
        raise InvalidDraft(error.message, place) from error
    return Message.model_validate_json(content)


def _answer(call: VendorCall | None) -> AnswerLink | None:
    if call is None:
        return None
    return AnswerLink(escalation=call.escalation, call=call.entry, expires_at=call.answer_until)


def _require_places_of_link(wording: Wording, wish: DraftWish) -> None:
    """Hold a text with a place for a link to being a call, and a call to having one in each."""
    wanted = 0 if wish.call is None else 1
    for variant in wording.variants:
        for part, text, places in (("subject", variant.subject, 0), ("body", variant.body, wanted)):
            if text.count(ANSWER_LINK) != places:
                message = (
                    f"'{ANSWER_LINK}' is the place of a link: the body of each call of a provider"
                    " has one, and no other text has any"
                )
                raise InvalidDraft(message, f"texts.{variant.language}.{part}")


def _require_ahead(wish: DraftWish, at: datetime) -> None:
    if isinstance(wish.release, ScheduledFor) and wish.release.at < at - _LATE:
        message = f"{rfc3339(wish.release.at)} lies in the past"
        raise InvalidDraft(message, "release.at")


async def _policy_in_force(
    connection: AsyncConnection, name: str, at: datetime
) -> tuple[PolicyPin, str]:
    stored = in_force(await list_policies(connection, name), at)
    if stored is None:
        message = f"no version of the policy {name} is in force"
        raise NotFound(message, name=name)
    return stored.pin, (await fetch_artifact(connection, stored.digest)).decode()


async def _register(connection: AsyncConnection, told: ToldIncident) -> Register | None:
    digest = told.pins.get(REGISTER)
    if digest is None:
        return None
    return register_from((await fetch_artifact(connection, digest)).decode())
