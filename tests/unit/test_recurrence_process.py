"""The process of an assessment: asked, escalated, decided, refused, and judged again."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.chains import workflow_of
from holdfast.domain.events import EventKind
from holdfast.domain.recurrence.view import recurrence_details, recurrence_values
from holdfast.domain.replay.judgements import JUDGED, replay
from holdfast.domain.replay.verdicts import JudgedEvent, Verdict
from holdfast.domain.submissions import FactChanges
from holdfast.domain.values import JsonObject, digest_of
from holdfast.evidence.sentences import sentence
from tests.judged_walks import CONTENTS
from tests.recurrence_walk import MARCH, RecurrenceWalk, judged_month, standing
from tests.statements import BOARD, COMPLIANCE, ROBIN, facts

_CAUSE = "The certificate has lapsed."
_DAY = timedelta(days=1)


def two_of_a_kind(stated: JsonObject | None = None) -> RecurrenceWalk:
    """An assessment that found one series."""
    incidents = [standing(number, MARCH.begins, _CAUSE, stated=stated) for number in (1, 2)]
    return RecurrenceWalk(judged_month(incidents))


def kinds(walk: RecurrenceWalk) -> list[EventKind]:
    """The kinds of everything that happened."""
    return [event.kind for event in walk.events]


def test_a_month_without_incidents_is_one_entry_and_over() -> None:
    """Each entity is named in it."""
    walk = RecurrenceWalk(judged_month([]))
    assert kinds(walk) == [EventKind.RECURRENCE_ASSESSED]
    assert walk.state.over
    payload = walk.events[0].payload
    assert [part["entity"] for part in payload["parts"]] == ["beispielbank", "paiement-exemple"]
    assert (payload["incidents"], payload["series"], payload["to_decide"]) == (0, 0, 0)
    assert sentence(walk.events[0]) == "Recurrence in 2026-03: 0 incident(s), nothing recurs"


def test_a_series_that_is_not_major_is_recorded_and_not_asked_about() -> None:
    """No critical service is affected, whatever else is unknown."""
    gates = ("supports_critical_function", "regulated_service", "malicious_access")
    walk = two_of_a_kind(dict.fromkeys(gates, False))
    payload = walk.events[0].payload
    assert (payload["series"], payload["to_decide"]) == (1, 0)
    assert walk.state.over


def test_the_answer_settles_it_and_the_outcome_is_recorded() -> None:
    """And operators see what waits, and then that nothing does."""
    walk = two_of_a_kind()
    assert "recurrence.confirmation-1" in recurrence_details(walk.state)
    assert recurrence_values(walk.state)["HoldfastAwaiting"] == "recurrence.confirmation-1"
    decided = walk.answer(COMPLIANCE, "confirm")
    assert decided.kind is EventKind.RECURRENCE_DECIDED
    assert decided.payload["major"] is True
    assert "together one major incident, as proposed" in sentence(decided)
    assert walk.state.over
    assert "**major**" in recurrence_details(walk.state)
    assert recurrence_values(walk.state)["HoldfastAwaiting"] is None


def test_its_clock_escalates_and_lets_the_management_body_decide() -> None:
    """After five days and two more, by the approval matrix."""
    walk = two_of_a_kind()
    refused = walk.answer(BOARD, "confirm")
    assert refused.payload["reason"] == "role_not_entitled"
    walk.wait(8 * _DAY)
    assert kinds(walk)[-4:] == [
        EventKind.CLOCK_WARNED,
        EventKind.CLOCK_MISSED,
        EventKind.CLOCK_ESCALATED,
        EventKind.CLOCK_ESCALATED,
    ]
    decided = walk.answer(BOARD, "override", {"major": False}, "s-2")
    assert decided.payload["decided_by"]["id"] == BOARD.id


def test_a_submission_is_taken_once_and_nothing_but_answers_is() -> None:
    """The same again says nothing; another under its name is refused, without a second receipt."""
    walk = two_of_a_kind()
    changes: FactChanges = facts(service_unavailable=True)
    refused = walk.submit(ROBIN, changes)
    assert (refused.payload["reason"], refused.answers) == ("malformed", "s-1")
    before = len(walk.events)
    walk.submit(ROBIN, changes)
    assert len(walk.events) == before
    reused = walk.answer(COMPLIANCE, "confirm")
    assert (reused.payload["reason"], reused.answers) == ("submission_id_reused", None)


def test_a_taken_back_answer_leaves_the_state_as_it_was() -> None:
    """A snapshot shares nothing that the rules change."""
    walk = two_of_a_kind()
    before = walk.state.snapshot()
    walk.answer(COMPLIANCE, "confirm")
    assert not before.over
    assert (before.outcomes, before.seen) == ({}, {})
    assert before.model_dump(mode="json") != walk.state.model_dump(mode="json")


def test_all_its_judgements_come_out_the_same_again() -> None:
    """From its own entries and the policies."""
    walk = two_of_a_kind()
    walk.wait(8 * _DAY)
    walk.answer(BOARD, "override", {"major": False})
    report = replay(walk.judged(), CONTENTS)
    assert [j.reason for j in report.judgements if j.verdict is not Verdict.SAME] == []
    assert len(report.judgements) == sum(kind in JUDGED for kind in kinds(walk))


def _tampered(walk: RecurrenceWalk, number: int, **changes: object) -> list[JudgedEvent]:
    events, event = walk.judged(), walk.events[number]
    payload: JsonObject = {**event.payload, **changes}
    changed = event.model_copy(update={"payload": payload})
    judged = events[number]
    return [
        *events[:number],
        JudgedEvent(judged.entry, judged.occurred_at, changed),
        *events[number + 1 :],
    ]


def test_a_finding_or_an_outcome_that_was_changed_comes_out_different() -> None:
    """So does a question about a series that was not found."""
    walk = two_of_a_kind()
    walk.answer(COMPLIANCE, "confirm")
    last = len(walk.events) - 1
    nothing = [{**one, "series": []} for one in walk.events[0].payload["findings"]]
    about = {"type": "recurrence", "id": "other", "digest": digest_of("x")}
    for events in (
        _tampered(walk, 0, findings=nothing),
        _tampered(walk, 0, series=2),
        _tampered(walk, last, major=False),
        _tampered(walk, 1, about=about),
    ):
        assert replay(events, CONTENTS).having(Verdict.DIFFERENT)


def test_the_workflow_of_a_chain_is_known() -> None:
    """Of an assessment, and of an incident; no name is taken for another's."""
    assert workflow_of("recurrence-2026-03-2") == "recurrence/2026-03/2"
    assert workflow_of("INC-2026-000001") == "incident/INC-2026-000001"
    assert workflow_of("recurrence-2026-03-1") == "incident/recurrence-2026-03-1"
