"""Values of a call: what it says itself, and when which time of the provider runs out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from holdfast.domain.clocks import ClockState
from holdfast.domain.communication.message import ANSWER_LINK
from holdfast.domain.communication.template_values import (
    ALWAYS_SAID_BY_A_CALL,
    OF_A_CALL,
    OFFERED,
    ValueKind,
)
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import rfc3339
from holdfast.evidence.entry import Entry
from holdfast.store.communications.call_values import values_of_call
from holdfast.store.communications.known_values import KnownValue
from holdfast.store.communications.prefilled import prefilled
from holdfast.store.communications.told_incident import ToldIncident
from tests.statements import NOON
from tests.vendor_calls import ENTRY, UNTIL, call_of, calling

_INCIDENT = "INC-2026-000001"
_AT = NOON + timedelta(hours=1)
_SOON = _AT + timedelta(minutes=10)


def told(*clocks: tuple[EventKind, str, datetime]) -> ToldIncident:
    """An incident of which these entries about clocks are told."""
    incident = ToldIncident(_INCIDENT)
    for number, (kind, clock_id, due_at) in enumerate(clocks):
        payload = {"title": "x", "state": ClockState.RUNNING, "due_at": rfc3339(due_at)}
        subject = Subject(type="clock", id=clock_id)
        event = Event(kind=kind, subject=subject, actor=SYSTEM, payload=payload)
        incident.take(
            Entry(
                id=f"third-party/{_INCIDENT}/1#{number}",
                incident=_INCIDENT,
                workflow=f"third-party/{_INCIDENT}/1",
                sequence=number,
                occurred_at=NOON,
                event=event,
                nonce="0" * 32,
            )
        )
    return incident


def test_what_a_call_says_is_traced_to_it() -> None:
    """Each value of its own kind; what it does not say is not known."""
    values = values_of_call(call_of(_INCIDENT), told(), _AT)
    assert {name: value.raw for name, value in values.items()} == {
        "provider": "Nordcloud Beispiel",
        "contract": "NC-2024-001",
        "escalation": "INC-2026-000001/third-party-1",
        "call_reason": "Payments stand still.",
        "answer_until": UNTIL,
        "answer_link": ANSWER_LINK,
    }
    late = call_of(_INCIDENT, about="restore", due_at=NOON, rung="CEO", their_reference="NC-7")
    every = values_of_call(late, told(), _AT)
    assert {name: every[name].raw for name in every.keys() - values.keys()} == {
        "overdue_time": "restore",
        "overdue_since": NOON,
        "call_rung": "CEO",
        "their_reference": "NC-7",
    }
    assert {value.entries for value in every.values()} == {(ENTRY,)}
    assert all(value.kind is OFFERED[name].kind for name, value in every.items())
    assert values.keys() == set(ALWAYS_SAID_BY_A_CALL) & OF_A_CALL.keys()


_ARMED, _MET = EventKind.CLOCK_ARMED, EventKind.CLOCK_MET
_PAUSED, _RESUMED = EventKind.CLOCK_PAUSED, EventKind.CLOCK_RESUMED


@pytest.mark.parametrize(
    ("clocks", "due", "entry"),
    [
        ([(_ARMED, "third-party-1:restore-1", _SOON)], _SOON, 0),
        ([(_ARMED, "third-party-1:restore-1", _AT)], None, None),
        ([(_ARMED, "third-party-2:restore-1", _SOON)], None, None),
        ([(_ARMED, "third-party-1:pause-1", _SOON)], None, None),
        ([(_ARMED, "third-party-1:restore-1", _SOON), (_MET, "third-party-1:restore-1", _SOON)],
         None, None),
        ([(_ARMED, "third-party-1:restore-1", _SOON), (_PAUSED, "third-party-1:restore-1", _SOON)],
         None, None),
        ([(_PAUSED, "third-party-1:restore-1", _AT),
          (_RESUMED, "third-party-1:restore-1", _SOON)], _SOON, 1),
        ([(_MET, "third-party-1:restore-9", UNTIL), (_ARMED, "third-party-1:restore-10", _SOON)],
         _SOON, 1),
        ([(_ARMED, "third-party-1:restore-1", UNTIL), (_MET, "third-party-1:restore-2", _SOON)],
         None, None),
    ],
    ids=["runs", "has passed", "of another escalation", "of another clock", "met", "paused",
         "resumed", "tenth round", "last round is met"],
)  # fmt: skip
def test_a_time_that_runs_says_until_when(
    clocks: list[tuple[EventKind, str, datetime]], due: datetime | None, entry: int | None
) -> None:
    """By the clock of the latest round, with the entry that says so."""
    found = values_of_call(call_of(_INCIDENT), told(*clocks), _AT).get("restore_by")
    wanted = None
    if due is not None:
        wanted = KnownValue(ValueKind.MOMENT, due, (f"third-party/{_INCIDENT}/1#{entry}",))
    assert found == wanted


def test_a_long_reason_does_not_make_the_message_too_long() -> None:
    """It is cut, and says so."""
    reason = values_of_call(call_of(_INCIDENT, because="x" * 10_000), told(), _AT)["call_reason"]
    assert isinstance(reason.raw, str)
    assert len(reason.raw) == 2_000
    assert reason.raw.endswith("x…")


@pytest.mark.parametrize("brackets", range(4))
def test_nothing_that_is_told_makes_a_link(brackets: int) -> None:
    """Neither a title nor what the provider calls itself, however it is wrapped up."""
    hostile = f"{'[' * brackets}{ANSWER_LINK}{']' * brackets}"
    incident = told()
    incident.values["title"] = KnownValue(ValueKind.TEXT, hostile, ("opened",))
    incident.values["actions_taken"] = KnownValue(ValueKind.LIST, (hostile, "x"), ("a", "b"))
    wish = calling(_INCIDENT, because=hostile, provider=hostile)
    values = prefilled(incident, None, wish, _AT)
    for name in ("title", "call_reason", "provider"):
        assert ANSWER_LINK not in str(values[name].raw)
        assert "answer link" in str(values[name].raw)
    assert ANSWER_LINK not in str(values["actions_taken"].raw)
    assert values["answer_link"].raw == ANSWER_LINK


def test_without_a_call_nothing_of_one_is_known() -> None:
    """A person who writes to a provider has no link."""
    wish = calling(_INCIDENT).model_copy(update={"call": None})
    assert not {"provider", "answer_link"} & prefilled(told(), None, wish, _AT).keys()
