"""No sequence of statements, pauses, answers and hours breaks what an escalation promises.

What is promised is told from the entries alone: a clock that nobody paused is missed when it was
due and not before, no pause gives or takes time, every call is one message, and nothing is closed
over a breach that was not reviewed and signed off.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from holdfast.domain.events import EventKind
from holdfast.domain.roles import Actor, Role
from holdfast.domain.third_party.asking import (
    EndPause,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    ReviewEscalation,
    VendorStatement,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.evidence.entry import Entry
from tests.statements import BOARD, COMMANDER, COMPLIANCE, ROBIN, SASHA
from tests.third_party_walk import (
    REVIEW_OF_PROVIDER,
    VENDOR,
    VENDOR_MANAGER,
    ThirdPartyWalk,
)

PEOPLE = st.sampled_from([ROBIN, SASHA, COMMANDER, COMPLIANCE, VENDOR_MANAGER, BOARD])
MINUTES = st.integers(1, 200).map(lambda number: timedelta(minutes=number))
_ENDS = {EventKind.CLOCK_MET, EventKind.CLOCK_CANCELLED}


class Sequences(RuleBasedStateMachine):
    """Everything that anybody can ask of an escalation, in any order."""

    @initialize(asked_before=st.sampled_from([None, timedelta(minutes=20), timedelta(hours=3)]))
    def begin(self, asked_before: timedelta | None) -> None:
        """Escalate to the provider of an incident with a severity."""
        self.walk = ThirdPartyWalk()
        self.walk.to_severity_1()
        self.escalation = self.walk.escalate(asked_before=asked_before)

    @rule(passed=MINUTES)
    def wait(self, passed: timedelta) -> None:
        """Let time pass."""
        self.walk.wait(passed)

    @rule(said=st.sampled_from(Said), ago=st.integers(0, 40))
    def say(self, said: Said, ago: int) -> None:
        """Let the provider say something, perhaps of an earlier moment."""
        body = VendorStatement(
            said=said,
            said_at=self.walk.now - timedelta(minutes=ago),
            source=Source.MACHINE,
            estimated_at=self.walk.now if said is Said.ESTIMATE else None,
        )
        self.escalation.submit(VENDOR, body)

    @rule(actor=PEOPLE, reason=st.sampled_from(["waiting-for-client", "no-such-reason"]))
    def pause(self, actor: Actor, reason: str) -> None:
        """Ask for a pause."""
        self.escalation.submit(actor, RequestPause(reason=reason, statement="They wait."))

    @rule(actor=PEOPLE)
    def end_pause(self, actor: Actor) -> None:
        """End the pause that runs."""
        self.escalation.submit(actor, EndPause(statement="They go on."))

    @rule(actor=PEOPLE, which=st.integers(0, 5), last=st.booleans())
    def answer(self, actor: Actor, which: int, *, last: bool) -> None:
        """Answer any request there ever was, with its first or its last option."""
        requests = list(self.escalation.state.requests.values())
        if requests:
            request = requests[which % len(requests)]
            self.escalation.answer(actor, request.id, list(request.options)[-1 if last else 0])

    @rule(actor=PEOPLE)
    def break_again(self, actor: Actor) -> None:
        """Say that it is broken again."""
        self.escalation.submit(actor, ReportRelapse(statement="It is down again."))

    @rule(actor=PEOPLE)
    def review(self, actor: Actor) -> None:
        """Draft the review."""
        self.escalation.submit(actor, ReviewEscalation(review=REVIEW_OF_PROVIDER))

    @rule(actor=PEOPLE, withdraw=st.booleans())
    def note(self, actor: Actor, *, withdraw: bool) -> None:
        """Note a weakness, or now and then withdraw."""
        if withdraw and len(self.escalation.events) > 60:
            self.escalation.submit(actor, WithdrawEscalation(because="It was ours."))
        self.escalation.submit(actor, ReportWeakness(weakness="Slow."))

    @invariant()
    def each_call_is_one_message(self) -> None:
        """The incident has opened exactly one communication for each call."""
        calls = [e.id for e in self._own() if e.event.kind in _CALLS]
        opened = [
            e.event.causes[0]
            for e in self.walk.entries()
            if e.event.kind is EventKind.COMMUNICATION_OPENED and e.event.causes[0] in calls
        ]
        assert sorted(opened) == sorted(calls)

    @invariant()
    def nothing_is_missed_before_it_was_due(self) -> None:
        """And nothing that still runs lies in the past."""
        for entry in self._own():
            if entry.event.kind is EventKind.CLOCK_MISSED:
                assert entry.occurred_at >= _moment(entry)
        for clock in self.escalation.state.clocks.values():
            assert not clock.running or clock.due_at > self.walk.now

    @invariant()
    def a_pause_gives_back_exactly_what_was_left(self) -> None:
        """Round the clock: what was left when it began is left when it ends."""
        left: dict[str, timedelta] = {}
        claimed = {
            cause
            for e in self._own()
            if e.event.kind is EventKind.THIRD_PARTY_STATED
            for cause in (e.id,)
        }
        for entry in self._own():
            clock_id = entry.event.subject.id
            if entry.event.kind is EventKind.CLOCK_PAUSED and not claimed & {*entry.event.causes}:
                left[clock_id] = _moment(entry) - entry.occurred_at
            elif entry.event.kind is EventKind.CLOCK_RESUMED and clock_id in left:
                assert _moment(entry) - entry.occurred_at == left.pop(clock_id)

    @invariant()
    def a_clock_ends_once(self) -> None:
        """Between two armings it is met or cancelled at most once, and missed at most once."""
        ended: dict[str, list[EventKind]] = {}
        for entry in self._own():
            if entry.event.kind is EventKind.CLOCK_ARMED:
                ended[entry.event.subject.id] = []
            elif entry.event.kind in {*_ENDS, EventKind.CLOCK_MISSED}:
                ended[entry.event.subject.id].append(entry.event.kind)
        for kinds in ended.values():
            assert sum(kind in _ENDS for kind in kinds) <= 1
            assert kinds.count(EventKind.CLOCK_MISSED) <= 1

    @invariant()
    def nothing_is_closed_over_a_breach_that_nobody_signed_off(self) -> None:
        """The vendor manager and, the functions being critical, the management body."""
        own = self._own()
        kinds = [e.event.kind for e in own]
        if EventKind.THIRD_PARTY_CLOSED not in kinds:
            return
        assert not any(clock.open for clock in self.escalation.state.clocks.values())
        if not _missed_for_good(own):
            return
        drafted = [e for e in own if e.event.kind is EventKind.THIRD_PARTY_REVIEWED]
        authors = {e.event.actor.id for e in drafted}
        after = own[own.index(drafted[-1]) :]
        signed = [
            Actor.model_validate(given)
            for e in after
            if e.event.kind is EventKind.DECISION_DECIDED
            and e.event.payload["kind"] == "third_party.review"
            and e.event.payload["outcome"] == "signed_off"
            for given in e.event.payload["decided_by"]
        ]
        assert [actor.role for actor in signed] == [Role.VENDOR_MANAGER, Role.MANAGEMENT_BODY]
        assert not authors & {actor.id for actor in signed}

    def _own(self) -> list[Entry]:
        workflow = self.escalation.state.opening.workflow_id
        return [entry for entry in self.walk.entries() if entry.workflow == workflow]


_CALLS = {EventKind.THIRD_PARTY_ASKED, EventKind.THIRD_PARTY_CALLED}


def _missed_for_good(own: list[Entry]) -> list[str]:
    """The clocks that were missed and that nobody has told later were kept in time."""
    late, missed = set[str](), list[str]()
    for entry in own:
        clock_id, kind = entry.event.subject.id, entry.event.kind
        if kind is EventKind.CLOCK_MISSED and ":pause-" not in clock_id:
            late.add(clock_id)
            missed.append(clock_id)
        elif kind is EventKind.CLOCK_MET and clock_id in late:
            late.discard(clock_id)
            if not entry.event.payload["after_deadline"]:
                missed.remove(clock_id)
    return [clock_id for clock_id in missed if ":review-" not in clock_id]


def _moment(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.event.payload["due_at"])


TestSequences = Sequences.TestCase
TestSequences.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    # To make a failing sequence shorter takes minutes; the long one says as much.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
