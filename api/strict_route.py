"""Routes that authenticate first, then read the body strictly, then look at its content."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.authentication import authenticate
from api.strict_json import LARGEST_BODY, parse_strict, read_body, require_json
from holdfast.domain.values import JsonValue

__all__ = ["StrictRoute"]


class _StrictRequest(Request):
    """A request whose body has been read and parsed already, strictly."""

    async def load(self, largest: int) -> None:
        require_json(self.headers)
        self._raw = await read_body(self, largest)
        self._value = parse_strict(self._raw)

    async def body(self) -> bytes:
        return self._raw

    async def json(self) -> JsonValue:
        return self._value


class StrictRoute(APIRoute):
    """The class of every route behind authentication."""

    largest_body = LARGEST_BODY
    """In bytes; what is larger is refused, and the problem states the limit."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        has_body = self.body_field is not None

        async def strictly(request: Request) -> Response:
            await authenticate(request)
            if not has_body:
                return await handle(request)
            strict = _StrictRequest(request.scope, request.receive)
            await strict.load(self.largest_body)
            return await handle(strict)

        return strictly
