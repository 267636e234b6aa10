"""Which trace the work belongs to: that of the message worked on, not of the workflow's start.

A workflow lives for months; if everything hung under the alert that opened it, one trace would
hold it all. Each submission carries its own W3C traceparent, inside its signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

__all__ = ["trace_id", "working_on"]


def trace_id(traceparent: str | None) -> str | None:
    """The trace id within a W3C traceparent."""
    return traceparent.split("-")[1] if traceparent else None


@contextmanager
def working_on(traceparent: str | None) -> Iterator[None]:
    """Let the activities started within belong to that trace.

    Nothing may be awaited within: a coroutine that is discarded while it waits, as when a worker
    stops, would leave the context in another place than it entered it.
    """
    if traceparent is None:
        yield
        return
    carried = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
    token = context.attach(carried)
    try:
        yield
    finally:
        context.detach(token)
