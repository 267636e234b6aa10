"""Whom a draft goes to, and how: as wished, as the message before it, or as the policy plans.

Who is in charge of a role is read from the directory at this moment, and stands in the sealed list
of recipients from then on: the message goes to whom it was approved for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.communication.mail_addresses import address_fault
from holdfast.domain.communication.message import Delivery
from holdfast.domain.communication.stakeholders import StakeholderDirectory, contacts_in_charge
from holdfast.domain.communication.templates import AudiencePlan, PlannedDelivery
from holdfast.domain.communication.wishes import DeliveryWish, DraftWish
from holdfast.domain.roles import Role
from holdfast.errors import NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.communications.invalid_draft import InvalidDraft
from holdfast.store.communications.recipients import (
    MOST_RECIPIENTS,
    Recipient,
    keep_recipients,
    read_recipients,
)
from holdfast.store.communications.usable_channels import UsableChannels
from holdfast.store.people.directory import addresses_of

__all__ = ["Addressing", "Destination"]

_MOST_DELIVERIES = 50


@dataclass(frozen=True, slots=True)
class Destination:
    """A delivery whose list of recipients, if it has one, is not kept yet."""

    delivery: Delivery
    recipients: tuple[Recipient, ...] = ()

    async def kept(self, connection: AsyncConnection, keyring: KeyEncryptionKeys) -> Delivery:
        """Keep the list of recipients in the caller's transaction; the delivery names it."""
        if not self.recipients:
            return self.delivery
        digest = await keep_recipients(connection, keyring, self.recipients)
        return self.delivery.model_copy(update={"recipients": digest})


