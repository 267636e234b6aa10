"""Replay of reportings: no limit, version, approval or end can be made up."""

from __future__ import annotations

import pytest

from holdfast.domain.events import EventKind
from holdfast.domain.replay.judgements import NOT_JUDGED, replay
from holdfast.domain.replay.verdicts import Judgement, Verdict
from holdfast.domain.values import JsonValue
from holdfast.evidence.reporting_sentences import REPORTING_SENTENCES
from holdfast.evidence.sentences import sentence
from tests.judged_walks import CONTENTS, WALKS, TimedWalk
from tests.replayed import saying, verdicts, with_event, withheld

_LATER = "2030-01-01T00:00:00.000000Z"
_BEGINNINGS = ("reporting.", "report.", "report_field.", "report_update.")
_OF_REPORTINGS = {
    *(kind for kind in EventKind if kind.startswith(_BEGINNINGS)),
    *(EventKind.DEADLINES_COMPUTED, EventKind.DELAY_EXPLAINED),
}


def _story() -> TimedWalk:
    return WALKS["reported with gaps late and corrected"]


def _tried(kind: EventKind, changed: dict[str, JsonValue], which: int = 0) -> Judgement:
    """The judgement on an entry that says something else."""
    walk = _story()
    numbers = [number for number, event in enumerate(walk.events) if event.kind is kind]
    number = numbers[which]
    events = with_event(walk.judged(), number, saying(**changed)(walk.events[number]))
    # What comes later says nothing of it.
    report = replay(events[: number + 1], CONTENTS)
    return next(each for each in report.judgements if each.entry == events[number].entry)


def test_everything_about_reportings_is_judged_the_same_again() -> None:
    """Every kind of entry that a reporting has is in the story."""
    walk = _story()
    report = replay(walk.judged(), CONTENTS)
    assert [each for each in report.judgements if each.verdict is not Verdict.SAME] == []
    assert {event.kind for event in walk.events} >= _OF_REPORTINGS
    judged = {each.kind for each in report.judgements}
    assert _OF_REPORTINGS - judged == {EventKind.REPORT_REFUSED, EventKind.REPORT_RECEIPTED}
    assert _OF_REPORTINGS & set(NOT_JUDGED) == _OF_REPORTINGS - judged


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (EventKind.REPORTING_OPENED, {"number": 2}),
        (EventKind.REPORTING_OPENED, {"entity": "somebody-else"}),
        (EventKind.REPORTING_OPENED, {"aware_at": _LATER}),
        (EventKind.REPORTING_OPENED, {"severity": None}),
        (EventKind.DEADLINES_COMPUTED, {"because": "Because."}),
        (EventKind.DEADLINES_COMPUTED, {"deadlines": {}}),
        (EventKind.REPORT_FIELD_SUPPLIED, {"field": "9.9"}),
        (EventKind.REPORT_FIELD_SUPPLIED, {"replaces": "INC-2026-000001/000001"}),
        (EventKind.REPORT_FIELD_SUPPLIED, {"value": "perhaps"}),
        (EventKind.REPORT_DRAFTED, {"version": 7}),
        (EventKind.REPORT_DRAFTED, {"corrects": 1}),
        (EventKind.REPORT_DRAFTED, {"ahead": False}),
        (EventKind.REPORT_DRAFTED, {"put_forward": "INC-2026-000001/000001"}),
        (EventKind.REPORT_PUT_FORWARD, {"kind": "final", "covers": ["final"]}),
        (EventKind.REPORT_PUT_FORWARD, {"covers": ["initial", "intermediate"]}),
        (EventKind.REPORT_CLEARED, {"by": []}),
        (EventKind.REPORT_CLEARED, {"gaps": []}),
        (EventKind.REPORT_RETURNED, {"of": "approval"}),
        (EventKind.REPORT_RETURNED, {"comments": "Fine."}),
        (EventKind.REPORT_APPROVED, {"gaps": []}),
        (EventKind.REPORT_APPROVED, {"exception_code": None}),
        (EventKind.REPORT_APPROVED, {"by": []}),
        (EventKind.REPORT_APPROVED, {"authority": "none"}),
        (EventKind.REPORT_SUBMITTED, {"version": 1}),
        (EventKind.REPORT_SUBMITTED, {"corrects": 1}),
        (EventKind.REPORT_SUBMITTED, {"again": True}),
        (EventKind.REPORT_SUBMITTED, {"kind": "final", "covers": ["final"]}),
        (EventKind.REPORT_UPDATE_REQUIRED, {"because": "Somebody asked."}),
        (EventKind.DELAY_EXPLAINED, {"due_at": _LATER}),
        (EventKind.DELAY_EXPLAINED, {"late": True}),
        (EventKind.REPORTING_CLOSED, {"outcome": "reclassified"}),
    ],
    ids=lambda given: str(given)[:50],
)
def test_what_an_entry_says_otherwise_comes_out_different(
    kind: EventKind, changed: dict[str, JsonValue]
) -> None:
    """Whatever follows by rule cannot be written otherwise."""
    assert _tried(kind, changed).verdict is Verdict.DIFFERENT


