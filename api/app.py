"""The API: composition root of the doors, and of the relay behind them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from api.described import complete_document
from api.directory_watch import DirectoryWatch
from api.export_desk import ExportDesk
from api.incident_workflows import IncidentWorkflows
from api.key_figures.gauges import KeyFigureGauges
from api.metrics import ApiMetrics
from api.platform import Platform
from api.policies_in_force import PoliciesInForce
from api.problems import install_problem_handlers
from api.receipts import ReceiptDesk
from api.relay import Relay
from api.request_metrics import RequestMetrics
from api.routers import (
    alerts,
    annual_figures,
    attachments,
    communication_drafts,
    communication_recipients,
    communication_steps,
    communications,
    cyber_threat_views,
    cyber_threats,
    decisions,
    directory,
    drills,
    evaluations,
    exports,
    health,
    holds,
    incidents,
    key_figures,
    lessons,
    log,
    oversight,
    personal_data,
    playbooks,
    policies,
    policy_trials,
    process,
    process_documents,
    receipts,
    reconsidering,
    recovery,
    recurrence,
    remediation,
    remediation_steps,
    replies,
    reporting,
    retention,
    reviews,
    status_page,
    submissions,
    third_parties,
    third_party_attainment,
    third_party_oversight,
    third_party_speakers,
    third_party_steps,
    third_party_views,
    ticket_system,
    timeline,
    trainings,
    vendor,
    vendor_mail,
)
from api.status_page.desk import StatusDesk
from api.uploads import Uploads
from api.vendor.link_refusals import LinkRefusals
from holdfast import __version__
from holdfast.channels import load_channels
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.signature import PrincipalSigner, create_signing_key, load_signing_key
from holdfast.evidence.vendor_links import create_vendor_key, load_vendor_links
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.access_tokens import AccessTokens
from holdfast.store.alert_batches import AlertBatches
from holdfast.store.database import create_engine
from holdfast.store.notifications import Notifications
from holdfast.store.policy_installation import compare_folder, install_policies
from holdfast.telemetry import configure_logging, configure_tracing, trace_database, trace_http
from holdfast.temporal_client import connect

__all__ = ["create_app"]

_CONNECTIONS = 30
"""Enough for the relay's sixteen and as many requests; a request holds one for milliseconds."""

_DESCRIPTION = """
ICT incidents under DORA (Regulation (EU) 2022/2554), run as durable workflows with evidence.

What is submitted is answered `202` once it is durable; its outcome is its **receipt**. Send
`Prefer: wait=10` to hold the answer until the receipt exists. Every id that you choose
(`decision_id`, `submission_id`, `Idempotency-Key`) makes repeating a request safe.
Every error is a problem document (RFC 9457) with a stable code, and says what to do next.
"""

_ROUTERS = (
    alerts,
    decisions,
    incidents,
    evaluations,
    reconsidering,
    submissions,
    recovery,
    playbooks,
    timeline,
    reviews,
    lessons,
    communications,
    communication_drafts,
    communication_steps,
    communication_recipients,
    replies,
    third_party_speakers,
    oversight,
    third_parties,
    third_party_steps,
    third_party_oversight,
    third_party_attainment,
    third_party_views,
    remediation,
    remediation_steps,
    ticket_system,
    reporting,
    cyber_threat_views,
    cyber_threats,
    attachments,
    holds,
    retention,
    log,
    exports,
    personal_data,
    directory,
    policies,
    policy_trials,
    process,
    process_documents,
    recurrence,
    drills,
    trainings,
    receipts,
    key_figures,
    annual_figures,
    vendor,
    vendor_mail,
    status_page,
    health,
)

_log = structlog.get_logger(__name__)


