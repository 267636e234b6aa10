"""The terms of contracts: complete, in an order, and such that clocks can run by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from holdfast.dora.register import Register
from holdfast.dora.register.terms import ContractTerms, VendorClock
from tests.unit.dora.register.documents import document_with_terms, problems, terms

_AT = "contracts.CA-1/A.terms."
_RUNG = {"after": "PT0S", "title": "Desk", "contacts": ["desk"], "channel": "mail"}
_PAUSE = {"because": "Clause 5", "clocks": ["restore"], "longest": "PT1H"}

Change = Callable[[dict[str, Any]], object]


def _set(path: str, value: object) -> Change:
    """Put a value to that dotted path of a document."""

    def change(document: dict[str, Any]) -> None:
        *way, last = path.split(".")
        at: Any = document
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is None:
            del at[last]
        else:
            at[int(last) if isinstance(at, list) else last] = value

    return change


def _changed(*changes: tuple[str, object]) -> dict[str, Any]:
    value = document_with_terms()
    for path, to in changes:
        _set(path, to)(value)
    return value


def _times(severity: str, name: str, value: object) -> tuple[str, object]:
    return f"{_AT}times.{severity}.{name}", value


def test_terms_that_agree_are_taken_and_read_back_the_same() -> None:
    """As the histories of workflows carry them: each length as ISO 8601."""
    value = document_with_terms(
        pauses={"waiting": _PAUSE},
        failover={"action": "Switch"},
        subcontractors=[{"provider": "cloud", "rank": 2}, {"provider": "cloud", "rank": 3}],
    )
    value["contracts"]["CA-1/A"]["provider"] = "other"
    value["providers"]["other"] = {**value["providers"]["cloud"], "code": "EXMP00CORELEDGERIE78"}
    assert problems(value) == {}
    taken = Register.model_validate(value).contracts["CA-1/A"].terms
    assert taken is not None
    assert ContractTerms.model_validate_json(taken.model_dump_json()) == taken
    first = next(iter(taken.times.values()))
    assert [first.of(clock) for clock in VendorClock] == [
        timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240)
    ]


def test_only_updates_and_workarounds_need_not_be_promised() -> None:
    """Null says that the contract is silent; nothing is silent by being left out."""
    value = document_with_terms()
    times = value["contracts"]["CA-1/A"]["terms"]["times"]
    for severity in times.values():
        severity |= {"update_every": None, "workaround": None}
    assert problems(value) == {}
    times["SEV4"]["restore"] = None
    times["SEV3"].pop("workaround")
    assert problems(value) == {
        f"{_AT}times.SEV3.workaround": "Field required",
        f"{_AT}times.SEV4.restore": "give a length of time such as PT15M, PT4H or P2D",
    }


@pytest.mark.parametrize(
    ("path", "to", "where", "words"),
    [
        ("times.SEV2", None, "times", "nothing is said of SEV2"),
        ("times.SEV1.restore", "PT90M", "times.SEV1.restore",
         "PT1H30M is shorter than workaround (PT2H)"),
        ("times.SEV1.first_response", "PT10M", "times.SEV1.first_response",
         "PT10M is shorter than acknowledge (PT15M)"),
        ("times.SEV1.workaround", "PT20M", "times.SEV1.workaround",
         "PT20M is shorter than first_response (PT30M)"),
        ("times.SEV4.update_every", "PT5H", "times.SEV4.restore",
         "PT4H is shorter than update_every (PT5H)"),
        ("times.SEV1.acknowledge", "PT0S", "times.SEV1.acknowledge",
         "nothing can be done in no time at all"),
        ("times.SEV1.acknowledge", 15, "times.SEV1.acknowledge",
         "give a length of time such as PT15M, PT4H or P2D"),
        ("times.SEV4.restore", "P400D", "times.SEV4.restore", "P400D is longer than a year"),
        ("times.SEV2.restore", "PT5H", "times.SEV2.restore",
         "PT5H is slower than PT4H at SEV3, which is less severe"),
        ("hours.windows.0.begin", "18:00", "hours.windows.0",
         "'18:00' to '18:00': for the whole day write 00:00 to 24:00"),
        ("hours.windows", [], "hours.windows", "there has to be one at least"),
        ("hours.windows.0.time_zone", "Mars", "hours.windows.0.time_zone",
         "no such time zone 'Mars'"),
        ("hours.calendar", "open", "hours.calendar", "no such calendar 'open'"),
        ("round_the_clock", ["SEV2"], "round_the_clock",
         "SEV2 runs round the clock, but SEV1 does not"),
        ("services", ["payments", "x"], "services.1", "no such service 'x'"),
        ("services", [], "services", "there has to be one at least"),
        ("ladder", [], "ladder", "there has to be one at least"),
        ("ladder.0.after", "PT5M", "ladder.0.after",
         "the first rung is called at once: write PT0S"),
        ("ladder.1.after", "PT0S", "ladder.1.after",
         "not later than the rung before it: order the rungs by 'after'"),
        ("ladder.1.contacts", ["a", "a"], "ladder.1.contacts", "named twice: a"),
        ("ladder.1.alternative", "mail", "ladder.1.alternative",
         "'mail' is the channel itself: where it fails, so does this"),
        ("pauses", {"waiting": {**_PAUSE, "longest": "PT0S"}}, "pauses.waiting.longest",
         "Input should be greater than 0 seconds"),
        ("pauses", {"waiting": {**_PAUSE, "clocks": ["stop"]}}, "pauses.waiting.clocks.0",
         "Input should be 'acknowledge', 'first_response', 'update', 'workaround' or 'restore'"),
        ("subcontractors", [{"provider": "x", "rank": 2}], "subcontractors.0.provider",
         "no such provider 'x'"),
        ("subcontractors", [{"provider": "cloud", "rank": 2}], "subcontractors.0.provider",
         "'cloud' is the provider itself, which has rank 1"),
        ("subcontractors", [{"provider": "x", "rank": 2}, {"provider": "y", "rank": 4}],
         "subcontractors.1.rank", "rank 4, but nobody has rank 3"),
        ("subcontractors", 2 * [{"provider": "x", "rank": 2}], "subcontractors.1.provider",
         "'x' has rank 2 twice"),
        ("failover", {"action": "Switch", "service": "x"}, "failover.service",
         "no such service 'x'"),
        ("failover", {"action": "Switch", "on": []}, "failover.on",
         "there has to be one at least"),
    ],
)  # fmt: skip
def test_terms_that_no_clock_can_run_by_are_refused(
    path: str, to: object, where: str, words: str
) -> None:
    """Missing, zero, out of order, of nothing that there is: told where it stands."""
    assert problems(_changed((f"{_AT}{path}", to))) == {f"{_AT}{where}": words}


def test_what_is_promised_nowhere_can_neither_pause_nor_be_answered() -> None:
    """A clock of no severity never runs; one of a single severity does."""
    value = _changed(
        (f"{_AT}failover", {"action": "Switch", "on": ["restore", "workaround"]}),
        (f"{_AT}pauses", {"waiting": {**_PAUSE, "clocks": ["workaround"]}}),
    )
    for severity in value["contracts"]["CA-1/A"]["terms"]["times"].values():
        severity["workaround"] = None
    words = "'workaround' is not promised at any severity: name other times here"
    assert problems(value) == {
        f"{_AT}failover.on.1": words,
        f"{_AT}pauses.waiting.clocks.0": words,
    }
    value["contracts"]["CA-1/A"]["terms"]["times"]["SEV1"]["workaround"] = "PT2H"
    assert problems(value) == {}


def test_a_worse_incident_may_not_be_promised_less() -> None:
    """Silence at a severity is slower than any time at a lesser one."""
    value = _changed(_times("SEV4", "workaround", "PT3H"))
    assert problems(value) == {}
    value["contracts"]["CA-1/A"]["terms"]["times"]["SEV2"]["workaround"] = None
    assert problems(value) == {
        f"{_AT}times.SEV2.workaround": "not promised, but PT2H at SEV3, which is less severe"
    }


@pytest.mark.parametrize(
    ("path", "to", "where", "words"),
    [
        ("last_year", 2025, "last_year", "2025 is before the first year, 2026"),
        ("first_year", 20, "first_year", "Input should be greater than or equal to 1970"),
        ("holidays.0.day", "2027-01-01", "holidays.0.day",
         "2027-01-01 is not in the calendar's years, 2026 to 2026"),
        ("holidays", 2 * [{"day": "2026-05-01", "name": "May Day"}], "holidays.1.day",
         "2026-05-01 stands here twice"),
    ],
)  # fmt: skip
def test_a_calendar_holds_the_days_of_its_years_once(
    path: str, to: object, where: str, words: str
) -> None:
    """It is complete in these years, and says nothing of others."""
    at = "calendars.closed."
    assert problems(_changed((f"{at}{path}", to))) == {f"{at}{where}": words}


def test_hours_that_no_calendar_leaves_anything_of_are_refused() -> None:
    """Each Sunday of the year is a holiday; with a Monday there is something left."""
    value = document_with_terms()
    sundays = [f"2026-01-{day:02}" for day in (4, 11, 18, 25)]
    value["calendars"]["closed"]["holidays"] = [{"day": day, "name": "Sunday"} for day in sundays]
    window = value["contracts"]["CA-1/A"]["terms"]["hours"]["windows"][0]
    window["weekdays"] = ["sunday"]
    assert problems(value) == {}
    first = timedelta(days=7)
    start = Register.model_validate(value).calendars["closed"].holidays[0].day
    every = [start + number * first for number in range(52)]
    value["calendars"]["closed"]["holidays"] = [
        {"day": day.isoformat(), "name": "Sunday"} for day in every
    ]
    words = "it covers nothing: each of its days from 2026 to 2026 is a holiday"
    assert problems(value) == {f"{_AT}hours.windows.0": words}
    window["weekdays"] = ["monday", "sunday"]
    assert problems(value) == {}


def test_hours_so_few_that_nothing_would_be_due_for_years_are_refused() -> None:
    """A quarter of an hour a week: twenty weeks until a rung after five hours, years after 300."""
    value = document_with_terms()
    window = value["contracts"]["CA-1/A"]["terms"]["hours"]["windows"][0]
    window |= {"weekdays": ["monday"], "begin": "08:00", "end": "08:15"}
    assert problems(value) == {}
    value["contracts"]["CA-1/A"]["terms"]["times"]["SEV4"]["restore"] = "PT300H"
    words = "within these hours it would be due, with its ladder, only years later"
    assert problems(value) == {f"{_AT}times.SEV4.restore": words}
    value["contracts"]["CA-1/A"]["terms"]["times"]["SEV4"]["restore"] = "PT4H"
    value["contracts"]["CA-1/A"]["terms"]["ladder"][1]["after"] = "PT300H"
    assert problems(value) == {
        f"{_AT}times.{severity}.restore": words for severity in ("SEV1", "SEV2", "SEV3", "SEV4")
    }


def test_what_is_promised_is_promised_by_somebody() -> None:
    """Nobody can be held to the terms of a contract without a provider."""
    value = document_with_terms()
    del value["contracts"]["CA-1/A"]["provider"]
    assert problems(value) == {
        f"{_AT[:-1]}": "these are promised by nobody: name the contract's provider"
    }


def test_a_contract_needs_no_terms_and_an_overarching_one_may_have_some() -> None:
    """What the subsequent ones promise stands with them."""
    value = document_with_terms()
    assert problems(value) == {}
    value["contracts"]["CA-1"]["terms"] = terms()
    assert problems(value) == {}
    assert "terms" not in document_with_terms()["contracts"]["CA-1"]
