"""The reporting of an entity from classification to its end, entry by entry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.reporting.kinds import ReportKind, VersionState
from holdfast.domain.values import rfc3339
from holdfast.dora.report_stages import ReportStage
from tests.reporting_walk import ReportingWalk, WalkedReporting
from tests.statements import COMMANDER, COMPLIANCE

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def walk() -> ReportingWalk:
    """An incident before its first report."""
    return ReportingWalk()


@pytest.fixture
def reporting(walk: ReportingWalk) -> WalkedReporting:
    """The reporting of an incident that was decided to be major."""
    return walk.to_major()


def test_the_limits_follow_from_what_was_submitted(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """4 h from classification, 72 h from the initial, a month from the latest intermediate.

    The month is one of the wall clock in Hesse: summer time began in between.
    """
    classified = walk.now
    assert reporting.due_at("initial") == classified + 4 * _HOUR
    walk.wait(_HOUR)
    initial = reporting.report(ReportKind.INITIAL)
    assert reporting.due_at("intermediate") == initial + 72 * _HOUR
    walk.wait(10 * _HOUR)
    intermediate = reporting.report(ReportKind.INTERMEDIATE)
    assert reporting.strictly("final") == intermediate.replace(month=intermediate.month + 1) - _HOUR
    walk.wait(2 * _DAY)
    updated = reporting.report(ReportKind.INTERMEDIATE)
    assert reporting.strictly("final") == updated.replace(month=updated.month + 1) - _HOUR
    reporting.report(ReportKind.FINAL)
    states = {name: clock.state for name, clock in reporting.state.clocks.items()}
    assert {states[f"reporting-1:{stage}"] for stage in ReportStage} == {"met"}


def test_the_reporting_ends_once_no_correction_is_taken_any_more(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """After the final report it stays open for as long as the policy says."""
    for kind in (ReportKind.INITIAL, ReportKind.INTERMEDIATE, ReportKind.FINAL):
        reporting.report(kind)
    walk.wait(29 * _DAY)
    assert not reporting.state.over
    walk.wait(2 * _DAY)
    assert reporting.last(EventKind.REPORTING_CLOSED).payload["outcome"] == "final"
    assert not any(clock.open for clock in reporting.state.clocks.values())


def test_each_version_is_approved_by_its_digest_and_kept_as_it_was(
    reporting: WalkedReporting,
) -> None:
    """A correction is another version, which names the one whose place it takes."""
    reporting.report(ReportKind.INITIAL)
    reporting.supply("2.4", "Payments were refused, not delayed.")
    reporting.report(ReportKind.INITIAL)
    first, second = reporting.all(EventKind.REPORT_SUBMITTED)
    assert (first.payload["corrects"], second.payload["corrects"]) == (
        None,
        first.payload["version"],
    )
    approved = [event.subject.digest for event in reporting.all(EventKind.REPORT_APPROVED)]
    assert [first.subject.digest, second.subject.digest] == approved
    assert len(set(approved)) == 2
    assert len(reporting.all(EventKind.CLOCK_MET)) > 0
    met = [e for e in reporting.all(EventKind.CLOCK_MET) if e.subject.id == "reporting-1:initial"]
    assert len(met) == 1


def test_a_correction_of_the_initial_notification_moves_no_limit(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """The 72 hours run from the first submission."""
    reporting.report(ReportKind.INITIAL)
    due_at = reporting.due_at("intermediate")
    walk.wait(5 * _HOUR)
    reporting.supply("2.4", "Payments were refused.")
    reporting.report(ReportKind.INITIAL)
    assert reporting.due_at("intermediate") == due_at


def test_nobody_signs_off_what_they_put_forward_or_supplied(reporting: WalkedReporting) -> None:
    """The authors of a version are those who supplied any of it, and who put it forward."""
    reporting.supply("2.4", "Payments were refused.", actor=COMPLIANCE)
    reporting.put_forward(ReportKind.INITIAL)
    refused = reporting.clear()
    assert refused.payload["reason"] == "self_approval"


def test_a_supplied_field_voids_what_is_asked(reporting: WalkedReporting) -> None:
    """The version lacks it; it has to be put forward anew."""
    reporting.put_forward(ReportKind.INITIAL)
    asked = reporting.open_request(DecisionKind.REPORT_REVIEW)
    reporting.supply("2.4", "Payments were refused.")
    assert asked is not None
    assert reporting.state.requests[asked.id].state == "voided"
    assert reporting.state.versions[-1].state is VersionState.SUPERSEDED


def test_a_report_with_a_gap_needs_an_exception_code(reporting: WalkedReporting) -> None:
    """The gap is listed in the question, and in what was approved."""
    reporting.lack("2.4")
    reporting.put_forward(ReportKind.INITIAL)
    reporting.clear()
    refused = reporting.approve()
    assert refused.payload["reason"] == "exception_required"
    asked = reporting.last(EventKind.DECISION_REQUESTED)
    assert asked.payload["context"]["gaps"] == ["2.4"]
    reporting.approve(code="E-INCOMPLETE")
    approved = reporting.last(EventKind.REPORT_APPROVED).payload
    assert (approved["gaps"], approved["exception_code"]) == (["2.4"], "E-INCOMPLETE")
    assert reporting.open_request(DecisionKind.BYPASS_RATIFICATION) is not None


def test_when_an_approver_is_silent_the_ladder_runs_before_the_limit(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """Three hours after classification the review is due; who it wakes, is woken in time."""
    walk.wait(2 * _HOUR)
    reporting.put_forward(ReportKind.INITIAL)
    limit = reporting.due_at("initial")
    walk.wait(_HOUR)
    escalated = [
        entry
        for entry in reporting.entries()
        if entry.event.kind is EventKind.CLOCK_ESCALATED and "review" in entry.event.subject.id
    ]
    assert escalated
    assert escalated[0].occurred_at < limit
    reporting.decide(COMMANDER, DecisionKind.REPORT_REVIEW, "cleared", "E-LEGAL-LIMIT")
    reporting.approve(code="E-LEGAL-LIMIT", actor=COMPLIANCE)
    assert reporting.state.initial_at is not None
    assert reporting.state.initial_at < limit
    asked = reporting.open_request(DecisionKind.BYPASS_RATIFICATION)
    assert asked is not None


def test_drafts_are_there_ahead_of_time(walk: ReportingWalk, reporting: WalkedReporting) -> None:
    """Of the initial at once; of the intermediate a day before; of the final ten days before."""
    reporting.report(ReportKind.INITIAL)
    walk.wait(47 * _HOUR)
    assert [version.kind for version in reporting.state.versions] == ["initial", "initial"]
    walk.wait(2 * _HOUR)
    assert reporting.latest() == "intermediate"
    assert reporting.last(EventKind.REPORT_DRAFTED).payload["ahead"] is True
    reporting.report(ReportKind.INTERMEDIATE)
    walk.wait(22 * _DAY)
    assert reporting.latest() == "final"


def test_a_returned_version_is_followed_by_another(reporting: WalkedReporting) -> None:
    """Compliance gives it back with comments."""
    reporting.put_forward(ReportKind.INITIAL)
    reporting.decide(COMPLIANCE, DecisionKind.REPORT_REVIEW, "returned")
    assert reporting.last(EventKind.REPORT_RETURNED).payload["of"] == "review"
    reporting.report(ReportKind.INITIAL)
    assert reporting.state.initial_at is not None


def test_a_receipt_follows_a_submission(walk: ReportingWalk, reporting: WalkedReporting) -> None:
    """Not before, and not of what was never sent."""
    assert reporting.receipt(1).payload["reason"] == "unknown_report"
    reporting.report(ReportKind.INITIAL)
    version = reporting.last(EventKind.REPORT_SUBMITTED).payload["version"]
    walk.wait(_HOUR)
    recorded = reporting.receipt(version)
    assert recorded.payload["reference"] == "2026M0000001"
    assert recorded.payload["received_at"] == rfc3339(walk.now)
