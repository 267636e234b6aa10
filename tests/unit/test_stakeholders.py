"""Who is in charge: at every hour somebody, and the right one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.domain.communication.stakeholders import (
    ALWAYS_IN_CHARGE,
    Contact,
    StakeholderDirectory,
    contacts_in_charge,
    stakeholder_directory,
)
from holdfast.domain.roles import Role
from holdfast.domain.working_hours import Weekday
from holdfast.store.policies import load_named_policy
from holdfast.store.policy_kinds import INCIDENT_POLICIES, POLICY_KINDS

_POLICIES = Path(__file__).resolve().parent.parent.parent / "policies"
EXAMPLE = stakeholder_directory(load_named_policy(_POLICIES, "stakeholders").content)
_OFFICE = {
    "time_zone": "Europe/Berlin",
    "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday"],
    "begin": "08:00",
    "end": "18:00",
}
_NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
_NIGHT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def directory(**contacts: dict[str, Any]) -> StakeholderDirectory:
    """A directory with somebody for every role that there has to be, and these contacts."""
    everything = {"roles": [str(role) for role in ALWAYS_IN_CHARGE]}
    return StakeholderDirectory.model_validate(
        {
            "name": "stakeholders",
            "version": "1",
            "stale_after": "P90D",
            "time_zones": {"Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3"},
            "contacts": {"desk": everything, **contacts},
            "media_spokespersons": ["desk"],
        }
    )


def test_the_directory_is_a_policy_that_incidents_are_not_pinned_to() -> None:
    """The one in force counts: people change while an incident lasts."""
    assert POLICY_KINDS["stakeholders"] is StakeholderDirectory
    assert "stakeholders" not in INCIDENT_POLICIES


@pytest.mark.parametrize(
    ("at", "unreachable", "expected"),
    [
        (_NOON, (), "officer"),
        (_NOON, ("officer",), "deputy"),
        (_NOON, ("officer", "deputy"), "second-deputy"),
        (_NIGHT, (), "on-call"),
        (_NIGHT, ("on-call",), "night-desk"),
        (_NIGHT, ("on-call", "night-desk"), "second-deputy"),
        (_NIGHT, ("on-call", "night-desk", "second-deputy"), "on-call"),
    ],
    ids=[
        "at work",
        "first substitute",
        "second substitute",
        "at night",
        "substitute of the one at night",
        "substitutes at night too",
        "nobody can be reached",
    ],
)
def test_who_stands_in_comes_in_the_order_of_the_directory(
    at: datetime, unreachable: tuple[str, ...], expected: str
) -> None:
    """Out of hours first those named for it; who stands in is stood in for as well."""
    known = directory(
        officer={
            "roles": ["vendor_manager"],
            "hours": _OFFICE,
            "out_of_hours": ["on-call"],
            "substitutes": ["deputy", "second-deputy"],
        },
        deputy={"hours": _OFFICE},
        **{"second-deputy": {}, "on-call": {"substitutes": ["night-desk"]}, "night-desk": {}},
    )
    away = frozenset(unreachable)
    assert contacts_in_charge(known, [Role.VENDOR_MANAGER], at, away) == (expected,)


def test_everybody_who_has_a_role_is_in_charge_and_named_once() -> None:
    """Of several roles in the order in which they are asked for."""
    known = directory(chair={"roles": ["management_body", "legal"]}, cio={"roles": ["legal"]})
    roles = [Role.LEGAL, Role.MANAGEMENT_BODY, Role.LEGAL]
    assert contacts_in_charge(known, roles, _NOON) == ("desk", "chair", "cio")
    assert contacts_in_charge(known, [Role.RESPONDER], _NOON) == ()


def test_who_alone_has_another_role_is_told_at_night_too() -> None:
    """Nobody stands in: better told in bed than not at all."""
    known = directory(buyer={"roles": ["vendor_manager"], "hours": _OFFICE})
    assert contacts_in_charge(known, [Role.VENDOR_MANAGER], _NIGHT) == ("buyer",)


_NAMES = tuple(f"contact-{number}" for number in range(7))
_ANYTIME = _NAMES[-1]
_INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


@st.composite
def _contacts(draw: st.DrawFn, number: int) -> dict[str, Any]:
    later = st.lists(st.sampled_from(_NAMES[number + 1 :]), max_size=3, unique=True)
    hours = {
        "time_zone": "Europe/Berlin",
        "weekdays": draw(st.lists(st.sampled_from(Weekday), min_size=1, unique=True)),
        "begin": "22:00" if draw(st.booleans()) else "09:00",
        "end": "17:30",
    }
    return {
        "hours": draw(st.sampled_from([None, hours])),
        "out_of_hours": draw(later),
        "substitutes": [*draw(later), _ANYTIME],
    }


@st.composite
def _directories(draw: st.DrawFn) -> StakeholderDirectory:
    contacts = {name: draw(_contacts(number)) for number, name in enumerate(_NAMES[:-1])}
    contacts[_ANYTIME] = {}
    for role in (*ALWAYS_IN_CHARGE, Role.RESPONDER):
        for holder in draw(st.lists(st.sampled_from(_NAMES), min_size=1, unique=True)):
            contacts[holder].setdefault("roles", []).append(str(role))
    return directory(**contacts)


def _naive(
    known: StakeholderDirectory, name: str, at: datetime, away: frozenset[str]
) -> str | None:
    contact: Contact = known.contacts[name]
    there = known.is_there(name, at)
    if there and name not in away:
        return name
    others = contact.substitutes if there else (*contact.out_of_hours, *contact.substitutes)
    found = (_naive(known, other, at, away) for other in others)
    return next((each for each in found if each), None)


@given(_directories(), _INSTANTS, st.frozensets(st.sampled_from((*_NAMES, "desk"))))
def test_somebody_is_in_charge_of_every_required_role_whatever_happens(
    known: StakeholderDirectory, at: datetime, away: frozenset[str]
) -> None:
    """At any instant, whoever cannot be reached; and it is whom the rule in words names."""
    for role in ALWAYS_IN_CHARGE:
        in_charge = contacts_in_charge(known, [role], at, away)
        assert in_charge
        assert len(set(in_charge)) == len(in_charge)
        expected = [_naive(known, holder, at, away) for holder in known.holders(role)]
        if any(expected):
            assert list(in_charge) == list(dict.fromkeys(each for each in expected if each))
            assert not away & set(in_charge)
        else:
            assert in_charge == contacts_in_charge(known, [role], at)
        assert all(known.is_there(each, at) for each in in_charge)


@given(_INSTANTS)
def test_the_example_has_somebody_for_every_role_it_names(at: datetime) -> None:
    """The directory that comes with a release can be worked with."""
    for role in (*ALWAYS_IN_CHARGE, Role.RESPONDER, Role.VENDOR_MANAGER):
        (in_charge,) = contacts_in_charge(EXAMPLE, [role], at)
        assert EXAMPLE.is_there(in_charge, at)


def _refused(change: dict[str, Any]) -> str:
    document = directory().model_dump(mode="json")
    with pytest.raises(ValidationError) as refused:
        StakeholderDirectory.model_validate(document | change)
    (error,) = refused.value.errors()
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


_ALL = {"roles": [str(role) for role in ALWAYS_IN_CHARGE]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"media_spokespersons": []}, "media_spokespersons: .*DORA Art. 14\\(3\\)"),
        ({"media_spokespersons": ["nobody"]}, "'nobody' is no contact .*; media_spokespersons"),
        ({"groups": {"board": ["nobody"]}}, "'nobody' is no contact .*; the group board"),
        ({"groups": {"board": []}}, "groups: .*'board' has nobody"),
        ({"contacts": {"desk": _ALL | {"substitutes": ["x"]}}}, "'x' is no contact .*; desk"),
        ({"contacts": {"desk": _ALL | {"out_of_hours": ["x"]}}}, "'x' is no contact .*; desk"),
        ({"contacts": {"desk": _ALL | {"substitutes": ["desk"]}}}, "desk → desk"),
        (
            {
                "contacts": {
                    "desk": _ALL,
                    "a": {"substitutes": ["b"]},
                    "b": {"out_of_hours": ["c"]},
                    "c": {"substitutes": ["desk", "a"]},
                }
            },
            "'a' would stand in for themselves: a → b → c → a",
        ),
        ({"contacts": {"desk": _ALL | {"roles": ["legal"]}}}, "'contacts' has the role incident_"),
        ({"contacts": {"desk": _ALL | {"hours": _OFFICE}}}, "in working hours only"),
        (
            {"contacts": {"desk": _ALL, "b": {"hours": _OFFICE | {"time_zone": "Mars"}}}},
            "'Mars' has no rule",
        ),
        ({"contacts": {"desk": _ALL | {"roles": ["system"]}}}, "contacts.desk.roles: .*'system'"),
        ({"contacts": {"jo.doe@example.org": _ALL}}, "contacts.jo.doe@example.org"),
        (
            {
                "contacts": {"desk": _ALL, "agency": {"audience": "media"}},
                "media_spokespersons": ["agency"],
            },
            "another house",
        ),
        ({"format": 2}, "format"),
    ],
    ids=[
        "no spokesperson",
        "unknown spokesperson",
        "unknown member",
        "empty group",
        "unknown substitute",
        "unknown out of hours",
        "own substitute",
        "circle",
        "role without anybody",
        "nobody at night",
        "unknown time zone",
        "role of programs",
        "address as id",
        "spokesperson of others",
        "format",
    ],
)
def test_a_directory_that_would_leave_a_gap_is_refused(change: dict[str, Any], says: str) -> None:
    """Before it is published, with the field."""
    message = _refused(change)
    assert re.search(says, message), message


def test_what_nobody_has_confirmed_for_too_long_is_stale() -> None:
    """From the first moment after the length of time that the policy states."""
    limit = _NOON + EXAMPLE.stale_after
    assert not EXAMPLE.is_stale(_NOON, limit)
    assert EXAMPLE.is_stale(_NOON, limit + timedelta(microseconds=1))


def test_a_long_row_of_substitutes_is_followed_to_its_end() -> None:
    """However many there are."""
    names = [f"deputy-{number}" for number in range(3_000)]
    row: dict[str, dict[str, Any]] = {
        name: {"substitutes": [after]} for name, after in pairwise(names)
    }
    known = directory(
        buyer={"roles": ["vendor_manager"], "substitutes": names[:1]}, **row, **{names[-1]: {}}
    )
    away = frozenset({"buyer", *names[:-1]})
    assert contacts_in_charge(known, [Role.VENDOR_MANAGER], _NOON, away) == (names[-1],)
