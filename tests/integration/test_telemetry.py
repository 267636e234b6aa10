"""That traces reach the SQL statement, and that one port shows all of the worker's metrics."""

from __future__ import annotations

import asyncio

import httpx
from opentelemetry import trace
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import Counter
from sqlalchemy import text
from temporalio.client import Client

from holdfast.metrics import WorkerMetrics
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.database import create_engine
from holdfast.telemetry import current_trace_id, trace_database
from holdfast.temporal_client import connect

_TRACER = trace.get_tracer(__name__)


async def test_statement_is_a_span_below_its_caller(
    postgres: DatabaseUrls, spans: InMemorySpanExporter
) -> None:
    """The trace tells the statement, and none of the values in it."""
    engine = create_engine(postgres.application)
    trace_database(engine)
    try:
        with _TRACER.start_as_current_span("caller") as caller:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT :secret"), {"secret": "person"})
            trace_id = current_trace_id()
    finally:
        SQLAlchemyInstrumentor().uninstrument()
        await engine.dispose()

    (statement,) = [span for span in spans.get_finished_spans() if "SELECT" in span.name.upper()]
    assert statement.parent is not None
    assert statement.parent.span_id == caller.get_span_context().span_id
    assert trace.format_trace_id(statement.parent.trace_id) == trace_id
    assert "person" not in statement.to_json()


def test_there_is_no_trace_id_outside_of_a_trace() -> None:
    """An entry then says so instead of carrying zeros."""
    assert current_trace_id() is None


async def test_worker_shows_its_own_metrics_and_the_sdks_on_one_port(
    settings: Settings, temporal: Client
) -> None:
    """Prometheus has one address a process to know."""
    del temporal
    counter = Counter("holdfast_test_refusals", "Counted by a test.")
    counter.inc()
    metrics = WorkerMetrics.create(settings)
    await connect(settings, runtime=metrics.runtime)
    metrics.serve()
    url = f"http://{settings.host}:{settings.worker_metrics_port}/metrics"
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(10):
        page = (await client.get(url)).text

    assert "holdfast_test_refusals_total 1.0" in page
    assert "temporal_request_total" in page
