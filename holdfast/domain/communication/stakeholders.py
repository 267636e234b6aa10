"""The stakeholder directory: who is told and who is called, without saying who they are.

It is a policy, and holds no personal data: a contact is a token that says what somebody does, such
as `duty-commander`, and no address can be one. Names and addresses are sealed in the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator, model_validator

from holdfast.domain.communication.kinds import Audience, Language
from holdfast.domain.roles import Role
from holdfast.domain.time_zones import TimeZoneRule
from holdfast.domain.values import Duration, Frozen, Identifier, Token
from holdfast.domain.working_hours import WorkingHours

__all__ = [
    "ALWAYS_IN_CHARGE",
    "STAKEHOLDERS",
    "Contact",
    "StakeholderDirectory",
    "contacts_in_charge",
    "stakeholder_directory",
    "standing_in",
]

STAKEHOLDERS = "stakeholders"
"""The name of the policy."""

ALWAYS_IN_CHARGE = (
    Role.INCIDENT_COMMANDER,
    Role.COMPLIANCE,
    Role.LEGAL,
    Role.MANAGEMENT_BODY,
)
"""Roles without which the process stands still: somebody has each of them at every hour."""

_NOBODYS = frozenset({Role.SYSTEM, Role.ALERT_SOURCE, Role.VENDOR})


class Contact(Frozen):
    """Somebody, or a desk, to turn to.

    `substitutes` stand in, in this order, where the contact cannot be reached; `out_of_hours`
    before them, outside of `hours`. Without `hours` the contact is there at any time.
    """

    roles: tuple[Role, ...] = ()
    audience: Audience = Audience.STAFF
    languages: tuple[Language, ...] = ()
    hours: WorkingHours | None = None
    out_of_hours: tuple[Token, ...] = ()
    substitutes: tuple[Token, ...] = ()

    @field_validator("roles")
    @classmethod
    def _are_roles_of_people(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        if wrong := sorted(_NOBODYS & set(roles)):
            message = f"nobody has the role '{wrong[0]}': programs have it"
            raise ValueError(message)
        return roles

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """All who may stand in, those out of hours first."""
        return (*self.out_of_hours, *self.substitutes)


class StakeholderDirectory(Frozen):
    """All contacts, groups of them, and who speaks to the media.

    Points of contact that nobody has confirmed for longer than `stale_after` are warned of.
    """

    name: Identifier
    version: Identifier
    format: Literal[1] = 1
    stale_after: Duration
    time_zones: dict[Identifier, TimeZoneRule] = Field(default_factory=dict)
    contacts: dict[Token, Contact]
    groups: dict[Token, tuple[Token, ...]] = Field(default_factory=dict)
    media_spokespersons: tuple[Token, ...]

    @field_validator("media_spokespersons")
    @classmethod
    def _somebody_speaks_to_the_media(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        if not named:
            message = "name at least one person for the public and the media (DORA Art. 14(3))"
            raise ValueError(message)
        return named

    @field_validator("groups")
    @classmethod
    def _groups_have_members(cls, groups: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if empty := [name for name, members in groups.items() if not members]:
            message = f"the group '{empty[0]}' has nobody in it"
            raise ValueError(message)
        return groups

    @model_validator(mode="after")
    def _names_what_there_is(self) -> StakeholderDirectory:
        for place, named in self._references():
            if named not in self.contacts:
                message = f"'{named}' is no contact of this directory; {place} names it"
                raise ValueError(message)
        for contact in self.contacts.values():
            if contact.hours and contact.hours.time_zone not in self.time_zones:
                message = f"'{contact.hours.time_zone}' has no rule under time_zones"
                raise ValueError(message)
        for named in self.media_spokespersons:
            if not self.contacts[named].audience.internal:
                message = f"'media_spokespersons' names {named}, which is of another house"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _somebody_is_in_charge_at_every_hour(self) -> StakeholderDirectory:
        self._refuse_circles()
        for role in ALWAYS_IN_CHARGE:
            holders = self.holders(role)
            if not holders:
                message = f"nobody among the 'contacts' has the role {role}"
                raise ValueError(message)
            if not any(self._leads_to_any_hour(holder) for holder in holders):
                message = (
                    f"'{holders[0]}' has the role {role} in working hours only: name somebody"
                    " without hours under out_of_hours or substitutes"
                )
                raise ValueError(message)
        return self

    def holders(self, role: Role) -> tuple[str, ...]:
        """The contacts that have a role, in the order of the directory."""
        return tuple(name for name, contact in self.contacts.items() if role in contact.roles)

    def is_there(self, contact_id: str, at: datetime) -> bool:
        """Whether a contact is within working hours at an aware instant."""
        hours = self.contacts[contact_id].hours
        return hours is None or hours.hold(at, self.time_zones)

    def is_stale(self, confirmed_at: datetime, now: datetime) -> bool:
        """Whether what was confirmed then has to be confirmed again; both instants are aware."""
        return now - confirmed_at > self.stale_after

    def _references(self) -> Iterator[tuple[str, str]]:
        for name, contact in self.contacts.items():
            yield from ((name, named) for named in contact.stand_ins)
        for group, members in self.groups.items():
            yield from ((f"the group {group}", named) for named in members)
        yield from (("media_spokespersons", named) for named in self.media_spokespersons)

    def _refuse_circles(self) -> None:
        done: set[str] = set()
        for name in self.contacts:
            if circle := _circle(self.contacts, name, done):
                message = f"'{circle[0]}' would stand in for themselves: {' → '.join(circle)}"
                raise ValueError(message)

    def _leads_to_any_hour(self, contact_id: str) -> bool:
        return any(self.contacts[each].hours is None for each in _reachable(self, contact_id))


def contacts_in_charge(
    directory: StakeholderDirectory,
    roles: Sequence[Role],
    at: datetime,
    unreachable: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Say who is in charge of these roles at an aware instant: contact ids, each once.

    Every contact that has a role counts; one who is not there, or is said to be `unreachable`, is
    replaced by the first who can stand in. Of a role that somebody has, somebody is in charge
    whatever happens: where nobody can be reached, those who would be if all could; where nobody is
    at work, those who have it.
    """
    found = dict.fromkeys(
        each for role in roles for each in _of_role(directory, role, at, unreachable)
    )
    return tuple(found)


