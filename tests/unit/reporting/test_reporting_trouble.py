"""What goes wrong on the way to the authority, and what takes its place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.actions import Milestone, ReportMilestone
from holdfast.domain.clocks import ClockState
from holdfast.domain.events import EventKind
from holdfast.domain.reporting.asking import SubmitAgain
from holdfast.domain.reporting.kinds import ReportingOutcome, ReportKind
from holdfast.domain.reporting.submitting import SubmissionOutcome
from holdfast.dora.report_stages import ReportStage
from tests.reporting_walk import ReportingWalk, WalkedReporting
from tests.statements import BOARD, COMMANDER, COMPLIANCE, facts, incident_facts

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def walk() -> ReportingWalk:
    """An incident before its first report."""
    return ReportingWalk()


@pytest.fixture
def reporting(walk: ReportingWalk) -> WalkedReporting:
    """The reporting of an incident that was decided to be major."""
    return walk.to_major()


def test_a_portal_that_is_down_escalates_and_is_replaced_by_other_means(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """What counts is when the authority was told; nothing is tried any longer."""
    reporting.down = True
    reporting.report(ReportKind.INITIAL)
    approved_at = walk.now
    walk.wait(20 * _MINUTE)
    missed = [e.subject.id for e in reporting.all(EventKind.CLOCK_MISSED)]
    assert missed == ["reporting-1:channel"]
    version = reporting.state.versions[-1].number
    reporting.send_otherwise(version, approved_at + 16 * _MINUTE)
    assert reporting.state.initial_at == approved_at + 16 * _MINUTE
    assert reporting.state.to_submit == []
    met = reporting.last(EventKind.CLOCK_MET)
    assert (met.subject.id, met.payload["after_deadline"]) == ("reporting-1:initial", False)
    assert reporting.due_at("intermediate") == approved_at + 16 * _MINUTE + 72 * _HOUR


def test_a_portal_that_is_back_takes_the_same_bytes_once_more(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """On request of the authority (2025/302 Art. 4); no limit moves."""
    reporting.down = True
    reporting.report(ReportKind.INITIAL)
    version = reporting.state.versions[-1].number
    reporting.send_otherwise(version)
    due_at = reporting.due_at("intermediate")
    reporting.down = False
    walk.wait(_DAY)
    reporting.submit(COMPLIANCE, SubmitAgain(version=version, because="The portal is back."))
    first, second = reporting.all(EventKind.REPORT_SUBMITTED)
    assert (first.payload["means"], second.payload["means"]) != ("channel", "channel")
    assert second.payload["again"] is True
    assert first.subject.digest == second.subject.digest
    assert reporting.due_at("intermediate") == due_at


def test_a_channel_that_refuses_for_good_wakes_people(reporting: WalkedReporting) -> None:
    """It is not tried again by itself; nothing counts as submitted."""
    reporting.refusing = "422: field 3.4 is no integer"
    reporting.report(ReportKind.INITIAL)
    assert "3.4" in reporting.last(EventKind.REPORT_REFUSED).payload["because"]
    woken = reporting.last(EventKind.COMMUNICATION_OPENED).payload["wish"]["roles"]
    assert woken == ["compliance", "incident_commander"]
    assert reporting.state.initial_at is None
    reporting.refusing = None
    version = reporting.state.versions[-1].number
    reporting.submit(COMPLIANCE, SubmitAgain(version=version, because="It is mended."))
    assert reporting.state.initial_at is not None


def test_a_refusal_does_not_end_the_watch_over_what_is_still_on_its_way(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """The next one waits for the same channel: that it is silent has to escalate still."""
    reporting.report(ReportKind.INITIAL)
    reporting.down = True
    reporting.report(ReportKind.INTERMEDIATE)
    reporting.submit(COMPLIANCE, SubmitAgain(version=2, because="The authority asks for it."))
    refused, waiting = reporting.state.to_submit
    no = SubmissionOutcome(channel=refused.authority, because="422")
    reporting.process.handed_over(refused, no, walk.now)
    assert reporting.state.to_submit == [waiting]
    assert reporting.state.clocks["reporting-1:channel"].state is ClockState.RUNNING


def test_what_was_not_approved_does_not_leave(reporting: WalkedReporting) -> None:
    """Neither over the channel nor by other means."""
    reporting.put_forward(ReportKind.INITIAL)
    version = reporting.state.versions[-1].number
    assert reporting.send_otherwise(version).payload["reason"] == "wrong_stage"
    again = reporting.submit(COMPLIANCE, SubmitAgain(version=version, because="Now."))
    assert again.payload["reason"] == "wrong_stage"
    assert reporting.send_otherwise(99).payload["reason"] == "unknown_report"


def test_a_submission_before_the_classification_is_refused(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """And one in the future."""
    reporting.down = True
    reporting.report(ReportKind.INITIAL)
    version = reporting.state.versions[-1].number
    for at in (walk.now - _DAY, walk.now + _DAY):
        assert reporting.send_otherwise(version, at).payload["reason"] == "times_contradict"


def test_a_delay_notice_is_drafted_before_a_limit_that_will_not_be_met(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """By itself half an hour before; explained and approved, it leaves before the limit."""
    limit = reporting.due_at("initial")
    walk.wait(limit - walk.now - 29 * _MINUTE)
    assert reporting.state.versions[-1].kind is ReportKind.DELAY_NOTICE
    reporting.delay(ReportStage.INITIAL, 6 * _HOUR)
    reporting.approve(COMPLIANCE)
    submitted = reporting.last(EventKind.REPORT_SUBMITTED)
    assert (submitted.payload["kind"], submitted.payload["covers"]) == ("delay_notice", ["initial"])
    assert walk.now < limit
    walk.wait(_HOUR)
    missed = [e.subject.id for e in reporting.all(EventKind.CLOCK_MISSED)]
    assert "reporting-1:initial" in missed
    reporting.report(ReportKind.INITIAL)
    met = reporting.last(EventKind.CLOCK_MET)
    assert met.payload["after_deadline"] is True


def test_recovery_requires_an_updated_intermediate_report(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """In any case when regular activities are recovered (2025/301 Art. 5(1)(b))."""
    reporting.report(ReportKind.INITIAL)
    reporting.report(ReportKind.INTERMEDIATE)
    walk.to_learn_from_contain()
    required = reporting.last(EventKind.REPORT_UPDATE_REQUIRED)
    assert required.payload["because"] == "regular activities have recovered"
    update = reporting.state.clocks["reporting-1:update"]
    assert update.state is ClockState.RUNNING
    before = reporting.strictly("final")
    walk.wait(_HOUR)
    reporting.report(ReportKind.INTERMEDIATE)
    assert reporting.state.clocks["reporting-1:update"].state is ClockState.MET
    assert reporting.strictly("final") == before + _HOUR


def test_reports_go_together_once_activities_are_recovered(
    walk: ReportingWalk, reporting: WalkedReporting
) -> None:
    """2025/302 Art. 2: one submission, all clocks met by it."""
    early = reporting.put_forward(ReportKind.INTERMEDIATE, ReportStage.INITIAL)
    assert early.payload["reason"] == "not_combinable"
    walk.to_learn_from_contain()
    reporting.report(ReportKind.FINAL, ReportStage.INITIAL, ReportStage.INTERMEDIATE)
    submitted = reporting.all(EventKind.REPORT_SUBMITTED)
    assert [event.payload["covers"] for event in submitted] == [
        ["initial", "intermediate", "final"]
    ]
    assert reporting.state.clocks["reporting-1:initial"].state is ClockState.MET
    assert reporting.state.final_at is not None


@pytest.mark.parametrize("kind", [ReportKind.INTERMEDIATE, ReportKind.FINAL])
def test_no_report_comes_before_the_one_that_it_follows(
    reporting: WalkedReporting, kind: ReportKind
) -> None:
    """Neither alone, nor without all before it."""
    assert reporting.put_forward(kind).payload["reason"] == "report_not_due"


def test_what_was_never_major_is_not_reported_if_nothing_was(walk: ReportingWalk) -> None:
    """Reclassified before the initial notification left: there is nothing to take back."""
    reporting = walk.to_major()
    _reverse(walk)
    assert reporting.state.outcome is ReportingOutcome.NOT_DUE
    assert not any(clock.open for clock in reporting.state.clocks.values())


def test_what_was_reported_and_never_major_is_taken_back(walk: ReportingWalk) -> None:
    """By a report of its own, with the reasons; later stages lapse then."""
    reporting = walk.to_major()
    reporting.report(ReportKind.INITIAL)
    _reverse(walk)
    assert reporting.state.versions[-1].kind is ReportKind.RECLASSIFICATION
    assert reporting.state.clocks["reporting-1:intermediate"].open
    reporting.report(ReportKind.RECLASSIFICATION)
    assert reporting.state.outcome is ReportingOutcome.RECLASSIFIED
    assert not any(clock.open for clock in reporting.state.clocks.values())


def test_nothing_is_sent_any_more_once_it_was_taken_back(walk: ReportingWalk) -> None:
    """What was on its way to a channel that is down is called back."""
    reporting = walk.to_major()
    reporting.report(ReportKind.INITIAL)
    reporting.down = True
    reporting.report(ReportKind.INTERMEDIATE)
    _reverse(walk)
    reporting.report(ReportKind.RECLASSIFICATION)
    assert len(reporting.state.to_submit) == 2
    reporting.send_otherwise(reporting.state.versions[-1].number)
    assert reporting.state.outcome is ReportingOutcome.RECLASSIFIED
    assert reporting.state.to_submit == []


def test_the_incident_stays_open_until_the_final_report_has_left(walk: ReportingWalk) -> None:
    """Every other thing is done; this is not."""
    reporting = walk.to_major()
    reporting.report(ReportKind.INITIAL)
    reporting.report(ReportKind.INTERMEDIATE)
    walk.to_closable()
    refused = walk.answer(COMMANDER, "incident.closure-1", "close")
    assert refused.payload["reason"] == "reporting_pending"
    reporting.report(ReportKind.FINAL)
    walk.answer(COMMANDER, "incident.closure-1", "close")
    assert walk.last(EventKind.INCIDENT_CLOSED).payload["outcome"] == "resolved"


def test_clients_whose_interests_are_hit_are_told_within_a_clock_of_its_own(
    walk: ReportingWalk,
) -> None:
    """DORA Art. 19(3): by a fact of the incident, or by field 3.30, once."""
    reporting = walk.to_major()
    reporting.supply("3.30", "yes")
    walk.submit(BOARD, incident_facts(client_interests_affected=True))
    clock = walk.state.clocks["client-notification"]
    assert clock.state is ClockState.RUNNING
    opened = [
        event
        for event in walk.events
        if event.kind is EventKind.COMMUNICATION_OPENED
        and event.payload["purpose"] == "client_notice"
    ]
    assert len(opened) == 1


def test_an_incident_with_reportings_is_not_notified_by_hand(walk: ReportingWalk) -> None:
    """The milestone of incidents without a reporting does not meet its clocks."""
    reporting = walk.to_major()
    sent = ReportMilestone(milestone=Milestone.INITIAL_NOTIFICATION_SENT, statement="Handed in.")
    assert walk.submit(COMPLIANCE, sent).payload["reason"] == "notification_not_due"
    assert reporting.state.initial_at is None


def _reverse(walk: ReportingWalk) -> None:
    """Let two people decide that the criteria were met at no time."""
    walk.submit(COMMANDER, facts(supports_critical_function=False, regulated_service=False))
    walk.submit(COMMANDER, incident_facts(malicious_access=False))
    request = next(name for name in walk.open_requests() if name.startswith("classification.rev"))
    walk.answer(COMPLIANCE, request, "never_met")
    walk.answer(BOARD, request, "never_met")
