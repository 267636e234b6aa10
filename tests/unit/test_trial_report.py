"""The report of a trial: its counts and bounds, and what could not be tried."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.domain.events import EventKind
from holdfast.domain.policies import ESCALATION, RECOVERY, SEVERITY_TREE, pinned
from holdfast.domain.trial.candidates import SCOPES, CannotBeTried, candidate_from
from holdfast.domain.trial.past import Past, PastEntry
from holdfast.domain.trial.report import (
    MOST_CHANGES,
    MOST_LISTED,
    Judged,
    NotTried,
    TrialReport,
)
from holdfast.domain.trial.rules import Shelf
from holdfast.domain.trial.trial import Trial, needed_policies
from holdfast.domain.values import canonical_json, require_canonical
from tests.judged_walks import TimedWalk
from tests.rulebook import POLICIES
from tests.statements import ROBIN
from tests.tried_walks import KEPT, LATER, TickingWalk, altered, past_of, random_walk, stated

_CANDIDATE = altered(
    SEVERITY_TREE,
    lambda content: (
        content["leaves"]["high"].update(severity="SEV1"),
        content["leaves"]["worst"].update(severity="SEV2"),
    ),
)


def _pasts(count: int) -> list[Past]:
    walks = [random_walk(seed, f"INC-2026-{seed:06d}", repinned=True) for seed in range(count)]
    return [past_of(walk.entries(), _CANDIDATE) for walk in walks]


def _trial(contents: dict[str, str | None] | None = None) -> Trial:
    return Trial(candidate_from(_CANDIDATE), Shelf(KEPT if contents is None else contents), LATER)


def _report(*pasts: Past) -> TrialReport:
    trial = _trial()
    trial.take(pasts)
    return trial.report()


def _triaged() -> TimedWalk:
    walk = TickingWalk()
    walk.to_contain()
    return walk


def _withheld(past: Past, kind: EventKind) -> Past:
    entries = (
        PastEntry(entry.entry, entry.kind, entry.at, None if entry.kind is kind else entry.body)
        for entry in past.entries
    )
    return Past(past.incident_id, tuple(entries))


_PASTS = _pasts(12)


@settings(max_examples=30, deadline=None)
@given(cuts=st.sets(st.integers(min_value=0, max_value=12)))
def test_the_report_does_not_depend_on_how_incidents_are_handed_over(cuts: set[int]) -> None:
    """One after the other, or all at once."""
    trial, together = _trial(), _report()
    for begin, end in pairwise(sorted({0, 12, *cuts})):
        trial.take(_PASTS[begin:end])
        together = together.followed_by(_report(*_PASTS[begin:end]))
    assert trial.report() == together == _report(*_PASTS)


def test_the_counts_are_of_everything() -> None:
    """Incidents, those open, those changed and by what."""
    report = _report(*_PASTS)
    assert (report.incidents, report.tried, report.not_tried) == (12, 12, 0)
    assert report.open == sum(past.open for past in _PASTS) > 0
    assert report.changed == len(report.changes) > 0
    for judged in Judged:
        having = [any(c.judged is judged for c in one.changes) for one in report.changes]
        assert report.changed_by[judged] == sum(having)


def test_the_report_is_canonical() -> None:
    """It can be kept as evidence, and comes back from there."""
    report = _report(*_PASTS)
    require_canonical(report.content)
    assert TrialReport.model_validate_json(canonical_json(report.content)) == report
    assert report.content["candidate"]["digest"] == _CANDIDATE.pin.digest
    assert "changes" not in report.summary
    assert report.summary["changed"] == report.changed


def test_the_lists_are_bounded_and_say_how_many_are_left_out() -> None:
    """A change of everything does not make a report that nobody can keep."""
    past = past_of(_triaged().entries(), _CANDIDATE)
    gone = _withheld(past, EventKind.FACTS_CHANGED)
    assert gone.entries[0].body is not None
    lost = _withheld(past, EventKind.INCIDENT_OPENED)
    report = _report(*[past] * (MOST_LISTED + 3), *[lost] * (MOST_LISTED + 2))
    assert (len(report.changes), report.changes_left_out) == (MOST_LISTED, 3)
    assert report.changed == MOST_LISTED + 3
    assert (len(report.not_tried_because), report.not_tried_left_out) == (MOST_LISTED, 2)
    assert report.not_tried == MOST_LISTED + 2
    twice = report.followed_by(report)
    assert (len(twice.changes), twice.changes_left_out) == (MOST_LISTED, MOST_LISTED + 6)
    assert twice.not_tried_left_out == MOST_LISTED + 4


def test_changes_of_one_incident_are_bounded() -> None:
    """The first are listed, the others counted."""
    walk = TickingWalk()
    walk.to_triage()
    for number in range(2 * MOST_CHANGES):
        walk.submit(ROBIN, stated(malicious_access=number % 2 == 0))
    (change,) = _report(past_of(walk.entries(), _CANDIDATE)).changes
    assert len(change.changes) == MOST_CHANGES
    assert change.left_out > 0


@pytest.mark.parametrize(
    "kind",
    [EventKind.INCIDENT_OPENED, EventKind.SEVERITY_PROPOSED, EventKind.SEVERITY_ASSIGNED],
)
def test_an_incident_whose_content_is_withheld_is_named(kind: EventKind) -> None:
    """It counts as not tried, with the entry that is missing; the next one is tried."""
    past = past_of(_triaged().entries(), _CANDIDATE)
    report = _report(_withheld(past, kind), past)
    assert (report.incidents, report.tried, report.not_tried) == (2, 1, 1)
    entry = next(entry.entry for entry in past.entries if entry.kind is kind)
    because = f"the content of {entry} was disposed of"
    assert report.not_tried_because == (NotTried(incident_id=past.incident_id, because=because),)


def test_an_incident_whose_policies_are_gone_is_named() -> None:
    """All of them are needed, as the incident was pinned to them."""
    past = past_of(_triaged().entries(), _CANDIDATE)
    escalation = POLICIES[ESCALATION].pin
    assert escalation.digest in needed_policies(past, candidate_from(_CANDIDATE))
    for gone in (None, "[]"):
        trial = _trial({**KEPT, escalation.digest: gone})
        trial.take([past])
        (reason,) = trial.report().not_tried_because
        assert f"policy {ESCALATION} {escalation.version}" in reason.because


def test_an_entry_that_does_not_read_is_no_reason_to_stop() -> None:
    """The incident is named as not tried, with what was found."""
    past = past_of(_triaged().entries(), _CANDIDATE)
    for body in (b"{", b"[]", b'{"payload": {"policies": [{}]}}'):
        opened = PastEntry(past.entries[0].entry, EventKind.INCIDENT_OPENED, LATER, body)
        report = _report(Past("INC-2026-000002", (opened, *past.entries[1:])), past)
        assert (report.tried, report.not_tried) == (1, 1)
        assert "do not read" in report.not_tried_because[0].because


def test_an_incident_without_its_opening_first_is_named() -> None:
    """Nothing can be judged before the facts that it began with."""
    past = past_of(_triaged().entries(), _CANDIDATE)
    turned = Past(past.incident_id, tuple(reversed(past.entries)))
    assert "is not its opening" in _report(turned).not_tried_because[0].because


def test_open_incidents_are_marked() -> None:
    """The past means up to now."""
    walk = TickingWalk()
    walk.to_closed()
    closed, running = (past_of(each.entries(), _CANDIDATE) for each in (walk, _triaged()))
    report = _report(closed, running)
    assert [change.open for change in report.changes] == [False, True]
    assert report.open == 1


@pytest.mark.parametrize("name", ["retention", "alert-intake", "anything"])
def test_policies_that_judge_no_incidents_cannot_be_tried(name: str) -> None:
    """There is nothing that they would change."""
    with pytest.raises(CannotBeTried, match=f"'{name}' cannot be tried"):
        candidate_from(pinned({"name": name, "version": "1"}))


@pytest.mark.parametrize("name", SCOPES)
def test_a_candidate_has_to_be_a_policy_of_its_kind(name: str) -> None:
    """It is checked before anything is read."""
    with pytest.raises(ValidationError):
        candidate_from(pinned({"name": name, "version": "1"}))


def test_a_recovery_policy_needs_no_facts() -> None:
    """What is not judged is not read: disposal of it would be no hindrance."""
    scope = SCOPES[RECOVERY]
    assert EventKind.FACTS_CHANGED not in scope.read | scope.noted


def test_walks_by_chance_are_the_same_for_the_same_seed() -> None:
    """A failure can be seen again."""
    seed = random.Random(7).randrange(100)  # noqa: S311 - no secret
    assert random_walk(seed).entries() == random_walk(seed).entries()
