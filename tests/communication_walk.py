"""One communication walked through the pure rules: a clock set by hand, and channels that obey."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from holdfast.domain.communication.asking import (
    CancelCommunication,
    EditDraft,
    PublishCommunication,
    SubmitDraft,
)
from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import (
    Delivery,
    Draft,
    Message,
    OnApproval,
    Release,
    Variant,
    draft_of,
)
from holdfast.domain.communication.opening import Opening
from holdfast.domain.communication.process import CommunicationProcess
from holdfast.domain.communication.state import CommunicationState
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import Event, EventKind
from holdfast.domain.policies import APPROVAL_MATRIX
from holdfast.domain.roles import Actor, Role
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Answer, Submission
from tests.rulebook import POLICIES
from tests.statements import COMMANDER, COMPLIANCE, NOON, ROBIN

__all__ = ["LEGAL", "PEOPLE", "CommunicationWalk", "draft"]

LEGAL = Actor(id="person-maxi", role=Role.LEGAL)

PEOPLE = {Role.LEGAL: LEGAL, Role.COMPLIANCE: COMPLIANCE, Role.INCIDENT_COMMANDER: COMMANDER}

INCIDENT = "INC-2026-000001"

Body = EditDraft | SubmitDraft | PublishCommunication | CancelCommunication | Answer


def draft(  # noqa: PLR0913 - each is what some test is about
    body: str = "Payments are delayed.",
    *,
    purpose: Purpose = Purpose.HOLDING_STATEMENT,
    audience: Audience = Audience.CLIENTS,
    release: Release | None = None,
    recipients: int = 3,
    channels: tuple[str, ...] = ("mail", "status-page"),
    missing: tuple[str, ...] = (),
) -> Draft:
    """A version of a message with that text."""
    kinds = {"mail": ChannelKind.MAIL, "status-page": ChannelKind.STATUS_PAGE}
    deliveries = tuple(
        Delivery(
            channel=channel,
            kind=kinds[channel],
            group="all-clients",
            language="en",
            recipients=f"sha256:{recipients:064x}" if channel == "mail" else None,
            count=recipients if channel == "mail" else 1,
            alternative="status-page" if channel == "mail" else None,
            alternative_kind=ChannelKind.STATUS_PAGE if channel == "mail" else None,
        )
        for channel in channels
    )
    message = Message(
        incident=INCIDENT,
        purpose=purpose,
        audience=audience,
        variants=(Variant(language="en", subject="Payments", body=body),),
        deliveries=deliveries,
        missing=missing,
        release=release or OnApproval(),
    )
    return draft_of(message)


class CommunicationWalk:
    """One communication and everything that happened to it."""

    def __init__(
        self,
        first: Draft | None = None,
        *,
        audience: Audience = Audience.CLIENTS,
        purpose: Purpose = Purpose.HOLDING_STATEMENT,
        severity: Severity | None = Severity.SEV1,
        wish: DraftWish | None = None,
    ) -> None:
        """Open it with a draft of Robin's, or with a wish whose draft nobody wrote."""
        opening = Opening(
            incident=INCIDENT,
            number=1,
            purpose=purpose,
            audience=audience,
            opened="entry-0",
            severity=severity,
            draft=None if wish else first or draft(),
            wish=wish,
            author=None if wish else ROBIN,
        )
        matrix = POLICIES[APPROVAL_MATRIX]
        self.state = CommunicationState(opening=opening, matrix=matrix, severity=severity)
        self.events: list[Event] = []
        self.now: datetime = NOON
        self.process = CommunicationProcess(self.state, self._record)
        self._numbers: Iterator[int] = count(1)
        self.process.begin(first or draft(), None, self.now)

    def _record(self, event: Event) -> str:
        self.events.append(event)
        return f"entry-{len(self.events)}"

    def kinds(self) -> list[EventKind]:
        """The kinds of everything that happened, in order."""
        return [event.kind for event in self.events]

    def last(self, kind: EventKind) -> Event:
        """The latest event of that kind."""
        return [event for event in self.events if event.kind is kind][-1]

    def submit(self, actor: Actor, body: Body) -> Event:
        """Hand in a submission, and return its receipt."""
        submission = Submission(
            submission_id=f"c{next(self._numbers)}",
            workflow_id=self.state.opening.workflow_id,
            principal=actor,
            submitted_at=self.now,
            body=body,
        )
        before = len(self.events)
        self.process.receive(submission, self.now)
        return next(e for e in self.events[before:] if e.answers == submission.submission_id)

    def hand_in(self, actor: Actor = ROBIN) -> Event:
        """Hand the latest version in."""
        return self.submit(actor, SubmitDraft(message=str(self.state.message)))

    def edit(self, other: Draft, actor: Actor = ROBIN, base: str | None = None) -> Event:
        """Put another version in its place."""
        return self.submit(actor, EditDraft(base=base or str(self.state.message), draft=other))

    def answer(
        self, actor: Actor, request_id: str, option: str, *, code: str | None = None
    ) -> Event:
        """Answer a request about its present subject."""
        digest = self.state.requests[request_id].subject.digest
        assert digest is not None
        body = Answer(
            request_id=request_id,
            option=option,
            subject_digest=digest,
            rationale="For the reasons discussed.",
            exception_code=code,
        )
        return self.submit(actor, body)

    def open_requests(self) -> list[str]:
        """The ids of the requests that wait for people."""
        return [name for name, request in self.state.requests.items() if request.state == "open"]

    def clear(self) -> None:
        """Let all reviewers clear it."""
        for name in self.open_requests():
            request = self.state.requests[name]
            if request.kind == "communication.review":
                self.answer(PEOPLE[request.roles[0]], name, "cleared")

    def approve(self, actor: Actor = COMMANDER) -> Event:
        """Approve what is cleared."""
        return self.answer(actor, self.open_requests()[-1], "approved")

    def to_approved(self) -> None:
        """Hand in, clear, approve."""
        self.hand_in()
        self.clear()
        self.approve()

    def deliver(self, **numbers: int) -> None:
        """Let every channel take what it is given, or report these numbers of recipients."""
        for order in self.process.orders():
            count_ = self.state.draft.deliveries[order.number].count if self.state.draft else 0
            report = DeliveryReport.model_validate(numbers or {"sent": count_})
            self.process.delivered(order.number, report, self.now)

    def wait(self, duration: timedelta) -> None:
        """Let time pass, stopping at each moment at which something is due."""
        end = self.now + duration
        while (upcoming := self.process.next_moment()) and upcoming[0] <= end:
            self.now = max(self.now, upcoming[0])
            self.process.tick(self.now)
        self.now = end
