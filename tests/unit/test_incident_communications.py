"""What an incident opens by itself, hears of its communications, and takes in of replies."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from holdfast.domain.communication.asking import (
    CancelCommunication,
    OpenCommunication,
    RecordReply,
)
from holdfast.domain.communication.kinds import Audience, Purpose, ReplyKind
from holdfast.domain.communication.naming import communication_workflow_id
from holdfast.domain.communication.opening import Opening
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.incident.state import Phase
from holdfast.domain.notices import Noticed
from holdfast.domain.policies import APPROVAL_MATRIX, pinned
from holdfast.domain.roles import Role
from holdfast.domain.values import rfc3339
from tests.communication_walk import draft
from tests.rulebook import POLICIES
from tests.statements import COMMANDER, COMPLIANCE, NOON, ROBIN, facts, incident_facts
from tests.walk import Walk

HOUR = timedelta(hours=1)


class Talking(Walk):
    """An incident whose communications stay open until a test says otherwise."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.opened: list[Opening] = []

    def let_communications_end(self) -> None:
        """Only remember them; briefs, which nobody waits for here, end."""
        while self.state.to_open:
            opening, _ = self.state.to_open.pop(0)
            self.opened.append(opening)
            if opening.purpose is Purpose.ESCALATION_BRIEF:
                self.notice(opening.number, EventKind.COMMUNICATION_CLOSED)

    def open(self, purpose: Purpose, audience: Audience, supersedes: int | None = None) -> Event:
        """Open one with a draft of Robin's."""
        first = draft(purpose=purpose, audience=audience)
        first = first.model_copy(update={"supersedes": supersedes})
        body = OpenCommunication(purpose=purpose, audience=audience, draft=first)
        return self.submit(ROBIN, body)

    def publish(self, number: int) -> None:
        """Give notice that it is published and closed."""
        self.notice(number, EventKind.COMMUNICATION_PUBLISHED)
        self.notice(number, EventKind.COMMUNICATION_CLOSED)

    def of(self, purpose: Purpose) -> list[Opening]:
        """The communications opened for that purpose."""
        return [each for each in self.opened if each.purpose is purpose]


def reply(kind: ReplyKind, **more: object) -> RecordReply:
    """Something that came back at noon."""
    return RecordReply.model_validate({"reply": kind, "received_at": NOON, **more})


def told() -> Talking:
    """An incident whose clients have a holding statement."""
    walk = Talking()
    walk.to_contain()
    walk.open(Purpose.HOLDING_STATEMENT, Audience.CLIENTS)
    walk.publish(walk.of(Purpose.HOLDING_STATEMENT)[0].number)
    return walk


def test_an_escalation_wakes_the_roles_that_it_brings_in() -> None:
    """Each trigger opens one brief, to those roles, saying why."""
    walk = Talking()
    walk.to_triage()
    fired = [e for e in walk.events if e.kind is EventKind.ESCALATION_TRIGGERED]
    briefs = walk.of(Purpose.ESCALATION_BRIEF)
    assert [brief.wish.because for brief in briefs if brief.wish] == [
        event.payload["because"] for event in fired
    ]
    assert all(brief.wish and brief.wish.roles for brief in briefs)


def test_a_ladder_wakes_whom_it_brings_in() -> None:
    """The commander does not answer: the ladder's roles are briefed, the board as itself."""
    walk = Talking()
    walk.to_triage()
    before = len(walk.opened)
    walk.wait(2 * HOUR)
    woken = [brief.wish.roles for brief in walk.opened[before:] if brief.wish]
    escalated = [e for e in walk.events if e.kind is EventKind.CLOCK_ESCALATED]
    assert len(woken) >= len(escalated) > 0
    board = [b for b in walk.opened[before:] if b.audience is Audience.MANAGEMENT_BODY]
    assert all(brief.wish and brief.wish.roles == (Role.MANAGEMENT_BODY,) for brief in board)


def test_the_next_update_is_drafted_in_time_and_follows_the_last() -> None:
    """The cadence is that of the severity; publishing an update sets the next."""
    walk = told()
    clock = walk.state.clocks["update/clients"]
    response = walk.state.tree.response_for(walk.state.severity, walk.state.priority)  # type: ignore[arg-type]
    assert response is not None
    assert clock.due_at == walk.now + response.update_every
    walk.wait(response.update_every * 3 / 4)
    (update,) = walk.of(Purpose.SITUATION_UPDATE)
    assert update.wish is not None
    assert update.wish.follows == walk.of(Purpose.HOLDING_STATEMENT)[0].number
    walk.publish(update.number)
    assert walk.state.clocks["update/clients"].due_at == walk.now + response.update_every
    met = [e for e in walk.events if e.kind is EventKind.CLOCK_MET]
    assert met[-1].subject.id == "update/clients"