def standing_in(
    directory: StakeholderDirectory, contact_id: str, at: datetime, unreachable: frozenset[str]
) -> str | None:
    """The contact, or the first who can stand in, or one who can for those; None if nobody can.

    Whoever is not there at an aware instant cannot, nor who is `unreachable`; the directory has to
    have the contact.
    """
    asked, waiting = set[str](), [contact_id]
    while waiting:
        if (name := waiting.pop()) in asked:
            continue
        asked.add(name)
        contact, there = directory.contacts[name], directory.is_there(name, at)
        if there and name not in unreachable:
            return name
        waiting.extend(reversed(contact.substitutes if there else contact.stand_ins))
    return None


@lru_cache(maxsize=16)
def stakeholder_directory(content: str) -> StakeholderDirectory:
    """Read the directory from the content of the policy."""
    return StakeholderDirectory.model_validate_json(content)


def _of_role(
    directory: StakeholderDirectory, role: Role, at: datetime, unreachable: frozenset[str]
) -> Sequence[str]:
    holders = directory.holders(role)
    for away in (unreachable, frozenset[str]()):
        found = [standing_in(directory, holder, at, away) for holder in holders]
        if there := [each for each in found if each is not None]:
            return there
    return holders


def _reachable(directory: StakeholderDirectory, contact_id: str) -> set[str]:
    found, waiting = set[str](), [contact_id]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(directory.contacts[name].stand_ins)
    return found


def _circle(contacts: Mapping[str, Contact], start: str, done: set[str]) -> list[str]:
    """A way that leads back to where it was, or nothing; what is `done` leads into none."""
    way: list[str] = [start]
    left = [iter(contacts[start].stand_ins)]
    while left:
        following = next(left[-1], None)
        if following is None:
            done.add(way.pop())
            left.pop()
        elif following in way:
            return [*way[way.index(following) :], following]
        elif following not in done:
            way.append(following)
            left.append(iter(contacts[following].stand_ins))
    return []
