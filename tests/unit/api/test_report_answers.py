"""What the doors say of reports, and what they refuse before the workflow would."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import RowMapping

from api.problems import Problem
from api.reporting.next_steps import due_next, next_step
from api.reporting.refusing import ReportingBody, refusal_of
from api.reporting.telling import reporting_of
from api.reporting.work import chosen
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.reporting.asking import (
    ExplainDelay,
    PutForward,
    RecordReceipt,
    SubmitAgain,
    SupplyField,
)
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report_stages import ReportStage
from holdfast.errors import InvalidInput
from holdfast.store.reporting.reading import StoredReporting
from tests.folded_reportings import asked_of, stored_of, supplied_of
from tests.reporting_walk import ReportingWalk, WalkedReporting
from tests.statements import COMMANDER


@pytest.fixture
def reported() -> WalkedReporting:
    """The reporting of an incident that was decided to be major."""
    return ReportingWalk().to_major()


def step(reported: WalkedReporting) -> tuple[str, str]:
    """The next step as it is told, and its words."""
    told = reporting_of(stored_of(reported), asked_of(reported), reported.walk.now).next
    assert told is not None
    return told.step, told.words


def refused(reported: WalkedReporting, body: ReportingBody) -> RefusalReason | None:
    """What the door refuses; the workflow refuses the same."""
    refusal = refusal_of(stored_of(reported), supplied_of(reported), body, reported.walk.now)
    receipt = reported.submit(COMMANDER, body)
    if refusal is None:
        return None
    assert receipt.payload["reason"] == refusal.reason
    return refusal.reason


def test_what_is_missing_is_named_with_who_can_supply_it_and_until_when(
    reported: WalkedReporting,
) -> None:
    """Until the report is due to which the field belongs."""
    reported.lack("2.4", "2.5")
    reported.put_forward(ReportKind.INITIAL)
    told = reporting_of(stored_of(reported), asked_of(reported), reported.walk.now)
    assert [each.field for each in told.missing] == ["2.4", "2.5"]
    assert {each.until for each in told.missing} == {reported.due_at("initial")}
    left = reported.due_at("initial") - reported.walk.now
    assert told.deadlines[0].seconds_left == int(left.total_seconds())
    assert (told.deadlines[2].clock, told.deadlines[2].seconds_left) == ("waits", None)


def test_the_next_step_goes_on_from_supplying_to_the_next_report(
    reported: WalkedReporting,
) -> None:
    """Each names the report, and the version that somebody has to do something about."""
    assert step(reported)[0] == "put_forward"
    reported.put_forward(ReportKind.INITIAL)
    assert step(reported)[0] == "review"
    reported.clear()
    assert step(reported)[0] == "approve"
    reported.down = True
    reported.approve()
    assert step(reported)[0] == "wait"
    reported.down = False
    reported.walk.let_communications_end()
    assert "intermediate report" in step(reported)[1]
    reported.report(ReportKind.INTERMEDIATE)
    assert "final report" in step(reported)[1]
    reported.report(ReportKind.FINAL)
    assert step(reported)[0] == "correct"


def test_what_the_channel_has_refused_is_for_people(reported: WalkedReporting) -> None:
    """Nothing goes on by itself."""
    reported.refusing = "the LEI is unknown to the portal"
    reported.report(ReportKind.INITIAL)
    assert step(reported)[0] == "submit"


def test_an_open_question_says_where_it_is_answered_and_about_what(
    reported: WalkedReporting,
) -> None:
    """With the digest to decide on, and what is open by exception only."""
    reported.lack("2.4")
    reported.put_forward(ReportKind.INITIAL)
    reported.clear()
    told = reporting_of(stored_of(reported), asked_of(reported), reported.walk.now)
    (asked,) = [each for each in told.questions if each.kind == "report.approval"]
    assert asked.subject_digest == told.versions[-1].content
    assert (asked.version, asked.only_by_exception) == (told.versions[-1].version, ["approved"])
    assert asked.answer_at.endswith(f"/decisions/{asked.request_id}")


def test_a_version_whose_place_a_newer_one_takes_is_superseded(reported: WalkedReporting) -> None:
    """Nobody decides on it any more, and the table alone does not say so."""
    reported.put_forward(ReportKind.INITIAL)
    reported.supply("2.4", "Card payments are declined.")
    reported.put_forward(ReportKind.INITIAL)
    told = reporting_of(stored_of(reported), asked_of(reported), reported.walk.now)
    assert [each.state for each in told.versions[-2:]] == ["superseded", "review"]


def test_the_door_refuses_what_the_workflow_would_refuse(reported: WalkedReporting) -> None:
    """The same reason in both places; what it lets through is the workflow's to judge."""
    later, now = reported.walk.now + timedelta(hours=1), reported.walk.now
    cases: list[tuple[ReportingBody, RefusalReason]] = [
        (SupplyField(field="2.4", value=None), RefusalReason.NOTHING_CHANGED),
        (PutForward(kind=ReportKind.DELAY_NOTICE), RefusalReason.REPORT_NOT_DUE),
        (PutForward(kind=ReportKind.FINAL), RefusalReason.REPORT_NOT_DUE),
        (
            PutForward(kind=ReportKind.INITIAL, also=(ReportStage.FINAL,)),
            RefusalReason.NOT_COMBINABLE,
        ),
        (
            ExplainDelay(stage=ReportStage.FINAL, because="Late.", expected_at=later),
            RefusalReason.REPORT_NOT_DUE,
        ),
        (
            ExplainDelay(stage=ReportStage.INITIAL, because="Late.", expected_at=now),
            RefusalReason.DUE_IN_THE_PAST,
        ),
        (SubmitAgain(version=9, because="Asked for."), RefusalReason.UNKNOWN_REPORT),
        (SubmitAgain(version=1, because="Asked for."), RefusalReason.WRONG_STAGE),
        (
            RecordReceipt(version=1, received_at=now, statement="Received."),
            RefusalReason.UNKNOWN_REPORT,
        ),
    ]
    for body, reason in cases:
        assert refused(reported, body) == reason, body
    assert refused(reported, PutForward(kind=ReportKind.RECLASSIFICATION)) is None
    assert refused(reported, SupplyField(field="2.4", value="Cards.")) is None
    assert refused(reported, SupplyField(field="2.4", value=None)) is None
    assert refused(reported, SupplyField(field="2.4", value=None)) == RefusalReason.NOTHING_CHANGED