@pytest.mark.parametrize(("promised", "due"), [(20, 20), (-20, None)])
def test_what_was_promised_is_when_the_next_update_is_due(promised: int, due: int | None) -> None:
    """The clock runs to the time that clients were told, unless it has passed by then."""
    walk = Talking()
    walk.to_contain()
    walk.open(Purpose.HOLDING_STATEMENT, Audience.CLIENTS)
    at = rfc3339(walk.now + timedelta(minutes=promised))
    number = walk.of(Purpose.HOLDING_STATEMENT)[0].number
    walk.notice(number, EventKind.COMMUNICATION_PUBLISHED, next_update_due=at)
    response = walk.state.tree.response_for(walk.state.severity, walk.state.priority)  # type: ignore[arg-type]
    assert response is not None
    within = timedelta(minutes=due) if due else response.update_every
    assert walk.state.clocks["update/clients"].due_at == walk.now + within


def test_a_draft_that_waits_is_not_opened_again() -> None:
    """Nobody has published the update: its clock is missed and escalates; one draft is enough."""
    walk = told()
    walk.wait(12 * HOUR)
    assert len(walk.of(Purpose.SITUATION_UPDATE)) == 1
    assert EventKind.CLOCK_MISSED in walk.kinds()


def test_recovery_asks_for_the_all_clear_and_ends_the_cadence() -> None:
    """Whoever was promised another message gets the last one."""
    walk = told()
    walk.to_learn_from_contain()
    (all_clear,) = walk.of(Purpose.ALL_CLEAR)
    assert all_clear.audience is Audience.CLIENTS
    assert not walk.state.clocks["update/clients"].open
    walk.publish(all_clear.number)
    assert not walk.state.clocks["update/clients"].open


def test_an_incident_is_not_closed_over_an_open_communication() -> None:
    """The refusal names it."""
    walk = Talking()
    walk.to_contain()
    walk.open(Purpose.CLIENT_NOTICE, Audience.CLIENTS)
    number = walk.of(Purpose.CLIENT_NOTICE)[0].number
    walk.to_closed_from_contain()
    refused = walk.last(EventKind.SUBMISSION_REFUSED)
    assert refused.payload["reason"] == "communications_pending"
    assert f"communication {number}" in refused.payload["detail"]
    walk.notice(number, EventKind.COMMUNICATION_CLOSED)
    walk.answer(COMMANDER, "incident.closure-1", "close")
    assert walk.state.phase is Phase.CLOSED


def test_only_what_was_published_can_be_corrected() -> None:
    """The number is that of a communication of this incident."""
    walk = told()
    number = walk.of(Purpose.HOLDING_STATEMENT)[0].number
    for wrong in (number + 1, 99):
        receipt = walk.open(Purpose.HOLDING_STATEMENT, Audience.CLIENTS, supersedes=wrong)
        assert receipt.payload["reason"] == "unknown_communication"
    right = walk.open(Purpose.HOLDING_STATEMENT, Audience.CLIENTS, supersedes=number)
    assert right.kind is EventKind.COMMUNICATION_OPENED


def test_an_older_matrix_knows_no_communications() -> None:
    """Nothing is opened by itself, and people are told to re-pin."""
    walk = Talking()
    content = json.loads(POLICIES[APPROVAL_MATRIX].content)
    del content["communications"]
    rules = {k: r for k, r in content["rules"].items() if not k.startswith("communication.")}
    older = pinned({**content, "rules": rules, "format": 2, "version": "2.0.0"})
    walk.state.policies = {**walk.state.policies, APPROVAL_MATRIX: older}
    walk.process.work.take_up_matrix()
    walk.open_under(walk.state.all_pins)
    assert not walk.opened
    receipt = walk.open(Purpose.CLIENT_NOTICE, Audience.CLIENTS)
    assert receipt.payload["reason"] == "no_communication_rules"
    assert "re-pin" in receipt.payload["detail"]


def test_complaints_are_counted_and_make_a_fact_once_they_repeat() -> None:
    """The criterion of reputational impact asks for repetitive complaints (2024/1772 Art. 2(b))."""
    walk = told()
    first = walk.submit(ROBIN, reply(ReplyKind.COMPLAINT))
    assert first.payload["complaints"] == 1
    assert "repetitive_complaints" not in walk.state.facts.facts
    walk.submit(ROBIN, reply(ReplyKind.COMPLAINT))
    assert walk.state.facts.facts["repetitive_complaints"].value is True
    stated = walk.last(EventKind.FACTS_CHANGED)
    assert stated.actor.role is Role.SYSTEM
    assert stated.payload["changes"][0]["source"] == "complaint intake: 2 complaints"
    walk.submit(ROBIN, reply(ReplyKind.COMPLAINT))
    said = [e for e in walk.events if e.kind is EventKind.FACTS_CHANGED]
    assert len(said) == 1


