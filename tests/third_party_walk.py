"""An incident walked together with its escalations and communications, all on one chain."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from holdfast.domain.events import Event, EventKind
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Answer, Submission
from holdfast.domain.third_party.asking import (
    InvokeEscalation,
    OversightReview,
    ReviewEscalation,
    ThirdPartyBody,
    VendorStatement,
)
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.domain.third_party.opening import EscalationOpening
from holdfast.domain.third_party.policy import third_party_policy
from holdfast.domain.third_party.process import EscalationProcess
from holdfast.domain.third_party.state import EscalationState
from holdfast.domain.third_party.taking import taken_terms
from holdfast.domain.values import JsonValue
from holdfast.dora.register.terms import VendorClock
from tests.joint_walk import Child, JointWalk, Walked
from tests.rulebook import RULEBOOK, THIRD_PARTY_POLICY
from tests.statements import BOARD, COMMANDER, ROBIN

__all__ = [
    "CONTRACT",
    "PROVIDER",
    "REVIEW_OF_PROVIDER",
    "VENDOR",
    "VENDOR_MANAGER",
    "ThirdPartyWalk",
    "WalkedEscalation",
    "statement",
]

CONTRACT = "CA-2024-014"
PROVIDER = "core-ledger"
VENDOR = Actor(id=f"vendor/{PROVIDER}", role=Role.VENDOR)
VENDOR_MANAGER = Actor(id="person-vic", role=Role.VENDOR_MANAGER)

REVIEW_OF_PROVIDER = OversightReview(
    summary="The provider answered late and restored in time.",
    performance="Two of five times were missed.",
    weaknesses=("its duty desk is not staffed at night",),
)


def statement(said: Said, said_at: datetime, **fields: JsonValue) -> VendorStatement:
    """What the provider enters itself, over a link."""
    given = {"text": f"On {said}.", **fields}
    return VendorStatement(said=said, said_at=said_at, source=Source.LINK, **given)


class WalkedEscalation:
    """One escalation of a walked incident: it has the incident's time, chain and matrix."""

    def __init__(
        self, walk: ThirdPartyWalk, opening: EscalationOpening, matrix: PinnedPolicy
    ) -> None:
        """Begin with the terms of the register that the incident is pinned to."""
        self.walk = walk
        self.state = EscalationState(opening=opening, matrix=matrix, severity=opening.severity)
        self.events: list[Event] = []
        self.process = EscalationProcess(self.state, self._record)
        self._numbers = count(1)
        policy = THIRD_PARTY_POLICY
        register = RULEBOOK.register
        assert register is not None
        read = taken_terms(
            register, opening.register_of_information, opening.contract, walk.rules, policy.pin
        )
        self.process.begin(read, walk.now)

    def _record(self, event: Event) -> str:
        self.events.append(event)
        return self.walk.write(self.state.opening.workflow_id, event)

    def submit(self, actor: Actor, body: ThirdPartyBody | Answer, submission_id: str = "") -> Event:
        """Hand in a submission, let happen what follows anywhere, and return its receipt."""
        number = self.state.opening.number
        submission = Submission(
            submission_id=submission_id or f"e{number}-{next(self._numbers)}",
            workflow_id=self.state.opening.workflow_id,
            principal=actor,
            submitted_at=self.walk.now,
            body=body,
        )
        before = len(self.events)
        self.process.receive(submission, self.walk.now)
        self.walk.let_communications_end()
        self.walk.wait(timedelta())
        new = self.events[before:]
        return next((e for e in new if e.answers == submission.submission_id), self.events[-1])

    def say(self, said: Said, **fields: JsonValue) -> Event:
        """Let the provider say something over its link, just now."""
        return self.submit(VENDOR, statement(said, self.walk.now, **fields))

    def answer(
        self, actor: Actor, request_id: str, option: str, rationale: str = "As discussed."
    ) -> Event:
        """Answer a request of it about its present subject."""
        digest = self.state.requests[request_id].subject.digest
        assert digest is not None
        body = Answer(
            request_id=request_id, option=option, subject_digest=digest, rationale=rationale
        )
        return self.submit(actor, body)

    def kinds(self) -> list[EventKind]:
        """The kinds of everything that it has recorded, in order."""
        return [event.kind for event in self.events]

    def last(self, kind: EventKind) -> Event:
        """The latest event of that kind."""
        return [event for event in self.events if event.kind is kind][-1]

    def clock(self, clock: VendorClock, round_number: int = 1) -> str:
        """How one of the provider's clocks stands; `none` if it was not armed."""
        number = self.state.opening.number
        known = self.state.clocks.get(f"third-party-{number}:{clock}-{round_number}")
        return str(known.state) if known else "none"

    def restore(self) -> None:
        """Let the provider say that it is restored, and the commander confirm it."""
        self.say(Said.RESTORATION)
        number = sum(name.count("third_party.restoration") for name in self.state.requests)
        prefix = f"third-party-{self.state.opening.number}:"
        self.answer(COMMANDER, f"{prefix}third_party.restoration-{number}", "confirmed")

    def review(self) -> None:
        """Let the responder draft the review, and everybody who has to sign it off."""
        self.submit(ROBIN, ReviewEscalation(review=REVIEW_OF_PROVIDER))
        for actor in (VENDOR_MANAGER, BOARD):
            pending = [name for name, each in self.state.requests.items() if each.state == "open"]
            if pending:
                self.answer(actor, pending[-1], "signed_off")


