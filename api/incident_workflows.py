"""The door to Temporal: starting incident workflows and signalling them, and nothing else.

Both are safe to repeat: the workflow takes a submission once, by its id.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from holdfast.domain.incident.opening import INCIDENT_WORKFLOW, IncidentInput
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.submissions import Report, SignedSubmission, SubmissionBody
from holdfast.errors import Conflict, Fatal, Unavailable
from holdfast.settings import Settings
from holdfast.store.artifacts import fetch_artifact

__all__ = ["IncidentWorkflows", "SubmissionRejected", "WorkflowEnded", "signal_name"]

_ANSWERS_WITHIN = timedelta(seconds=5)

_PASSING = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
    }
)
_NAMED_AS_THEIR_TYPE = frozenset({"report", "alerts", "facts", "answer"})


class WorkflowEnded(Conflict):
    """The incident's workflow has ended, or there is none."""

    code = "incident_not_open"


class SubmissionRejected(Fatal):
    """Temporal will never take this submission as it is."""

    code = "submission_rejected"


def signal_name(body: SubmissionBody) -> str:
    """The name of the signal that carries a body; operators read it in the Temporal Web UI."""
    return body.type if body.type in _NAMED_AS_THEIR_TYPE else "action"


class IncidentWorkflows:
    """Sends signed submissions to their workflows."""

    def __init__(
        self,
        client: Client,
        engine: AsyncEngine,
        policies: dict[str, PinnedPolicy],
        settings: Settings,
    ) -> None:
        """Send through that client; policies that are not among these are read from the store."""
        self._client = client
        self._engine = engine
        self._policies = {policy.pin.digest: policy for policy in policies.values()}
        self._settings = settings

    async def signal(self, signed: SignedSubmission) -> None:
        """Signal a running workflow.

        Raises:
            WorkflowEnded: it has ended, or was never started.
            Unavailable: Temporal does not answer; nothing has changed.
            SubmissionRejected: Temporal refuses the signal for good.
        """
        submission = signed.submission
        handle = self._client.get_workflow_handle(submission.workflow_id)
        try:
            await handle.signal(signal_name(submission.body), signed, rpc_timeout=_ANSWERS_WITHIN)
        except (RPCError, RuntimeError) as error:
            raise _translated(error, submission.workflow_id) from error

    async def open(self, incident_id: str, signed: SignedSubmission, report: Report) -> None:
        """Start the workflow with its report, or signal the report if it runs already.

        Raises:
            As `signal`.
        """
        submission = signed.submission
        policies = {pin.name: await self._policy(pin.digest, report) for pin in report.policies}
        start = IncidentInput(
            incident_id=incident_id,
            policies=policies,
            history_limit=self._settings.history_limit,
        )
        try:
            await self._client.start_workflow(
                INCIDENT_WORKFLOW,
                start,
                id=submission.workflow_id,
                task_queue=self._settings.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=signal_name(report),
                start_signal_args=[signed],
                static_summary=report.title,
                rpc_timeout=_ANSWERS_WITHIN,
            )
        except WorkflowAlreadyStartedError as error:
            message = f"{submission.workflow_id} has ended"
            raise WorkflowEnded(message, workflow_id=submission.workflow_id) from error
        except (RPCError, RuntimeError) as error:
            raise _translated(error, submission.workflow_id) from error

    async def answers(self) -> bool:
        """Whether Temporal answers now."""
        try:
            return await self._client.service_client.check_health(timeout=timedelta(seconds=1))
        except (RPCError, RuntimeError):
            return False

    async def _policy(self, digest: str, report: Report) -> PinnedPolicy:
        if digest not in self._policies:
            # The row was written under an earlier version of the policies than we now have.
            async with self._engine.connect() as connection:
                content = await fetch_artifact(connection, digest)
            pin = next(pin for pin in report.policies if pin.digest == digest)
            self._policies[digest] = PinnedPolicy(pin=pin, content=content.decode())
        return self._policies[digest]


def _translated(error: RPCError | RuntimeError, workflow_id: str) -> Exception:
    if isinstance(error, RPCError):
        if error.status is RPCStatusCode.NOT_FOUND:
            return WorkflowEnded(f"{workflow_id} has ended", workflow_id=workflow_id)
        if error.status not in _PASSING:
            message = f"Temporal refuses a submission for {workflow_id}: {error.message}"
            return SubmissionRejected(message, workflow_id=workflow_id)
    elif "connect" not in str(error).lower():
        return error
    return Unavailable("Temporal does not answer", part="temporal")