def create_app(settings: Settings, *, temporal: Client | None = None) -> FastAPI:
    """Put the API together; nothing is connected before it starts.

    Tests give a `temporal` client of their own.
    """
    configure_logging(settings, "api")
    configure_tracing(settings, "api")
    metrics = ApiMetrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        client = temporal or await connect(settings, lazy=True)
        async with _running(settings, client, metrics) as platform:
            app.state.platform = platform
            yield

    # Its documentation page brings its own scripts: the plain one fetches them from a CDN.
    app = FastAPIOffline(
        redoc_url=None,
        title="Holdfast",
        version=__version__,
        summary="The incident process of a financial entity, with evidence that stands.",
        description=_DESCRIPTION,
        lifespan=lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    for module in _ROUTERS:
        app.include_router(module.router)
    app.add_middleware(RequestMetrics, metrics=metrics)
    install_problem_handlers(app, metrics)
    complete_document(app)
    trace_http(app)
    return app


@asynccontextmanager
async def _running(
    settings: Settings, client: Client, metrics: ApiMetrics
) -> AsyncIterator[Platform]:
    """Run the parts of the API for as long as it serves."""
    url = database_urls(settings).application
    engine = create_engine(url, pool_size=_CONNECTIONS, part="api")
    if settings.otlp_endpoint is not None:
        trace_database(engine)
    try:
        policies = await _policies(settings, engine)
        notifications = Notifications(url)
        platform = _assemble(settings, engine, notifications, client, policies, metrics)
        notifications.tell(platform.receipts.notified, platform.relay.wake, policies.wake)
        watch = DirectoryWatch(platform.reads, policies, metrics)
        parts = (notifications.run, platform.relay.run, policies.run, watch.run)
        async with _essential(*parts, platform.key_figures.run):
            yield platform
    finally:
        await engine.dispose()


async def _policies(settings: Settings, engine: AsyncEngine) -> PoliciesInForce:
    """Put into force what the database does not know yet, and say what the folder has besides."""
    installed = await install_policies(engine, settings.policies_folder)
    if installed:
        _log.info("policies.installed", names=list(installed))
    policies = PoliciesInForce(engine)
    await policies.refresh()
    for each in compare_folder(settings.policies_folder, policies.versions, datetime.now(UTC)):
        _log.warning("policies.not_in_force", name=each.name, detail=each.words)
    return policies


def _assemble(
    settings: Settings,
    engine: AsyncEngine,
    notifications: Notifications,
    client: Client,
    policies: PoliciesInForce,
    metrics: ApiMetrics,
) -> Platform:
    create_signing_key(settings.signing_key_file)
    signer = PrincipalSigner(load_signing_key(settings.signing_key_file))
    keyring = KeyEncryptionKeys(settings.personal_data_key_file)
    keyring.create_first()
    create_vendor_key(settings.vendor_key_file)
    batches = AlertBatches(signer, policies.pins)
    workflows = IncidentWorkflows(client, engine, policies.content, settings)
    reads = engine.execution_options(isolation_level="AUTOCOMMIT")
    return Platform(
        settings=settings,
        engine=engine,
        reads=reads,
        tokens=AccessTokens(engine),
        signer=signer,
        keyring=keyring,
        vendor_links=load_vendor_links(settings.vendor_key_file),
        link_refusals=LinkRefusals(engine, metrics),
        policies=policies,
        uploads=Uploads(settings.attachment_limit_mib),
        batches=batches,
        workflows=workflows,
        relay=Relay(engine, notifications, batches, workflows, metrics),
        receipts=ReceiptDesk(engine),
        exports=ExportDesk(reads, keyring),
        channels=load_channels(settings),
        status=StatusDesk(reads),
        key_figures=KeyFigureGauges(engine, metrics),
        metrics=metrics,
    )


@asynccontextmanager
async def _essential(*parts: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run what the process cannot be without: if one dies, the process ends and is restarted."""
    tasks = [asyncio.create_task(part(), name=part.__qualname__) for part in parts]
    for task in tasks:
        task.add_done_callback(_end_process_with)
    try:
        yield
    finally:
        for task in tasks:
            task.remove_done_callback(_end_process_with)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _end_process_with(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        _log.critical("api.part_died", part_name=task.get_name(), exc_info=task.exception())
        os.kill(os.getpid(), signal.SIGTERM)
