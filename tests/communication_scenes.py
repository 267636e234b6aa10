"""Scenes in which incidents communicate: what people do, and what time and channels bring."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from holdfast.domain.actions import CheckResult, Milestone, ReportCheck, ReportMilestone
from holdfast.domain.communication.asking import CancelCommunication, PublishCommunication
from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.domain.communication.kinds import Audience, Purpose, ReplyKind
from holdfast.domain.communication.message import OnCommand, ScheduledFor
from holdfast.domain.policies import APPROVAL_MATRIX, pinned
from holdfast.domain.reconsidering import Repin
from holdfast.domain.roles import Actor
from tests.communication_walk import LEGAL, draft
from tests.joint_walk import JointWalk, WalkedCommunication
from tests.rulebook import POLICIES
from tests.statements import ALERTMANAGER, BOARD, COMMANDER, COMPLIANCE, ROBIN, SASHA, facts, report

__all__ = ["LATER_MATRIX", "SCENES_OF_COMMUNICATIONS"]


def _stricter() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(POLICIES[APPROVAL_MATRIX].content) | {"version": "9.0.0"}
    content["communications"]["staff"]["reviews"] = [{"role": "legal"}]
    content["rules"]["communication.approval"]["schedule"]["due_after"] = "PT10M"
    return content


LATER_MATRIX = pinned(_stricter())
"""A version of the approval matrix to which an incident may be re-pinned."""

HOUR = timedelta(hours=1)


def _given_back_then_told_until_all_is_clear(walk: JointWalk) -> None:
    """Legal gives a statement back; the second version leaves, updates follow, then all-clear."""
    walk.to_contain()
    statement = walk.open()
    statement.hand_in()
    statement.answer(LEGAL, statement.open_requests()[0], "returned")
    statement.edit(draft("Payments are delayed; no money is lost."), SASHA)
    statement.to_approved()
    walk.wait(2 * HOUR)  # the next update is opened while there is time for it
    walk.drafted(Purpose.SITUATION_UPDATE).to_approved()
    walk.submit(ROBIN, facts(service_unavailable=True, clients_affected=100_001))
    walk.answer(COMMANDER, _open(walk, "severity"), "confirm")
    walk.wait(HOUR)
    walk.submit(
        ROBIN, ReportMilestone(milestone=Milestone.CONTAINED, statement="Traffic is drained.")
    )
    for check in walk.state.recovery.checks:
        walk.submit(ROBIN, ReportCheck(check=check, result=CheckResult.PASSED, statement="Seen."))
    walk.submit(ROBIN, ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow."))
    walk.answer(COMMANDER, _open(walk, "recovery"), "validated")
    walk.drafted(Purpose.SITUATION_UPDATE).to_approved()
    walk.drafted(Purpose.ALL_CLEAR).to_approved()


def _bypassed_and_found_out_by_hand(walk: JointWalk) -> None:
    """Urgency twice, ratified and not; channels that cannot tell, fail, and are given up."""
    walk.to_contain()
    walk.channels_say = [
        DeliveryReport(unknown=3),
        DeliveryReport(sent=1),
        DeliveryReport(sent=1, failed=2),
        DeliveryReport(failed=3),
    ]
    notice = walk.open(purpose=Purpose.CLIENT_NOTICE)
    notice.hand_in()
    notice.answer(BOARD, notice.open_requests()[0], "cleared", code="E-IMMINENT-HARM")
    notice.answer(COMPLIANCE, _of(notice, "review"), "cleared")
    notice.answer(COMPLIANCE, _of(notice, "approval"), "approved", code="E-UNREACHABLE")
    notice.answer(COMMANDER, _of(notice, "delivery"), "send_again")
    notice.answer(COMMANDER, _of(notice, "delivery"), "arrived")
    for option in ("ratified", "not_ratified"):
        notice.answer(_ratifier(notice), _of(notice, "ratification"), option)
    others = walk.open(audience=Audience.COUNTERPARTS)
    others.to_approved()
    others.answer(COMMANDER, _of(others, "delivery"), "other_channel")
    walk.channels_say = [DeliveryReport(unknown=1)] * 2
    vendor = walk.open(audience=Audience.VENDOR)
    vendor.to_approved()
    vendor.wait(HOUR)
    for _ in range(2):
        vendor.answer(COMPLIANCE, _of(vendor, "delivery"), "given_up")


def _timed_and_taken_back(walk: JointWalk) -> None:
    """What leaves later or on command, by the ladder's word, and what never does."""
    walk.to_contain()
    commanded = walk.open(draft(release=OnCommand()))
    commanded.to_approved()
    commanded.edit(draft("Payments are slow.", release=OnCommand()), SASHA)
    commanded.hand_in()
    commanded.clear()
    walk.wait(HOUR)
    commanded.approve(LEGAL)  # entitled by the ladder only
    commanded.submit(ROBIN, PublishCommunication(message=str(commanded.state.message)))
    later = ScheduledFor(at=walk.now + 3 * HOUR)
    scheduled = walk.open(draft(audience=Audience.STAFF, release=later), audience=Audience.STAFF)
    scheduled.to_approved()
    hurried = walk.open(draft(release=later))
    hurried.to_approved()
    hurried.submit(ROBIN, PublishCommunication(message=str(hurried.state.message)))
    late = ScheduledFor(at=walk.now)
    walk.open(draft(audience=Audience.STAFF, release=late), audience=Audience.STAFF).to_approved()
    for stop in ("draft", "review", "approved"):
        dropped = walk.open(draft(release=OnCommand()))
        if stop == "review":
            dropped.hand_in()
        if stop == "approved":
            dropped.to_approved()
        dropped.submit(ROBIN, CancelCommunication(because="Nobody needs it."))
    walk.wait(5 * HOUR)


