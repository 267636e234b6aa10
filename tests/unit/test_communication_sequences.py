"""No sequence of edits, reviews, approvals, bypasses and cancels publishes what nobody approved."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from holdfast.domain.communication.asking import CancelCommunication, PublishCommunication
from holdfast.domain.communication.kinds import Audience, Stage
from holdfast.domain.communication.message import OnApproval, OnCommand, ScheduledFor
from holdfast.domain.events import Event, EventKind
from holdfast.domain.roles import Actor, Role
from holdfast.domain.severity import Severity
from tests.communication_walk import LEGAL, CommunicationWalk, draft
from tests.statements import BOARD, COMMANDER, COMPLIANCE, NOON, ROBIN, SASHA

PEOPLE = st.sampled_from([ROBIN, SASHA, COMMANDER, COMPLIANCE, LEGAL, BOARD])
DRAFTS = st.builds(
    draft,
    st.sampled_from(["One.", "Two.", "Three."]),
    release=st.sampled_from(
        [OnApproval(), OnCommand(), ScheduledFor(at=NOON + timedelta(minutes=20))]
    ),
    recipients=st.integers(1, 3),
)
OPTIONS = st.sampled_from(
    ["cleared", "returned", "approved", "rejected", "ratified", "arrived", "send_again"]
)
CODES = st.sampled_from([None, None, None, "E-UNREACHABLE", "E-IMMINENT-HARM", "E-INVENTED"])


class Sequences(RuleBasedStateMachine):
    """Everything that anybody can ask of a communication, in any order."""

    @initialize(audience=st.sampled_from(Audience), severity=st.sampled_from([None, *Severity]))
    def begin(self, audience: Audience, severity: Severity | None) -> None:
        """Open one with a draft."""
        self.walk = CommunicationWalk(audience=audience, severity=severity)

    @rule(actor=PEOPLE, other=DRAFTS)
    def edit(self, actor: Actor, other: object) -> None:
        """Edit the latest version."""
        self.walk.edit(other, actor)  # type: ignore[arg-type]

    @rule(actor=PEOPLE)
    def hand_in(self, actor: Actor) -> None:
        """Hand the latest version in."""
        self.walk.hand_in(actor)

    @rule(actor=PEOPLE, option=OPTIONS, code=CODES, which=st.integers(0, 5))
    def answer(self, actor: Actor, option: str, code: str | None, which: int) -> None:
        """Answer any request there ever was, settled and voided ones too."""
        requests = list(self.walk.state.requests)
        if requests:
            self.walk.answer(actor, requests[which % len(requests)], option, code=code)

    @rule(actor=PEOPLE)
    def sign_off(self, actor: Actor) -> None:
        """Do whatever favourable the person is asked for: so that sequences get far."""
        for name in self.walk.open_requests():
            option = next(iter(self.walk.state.requests[name].options))
            self.walk.answer(actor, name, option)

    @rule(actor=PEOPLE, earlier=st.booleans())
    def publish(self, actor: Actor, *, earlier: bool) -> None:
        """Publish the latest version, or the first."""
        drafted = [e for e in self.walk.events if e.kind is EventKind.COMMUNICATION_DRAFTED]
        message = drafted[0 if earlier else -1].payload["draft"]["message"]
        self.walk.submit(actor, PublishCommunication(message=message))

    @rule(actor=PEOPLE)
    def cancel(self, actor: Actor) -> None:
        """Cancel it."""
        self.walk.submit(actor, CancelCommunication(because="Not needed."))

    @rule(sent=st.integers(0, 2), unknown=st.integers(0, 1))
    def deliver(self, sent: int, unknown: int) -> None:
        """Let the channels report."""
        self.walk.deliver(sent=sent, unknown=unknown, failed=int(not sent and not unknown))

    @rule(minutes=st.integers(1, 40))
    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.walk.wait(timedelta(minutes=minutes))

    @invariant()
    def only_what_is_approved_leaves(self) -> None:
        """Told from the evidence alone, not from the state that the rules keep."""
        events = self.walk.events
        for number, event in enumerate(events):
            if event.kind is EventKind.COMMUNICATION_RELEASED:
                assert event.subject.digest is not None
                _require_signed_off(self.walk, events[:number], event.subject.digest)
        for order in self.walk.process.orders():
            released = self.walk.last(EventKind.COMMUNICATION_RELEASED)
            assert order.message == released.subject.digest

    @invariant()
    def what_is_cancelled_never_leaves(self) -> None:
        """Nor does anything leave twice under another version."""
        kinds = self.walk.kinds()
        assert kinds.count(EventKind.COMMUNICATION_RELEASED) <= 1
        if self.walk.state.stage is Stage.CANCELLED and self.walk.state.released is None:
            assert not self.walk.process.orders()


def _require_signed_off(walk: CommunicationWalk, events: list[Event], digest: str) -> None:
    """Fold the decisions: all reviews wanted and an approval of these bytes stand unvoided."""
    standing: dict[str, tuple[str, str]] = {}
    asked: dict[str, Event] = {}
    for event in events:
        if event.kind is EventKind.DECISION_REQUESTED:
            asked[event.subject.id] = event
        if event.kind is EventKind.DECISION_DECIDED and event.subject.digest == digest:
            standing[event.subject.id] = (event.payload["kind"], event.payload["outcome"])
        if event.kind is EventKind.DECISION_VOIDED:
            standing.pop(event.subject.id, None)
    approved = [name for name, given in standing.items() if given[1] == "approved"]
    assert len(approved) == 1
    cleared = {
        Role(asked[name].payload["roles"][0])
        for name, given in standing.items()
        if given == ("communication.review", "cleared")
    }
    submitted = [e for e in events if e.kind is EventKind.COMMUNICATION_SUBMITTED][-1]
    assert submitted.subject.digest == digest
    assert cleared == {Role(role) for role in submitted.payload["reviewers"]}
    authors = set(walk.state.authors)
    deciders = {
        given["id"]
        for event in events
        if event.kind is EventKind.DECISION_DECIDED and event.subject.id in standing
        for given in event.payload["decided_by"]
    }
    assert not deciders & authors


Sequences.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSequences = Sequences.TestCase
