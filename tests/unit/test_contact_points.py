"""Contact points: which are taken, and which contacts have to be looked after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from holdfast.domain.communication.contact_points import (
    ContactPoints,
    KeptPoints,
    WarningCode,
    directory_warnings,
)
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.evidence.sentences import sentence
from tests.unit.test_stakeholders import directory

_NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "points",
    [
        {"mail": "duty@bank.example"},
        {"mail": "o'neill+on-call@mail.bank.example", "phone": "+4930123456"},
        {"name": "Jörg Müller", "phone": "+352123"},
    ],
)
def test_a_mail_address_or_a_number_is_enough(points: dict[str, str]) -> None:
    """A name alone reaches nobody."""
    assert ContactPoints.model_validate(points).texts == points


@pytest.mark.parametrize(
    "points",
    [
        {},
        {"name": "Jo"},
        {"mail": ""},
        {"mail": "duty"},
        {"mail": "duty@bank.example\nBcc: all@bank.example"},
        {"mail": "Jo <duty@bank.example>"},
        {"mail": "a@b.example,c@d.example"},
        {"mail": "a@-bank.example"},
        {"mail": ".a@bank.example"},
        {"mail": "a..b@bank.example"},
        {"mail": f"{'a' * 65}@bank.example"},
        {"mail": f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}"},
        {"phone": "030 123456"},
        {"phone": "+0301234567"},
        {"phone": "+49 30 123456"},
        {"phone": "+1234567890123456"},
        {"mail": "duty@bank.example", "fax": "1"},
    ],
)
def test_what_reaches_nobody_is_refused(points: dict[str, str]) -> None:
    """When it is recorded, not when it is needed."""
    with pytest.raises(ValidationError):
        ContactPoints.model_validate(points)


def _kept(contact_id: str, *points: str, days: float = 0) -> KeptPoints:
    at = _NOW - timedelta(days=days)
    return KeptPoints(contact_id, f"contact-{'a' * 32}", points, "4f" * 32, at, at)


def test_contacts_are_warned_of_in_the_order_of_the_directory() -> None:
    """Not to be reached, not confirmed for too long, and kept for nobody."""
    known = directory(fresh={}, old={}, named={}, missing={})
    kept = {
        each.contact_id: each
        for each in (
            _kept("desk", "mail", days=90),
            _kept("fresh", "phone"),
            _kept("old", "mail", "name", days=90.1),
            _kept("named", "name"),
            _kept("gone", "mail"),
        )
    }
    found = directory_warnings(known, kept, _NOW)
    assert [(each.code, each.contact_id) for each in found] == [
        (WarningCode.STALE, "old"),
        (WarningCode.CANNOT_BE_REACHED, "named"),
        (WarningCode.CANNOT_BE_REACHED, "missing"),
        (WarningCode.NOT_IN_THE_DIRECTORY, "gone"),
    ]
    assert found[0].detail == "nobody has confirmed the points of old for 90 day(s)"
    assert directory_warnings(directory(), {"desk": _kept("desk", "mail")}, _NOW) == ()


def test_the_timeline_says_which_points_and_not_what_they_are() -> None:
    """One sentence."""
    event = Event(
        kind=EventKind.CONTACT_RECORDED,
        subject=Subject(type="contact", id="duty-commander"),
        payload={"done": "recorded", "points": ["mail", "phone"]},
    )
    assert sentence(event) == "Contact points of duty-commander recorded: mail, phone"
