"""To whom a call of a provider goes: to whoever can be reached, and never to nobody.

Its times run whether a desk has an address or not. So what is wrong with the way that the contract
names stops no call: others stand in, the alternative is taken, or in the end what the policy plans.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.communication.mail_addresses import address_fault
from holdfast.domain.communication.stakeholders import standing_in
from holdfast.domain.communication.templates import AudiencePlan, CommunicationsPolicy
from holdfast.domain.communication.wishes import DeliveryWish, DraftWish
from holdfast.store.communications.addressing import Addressing, Destination
from holdfast.store.communications.invalid_draft import InvalidDraft
from holdfast.store.people.directory import addresses_of

__all__ = ["as_called", "in_languages_of"]


def in_languages_of(policy: CommunicationsPolicy, wish: DraftWish) -> DraftWish:
    """The wish of a call, without languages in which there is no text for it."""
    spoken = tuple(
        each
        if each.language is None or policy.text(wish.purpose, each.language)
        else each.model_copy(update={"language": None})
        for each in wish.deliveries
    )
    return wish.model_copy(update={"deliveries": spoken})


async def as_called(
    addressing: Addressing, wish: DraftWish, plan: AudiencePlan
) -> list[Destination]:
    """The deliveries of a call: those of the wish that reach somebody, else those of the plan.

    Raises:
        InvalidDraft: not even the plan reaches anybody.
    """
    reaching = [found for each in wish.deliveries if (found := await _reaching(addressing, each))]
    if reaching:
        try:
            return await addressing.as_wished(
                wish.model_copy(update={"deliveries": tuple(reaching)})
            )
        except InvalidDraft:
            # Such as two deliveries to the same people: what stands of them goes with the plan.
            pass
    return await addressing.as_planned(plan, ())


async def _reaching(addressing: Addressing, wished: DeliveryWish) -> DeliveryWish | None:
    """The delivery by the first of its two channels that reaches somebody; None if neither does."""
    for name, other in ((wished.channel, wished.alternative), (wished.alternative, None)):
        kind = addressing.channels.find(name)
        if kind is None:
            continue
        changes: dict[str, object] = {"channel": name, "contacts": (), "addresses": ()}
        if kind.addressed:
            contacts = await _contacts(addressing, wished, kind)
            addresses = tuple(each for each in wished.addresses if address_fault(each) is None)
            if not (contacts or addresses):
                continue
            changes |= {"contacts": contacts, "addresses": addresses}
        spare = _spare(addressing, kind, other if other != name else None)
        return wished.model_copy(update={**changes, "alternative": spare})
    return None


def _spare(addressing: Addressing, kind: ChannelKind, other: str | None) -> str | None:
    """The alternative, if it could take the place of a channel of that kind."""
    found = addressing.channels.find(other)
    return other if found is not None and (kind.addressed or not found.addressed) else None


async def _contacts(
    addressing: Addressing, wished: DeliveryWish, kind: ChannelKind
) -> tuple[str, ...]:
    """Those of the contacts, or who stand in for them, of whom an address is kept; each once."""
    directory = addressing.directory
    named: Sequence[str] = wished.contacts
    if not named and not wished.addresses:
        named = directory.groups.get(wished.group or "", ())
    found = [
        await _standing_in(addressing, each, kind) for each in named if each in directory.contacts
    ]
    return tuple(dict.fromkeys(each for each in found if each is not None))


async def _standing_in(addressing: Addressing, contact: str, kind: ChannelKind) -> str | None:
    """The contact or a stand-in who is there; where nobody is, the contact: better in vain."""
    unreachable = set[str]()
    while True:
        name = standing_in(addressing.directory, contact, addressing.at, frozenset(unreachable))
        if await _has_address(addressing, asked := name or contact, kind):
            return asked
        if name is None:
            return None
        unreachable.add(name)


async def _has_address(addressing: Addressing, contact: str, kind: ChannelKind) -> bool:
    found = await addresses_of(addressing.connection, addressing.keyring, (contact,), kind)
    return contact in found and address_fault(found[contact]) is None