@dataclass
class Addressing:
    """Addresses one draft; nobody is written to twice over one channel.

    `languages` are those of the draft, the first the one where none is said; `at` is aware.
    """

    connection: AsyncConnection
    keyring: KeyEncryptionKeys
    channels: UsableChannels
    directory: StakeholderDirectory
    languages: Sequence[str]
    at: datetime
    _written_to: dict[str, set[str]] = field(default_factory=dict)
    _found: dict[tuple[str, str, str], Destination] = field(default_factory=dict)

    async def as_wished(self, wish: DraftWish) -> list[Destination]:
        """The deliveries that a person has asked for.

        Raises:
            InvalidDraft: a channel, a language, a contact or an address is wrong, or nobody is
                addressed; the field is that of the wish.
        """
        if len(wish.deliveries) > _MOST_DELIVERIES:
            message = f"{len(wish.deliveries)} deliveries; at most {_MOST_DELIVERIES} are made"
            raise InvalidDraft(message, "deliveries")
        for number, wished in enumerate(wish.deliveries):
            place = f"deliveries.{number}"
            bare = self._bare(wished, str(wish.audience), place)
            if (key := _key(bare)) in self._found:
                message = f"{' / '.join(key)} stands before it already"
                raise InvalidDraft(message, place)
            recipients = await self._wished_recipients(wished, bare.kind, place)
            self._found[key] = _destination(bare, recipients)
        return list(self._found.values())

    async def as_before(self, before: Sequence[Delivery], place: str) -> list[Destination]:
        """The deliveries of an earlier message, to the very same recipients.

        Raises:
            InvalidDraft: a channel is no longer there or is another, a language is missing, or a
                list of recipients can be read no more.
        """
        for delivery in before:
            for name, kind in (
                (delivery.channel, delivery.kind),
                (delivery.alternative, delivery.alternative_kind),
            ):
                if name is not None and self.channels.kind(name, place) is not kind:
                    message = f"the channel '{name}' that it left by is no longer {kind}"
                    raise InvalidDraft(message, place)
            if delivery.language not in self.languages:
                message = f"the message before was delivered in '{delivery.language}' too"
                raise InvalidDraft(message, "languages")
            if delivery.recipients is not None:
                await self._require_readable(delivery.recipients, place)
        return [Destination(delivery) for delivery in before]

    async def as_planned(self, plan: AudiencePlan, roles: Sequence[Role]) -> list[Destination]:
        """The policy's deliveries; with `roles`, to the people in charge of them.

        Raises:
            InvalidDraft: a channel of the plan is not there, or nobody can be addressed.
        """
        for planned in plan.deliveries:
            spoken = self.languages if planned.language is None else [self._nearest(planned)]
            for language in spoken:
                await self._put_planned(planned, language, roles)
        if not self._found:
            message = "nobody is addressed, and the plan has no channel that needs no recipients"
            raise InvalidDraft(message, "deliveries")
        return list(self._found.values())

    async def _put_planned(
        self, planned: PlannedDelivery, language: str, roles: Sequence[Role]
    ) -> None:
        # A brief leaves by what is there; for all else, a plan that cannot be kept is told.
        other = planned.alternative
        if roles and self.channels.find(other) is None:
            other = None
        wished = DeliveryWish(
            channel=planned.channel, group=planned.group, language=language, alternative=other
        )
        if roles and self.channels.find(planned.channel) is None:
            self._put_unaddressed(planned, language)
            return
        try:
            bare = self._bare(wished, planned.group, "deliveries")
        except InvalidDraft as error:
            message = f"the policy plans them so, but {error.reason}"
            raise InvalidDraft(message, "deliveries") from error
        if not bare.kind.addressed:
            self._found.setdefault(_key(bare), Destination(bare))
            return
        called = contacts_in_charge(self.directory, tuple(roles) or planned.roles, self.at)
        found = await addresses_of(self.connection, self.keyring, called, bare.kind)
        recipients = [
            Recipient(found[contact], contact)
            for contact in called
            if contact in found and address_fault(found[contact]) is None
        ]
        if once := self._once(bare.channel, recipients):
            self._found.setdefault(_key(bare), _destination(bare, once))
        elif not recipients:
            self._put_unaddressed(planned, language)

    def _put_unaddressed(self, planned: PlannedDelivery, language: str) -> None:
        """Where nobody of the plan can be reached: the channel that needs no recipients."""
        name = planned.alternative
        kind = self.channels.find(name)
        if name is None or kind is None or kind.addressed:
            roles = ", ".join(planned.roles) or "the group"
            message = f"nobody of {roles} can be reached over '{planned.channel}' or otherwise"
            raise InvalidDraft(message, "deliveries")
        delivery = Delivery(
            channel=name, kind=kind, group=planned.group, language=language, count=1
        )
        self._found.setdefault(_key(delivery), Destination(delivery))

    def _bare(self, wished: DeliveryWish, group: str, place: str) -> Delivery:
        """The delivery without its recipients."""
        kind = self.channels.kind(wished.channel, f"{place}.channel")
        other = wished.alternative
        other_kind = self.channels.kind(other, f"{place}.alternative") if other else None
        if other == wished.channel:
            message = f"'{other}' is no alternative to itself"
            raise InvalidDraft(message, f"{place}.alternative")
        if other_kind is not None and other_kind.addressed and not kind.addressed:
            message = f"'{other}' needs recipients, and '{wished.channel}' has none"
            raise InvalidDraft(message, f"{place}.alternative")
        language = wished.language or self.languages[0]
        if language not in self.languages:
            message = f"'{language}' is none of the languages {', '.join(self.languages)}"
            raise InvalidDraft(message, f"{place}.language")
        return Delivery(
            channel=wished.channel,
            kind=kind,
            group=wished.group or group,
            language=language,
            count=1,
            alternative=other,
            alternative_kind=other_kind,
        )

    async def _wished_recipients(
        self, wished: DeliveryWish, kind: ChannelKind, place: str
    ) -> tuple[Recipient, ...]:
        if not kind.addressed:
            for name, given in (("contacts", wished.contacts), ("addresses", wished.addresses)):
                if given:
                    message = f"'{wished.channel}' is addressed by its own settings"
                    raise InvalidDraft(message, f"{place}.{name}")
            return ()
        recipients = await self._contacts(wished, kind, place)
        for number, address in enumerate(wished.addresses):
            if fault := address_fault(address):
                raise InvalidDraft(fault, f"{place}.addresses.{number}")
            recipients.append(Recipient(address))
        if not recipients:
            message = f"'{wished.channel}' needs recipients: name contacts, addresses, or a group"
            raise InvalidDraft(message, place)
        once = self._once(wished.channel, recipients)
        if not once:
            message = f"everybody in it is written to over '{wished.channel}' already"
            raise InvalidDraft(message, place)
        if len(once) > MOST_RECIPIENTS:
            message = f"{len(once)} recipients; one delivery has at most {MOST_RECIPIENTS}"
            raise InvalidDraft(message, f"{place}.addresses")
        return once

    async def _contacts(
        self, wished: DeliveryWish, kind: ChannelKind, place: str
    ) -> list[Recipient]:
        for number, contact in enumerate(wished.contacts):
            if contact not in self.directory.contacts:
                message = f"there is no contact '{contact}' in the directory"
                raise InvalidDraft(message, f"{place}.contacts.{number}")
        called = wished.contacts
        if not called and not wished.addresses:
            called = self.directory.groups.get(wished.group or "", ())
        found = await addresses_of(self.connection, self.keyring, called, kind)
        for number, contact in enumerate(called):
            if contact not in found or address_fault(found[contact]):
                message = f"no address of '{contact}' is kept that {kind} could use"
                field = f"contacts.{number}" if wished.contacts else "group"
                raise InvalidDraft(message, f"{place}.{field}")
        return [Recipient(found[contact], contact) for contact in called]

    def _once(self, channel: str, recipients: Sequence[Recipient]) -> tuple[Recipient, ...]:
        """Those who are not written to over that channel yet; from here on, they are."""
        known = self._written_to.setdefault(channel, set())
        found = []
        for recipient in recipients:
            if (address := recipient.address.lower()) not in known:
                known.add(address)
                found.append(recipient)
        return tuple(found)

    def _nearest(self, planned: PlannedDelivery) -> str:
        spoken = planned.language
        return spoken if spoken in self.languages and spoken is not None else self.languages[0]

    async def _require_readable(self, digest: str, place: str) -> None:
        try:
            await read_recipients(self.connection, self.keyring, digest)
        except NotFound as error:  # erased or disposed of, too
            message = "its recipients can be read no more: name them anew"
            raise InvalidDraft(message, place) from error


def _destination(bare: Delivery, recipients: tuple[Recipient, ...]) -> Destination:
    count = len(recipients) or 1
    return Destination(bare.model_copy(update={"count": count}), recipients)


def _key(delivery: Delivery) -> tuple[str, str, str]:
    return delivery.channel, delivery.group, delivery.language