def test_what_people_say_of_complaints_stands() -> None:
    """The process states the fact only where nobody has."""
    walk = told()
    walk.submit(COMPLIANCE, incident_facts(repetitive_complaints=False))
    for _ in range(3):
        walk.submit(ROBIN, reply(ReplyKind.COMPLAINT))
    assert walk.state.facts.facts["repetitive_complaints"].value is False


def test_a_question_of_the_authority_has_a_due_date() -> None:
    """It is warned of, it is missed, it keeps the incident open, and an answer meets it."""
    walk = told()
    asked = reply(ReplyKind.REGULATOR_QUESTION, due_at=walk.now + 4 * HOUR)
    walk.submit(COMPLIANCE, asked)
    clock = walk.state.clocks["authority-question/reply-1"]
    assert clock.due_at == walk.now + 4 * HOUR
    walk.wait(3 * HOUR)
    warned = [e for e in walk.events if e.kind is EventKind.CLOCK_WARNED]
    assert [e.subject.id for e in warned].count(clock.id) == 2
    wrong = walk.submit(COMPLIANCE, reply(ReplyKind.REPLY, answered="reply-9"))
    assert wrong.payload["reason"] == "unknown_communication"
    walk.submit(COMPLIANCE, reply(ReplyKind.REPLY, answered="reply-1"))
    assert not walk.state.clocks[clock.id].open


def test_a_reply_names_a_communication_that_there_is() -> None:
    """Else it would be evidence about nothing."""
    walk = told()
    number = walk.of(Purpose.HOLDING_STATEMENT)[0].number
    good = walk.submit(ROBIN, reply(ReplyKind.ACKNOWLEDGEMENT, communication=number))
    assert good.kind is EventKind.REPLY_RECEIVED
    bad = walk.submit(ROBIN, reply(ReplyKind.ACKNOWLEDGEMENT, communication=99))
    assert bad.payload["reason"] == "unknown_communication"


@pytest.mark.parametrize("writer", ["incident/INC-2026-000001", "communication/INC-2026-000002/1"])
def test_only_communications_of_the_incident_are_heard(writer: str) -> None:
    """An entry of the incident itself, or of another's, changes nothing here."""
    walk = told()
    before = len(walk.events)
    event = Event(
        kind=EventKind.CLOCK_ESCALATED,
        subject=Subject(type="clock", id="containment"),
        payload={"title": "Contain the incident", "roles": ["management_body"]},
    )
    walk.process.noticed(Noticed(entry="x#1", workflow=writer, event=event), walk.now)
    assert len(walk.events) == before


def test_an_escalation_of_a_communication_is_briefed_once() -> None:
    """However often the notice of it comes."""
    walk = told()
    number = walk.of(Purpose.HOLDING_STATEMENT)[0].number
    before = len(walk.of(Purpose.ESCALATION_BRIEF))
    for _ in range(2):
        walk.notice(number, EventKind.CLOCK_ESCALATED, title="Approve", roles=["management_body"])
        walk.let_communications_end()
    assert len(walk.of(Purpose.ESCALATION_BRIEF)) == before + 1


def test_a_new_severity_sets_the_cadence_anew_and_is_told() -> None:
    """Communications under way have notice of it, and reviewers follow."""
    walk = told()
    walk.open(Purpose.CLIENT_NOTICE, Audience.CLIENTS)
    due_at = walk.state.clocks["update/clients"].due_at
    walk.submit(ROBIN, facts(supports_critical_function=False, service_unavailable=False))
    walk.answer(COMMANDER, "severity.assignment-2", "confirm")
    assert walk.state.clocks["update/clients"].due_at > due_at
    number = walk.of(Purpose.CLIENT_NOTICE)[0].number
    called = communication_workflow_id(walk.state.incident_id, number)
    assert called in {told_ for told_, _ in walk.state.to_tell}


def test_what_was_terminated_is_written_off() -> None:
    """Once, with a reason; a workflow that is there after all has notice of it."""
    walk = told()
    walk.open(Purpose.CLIENT_NOTICE, Audience.CLIENTS)
    number = walk.of(Purpose.CLIENT_NOTICE)[0].number
    gone = CancelCommunication(because="Terminated by mistake.", communication=number)
    cancelled = walk.submit(COMMANDER, gone)
    assert cancelled.kind is EventKind.COMMUNICATION_CANCELLED
    assert walk.state.communications[str(number)].closed
    called = communication_workflow_id(walk.state.incident_id, number)
    assert [told_ for told_, _ in walk.state.to_tell] == [called]
    again = walk.submit(COMMANDER, gone)
    assert again.payload["reason"] == "unknown_communication"
