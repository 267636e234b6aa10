"""The worker: composition root of workflows and activities."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta

import structlog
import uvloop
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.answer_links import AnswerLinks
from activities.authority_documents import WRITERS
from activities.authority_submission import AuthoritySubmissionActivities
from activities.automation import AutomationActivities
from activities.composing import ComposingActivities
from activities.cyber_threats import CyberThreatActivities
from activities.deadlines import DeadlineActivities
from activities.evidence import EvidenceActivities
from activities.evidence_check import EvidenceCheckActivities
from activities.judgements import JudgementActivities
from activities.notices import NoticeActivities
from activities.publishing import PublishingActivities
from activities.recurrence import RecurrenceActivities
from activities.report_filling import ReportFillingActivities
from activities.third_parties import ThirdPartyActivities
from activities.ticket_system import TicketSystemActivities
from holdfast.automation import load_automations
from holdfast.channels import load_channels
from holdfast.channels.authorities import load_authorities
from holdfast.channels.ticket_system import load_ticket_system
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.log_keys import LogKeys
from holdfast.evidence.signature import PrincipalVerifier, load_verifying_key
from holdfast.metrics import WorkerMetrics
from holdfast.settings import Settings, load_settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.communications.composing import ComposingParts
from holdfast.store.database import create_engine
from holdfast.store.policies import PolicyShelf
from holdfast.telemetry import configure_logging, configure_tracing, trace_database
from holdfast.temporal_client import connect
from workflows.automated_step import AutomatedStepWorkflow
from workflows.communication import CommunicationWorkflow
from workflows.cyber_threat import CyberThreatWorkflow
from workflows.evidence_check import EvidenceCheckWorkflow
from workflows.incident import IncidentWorkflow
from workflows.recurrence import MonthlyRecurrenceWorkflow, RecurrenceWorkflow
from workflows.remediation import RemediationTaskWorkflow
from workflows.reporting import RegulatoryReportingWorkflow
from workflows.third_party import ThirdPartyEscalationWorkflow

__all__ = ["create_worker", "main"]

_SIGNS_OF_LIFE = timedelta(seconds=2)
"""Unless told, the SDK holds signs of life back for 0.8 of what an activity may be silent."""

_CONCURRENT_ACTIVITIES = 20
"""As many as there are database connections: more would only wait for one."""

_log = structlog.get_logger(__name__)


def create_worker(
    client: Client, engine: AsyncEngine, verifier: PrincipalVerifier, settings: Settings
) -> Worker:
    """Put the worker together."""
    evidence = EvidenceActivities(engine, verifier)
    shelf = PolicyShelf(engine)
    judgements = JudgementActivities(shelf)
    deadlines = DeadlineActivities(shelf)
    recurrence = RecurrenceActivities(engine, shelf)
    keys = LogKeys(settings.log_keys_folder, settings.log_origin)
    checks = EvidenceCheckActivities(engine, keys, settings.checkpoint_file)
    notices = NoticeActivities(engine)
    channels = load_channels(settings)
    keyring = KeyEncryptionKeys(settings.personal_data_key_file)
    composing = ComposingActivities(
        ComposingParts(engine, keyring, channels.kinds, channels.refusal)
    )
    links = AnswerLinks(settings.public_url, settings.vendor_key_file)
    publishing = PublishingActivities(
        engine, keyring, channels, links, drills_folder=settings.drills_folder
    )
    third_parties = ThirdPartyActivities(engine)
    tickets = TicketSystemActivities(engine, load_ticket_system(settings), settings.public_url)
    ways = load_authorities(settings)
    authorities = AuthoritySubmissionActivities(
        engine,
        keyring,
        ways,
        WRITERS,
        drills_folder=settings.drills_folder,
    )
    automation = AutomationActivities(engine, load_automations(settings))
    report_filling = ReportFillingActivities(engine, ways.schemas)
    threats = CyberThreatActivities(engine, shelf)
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=[
            IncidentWorkflow,
            CommunicationWorkflow,
            ThirdPartyEscalationWorkflow,
            AutomatedStepWorkflow,
            RegulatoryReportingWorkflow,
            CyberThreatWorkflow,
            RemediationTaskWorkflow,
            EvidenceCheckWorkflow,
            RecurrenceWorkflow,
            MonthlyRecurrenceWorkflow,
        ],
        activities=[
            evidence.append_entries,
            judgements.assess_incident,
            deadlines.compute_deadlines,
            checks.check_evidence,
            recurrence.assess_recurrence,
            notices.read_notices,
            composing.compose_draft,
            publishing.deliver_message,
            third_parties.read_terms,
            report_filling.fill_report,
            threats.read_threat_terms,
            threats.keep_threat_form,
            automation.run_step,
            tickets.tell_ticket_system,
            authorities.submit_to_authority,
        ],
        # What the sandbox would watch is one module of a hundred lines; the rules behind it are
        # shared modules, which it lets pass. Tests hold all of them to determinism instead.
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_activities=_CONCURRENT_ACTIVITIES,
        max_heartbeat_throttle_interval=_SIGNS_OF_LIFE,
        max_cached_workflows=settings.cached_workflows,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


async def serve(settings: Settings) -> None:
    """Work until told to stop; running activities are finished first."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    metrics = WorkerMetrics.create(settings)
    engine = create_engine(
        database_urls(settings).application, pool_size=_CONCURRENT_ACTIVITIES, part="worker"
    )
    if settings.otlp_endpoint is not None:
        trace_database(engine)
    verifier = PrincipalVerifier(load_verifying_key(settings.verifying_key_file))
    client = await connect(settings, runtime=metrics.runtime)
    async with create_worker(client, engine, verifier, settings):
        metrics.serve()
        _log.info("worker.ready", task_queue=settings.task_queue)
        await stop.wait()
    await engine.dispose()
    _log.info("worker.stopped")


def main(settings: Settings) -> None:
    """Run the worker of these settings."""
    configure_logging(settings, "worker")
    configure_tracing(settings, "worker")
    uvloop.run(serve(settings))


if __name__ == "__main__":
    main(load_settings())
