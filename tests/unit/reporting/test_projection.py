"""The tables of reports to authorities, folded in memory from what the rules have written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.reporting.asking import SubmitAgain, WriteOffReporting
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report.content import Gap
from holdfast.dora.report_stages import ReportStage
from holdfast.store.reporting.tables import (
    report_deadline,
    report_field,
    report_version,
    reporting,
)
from holdfast.store.tables import decision
from tests.folded import folded
from tests.reporting_walk import ReportingWalk, WalkedReporting
from tests.statements import BOARD, COMMANDER, COMPLIANCE

_GAP = Gap(field="2.4", label="Description", stage=ReportStage.INITIAL, problem="it is missing")


@pytest.fixture
def reported() -> WalkedReporting:
    """The reporting of an incident that was decided to be major."""
    return ReportingWalk().to_major()


def row_of(reported: WalkedReporting, table: Table = reporting) -> dict[str, Any]:
    """The only row of a table."""
    (row,) = folded(reported.walk.entries(), table)
    return row


def deadline(reported: WalkedReporting, stage: str) -> dict[str, Any]:
    """The row of a deadline."""
    rows = folded(reported.walk.entries(), report_deadline)
    return next(row for row in rows if row["stage"] == stage)


def latest(reported: WalkedReporting) -> dict[str, Any]:
    """The version that was made last."""
    return folded(reported.walk.entries(), report_version)[-1]


def test_a_reporting_begins_with_its_limits_and_what_they_follow_from(
    reported: WalkedReporting,
) -> None:
    """The initial notification runs; the others wait for what was not submitted yet."""
    row = row_of(reported)
    assert (row["reporting_id"], row["number"]) == (reported.state.opening.id, 1)
    assert (row["state"], row["outcome"], row["reference"]) == ("open", None, None)
    assert row["computed"]["because"] == "the incident was decided to be major"
    assert row["computed"]["case"]["entity"]["member_state"] == "DE"
    initial, final = deadline(reported, "initial"), deadline(reported, "final")
    assert (initial["clock"], initial["late"], initial["settled_at"]) == ("running", False, None)
    assert initial["due_at"] == initial["clock_due_at"] == reported.due_at("initial")
    assert initial["clause"]
    assert initial["because"]
    assert (final["clock"], final["due_at"], final["clause"]) == ("waits", None, None)


def test_a_version_is_cleared_approved_submitted_and_acknowledged(
    reported: WalkedReporting,
) -> None:
    """Each step with who and when; the next limit follows from what was really submitted."""
    reported.put_forward(ReportKind.INITIAL, actor=COMMANDER)
    asked = latest(reported)
    assert (asked["kind"], asked["covers"], asked["state"]) == ("initial", ["initial"], "review")
    assert (asked["ahead"], asked["authors"]) == (False, [COMMANDER.id])
    reported.clear()
    assert latest(reported)["state"] == "approval"
    reported.approve(BOARD)
    sent = latest(reported)
    assert (sent["state"], sent["submitted_at"]) == ("submitted", reported.walk.now)
    assert sent["cleared_by"] == [COMPLIANCE.model_dump(mode="json")]
    assert sent["approved_by"] == [BOARD.model_dump(mode="json")]
    (submission,) = sent["submissions"]
    assert (submission["means"], submission["again"]) == ("channel", False)
    assert submission["sent"].startswith("sha256:")
    met = deadline(reported, "initial")
    assert (met["clock"], met["late"], met["settled_at"]) == ("met", False, reported.walk.now)
    assert deadline(reported, "intermediate")["clock"] == "running"
    reported.receipt(sent["version"], "2026M0000017")
    assert (latest(reported)["reference"], row_of(reported)["reference"]) == (
        *("2026M0000017", "2026M0000017"),
    )
    assert latest(reported)["receipts"][0]["statement"] == "Received."


def test_a_version_that_was_sent_again_keeps_when_it_first_left(
    reported: WalkedReporting,
) -> None:
    """By other means while the portal was down, over the channel afterwards."""
    reported.down = True
    reported.put_forward(ReportKind.INITIAL)
    reported.clear()
    reported.approve()
    number, first = latest(reported)["version"], reported.walk.now
    reported.send_otherwise(number)
    reported.down = False
    reported.walk.wait(timedelta(hours=2))
    reported.submit(COMPLIANCE, SubmitAgain(version=number, because="The portal is back."))
    row = latest(reported)
    assert row["submitted_at"] == first
    assert [each["again"] for each in row["submissions"]] == [False, True]
    assert [each["channel"] for each in row["submissions"]] == [None, "bafin"]


def test_what_the_channel_refuses_stays_approved(reported: WalkedReporting) -> None:
    """Somebody has to do something about it: the row says why."""
    reported.refusing = "the LEI is unknown to the portal"
    reported.report(ReportKind.INITIAL)
    row = latest(reported)
    assert (row["state"], row["submitted_at"], row["submissions"]) == ("approved", None, [])
    assert row["refusals"][0]["because"] == "the LEI is unknown to the portal"
    assert deadline(reported, "initial")["clock"] == "running"


def test_a_version_that_was_given_back_says_by_whom_and_why(reported: WalkedReporting) -> None:
    """The next one is another version."""
    reported.put_forward(ReportKind.INITIAL)
    reported.decide(COMPLIANCE, DecisionKind.REPORT_REVIEW, "returned")
    row = latest(reported)
    assert (row["state"], row["returned"]["of"]) == ("returned", "review")
    assert row["returned"]["by"] == COMPLIANCE.model_dump(mode="json")
    assert row["returned"]["comments"] == "As discussed."


def test_what_was_supplied_last_counts_and_what_was_withdrawn_is_null(
    reported: WalkedReporting,
) -> None:
    """One row a field, with who supplied it; it replaces what stood before."""
    reported.supply("2.4", "Card payments are declined.")
    first = row_of(reported, report_field)
    assert (first["field"], first["value"]) == ("2.4", "Card payments are declined.")
    assert (first["supplied_by"]["id"], first["replaces"]) == (BOARD.id, None)
    reported.supply("2.4", None, COMMANDER)
    second = row_of(reported, report_field)
    assert (second["value"], second["replaces"]) == (None, first["entry_id"])
    assert second["supplied_by"]["id"] == COMMANDER.id


def test_a_gap_makes_approval_possible_by_exception_only(reported: WalkedReporting) -> None:
    """The question says so, as the version says what is missing."""
    reported.lacking = (_GAP,)
    reported.put_forward(ReportKind.INITIAL)
    reported.clear()
    assert [gap["field"] for gap in latest(reported)["gaps"]] == ["2.4"]
    asked = [
        row
        for row in folded(reported.walk.entries(), decision)
        if row["kind"] == DecisionKind.REPORT_APPROVAL
    ]
    assert asked[-1]["only_by_exception"] == ["approved"]
    reported.approve(code="E-INCOMPLETE")
    assert latest(reported)["exception_code"] == "E-INCOMPLETE"


def test_a_limit_that_has_passed_is_late_even_once_it_is_met(reported: WalkedReporting) -> None:
    """Why it would be late was said before."""
    reported.walk.wait(reported.due_at("initial") - reported.walk.now - timedelta(minutes=10))
    reported.delay(ReportStage.INITIAL, timedelta(hours=3))
    (delay,) = row_of(reported)["delays"]
    assert (delay["stage"], delay["because"]) == ("initial", "The provider is silent.")
    reported.walk.wait(timedelta(hours=1))
    missed = deadline(reported, "initial")
    assert (missed["clock"], missed["late"], missed["settled_at"]) == ("missed", True, None)
    reported.report(ReportKind.INITIAL)
    met = deadline(reported, "initial")
    assert (met["clock"], met["late"], met["settled_at"]) == ("met", True, reported.walk.now)


def test_a_final_report_ends_what_the_incident_waits_for(reported: WalkedReporting) -> None:
    """Corrections are still taken for a while; then it is closed."""
    reported.report(ReportKind.INITIAL)
    reported.report(ReportKind.INTERMEDIATE)
    reported.report(ReportKind.FINAL)
    assert row_of(reported)["state"] == "submitted"
    reported.walk.wait(timedelta(days=30))
    row = row_of(reported)
    assert (row["state"], row["outcome"], row["closed_at"]) == (
        "closed",
        "final",
        reported.walk.now,
    )
    assert deadline(reported, "final")["clock"] == "met"


def test_a_delay_notice_about_the_final_report_is_not_the_final_report(
    reported: WalkedReporting,
) -> None:
    """It covers that report, and the incident waits for it all the same."""
    reported.report(ReportKind.INITIAL)
    reported.report(ReportKind.INTERMEDIATE)
    reported.delay(ReportStage.FINAL, timedelta(days=60))
    reported.approve(COMPLIANCE)
    notice = latest(reported)
    assert (notice["kind"], notice["covers"], notice["state"]) == (
        *("delay_notice", ["final"], "submitted"),
    )
    assert row_of(reported)["state"] == "open"


def test_a_reporting_that_was_written_off_is_closed(reported: WalkedReporting) -> None:
    """The incident says so, whose workflow is still there."""
    body = WriteOffReporting(reporting=1, because="Its workflow was terminated.")
    reported.walk.submit(COMMANDER, body)
    row = row_of(reported)
    assert (row["state"], row["outcome"]) == ("closed", "written_off")


def test_what_was_submitted_in_time_and_told_later_is_not_late(reported: WalkedReporting) -> None:
    """The moment of the submission counts, not that of telling it."""
    reported.down = True
    reported.report(ReportKind.INITIAL)
    in_time, number = reported.walk.now, latest(reported)["version"]
    reported.walk.wait(timedelta(hours=5))
    assert deadline(reported, "initial")["late"] is True
    reported.send_otherwise(number, in_time)
    met = deadline(reported, "initial")
    assert (met["clock"], met["late"], met["settled_at"]) == ("met", False, in_time)


def test_a_limit_that_begins_anew_is_not_late_any_more(reported: WalkedReporting) -> None:
    """The month of the final report runs from the latest updated intermediate one."""
    reported.report(ReportKind.INITIAL)
    reported.report(ReportKind.INTERMEDIATE)
    missed = reported.due_at("final")
    reported.walk.wait(missed - reported.walk.now + timedelta(hours=1))
    assert deadline(reported, "final")["late"] is True
    reported.report(ReportKind.INTERMEDIATE)
    anew = deadline(reported, "final")
    assert (anew["clock"], anew["late"], anew["settled_at"]) == ("running", False, None)
    assert anew["due_at"] > missed


def test_an_update_is_required_until_it_has_left(reported: WalkedReporting) -> None:
    """Regular activities have recovered after an intermediate report."""
    reported.report(ReportKind.INITIAL)
    reported.report(ReportKind.INTERMEDIATE)
    reported.walk.to_learn_from_contain()
    wanted = row_of(reported)["update_required"]
    assert wanted["because"] == "regular activities have recovered"
    reported.report(ReportKind.INTERMEDIATE)
    assert row_of(reported)["update_required"] is None
