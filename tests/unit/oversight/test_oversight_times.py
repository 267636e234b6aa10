"""The times of an oversight file: due, stood still, kept or missed, and what followed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.roles import Role
from holdfast.domain.third_party.asking import RequestPause, WithdrawEscalation
from holdfast.domain.third_party.kinds import EscalationStage, Said
from holdfast.evidence.oversight.building import oversight_file
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.held_times import HeldTime, Result
from tests.statements import COMMANDER, NOON, ROBIN
from tests.third_party_walk import VENDOR_MANAGER, ThirdPartyWalk
from tests.told_escalations import told_file

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def held(file: OversightFile, clock: str, round_number: int = 1, turn: int = 1) -> HeldTime:
    """A time of the provider."""
    (found,) = (
        each
        for each in file.times
        if (each.clock, each.round, each.turn) == (clock, round_number, turn)
    )
    return found


@pytest.fixture
def walk() -> ThirdPartyWalk:
    """An incident of severity 1."""
    incident = ThirdPartyWalk()
    incident.to_severity_1()
    return incident


def test_what_was_kept_and_told_late_is_kept() -> None:
    """It was recorded as missed, and is no breach after all."""
    file = told_file()
    acknowledged = held(file, "acknowledge")
    assert acknowledged.result is Result.KEPT
    assert acknowledged.met_at == NOON + 13 * MINUTE
    assert acknowledged.missed is not None
    assert acknowledged.missed.at == acknowledged.due_at == NOON + 15 * MINUTE
    assert [each.clock for each in file.breaches if each.kept_after_all] == ["acknowledge"]


def test_what_was_late_says_by_how_much() -> None:
    """From the deadline to when it was met."""
    first = held(told_file(), "first_response")
    assert (first.result, first.late_by_seconds) == (Result.LATE, 600)
    assert first.met_at == first.due_at + 10 * MINUTE


def test_an_update_is_due_again_after_each() -> None:
    """Each is a deadline of its own: the first kept, the second missed and never met."""
    file = told_file()
    first, second = held(file, "update"), held(file, "update", turn=2)
    assert (first.result, second.result) == (Result.KEPT, Result.MISSED)
    assert second.due[0].due_at == first.met_at + HOUR if first.met_at else False
    assert second.missed is not None
    assert second.met_at is None


def test_a_pause_moves_the_deadline_and_says_which_decision_let_it() -> None:
    """Both deadlines stand with the entries that set them; the interval is as long as the pause."""
    file = told_file()
    workaround, (pause,) = held(file, "workaround"), file.pauses
    still = workaround.stood_still[0]
    assert [each.due_at - workaround.due[0].due_at for each in workaround.due] == [
        0 * HOUR,
        4 * HOUR,
    ]
    assert (still.since, still.until) == (pause.since, pause.until)
    (decision,) = (each for each in file.decisions if each.request == pause.decision)
    assert decision.decided is not None
    assert still.because == decision.decided.entry
    assert (pause.granted, pause.ended_by_time, pause.clocks[0]) == (True, True, "update")


def test_a_claim_lets_times_stand_still_until_it_is_confirmed() -> None:
    """What restored counts as of when the provider said so."""
    file = told_file()
    restored = held(file, "restore", 2)
    claim = next(
        each for each in file.statements if each.round == 2 and each.said is Said.RESTORATION
    )
    assert restored.stood_still[-1].because == claim.entry
    assert (restored.result, restored.met_at) == (Result.KEPT, claim.said_at)
    assert restored.id in claim.meets


def test_both_ladders_are_told_with_the_messages_that_they_led_to() -> None:
    """A rung of the provider's by the entry of its call, ours by the briefs that woke people."""
    file = told_file()
    steps = held(file, "update", turn=2).steps
    calls = {call.entry: call for call in file.calls}
    reached = [(step.rung, calls[step.called].title) for step in steps if step.called]
    assert reached == [(1, "Service lead"), (2, "Director of operations")]
    woken = [(step.roles, bool(step.briefs)) for step in steps if step.rung is None]
    assert woken == [((Role.VENDOR_MANAGER,), True), ((Role.INCIDENT_COMMANDER,), True)]


def test_a_time_that_still_runs_says_so(walk: ThirdPartyWalk) -> None:
    """Running, or passed and not met; the warning stands with its entry."""
    walk.escalate()
    walk.wait(20 * MINUTE)
    file = oversight_file(walk.entries(), 1)
    assert held(file, "acknowledge").result is Result.MISSED
    assert held(file, "first_response").result is Result.RUNNING
    assert len(held(file, "acknowledge").warned) == 2
    assert held(file, "restore").ended is None


def test_a_time_that_stands_still_says_since_when(walk: ThirdPartyWalk) -> None:
    """And until when, once it runs again."""
    escalation = walk.escalate()
    escalation.submit(ROBIN, RequestPause(reason="waiting-for-client", statement="Our dump."))
    escalation.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
    walk.wait(MINUTE)
    file = oversight_file(walk.entries(), 1)
    restore = held(file, "restore")
    assert (restore.result, restore.stood_still[0].until) == (Result.PAUSED, None)
    assert held(file, "update").result is Result.RUNNING


@pytest.mark.parametrize(("waited", "result"), [(0, Result.CANCELLED), (30, Result.MISSED)])
def test_nothing_is_asked_any_more(walk: ThirdPartyWalk, waited: int, result: Result) -> None:
    """What had passed by then stays missed; what had not is cancelled."""
    escalation = walk.escalate()
    walk.wait(waited * MINUTE)
    escalation.submit(COMMANDER, WithdrawEscalation(because="It was our own network."))
    file = oversight_file(walk.entries(), 1)
    assert held(file, "acknowledge").result is result
    assert held(file, "restore").result is Result.CANCELLED
    assert file.withdrawal is not None
    assert file.withdrawal.because == "It was our own network."
    assert file.stage is (EscalationStage.WITHDRAWN if waited else EscalationStage.CLOSED)


def test_a_restoration_that_nobody_confirms_lets_the_times_run_on(walk: ThirdPartyWalk) -> None:
    """With the same deadline; the provider is called again, and says nothing that counts."""
    escalation = walk.escalate()
    claim = escalation.say(Said.RESTORATION)
    walk.wait(MINUTE)
    escalation.answer(COMMANDER, "third-party-1:third_party.restoration-1", "not_restored")
    file = oversight_file(walk.entries(), 1)
    restore = held(file, "restore")
    assert (restore.result, len(restore.due), len(restore.stood_still)) == (Result.RUNNING, 1, 1)
    assert file.calls[-1].why == "not_restored"
    assert file.stage is EscalationStage.ASKED
    assert [each.said for each in file.statements] == [claim.payload["said"]]
    assert set(file.statements[0].meets) == {
        "third-party-1:acknowledge-1",
        "third-party-1:first_response-1",
    }
