"""A stand-in for Temporal at the edge of the API: it records what it was sent, or fails."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from holdfast.domain.incident.opening import IncidentInput
from holdfast.domain.submissions import SignedSubmission

__all__ = ["Failure", "RecordingTemporal", "Sent"]


class Failure(StrEnum):
    """How a call fails."""

    DOWN = "down"
    """It was not taken."""
    TAKEN_BUT_REPORTED_FAILED = "taken"
    """It was taken, and the answer was lost."""
    REJECTED = "rejected"
    """It will never be taken."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission as it came, and the start argument where it came with a start."""

    signal: str
    signed: SignedSubmission
    start: IncidentInput | None


@dataclass
class RecordingTemporal:
    """What was sent, by workflow id."""

    sent: defaultdict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    ended: set[str] = field(default_factory=set)
    running: set[str] = field(default_factory=set)
    """Workflows that run though nothing was recorded of their start."""
    failure: Failure | None = None
    calls: int = 0

    @property
    def client(self) -> Client:
        """The recorder in the place of a client."""
        return cast("Client", self)

    @property
    def service_client(self) -> RecordingTemporal:
        """Where health is asked."""
        return self

    async def check_health(self, **_: object) -> bool:
        """Whether it answers."""
        return self.failure is None

    def get_workflow_handle(self, workflow_id: str) -> _Handle:
        """Return a handle."""
        return _Handle(self, workflow_id)

    async def start_workflow(self, _: str, start: IncidentInput, **more: Any) -> None:  # noqa: ANN401
        """Start, with a signal, unless it has ended."""
        (signed,) = more["start_signal_args"]
        if more["id"] in self.ended:
            raise WorkflowAlreadyStartedError(more["id"], "IncidentWorkflow")
        self._take(more["id"], Sent(more["start_signal"], signed, start))

    def submissions(self, incident_id: str) -> list[str]:
        """The ids of what was sent to an incident, in order."""
        sent = self.sent[f"incident/{incident_id}"]
        return [one.signed.submission.submission_id for one in sent]

    def take_signal(self, workflow_id: str, signal: str, signed: SignedSubmission) -> None:
        """Record a signal to a workflow that runs."""
        runs = workflow_id in self.running or bool(self.sent[workflow_id])
        if workflow_id in self.ended or not runs:
            raise _error(RPCStatusCode.NOT_FOUND)
        self._take(workflow_id, Sent(signal, signed, None))

    def _take(self, workflow_id: str, sent: Sent) -> None:
        self.calls += 1
        if self.failure is Failure.REJECTED:
            raise _error(RPCStatusCode.INVALID_ARGUMENT)
        if self.failure is not Failure.DOWN:
            self.sent[workflow_id].append(sent)
        if self.failure is not None:
            raise _error(RPCStatusCode.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class _Handle:
    temporal: RecordingTemporal
    workflow_id: str

    async def signal(self, name: str, signed: SignedSubmission, **_: object) -> None:
        self.temporal.take_signal(self.workflow_id, name, signed)


def _error(status: RPCStatusCode) -> RPCError:
    return RPCError(str(status.name), status, b"")