def _asked_and_complained_to(walk: JointWalk) -> None:
    """An authority asks, is answered in time, late, and not at all; clients complain."""
    walk.to_contain()
    walk.open().to_approved()
    walk.reply(ReplyKind.REGULATOR_QUESTION, due_in=8 * HOUR)
    walk.reply(ReplyKind.REGULATOR_QUESTION, due_in=2 * HOUR)
    walk.reply(ReplyKind.REGULATOR_QUESTION, due_in=-HOUR)
    walk.wait(3 * HOUR)
    walk.reply(ReplyKind.ACKNOWLEDGEMENT, answered="reply-1")
    walk.reply(ReplyKind.REPLY, answered="reply-2")
    for _ in range(3):
        walk.reply(ReplyKind.COMPLAINT)
    walk.submit(ROBIN, facts(service_unavailable=True))


def _begun_under_one_matrix_and_ended_under_another(walk: JointWalk) -> None:
    """A communication goes by the matrix it began under, whatever the incident is pinned to."""
    walk.to_contain()
    before = walk.open(audience=Audience.STAFF)
    walk.submit(COMMANDER, Repin(policies=(LATER_MATRIX,), reason="It wants legal to look."))
    walk.answer(COMPLIANCE, "policy.repinning-1", "approved")
    before.to_approved()
    after = walk.open(audience=Audience.STAFF)
    after.to_approved()
    walk.wait(5 * HOUR)


def _told_of_what_was_nothing(walk: JointWalk) -> None:
    """The incident ends while a statement waits: nothing leaves."""
    walk.submit(ALERTMANAGER, report())
    walk.open().hand_in()
    walk.answer(SASHA, "incident.confirmation-1", "false_positive")


def _ratifier(communication: WalkedCommunication) -> Actor:
    """Somebody who may say whether the oldest bypass was justified."""
    authors = communication.state.requests[_of(communication, "ratification")].authors
    return next(each for each in (COMPLIANCE, BOARD) if each.id not in authors)


def _of(communication: WalkedCommunication, kind: str) -> str:
    return next(name for name in communication.open_requests() if kind in name)


def _open(walk: JointWalk, kind: str) -> str:
    return next(name for name in walk.open_requests() if name.startswith(kind))


SCENES_OF_COMMUNICATIONS: tuple[Callable[[JointWalk], None], ...] = (
    _given_back_then_told_until_all_is_clear,
    _bypassed_and_found_out_by_hand,
    _timed_and_taken_back,
    _asked_and_complained_to,
    _begun_under_one_matrix_and_ended_under_another,
    _told_of_what_was_nothing,
)
"""Each goes through the incident and its communications together."""
