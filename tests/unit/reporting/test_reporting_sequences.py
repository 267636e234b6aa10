"""Whatever people do in whatever order: what leaves was approved, and limits follow what left.

What is promised is told from the entries alone, by a reading of its own: the rules of the process
are not asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.reporting.asking import SubmitAgain
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.roles import Actor
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.entry import Entry
from tests.reporting_walk import ReportingWalk
from tests.statements import BOARD, COMMANDER, COMPLIANCE, ROBIN, SASHA, facts, incident_facts

PEOPLE = st.sampled_from([ROBIN, SASHA, COMMANDER, COMPLIANCE, BOARD])
SIGNING = st.sampled_from([COMPLIANCE, COMMANDER, BOARD, ROBIN])
LENGTHS = st.sampled_from([timedelta(minutes=20), timedelta(hours=5), timedelta(days=9)])
KINDS = st.sampled_from(list(ReportKind))
ALSO = st.sampled_from([(), (), (), (ReportStage.INITIAL,), tuple(ReportStage)[:2]])
CODES = st.sampled_from([None, None, "E-INCOMPLETE", "E-LEGAL-LIMIT"])
HOLDING, SUMMER_TIME = timedelta(hours=72), timedelta(hours=1)
WHOLE = st.sampled_from([None, None, None, *ReportKind])


class Reporting(RuleBasedStateMachine):
    """Everything that people, the channel and time can do to a reporting."""

    @initialize(recovered=st.booleans(), gap=st.booleans())
    def begin(self, *, recovered: bool, gap: bool) -> None:
        """Begin with an incident that is major."""
        self.walk = ReportingWalk()
        self.reporting = self.walk.to_major()
        if gap:
            self.reporting.lack("2.4")
        if recovered:
            self.walk.to_learn_from_contain()

    @rule(kind=KINDS, also=ALSO, actor=PEOPLE)
    def put_forward(self, kind: ReportKind, also: tuple[ReportStage, ...], actor: Actor) -> None:
        """Put anything forward."""
        self.reporting.put_forward(kind, *also, actor=actor)

    @rule(value=st.integers(0, 2), actor=PEOPLE)
    def supply(self, value: int, actor: Actor) -> None:
        """Supply a field, or take it back."""
        self.reporting.supply("2.4", ("The first.", "The second.", None)[value], actor=actor)

    @rule(actor=SIGNING, option=st.sampled_from(["cleared", "cleared", "returned"]))
    def review(self, actor: Actor, option: str) -> None:
        """Answer a review that is asked."""
        if self.reporting.open_request(DecisionKind.REPORT_REVIEW):
            self.reporting.decide(actor, DecisionKind.REPORT_REVIEW, option)

    @rule(actor=SIGNING, option=st.sampled_from(["approved", "approved", "returned"]), code=CODES)
    def approve(self, actor: Actor, option: str, code: str | None) -> None:
        """Answer an approval that is asked."""
        if self.reporting.open_request(DecisionKind.REPORT_APPROVAL):
            self.reporting.decide(actor, DecisionKind.REPORT_APPROVAL, option, code)

    @rule(kind=WHOLE, code=CODES)
    def sign_off(self, kind: ReportKind | None, code: str | None) -> None:
        """Go the whole way at once, so that long courses are reached; None is what is due next."""
        kind = kind or self._due()
        final = kind in {ReportKind.FINAL, ReportKind.RECLASSIFICATION}
        self.reporting.put_forward(kind, actor=SASHA)
        if self.reporting.open_request(DecisionKind.REPORT_REVIEW):
            self.reporting.clear()
        if self.reporting.open_request(DecisionKind.REPORT_APPROVAL):
            self.reporting.approve(BOARD if final else COMMANDER, code)

    @rule(kind=WHOLE)
    def put_forward_by_who_approves(self, kind: ReportKind | None) -> None:
        """Try to sign off what one has put forward."""
        self.reporting.put_forward(kind or self._due(), actor=BOARD)
        if self.reporting.open_request(DecisionKind.REPORT_REVIEW):
            self.reporting.clear()
        if self.reporting.open_request(DecisionKind.REPORT_APPROVAL):
            self.reporting.approve(BOARD)

    @rule()
    def ask_then_supply(self) -> None:
        """Change a field while people are asked."""
        self.reporting.put_forward(self._due(), actor=SASHA)
        self.reporting.supply("2.4", "Changed while it was asked.", actor=ROBIN)

    @precondition(lambda self: self.reporting.state.initial_at is not None)
    @rule()
    def reverse(self) -> None:
        """Decide that the criteria were met at no time."""
        self.walk.submit(COMMANDER, facts(supports_critical_function=False))
        self.walk.submit(COMMANDER, facts(regulated_service=False))
        self.walk.submit(COMMANDER, incident_facts(malicious_access=False))
        for request in self.walk.open_requests():
            if request.startswith("classification.reversal"):
                self.walk.answer(COMPLIANCE, request, "never_met")
                self.walk.answer(BOARD, request, "never_met")

    def _due(self) -> ReportKind:
        state = self.reporting.state
        if state.reversed_by is not None:
            return ReportKind.RECLASSIFICATION
        if state.initial_at is None:
            return ReportKind.INITIAL
        return ReportKind.FINAL if len(state.intermediate_at) > 1 else ReportKind.INTERMEDIATE

    @rule(stage=st.sampled_from(ReportStage), actor=PEOPLE)
    def delay(self, stage: ReportStage, actor: Actor) -> None:
        """Say why a limit will not be met."""
        self.reporting.delay(stage, timedelta(days=2))
        del actor

    @rule(down=st.booleans(), refusing=st.booleans())
    def channel(self, *, down: bool, refusing: bool) -> None:
        """Let the channel of the authority be down, or refuse, or work."""
        self.reporting.down = down
        self.reporting.refusing = "400" if refusing else None
        self.walk.let_communications_end()

    @rule(version=st.integers(1, 8), ago=st.integers(0, 5))
    def otherwise(self, version: int, ago: int) -> None:
        """Say that a version was sent by other means."""
        self.reporting.send_otherwise(version, self.walk.now - timedelta(hours=ago))

    @rule(version=st.integers(1, 8))
    def again(self, version: int) -> None:
        """Send a version once more."""
        self.reporting.submit(COMPLIANCE, SubmitAgain(version=version, because="On request."))

    @rule(length=LENGTHS)
    def wait(self, length: timedelta) -> None:
        """Let time pass."""
        self.walk.wait(length)

    @invariant()
    def what_leaves_was_approved_by_its_digest(self) -> None:
        """And by somebody who has neither put it forward nor supplied any of it."""
        if not hasattr(self, "reporting"):
            return
        approved, wrote = dict[str, str | None](), dict[str, set[str]]()
        supplied, forwarded = set[str](), dict[str, str]()
        for entry in self.reporting.entries():
            event = entry.event
            if event.kind is EventKind.REPORT_FIELD_SUPPLIED:
                supplied.add(event.actor.id)
            elif event.kind in {EventKind.REPORT_PUT_FORWARD, EventKind.DELAY_EXPLAINED}:
                forwarded[entry.id] = event.actor.id
            elif event.kind is EventKind.REPORT_DRAFTED:
                by = forwarded.get(event.payload["put_forward"])
                wrote[event.subject.id] = supplied | ({by} if by else set())
            elif event.kind is EventKind.REPORT_APPROVED:
                approved[event.subject.id] = event.subject.digest
                assert not {actor["id"] for actor in event.payload["by"]} & wrote[event.subject.id]
            elif event.kind is EventKind.REPORT_SUBMITTED:
                assert approved[event.subject.id] == event.subject.digest

    @invariant()
    def nobody_is_asked_about_what_has_changed_since(self) -> None:
        """A question is about a version that was drafted after the last field was supplied."""
        if not hasattr(self, "reporting"):
            return
        entries = self.reporting.entries()
        changed = [
            number
            for number, entry in enumerate(entries)
            if entry.event.kind is EventKind.REPORT_FIELD_SUPPLIED
        ]
        asked = {
            request.subject.digest
            for request in self.reporting.state.requests.values()
            if request.state == "open" and request.subject.type == "report"
        }
        for number, entry in enumerate(entries):
            if entry.event.kind is EventKind.REPORT_DRAFTED and entry.event.subject.digest in asked:
                assert number > max(changed, default=-1)

    @invariant()
    def a_gap_leaves_by_exception_only(self) -> None:
        """With a code, and with a ratification that is asked for."""
        if not hasattr(self, "reporting"):
            return
        for entry in self.reporting.entries():
            if entry.event.kind is EventKind.REPORT_APPROVED and entry.event.payload["gaps"]:
                assert entry.event.payload["exception_code"] is not None

    @invariant()
    def the_limits_follow_from_what_left(self) -> None:
        """72 hours from the first initial; a month from the last intermediate."""
        if not hasattr(self, "reporting") or self.reporting.state.outcome is not None:
            return
        entries = self.reporting.entries()
        initial = _submitted(entries, "initial")
        intermediate = _submitted(entries, "intermediate")
        if initial:
            assert self.reporting.strictly("intermediate") == initial[0] + HOLDING
        if intermediate and not _submitted(entries, "final"):
            left = self.reporting.strictly("final") - max(intermediate)
            assert timedelta(days=28) - SUMMER_TIME <= left <= timedelta(days=31) + SUMMER_TIME

    @invariant()
    def what_has_ended_waits_for_nothing(self) -> None:
        """No clock of it runs, and nothing is asked but ratifications."""
        if hasattr(self, "reporting") and self.reporting.state.outcome is not None:
            state = self.reporting.state
            running = [c.id for c in state.clocks.values() if c.open and "decision" not in c.id]
            assert running == []
            assert state.to_submit == []


def _submitted(entries: list[Entry], stage: str) -> list[datetime]:
    """When a report was submitted, each version once, in order of what was told."""
    seen, found = set[str](), []
    for entry in entries:
        event = entry.event
        if event.kind is not EventKind.REPORT_SUBMITTED or event.subject.id in seen:
            continue
        seen.add(event.subject.id)
        if event.payload["kind"] in set(ReportStage) and stage in event.payload["covers"]:
            found.append(datetime.fromisoformat(event.payload["submitted_at"]))
    return found


TestReporting = Reporting.TestCase
TestReporting.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
