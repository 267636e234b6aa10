"""The door to Temporal: starting incident workflows and signalling them, and nothing else.

Both are safe to repeat: the workflow takes a submission once, by its id.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from holdfast.domain.events import PolicyPin
from holdfast.domain.incident.opening import INCIDENT_WORKFLOW, IncidentInput
from holdfast.domain.policies import PINNED_ONLY, PinnedPolicy
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
_NAMED_AS_THEIR_TYPE = frozenset(
    {
        *("report", "alerts", "facts", "answer", "communication", "draft", "draft_submission"),
        *("publication", "communication_cancellation", "reply"),
        *("third_party", "third_party_notification", "vendor_statement", "vendor_pause"),
        *("vendor_pause_end", "vendor_relapse", "vendor_origin", "vendor_weakness"),
        *("vendor_withdrawal", "vendor_review"),
        *("play", "step_start", "step_report", "step_skip", "step_repeat", "step_addition"),
        *("remediation", "remediation_implementation", "remediation_reassignment"),
        *("remediation_extension", "remediation_risk_acceptance", "remediation_link"),
        "remediation_write_off",
        *("report_field", "report_put_forward", "report_delay", "report_submission"),
        *("report_other_means", "report_receipt", "reporting_write_off"),
        *("threat", "threat_facts", "threat_field", "threat_put_forward", "threat_submission"),
        *("threat_other_means", "threat_receipt", "threat_closure"),
        *("availability", "continuity_activation", "continuity_deactivation"),
    }
)


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
        published: Callable[[str], PinnedPolicy | None],
        settings: Settings,
    ) -> None:
        """Send through that client.

        `published` says the content under a digest, if it is at hand; else it is read from the
        store.
        """
        self._client = client
        self._engine = engine
        self._published = published
        self._read: dict[str, PinnedPolicy] = {}
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
        policies = {
            pin.name: await self._policy(pin)
            for pin in report.policies
            if pin.name not in PINNED_ONLY
        }
        start = IncidentInput(
            incident_id=incident_id,
            policies=policies,
            pins=tuple(pin for pin in report.policies if pin.name in PINNED_ONLY),
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

    async def start(self, workflow: str, given: BaseModel, workflow_id: str, summary: str) -> bool:
        """Start a workflow of that name that has never been; False where there is, or was, one.

        Raises:
            As `signal`.
        """
        try:
            await self._client.start_workflow(
                workflow,
                given,
                id=workflow_id,
                task_queue=self._settings.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=summary,
                rpc_timeout=_ANSWERS_WITHIN,
            )
        except WorkflowAlreadyStartedError:
            return False
        except (RPCError, RuntimeError) as error:
            raise _translated(error, workflow_id) from error
        return True

    async def answers(self) -> bool:
        """Whether Temporal answers now."""
        try:
            return await self._client.service_client.check_health(timeout=timedelta(seconds=1))
        except (RPCError, RuntimeError):
            return False

    async def _policy(self, pin: PolicyPin) -> PinnedPolicy:
        known = self._published(pin.digest) or self._read.get(pin.digest)
        if known is None:
            # The row was written before policies were published: its content was kept all the same.
            async with self._engine.connect() as connection:
                content = await fetch_artifact(connection, pin.digest)
            known = self._read[pin.digest] = PinnedPolicy(pin=pin, content=content.decode())
        return known


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