def test_a_limit_cannot_be_moved_by_an_hour() -> None:
    """Neither in its result nor by a moment at which nothing was submitted."""
    walk = _story()
    computed = [e for e in walk.events if e.kind is EventKind.DEADLINES_COMPUTED][1].payload
    deadlines = computed["deadlines"]
    later = {**deadlines["intermediate"], "due_at": _LATER}
    moved: dict[str, JsonValue] = {"deadlines": {**deadlines, "intermediate": later}}
    assert _tried(EventKind.DEADLINES_COMPUTED, moved, 1).verdict is Verdict.DIFFERENT
    invented = {**computed["case"], "initial_submitted_at": _LATER}
    found = _tried(EventKind.DEADLINES_COMPUTED, {"case": invented}, 1)
    assert (found.verdict, "nothing was submitted" in str(found.reason)) == (
        Verdict.DIFFERENT,
        True,
    )
    strict = {**computed["case"]["entity"], "type": "payment_institution"}
    of_another: dict[str, JsonValue] = {"case": {**computed["case"], "entity": strict}}
    assert _tried(EventKind.DEADLINES_COMPUTED, of_another, 1).verdict is Verdict.DIFFERENT


def test_who_signs_off_and_until_when_follows_from_matrix_and_limit() -> None:
    """A version that was put forward."""
    walk = _story()
    drafted = [e for e in walk.events if e.kind is EventKind.REPORT_DRAFTED]
    which = next(n for n, event in enumerate(drafted) if event.payload["sign_off"])
    sign_off = drafted[which].payload["sign_off"]
    changes: tuple[dict[str, JsonValue], ...] = (
        *({"reviewers": []}, {"approve_by": _LATER}, {"approvers": ["responder"]}),
    )
    for changed in changes:
        told: dict[str, JsonValue] = {"sign_off": {**sign_off, **changed}}
        assert _tried(EventKind.REPORT_DRAFTED, told, which).verdict is Verdict.DIFFERENT


def test_nobody_who_wrote_in_a_report_is_left_out_of_its_authors() -> None:
    """Else they could sign it off themselves."""
    walk = _story()
    drafted = [e for e in walk.events if e.kind is EventKind.REPORT_DRAFTED]
    which = next(n for n, event in enumerate(drafted) if event.payload["sign_off"])
    for left in drafted[which].payload["authors"]:
        told: dict[str, JsonValue] = {
            "authors": [each for each in drafted[which].payload["authors"] if each != left]
        }
        assert _tried(EventKind.REPORT_DRAFTED, told, which).verdict is Verdict.DIFFERENT


def test_the_clocks_of_the_law_follow_from_the_deadlines_recorded() -> None:
    """One that was armed later than the law allows."""
    walk = _story()
    armed = [e for e in walk.events if e.kind is EventKind.CLOCK_ARMED]
    which = [
        number
        for number, event in enumerate(armed)
        if event.subject.id.startswith(("reporting-1:", "decision/reporting-1:", "client-"))
    ]
    assert len(which) > 8
    for number in which:
        found = _tried(EventKind.CLOCK_ARMED, {"due_at": _LATER}, number)
        assert found.verdict is Verdict.DIFFERENT, armed[number].subject.id


def test_nothing_is_taken_for_replayed_where_the_opening_is_withheld() -> None:
    """Everything about that reporting rests on how it began."""
    walk = _story()
    events = walk.judged()
    opened = next(n for n, e in enumerate(walk.events) if e.kind is EventKind.REPORTING_OPENED)
    events[opened] = withheld(events[opened], kind_known=True)
    report = replay(events, CONTENTS)
    found = verdicts(report)
    for each, event in zip(events, walk.events, strict=True):
        if event.kind in _OF_REPORTINGS - set(NOT_JUDGED):
            assert found[each.entry] is Verdict.NOT_REPLAYABLE, event.kind
    assert Verdict.DIFFERENT not in found.values()


def test_every_step_is_said_in_one_line_of_its_own() -> None:
    """From the event alone; whatever happens to a reporting has its words."""
    assert set(REPORTING_SENTENCES) == _OF_REPORTINGS
    said = [sentence(event) for event in _story().events if event.kind in _OF_REPORTINGS]
    assert all(line.startswith("Reporting 1") and "\n" not in line for line in said)
    told = "\n".join(said)
    for words in (
        *("drafted ahead of time", "under exception E-INCOMPLETE", "given back in review"),
        *("not taken by bafin", "is expected at", "an updated intermediate report is due"),
        *("closed as final", "(2025/301 Art. 5(1)(c)", "1 field(s) missing: 2.4"),
    ):
        assert words in told, words
