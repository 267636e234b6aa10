"""Logs, traces and metrics of a process, set up once by its composition root.

Logs are structured: the event's name first, ids as fields, no personal data. The records of the
libraries we stand on take the same way. Traces always have valid ids, as evidence carries them;
they are exported only where a collector is set.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from temporalio.contrib.opentelemetry import create_tracer_provider

from holdfast import __version__
from holdfast.secret_addresses import without_links
from holdfast.settings import LogFormat, Settings

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = [
    "configure_logging",
    "configure_tracing",
    "current_trace_id",
    "trace_database",
    "trace_http",
]

# Theirs is one line a request or a statement at INFO; our own events say more.
_QUIET = ("alembic", "asyncio", "httpcore", "httpx", "sqlalchemy", "temporalio", "uvicorn.access")
# Theirs quote addresses that are secrets, such as those of webhooks: they say nothing at any level.
_SILENT = ("apprise", "oauthlib", "requests_oauthlib", "urllib3")


def configure_logging(settings: Settings, part: str) -> None:
    """Send every log line of this process to standard error, in the set format.

    `part` is on each line, as the logs of all parts may end in one place.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace_id,
        _named(part),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), _without_colours],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(settings.log_format),
                _hide_links,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in _SILENT:
        # Not by their level: who calls Apprise reads the status of a refusal out of its lines.
        silent = logging.getLogger(name)
        silent.propagate = False
        silent.addHandler(logging.NullHandler())


def configure_tracing(settings: Settings, part: str, *, record: bool | None = None) -> None:
    """Give this process its tracer provider; ids are those that a replayed workflow repeats.

    Spans are recorded where a collector takes them, or as `record` says. Without, they are ids
    only: evidence has its trace id all the same, and requests do not pay for spans nobody sees.
    """
    resource = Resource.create({SERVICE_NAME: f"holdfast-{part}", SERVICE_VERSION: __version__})
    recording = settings.otlp_endpoint is not None if record is None else record
    provider = create_tracer_provider(
        sampler=sampling.DEFAULT_ON if recording else sampling.ALWAYS_OFF, resource=resource
    )
    if settings.otlp_endpoint is not None:
        # Imported here: most installations have no collector, and it takes requests along.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        endpoint = f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)


def trace_database(engine: AsyncEngine) -> None:
    """Make every SQL statement of this engine a span, with its text but not its values.

    It doubles what a statement costs this process, so it is for installations with a collector.
    """
    from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor

    # It declares SQLAlchemy below 2.1 and would do nothing; tests/integration shows that it works.
    SQLAlchemyInstrumentor().instrument(engine=engine.sync_engine, skip_dep_check=True)


def trace_http(app: FastAPI) -> None:
    """Make every request a span, the caller's trace continued; probes are left out.

    The instrumentations are imported where they are used: the worker serves no requests, and the
    command line starts without either.
    """
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

    FastAPIInstrumentor.instrument_app(
        app,
        excluded_urls="healthz,readyz,metrics",
        exclude_spans=["receive", "send"],
        server_request_hook=_hide_links_in_span,
    )


def current_trace_id() -> str | None:
    """Return the id of the current trace as 32 hex digits, or None outside of any."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


def _hide_links_in_span(span: trace.Span, _scope: dict[str, Any]) -> None:
    # Temporal wraps spans: what the specification lets nobody read back, the SDK's own one tells.
    for name, value in dict(getattr(span, "attributes", None) or {}).items():
        if isinstance(value, str) and (hidden := without_links(value)) != value:
            span.set_attribute(name, hidden)


def _hide_links(_logger: object, _method: str, line: object) -> str:
    return without_links(str(line))


def _add_trace_id(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if (trace_id := current_trace_id()) is not None:
        event["trace_id"] = trace_id
    return event


def _named(part: str) -> structlog.typing.Processor:
    def add_part(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event["part"] = part
        return event

    return add_part


def _renderers(log_format: LogFormat) -> list[structlog.typing.Processor]:
    """Return the last steps; tracebacks are without local variables, which may hold secrets."""
    if log_format is LogFormat.CONSOLE:
        plain = structlog.dev.plain_traceback
        return [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
        ]
    return [
        structlog.processors.format_exc_info,
        _event_first,
        structlog.processors.JSONRenderer(),
    ]


def _without_colours(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Drop the second, coloured message that uvicorn gives with its lines."""
    event.pop("color_message", None)
    return event


def _event_first(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {"event": event.pop("event"), **event}
