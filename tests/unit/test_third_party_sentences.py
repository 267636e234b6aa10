"""Escalations in words: one line of the timeline for each step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.values import JsonObject
from holdfast.evidence.sentences import sentence
from holdfast.evidence.third_party_sentences import THIRD_PARTY_SENTENCES
from tests.escalated_incident import EscalatedIncident

_ELSEWHERE = {EventKind.VENDOR_LINK_REFUSED, EventKind.VENDOR_MAIL_RECEIVED}
"""What the doors of providers write has its own sentences."""

_BEGINNINGS = ("invocation.", "third_party.", "pause.", "origin.", "weakness.")


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """Everything that happened in an incident with two escalations."""
    return [entry.event for entry in EscalatedIncident().all().walk.entries()]


def said(events: list[Event], kind: EventKind, number: int = 1) -> Iterator[str]:
    """The sentences of the entries of that kind about that escalation."""
    for event in events:
        if event.kind is kind and event.payload.get("number", number) == number:
            yield sentence(event)


def test_every_step_has_its_own_words() -> None:
    """Whatever is written about third parties."""
    wanted = {kind for kind in EventKind if kind.startswith(_BEGINNINGS)}
    wanted.add(EventKind.REMEDIATION_PROPOSED)
    assert set(THIRD_PARTY_SENTENCES) == wanted - _ELSEWHERE


def test_every_step_is_said_in_one_line(events: list[Event]) -> None:
    """The first of its kind in the first escalation."""
    found = {kind: next(said(events, kind)) for kind in _SAID}
    assert found == _SAID


_SAID = {
    EventKind.INVOCATION_REQUESTED: (
        "invocation-1 requested: core-ledger under CA-2024-014: Payments are not booked."
    ),
    EventKind.THIRD_PARTY_OPENED: (
        "Third party 1 opened as decided: core-ledger under CA-2024-014, asked"
        " 2026-03-04 12:00 UTC: Payments are not booked."
    ),
    EventKind.THIRD_PARTY_TERMS_READ: (
        "Third party 1, Core Ledger Ltd, is held to the contract's terms; functions F1, F3"
    ),
    EventKind.THIRD_PARTY_ASKED: (
        "Third party 1 asked (SEV2; times run from 2026-03-04 12:00 UTC) at 'Duty desk':"
        " Payments are not booked."
    ),
    EventKind.THIRD_PARTY_CALLED: (
        "Third party 1 called again at 'Duty desk':"
        " You had to acknowledge our call by 2026-03-04 12:30 UTC."
    ),
    EventKind.THIRD_PARTY_STATED: (
        "Third party 1 states acknowledgement (by link, said 2026-03-04 12:45 UTC):"
        " On acknowledgement."
    ),
    EventKind.THIRD_PARTY_BREACHED: (
        "Third party 1 breached 'acknowledge', due 2026-03-04 12:30 UTC; penalties: Annex D:"
        " service credits of 5 % of the monthly fee for each time that was missed, at most 25 %."
    ),
    EventKind.PAUSE_REQUESTED: (
        "Third party 1: a pause of workaround, restore requested for 'waiting-for-client'"
        " (Annex C, 5.1: the provider waits for data or an access that only the client can give):"
        " They wait for our extract."
    ),
    EventKind.PAUSE_ENDED: (
        "Third party 1: the pause for 'waiting-for-client' ended: They have it."
    ),
    EventKind.THIRD_PARTY_RESTORED: (
        "Third party 1 has restored the service by 2026-03-04 14:25 UTC,"
        " confirmed by incident commander person-kim"
    ),
    EventKind.THIRD_PARTY_RELAPSED: (
        "Third party 1: what was restored is broken again, round 2: Booking has stopped once more."
    ),
    EventKind.ORIGIN_STATED: (
        "Third party 1: it began with Nordcloud Beispiel; filial (LEI EXMP00NORDCLOUD00049),"
        " rank 2 in the chain: Their analysis names the storage of their subcontractor."
    ),
    EventKind.WEAKNESS_FOUND: "Third party 1: weakness found: No test of their storage",
    EventKind.THIRD_PARTY_REVIEWED: (
        "Third party 1: oversight review drafted, version 1, for a critical or important function;"
        " 1 breach(es), 1 weakness(es): The provider answered late and restored in time."
    ),
    EventKind.THIRD_PARTY_CLOSED: "Third party 1 closed, restored, 1 breach(es)",
}


def test_clocks_stand_still_and_run_again_in_words(events: list[Event]) -> None:
    """With the new deadline; and what was met tells as of when."""
    paused = [e for e in events if e.kind is EventKind.CLOCK_PAUSED]
    resumed = [e for e in events if e.kind is EventKind.CLOCK_RESUMED]
    met = [e for e in events if e.kind is EventKind.CLOCK_MET and "as_of" in e.payload]
    assert sentence(paused[0]) == "Clock 'Core Ledger Ltd: offer a workaround' paused"
    assert sentence(resumed[0]) == (
        "Clock 'Core Ledger Ltd: offer a workaround' resumed, due 2026-03-04 17:00 UTC"
    )
    assert sentence(met[0]) == (
        "Clock 'Core Ledger Ltd: acknowledge our call' met late, as of 2026-03-04 12:45 UTC"
    )


def test_what_follows_names_its_owner_and_the_law(events: list[Event]) -> None:
    """The title is the rules' own."""
    line = next(said(events, EventKind.REMEDIATION_PROPOSED))
    assert line.startswith("Third party 1: task-1 proposed, termination rights, vendor manager: ")
    assert line.endswith(" (DORA Art. 28(7)(a))")


def test_a_withdrawal_says_why(events: list[Event]) -> None:
    """In the words of whoever withdrew it."""
    assert list(said(events, EventKind.THIRD_PARTY_WITHDRAWN, 2)) == [
        "Third party 2 withdrawn: It was their storage alone."
    ]


def test_a_rung_of_theirs_is_named_by_its_place() -> None:
    """Nobody of ours is called by it."""
    event = Event(
        kind=EventKind.CLOCK_ESCALATED,
        subject=Subject(type="clock", id="third-party-1:restore-1"),
        payload={"title": "Restore", "due_at": "2026-03-04T12:00:00Z", "roles": [], "rung": 1},
    )
    assert sentence(event) == "Clock 'Restore' escalated to rung 2 of the provider's ladder"


def test_what_people_write_at_length_is_cut_in_the_line(events: list[Event]) -> None:
    """It stands whole in the entry; the timeline stays one line."""
    stated = next(e for e in events if e.kind is EventKind.THIRD_PARTY_STATED)
    long = stated.model_copy(update={"payload": {**stated.payload, "text": "ab\ncd " * 200}})
    line = sentence(long)
    assert line.endswith("…")
    assert "\n" not in line
    assert len(line) < 400


def test_terms_that_are_missing_are_said() -> None:
    """Ours count then; or nothing could be read, and the escalation ends."""
    head = {"number": 3, "contract": "C", "provider": "p", "round": 0}
    taken: JsonObject = {"terms": None, "provider_name": "Pay Ltd", "functions": []}
    subject = Subject(type="third_party", id="INC-2026-000001/third-party-3")

    def line(**payload: object) -> str:
        kind = EventKind.THIRD_PARTY_TERMS_READ
        return sentence(Event(kind=kind, subject=subject, payload={**head, **payload}))

    assert line(taken=taken, because=None) == (
        "Third party 3, Pay Ltd, is held to our own expectations"
    )
    assert line(taken=None, because="there is no such contract") == (
        "Third party 3: its terms cannot be read: there is no such contract"
    )
