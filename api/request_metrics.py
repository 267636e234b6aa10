"""Measures every request by its route template, never by its path: paths are without number."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import ApiMetrics

__all__ = ["RequestMetrics"]

_ABORTED = "aborted"


class RequestMetrics:
    """Pure ASGI, so that it costs next to nothing and sees what was really sent."""

    def __init__(self, app: ASGIApp, metrics: ApiMetrics) -> None:
        """Measure that application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _ABORTED
        started = time.perf_counter()

        async def measured(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = f"{message['status'] // 100}xx"
            await send(message)

        try:
            await self._app(scope, receive, measured)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            labels = self._metrics.requests.labels(scope["method"], route, status)
            labels.observe(time.perf_counter() - started)
