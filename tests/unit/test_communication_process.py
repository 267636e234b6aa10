"""The rules of a communication: what signs it off, what voids that, and what leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.communication.asking import CancelCommunication, PublishCommunication
from holdfast.domain.communication.kinds import Audience, Purpose, Stage
from holdfast.domain.communication.message import OnCommand, ScheduledFor
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.notices import Noticed
from holdfast.domain.roles import Role
from holdfast.domain.severity import Severity
from tests.communication_walk import LEGAL, CommunicationWalk, draft
from tests.statements import BOARD, COMMANDER, COMPLIANCE, NOON, ROBIN, SASHA

HOUR = timedelta(hours=1)


def reason(receipt: Event) -> str | None:
    """Why a submission was refused."""
    return receipt.payload["reason"] if receipt.kind is EventKind.SUBMISSION_REFUSED else None


def stage_of(walk: CommunicationWalk) -> Stage:
    """How far it is by now: a call, which a type checker takes for a new value each time."""
    return walk.state.stage


def test_a_message_goes_from_draft_to_receipts() -> None:
    """Legal and compliance clear it, the commander approves, both channels take it."""
    walk = CommunicationWalk()
    walk.hand_in()
    assert stage_of(walk) is Stage.REVIEW
    assert [walk.state.requests[name].roles for name in walk.open_requests()] == [
        (Role.LEGAL,),
        (Role.COMPLIANCE,),
    ]
    walk.clear()
    assert stage_of(walk) is Stage.APPROVAL
    assert not walk.process.orders()
    walk.approve()
    orders = walk.process.orders()
    assert [order.channel for order in orders] == ["mail", "status-page"]
    assert {order.message for order in orders} == {walk.state.message}
    walk.deliver()
    published = walk.last(EventKind.COMMUNICATION_PUBLISHED)
    assert published.payload["complete"]
    assert published.payload["status_page"]
    assert walk.state.over
    walk.process.close()
    assert walk.kinds()[-1] is EventKind.COMMUNICATION_CLOSED


@pytest.mark.parametrize("moment", ["review", "approval", "approved"])
def test_an_edit_voids_what_was_signed_off(moment: str) -> None:
    """Whatever was given for the version before counts no more, and the evidence says so."""
    walk = CommunicationWalk(draft(release=OnCommand()))
    walk.hand_in()
    walk.answer(LEGAL, walk.open_requests()[0], "cleared")
    if moment != "review":
        walk.clear()
    if moment == "approved":
        walk.approve()
    before = walk.state.message
    counted = [r.id for r in walk.state.requests.values() if r.state in {"open", "decided"}]
    walk.edit(draft("Payments are very late.", release=OnCommand()))
    voided = [e.subject.id for e in walk.events if e.kind is EventKind.DECISION_VOIDED]
    assert voided == counted
    assert walk.state.stage is Stage.DRAFT
    stale = walk.submit(COMMANDER, PublishCommunication(message=str(before)))
    assert reason(stale) == "stale_digest"
    unsigned = walk.submit(COMMANDER, PublishCommunication(message=str(walk.state.message)))
    assert reason(unsigned) == "wrong_stage"
    assert not walk.process.orders()


def test_a_returned_draft_goes_back_with_its_comments() -> None:
    """Legal gives it back; the others' reviews end; the second version is signed off."""
    walk = CommunicationWalk()
    walk.hand_in()
    walk.answer(LEGAL, walk.open_requests()[0], "returned")
    returned = walk.last(EventKind.COMMUNICATION_RETURNED)
    assert returned.payload["of"] == "review"
    assert returned.payload["comments"] == "For the reasons discussed."
    assert walk.state.stage is Stage.DRAFT
    assert not walk.open_requests()
    walk.edit(draft("Payments are delayed; no money is lost."))
    walk.to_approved()
    assert walk.last(EventKind.COMMUNICATION_RELEASED).payload["version"] == 2
    drafted = [e for e in walk.events if e.kind is EventKind.COMMUNICATION_DRAFTED]
    assert drafted[1].payload["before"] == drafted[0].payload["draft"]["message"]


