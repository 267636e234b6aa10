"""The worker's metrics: the Temporal SDK's and our own behind one port.

The SDK serves its own on a port of its own, as it counts outside of Python. That port is an inner
one; a scrape of ours asks it and hands both on, so that operators have one address to know.
"""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import REGISTRY, Metric, start_http_server
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from holdfast.settings import Settings

__all__ = ["WorkerMetrics"]

_LOOPBACK = "127.0.0.1"
_ANSWERS_WITHIN_SECONDS = 2


@dataclass(frozen=True, slots=True)
class WorkerMetrics:
    """The runtime that the worker's client uses, and the port that shows what it counts."""

    runtime: Runtime
    host: str
    port: int

    @classmethod
    def create(cls, settings: Settings) -> WorkerMetrics:
        """Make the runtime; there is one a process, since two would want the same inner port."""
        inner = f"{_LOOPBACK}:{_free_port()}"
        metrics = PrometheusConfig(
            bind_address=inner, durations_as_seconds=True, counters_total_suffix=True
        )
        runtime = Runtime(telemetry=TelemetryConfig(metrics=metrics))
        REGISTRY.register(_SdkMetrics(f"http://{inner}/metrics"))
        return cls(runtime, settings.host, settings.worker_metrics_port)

    def serve(self) -> None:
        """Open the port, once the worker polls: that it answers is the sign of its readiness."""
        start_http_server(self.port, addr=self.host)


@dataclass(frozen=True, slots=True)
class _SdkMetrics(Collector):
    """What the SDK counted, read at each scrape."""

    url: str

    def collect(self) -> Iterable[Metric]:
        """Yield the SDK's families."""
        with urllib.request.urlopen(self.url, timeout=_ANSWERS_WITHIN_SECONDS) as response:  # noqa: S310 - our own address
            yield from text_string_to_metric_families(response.read().decode())

    def describe(self) -> Iterable[Metric]:
        """Yield nothing: the names are not known before the first scrape."""
        return ()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
