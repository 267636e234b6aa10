"""What every rule of a threat works with: its state, the journal, the clocks, the desk."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Clocks
from holdfast.domain.decision_desk import DecisionDesk
from holdfast.domain.events import Event, EventKind, Record, Subject
from holdfast.domain.policies import approval_matrix
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.threats.naming import notification_id
from holdfast.domain.threats.state import Notification, NotificationState, ThreatState
from holdfast.domain.threats.terms import ThreatTerms
from holdfast.domain.values import JsonObject

__all__ = ["ThreatWork"]


class ThreatWork:
    """One threat at work."""

    def __init__(self, state: ThreatState, record: Record) -> None:
        """Bind the primitives to the state; `record` is the journal."""
        self.state = state
        self.record = record
        self.clocks = Clocks(state.clocks, record)

    @property
    def terms(self) -> ThreatTerms:
        """What it is handled under.

        Raises:
            RuntimeError: it is not recorded yet.
        """
        if self.state.terms is None:
            message = f"{self.state.threat} is not recorded yet"
            raise RuntimeError(message)
        return self.state.terms

    @property
    def desk(self) -> DecisionDesk:
        """The decisions, under the matrix that was in force when the threat was recorded."""
        pinned = self.terms.matrix
        matrix = approval_matrix(pinned.content)
        return DecisionDesk(self.state.requests, matrix, pinned.pin, self.clocks, self.record)

    @property
    def can_be_notified(self) -> bool:
        """Whether the matrix has a rule for it, and the policy knows the entity's authority."""
        report = self.state.report
        if report is None or self.terms.rules(report.entity) is None:
            return False
        return DecisionKind.THREAT_NOTIFICATION in self.desk.kinds

    def called(self, version: Notification) -> Subject:
        """One version of the notification, by its content."""
        called = notification_id(self.state.threat, version.number)
        return Subject(type="threat_notification", id=called, digest=version.content)

    def note(
        self,
        kind: EventKind,
        payload: JsonObject,
        *,
        subject: Subject | None = None,
        submission: Submission | None = None,
        actor: Actor = SYSTEM,
        causes: tuple[str, ...] = (),
    ) -> str:
        """Record an event; with a submission it is its receipt."""
        reporting = self.terms.reporting
        event = Event(
            kind=kind,
            subject=subject or Subject(type="threat", id=self.state.threat),
            actor=submission.principal if submission else actor,
            payload={"threat": self.state.threat, **payload},
            policy=reporting.pin if reporting else None,
            causes=(f"submission:{submission.submission_id}",) if submission else causes,
            answers=submission.submission_id if submission else None,
        )
        return self.record(event)

    def withdraw(self, why: str, cause: str) -> None:
        """Void what is asked about a version; whatever stands then has to be put forward anew."""
        for request in self.desk.open_requests(DecisionKind.THREAT_NOTIFICATION):
            self.desk.void(request, why, causes=(cause,))
        for version in list(self.state.versions):
            if version.state is NotificationState.PUT_FORWARD:
                update = {"state": NotificationState.SUPERSEDED}
                self.state.keep(version.model_copy(update=update))