class ThirdPartyWalk(JointWalk):
    """A walk whose escalations are walked as well."""

    def __init__(self, incident_id: str = "INC-2026-000001") -> None:
        """Start before the first report."""
        self.escalations: dict[int, WalkedEscalation] = {}
        self.rules = third_party_policy(THIRD_PARTY_POLICY.content)
        super().__init__(incident_id)

    def to_severity_1(self) -> None:
        """Open, confirm, and assign the highest severity."""
        self.to_triage()
        self.answer(COMMANDER, "severity.assignment-1", "override", data={"severity": "SEV1"})

    def escalate(
        self,
        contract: str = CONTRACT,
        provider: str = PROVIDER,
        *,
        asked_before: timedelta | None = None,
    ) -> WalkedEscalation:
        """Let Robin ask for an escalation, and the vendor manager invoke it."""
        asked_at = None if asked_before is None else self.now - asked_before
        body = InvokeEscalation(
            contract=contract,
            provider=provider,
            because="Payments are not booked.",
            asked_at=asked_at,
        )
        self.submit(ROBIN, body)
        number = sum(name.startswith("third_party.invocation") for name in self.state.requests)
        self.answer(VENDOR_MANAGER, f"third_party.invocation-{number}", "invoked")
        self.wait(timedelta())
        return self.escalations[max(self.escalations)]

    def let_communications_end(self) -> None:
        """Let everything happen that waits for nobody, in the escalations too."""
        while True:
            super().let_communications_end()
            if not any(map(self._escalation_goes_on, list(self.escalations.values()))):
                return
            self.judge()

    def processes(self) -> list[Walked]:
        """Everything that time moves."""
        running = [each.process for each in self.escalations.values() if not each.state.over]
        return [*super().processes(), *running]

    def children(self, workflow: str) -> list[Child]:
        """The children of that workflow id."""
        escalations = [
            each.process
            for each in self.escalations.values()
            if each.state.opening.workflow_id == workflow
        ]
        return [*super().children(workflow), *escalations]

    def open_one(self) -> bool:
        """Begin what the incident has opened; False if there is nothing."""
        if self.state.to_escalate:
            opening, matrix = self.state.to_escalate.pop(0)
            self.escalations[opening.number] = WalkedEscalation(self, opening, matrix)
            return True
        return super().open_one()

    def calls(self) -> list[tuple[str, str]]:
        """The messages to providers that left, oldest first: purpose, and whom of the ladder."""
        return [
            (str(each.state.opening.purpose), str(wish.call.rung or "first"))
            for each in self.communications.values()
            if (wish := each.state.opening.wish) is not None and wish.call is not None
            if each.state.stage == "published"
        ]

    def _escalation_goes_on(self, escalation: WalkedEscalation) -> bool:
        if not escalation.state.told:
            return False
        while escalation.state.told:
            self.process.noticed(self.noticed(escalation.state.told.pop(0)), self.now)
        return True