def test_nothing_is_taken_together_that_has_left_already(reported: WalkedReporting) -> None:
    """An initial notification is submitted once, and then corrected by itself."""
    reported.report(ReportKind.INITIAL)
    both = PutForward(kind=ReportKind.INTERMEDIATE, also=(ReportStage.INITIAL,))
    assert refused(reported, both) == RefusalReason.NOT_COMBINABLE
    assert refused(reported, PutForward(kind=ReportKind.INITIAL)) is None


def test_a_reporting_that_has_ended_takes_nothing(reported: WalkedReporting) -> None:
    """Its outcome says how it has ended."""
    for kind in (ReportKind.INITIAL, ReportKind.INTERMEDIATE, ReportKind.FINAL):
        reported.report(kind)
    reported.walk.wait(timedelta(days=31))
    stored = stored_of(reported)
    body = SupplyField(field="2.4", value="Cards.")
    refusal = refusal_of(stored, supplied_of(reported), body, reported.walk.now)
    assert refusal is not None
    assert refusal.reason == RefusalReason.REPORT_NOT_DUE
    told = reporting_of(stored, [], reported.walk.now)
    assert (told.state, told.outcome, told.next) == ("closed", "final", None)


def test_a_report_that_has_left_is_only_corrected(reported: WalkedReporting) -> None:
    """Unless an updated one is wanted; a later one waits for the one before it."""
    stored = stored_of(reported)
    early = next_step(stored, ReportStage.FINAL, [])
    assert early is not None
    assert (early.step, early.words) == (
        "wait",
        "The initial notification is due before the final report.",
    )
    reported.report(ReportKind.INITIAL)
    reported.report(ReportKind.INTERMEDIATE)
    for stage in (ReportStage.INITIAL, ReportStage.INTERMEDIATE):
        left = next_step(stored_of(reported), stage, [])
        assert left is not None
        assert left.step == "correct"
    reported.walk.to_learn_from_contain()
    updated = stored_of(reported)
    assert updated.row["update_required"] is not None
    wanted = next_step(updated, due_next(updated), [])
    assert wanted is not None
    assert wanted.step == "put_forward"
    assert "intermediate" in wanted.words


def test_an_entity_is_named_where_several_report(reported: WalkedReporting) -> None:
    """The answer names them; one that was taken back and opened anew is the later one."""
    own = stored_of(reported)
    others = [
        replace(own, row=_renamed(own, "paiement", 2)),
        replace(own, row=_renamed(own, "x", 3)),
    ]
    again = replace(own, row=_renamed(own, "paiement", 4))
    entity, incident_id = own.row["entity"], own.row["incident_id"]
    assert chosen([own], incident_id, None) is own
    everything = [own, *others, again]
    assert chosen(everything, incident_id, "paiement") is again
    assert chosen(everything, incident_id, entity) is own
    with pytest.raises(InvalidInput) as ambiguous:
        chosen(everything, incident_id, None)
    assert ambiguous.value.fields["entities"] == sorted([entity, "paiement", "x"])
    with pytest.raises(Problem) as unknown:
        chosen(everything, incident_id, "nobody")
    assert unknown.value.code == RefusalReason.UNKNOWN_REPORT
    assert unknown.value.fields["entities"] == sorted([entity, "paiement", "x"])
    with pytest.raises(Problem, match="decided to be major"):
        chosen([], incident_id, None)


def _renamed(stored: StoredReporting, entity: str, number: int) -> RowMapping:
    return cast("RowMapping", {**stored.row, "entity": entity, "number": number})