def test_nobody_signs_off_what_they_wrote_or_handed_in() -> None:
    """Whoever edited any version, or handed it in, is an author."""
    walk = CommunicationWalk(audience=Audience.STAFF)
    walk.edit(draft("Other words."), COMMANDER)
    walk.hand_in(SASHA)
    request = walk.open_requests()[0]
    assert set(walk.state.requests[request].authors) == {ROBIN.id, COMMANDER.id, SASHA.id}
    assert reason(walk.answer(COMMANDER, request, "approved")) == "self_approval"
    assert walk.answer(BOARD, request, "approved").kind is EventKind.DECISION_ANSWERED


def test_a_bypass_is_ratified_before_it_is_closed() -> None:
    """Under urgency it leaves at once; the communication is not over before that is judged."""
    walk = CommunicationWalk(audience=Audience.STAFF)
    walk.hand_in()
    walk.answer(COMPLIANCE, walk.open_requests()[0], "approved", code="E-UNREACHABLE")
    walk.deliver()
    assert walk.state.stage is Stage.PUBLISHED
    assert not walk.state.over
    walk.answer(BOARD, walk.open_requests()[0], "ratified")
    assert walk.state.over


def test_media_cannot_be_told_under_a_bypass() -> None:
    """The matrix allows none for that audience, whatever the rule says for others."""
    walk = CommunicationWalk(audience=Audience.MEDIA)
    walk.hand_in()
    request = walk.open_requests()[0]
    assert reason(walk.answer(COMMANDER, request, "cleared", code="E-IMMINENT-HARM")) == (
        "exception_not_allowed"
    )


@pytest.mark.parametrize(
    ("severity", "roles"),
    [
        (None, {Role.LEGAL, Role.COMPLIANCE}),
        (Severity.SEV1, {Role.LEGAL, Role.COMPLIANCE}),
        (Severity.SEV2, {Role.LEGAL, Role.COMPLIANCE}),
        (Severity.SEV3, {Role.LEGAL}),
    ],
)
def test_the_severity_says_who_reviews(severity: Severity | None, roles: set[Role]) -> None:
    """While none is assigned, the strictest holds."""
    walk = CommunicationWalk(severity=severity)
    walk.hand_in()
    assert {walk.state.requests[name].roles[0] for name in walk.open_requests()} == roles


def test_a_higher_severity_counts_from_then_on() -> None:
    """The incident gives notice of it; what is handed in later is reviewed by more."""
    walk = CommunicationWalk(severity=Severity.SEV4)
    event = Event(
        kind=EventKind.SEVERITY_ASSIGNED,
        subject=Subject(type="incident", id="INC-2026-000001"),
        payload={"severity": "SEV1"},
    )
    noticed = Noticed(entry="incident/1#9", workflow="incident/INC-2026-000001", event=event)
    walk.process.noticed(noticed, walk.now)
    walk.hand_in()
    assert len(walk.open_requests()) == 2


def test_a_scheduled_message_leaves_at_its_time() -> None:
    """Not before; and it can be cancelled until then."""
    at = NOON + 2 * HOUR
    walk = CommunicationWalk(draft(release=ScheduledFor(at=at)))
    walk.to_approved()
    assert not walk.process.orders()
    assert walk.process.next_moment() == (at, "Publish what was approved")
    other = CommunicationWalk(draft(release=ScheduledFor(at=at)))
    other.to_approved()
    other.submit(COMMANDER, CancelCommunication(because="It was a false alarm."))
    walk.wait(2 * HOUR)
    other.wait(2 * HOUR)
    assert len(walk.process.orders()) == 2
    assert not other.process.orders()
    assert other.state.over


def test_what_has_left_can_be_neither_edited_nor_cancelled() -> None:
    """A published message is corrected by another one."""
    walk = CommunicationWalk()
    walk.to_approved()
    assert reason(walk.edit(draft("Too late."))) == "wrong_stage"
    late = walk.submit(COMMANDER, CancelCommunication(because="Too late."))
    assert reason(late) == "wrong_stage"


