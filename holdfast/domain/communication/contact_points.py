"""Contact points: how a contact is reached, and what of the directory is to be put right.

The points are personal data. What is kept of them in clear is which there are, and since when
somebody has said that they are right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from holdfast.domain.communication.mail_addresses import address_fault
from holdfast.domain.communication.stakeholders import StakeholderDirectory
from holdfast.domain.values import Frozen, Line

__all__ = [
    "ContactDeed",
    "ContactPoints",
    "DirectoryWarning",
    "KeptPoints",
    "MailAddress",
    "PointKind",
    "TelephoneNumber",
    "WarningCode",
    "directory_warnings",
]

_LONGEST_ADDRESS = 254


def _can_be_written_to(address: str) -> str:
    if fault := address_fault(address):
        raise ValueError(fault)
    return address


MailAddress = Annotated[
    str, StringConstraints(max_length=_LONGEST_ADDRESS), AfterValidator(_can_be_written_to)
]
"""A mail address: a dot-string and a domain, without quotes (RFC 5321, 4.1.2 and 4.5.3.1)."""

TelephoneNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{3,14}$")]
"""An international number (ITU-T E.164): `+`, country code and number, at most 15 digits."""


class PointKind(StrEnum):
    """What may be kept of a contact."""

    NAME = "name"
    MAIL = "mail"
    PHONE = "phone"


_REACHING = frozenset({PointKind.MAIL, PointKind.PHONE})


class ContactDeed(StrEnum):
    """What was done with the points of a contact."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REMOVED = "removed"


class ContactPoints(Frozen):
    """How one contact is reached: personal data."""

    name: Line | None = None
    mail: MailAddress | None = None
    phone: TelephoneNumber | None = Field(default=None, description="E.164, such as +4930123456.")

    @model_validator(mode="after")
    def _reach_somebody(self) -> ContactPoints:
        if not (self.mail or self.phone):
            message = "give a mail address or a telephone number: nobody is reached by a name"
            raise ValueError(message)
        return self

    @property
    def texts(self) -> dict[str, str]:
        """What is given, by kind of point."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


@dataclass(frozen=True, slots=True)
class KeptPoints:
    """What is told of the points of a contact: all but what they are; moments are aware.

    `key` names the key that seals them; `fingerprint` tells these points from others.
    """

    contact_id: str
    key: str
    points: tuple[str, ...]
    fingerprint: str
    recorded_at: datetime
    confirmed_at: datetime


class WarningCode(StrEnum):
    """What is to be put right in the directory."""

    STALE = "stale"
    CANNOT_BE_REACHED = "cannot_be_reached"
    NOT_IN_THE_DIRECTORY = "not_in_the_directory"


@dataclass(frozen=True, slots=True)
class DirectoryWarning:
    """One thing to be put right, about which contact, in words."""

    code: WarningCode
    contact_id: str
    detail: str


def directory_warnings(
    directory: StakeholderDirectory, kept: Mapping[str, KeptPoints], now: datetime
) -> tuple[DirectoryWarning, ...]:
    """Say which contacts have to be confirmed or recorded, and whose points nobody needs any more.

    `kept` has what is kept, by contact; `now` is aware.
    """
    return (*_of_contacts(directory, kept, now), *_of_strangers(directory, kept))


def _of_contacts(
    directory: StakeholderDirectory, kept: Mapping[str, KeptPoints], now: datetime
) -> Iterator[DirectoryWarning]:
    for name in directory.contacts:
        points = kept.get(name)
        if points is None or not _REACHING & set(points.points):
            detail = f"{name} cannot be reached: neither mail address nor telephone number is kept"
            yield DirectoryWarning(WarningCode.CANNOT_BE_REACHED, name, detail)
        elif directory.is_stale(points.confirmed_at, now):
            days = (now - points.confirmed_at).days
            detail = f"nobody has confirmed the points of {name} for {days} day(s)"
            yield DirectoryWarning(WarningCode.STALE, name, detail)


def _of_strangers(
    directory: StakeholderDirectory, kept: Mapping[str, KeptPoints]
) -> Iterator[DirectoryWarning]:
    for name in sorted(set(kept) - set(directory.contacts)):
        detail = f"points of {name} are kept, whom the directory names no more: remove them"
        yield DirectoryWarning(WarningCode.NOT_IN_THE_DIRECTORY, name, detail)