def test_what_is_missing_cannot_be_handed_in() -> None:
    """A placeholder that nobody has filled must not reach a client."""
    walk = CommunicationWalk(draft(missing=("clients_affected",)))
    receipt = walk.hand_in()
    assert reason(receipt) == "draft_incomplete"
    assert "clients_affected" in receipt.payload["detail"]


def test_an_escalation_brief_leaves_unasked_but_only_as_composed() -> None:
    """It stands approved by the policies; once somebody writes in it, it is asked for."""
    wish = DraftWish(purpose=Purpose.ESCALATION_BRIEF, audience=Audience.STAFF, because="Late.")
    first = draft(missing=("clients_affected",))
    walk = CommunicationWalk(first, audience=wish.audience, purpose=wish.purpose, wish=wish)
    assert walk.last(EventKind.COMMUNICATION_APPROVED).payload["standing"]
    assert walk.process.orders()
    written = CommunicationWalk(audience=wish.audience, purpose=wish.purpose)
    assert not written.process.orders()
    assert written.state.stage is Stage.DRAFT


def test_an_unknown_delivery_is_looked_after_by_hand() -> None:
    """Nothing is sent again before somebody says so, and then under the same key."""
    walk = CommunicationWalk(draft(channels=("mail",)))
    walk.to_approved()
    first = walk.process.orders()[0]
    walk.deliver(sent=2, unknown=1)
    assert not walk.process.orders()
    assert walk.state.stage is Stage.PUBLISHED
    request = walk.open_requests()[0]
    assert "other_channel" in walk.state.requests[request].options
    walk.answer(COMMANDER, request, "send_again")
    again = walk.process.orders()[0]
    assert (again.key, again.round) == (first.key, 1)
    walk.deliver(sent=3)
    assert walk.state.over
    assert walk.kinds().count(EventKind.COMMUNICATION_PUBLISHED) == 1


def test_a_failed_channel_gives_way_to_its_alternative() -> None:
    """The alternative was approved with the message; once used, it is offered no more."""
    walk = CommunicationWalk(draft(channels=("mail",)))
    walk.to_approved()
    walk.deliver(failed=3)
    assert stage_of(walk) is Stage.PUBLISHING
    walk.answer(COMPLIANCE, walk.open_requests()[0], "other_channel")
    assert [order.channel for order in walk.process.orders()] == ["status-page"]
    walk.deliver(failed=1)
    request = walk.open_requests()[0]
    assert "other_channel" not in walk.state.requests[request].options
    walk.answer(COMPLIANCE, request, "given_up")
    assert stage_of(walk) is Stage.CANCELLED
    assert walk.last(EventKind.COMMUNICATION_CANCELLED).payload["because"] == (
        "no channel has taken it"
    )


def test_a_silent_approver_is_escalated_and_gives_way() -> None:
    """The ladder brings in the management body and legal, who may then approve."""
    walk = CommunicationWalk(audience=Audience.STAFF)
    walk.hand_in()
    request = walk.open_requests()[0]
    walk.wait(timedelta(minutes=46))
    escalated = [e for e in walk.events if e.kind is EventKind.CLOCK_ESCALATED]
    assert len(escalated) == 2
    assert len(walk.state.told) == 2
    assert walk.answer(LEGAL, request, "approved").kind is EventKind.DECISION_ANSWERED


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_brief_ends_with_its_incident(when: str) -> None:
    """Nobody is asked any more whether it arrived, whenever its channel reports."""
    wish = DraftWish(purpose=Purpose.ESCALATION_BRIEF, audience=Audience.STAFF, because="Late.")
    first = draft(channels=("mail",))
    walk = CommunicationWalk(first, audience=wish.audience, purpose=wish.purpose, wish=wish)
    event = Event(
        kind=EventKind.INCIDENT_CLOSED,
        subject=Subject(type="incident", id="INC-2026-000001"),
        payload={"outcome": "resolved"},
    )
    closed = Noticed(entry="incident/1#9", workflow="incident/INC-2026-000001", event=event)
    if when == "before":
        walk.process.noticed(closed, walk.now)
    walk.deliver(unknown=3)
    if when == "after":
        assert len(walk.open_requests()) == 1
        walk.process.noticed(closed, walk.now)
    assert not walk.open_requests()
    assert walk.state.over
