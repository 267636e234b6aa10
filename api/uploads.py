"""Bodies that are files: received whole, within a limit, and only so many at the same time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from starlette.datastructures import Headers

from api.problem_catalogue import DoorCode
from api.problems import Problem
from api.strict_json import read_body, require_plain
from holdfast.errors import InvalidInput, Unavailable

__all__ = ["Uploads", "media_type_of"]

_MIB = 1024 * 1024
_AT_ONCE = 8
"""What is under way stands in memory: the largest file, three times over, so many times."""
_WITHIN_SECONDS = 300
"""So that nobody holds the room of others by sending nothing."""

# RFC 9110 section 8.3.1: two tokens. Parameters are dropped: they may hold a file name.
_TOKEN = r"[A-Za-z0-9!#$&^_.+-]{1,100}"  # noqa: S105 - the token of a grammar
_MEDIA_TYPE = re.compile(rf"({_TOKEN}/{_TOKEN})\s*(;.*)?", re.ASCII)
_UNKNOWN_TYPE = "application/octet-stream"


class Uploads:
    """Receives files; one a process, so that its memory has a bound."""

    def __init__(self, largest_mib: int) -> None:
        """Take files of up to so many MiB."""
        self._largest = largest_mib * _MIB
        self._under_way = 0

    @contextmanager
    def room(self) -> Iterator[None]:
        """Hold room for one file until it is stored.

        Raises:
            Unavailable: there is none now. Nobody waits for it: whoever waits would send meanwhile.
        """
        if self._under_way >= _AT_ONCE:
            message = f"{_AT_ONCE} uploads are under way already"
            raise Unavailable(message)
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def receive(self, request: Request) -> bytes:
        """Read the body of a request as it is.

        Raises:
            Problem: it is too large, compressed, or did not arrive in time.
            InvalidInput: there is nothing in it.
        """
        require_plain(request.headers)
        try:
            async with asyncio.timeout(_WITHIN_SECONDS):
                content = await read_body(request, self._largest)
        except TimeoutError as error:
            detail = f"the body did not arrive within {_WITHIN_SECONDS} seconds"
            raise Problem(DoorCode.BAD_REQUEST, detail) from error
        if not content:
            message = "the body is empty: send the file's bytes as the body"
            raise InvalidInput(message, errors=[{"pointer": "/", "message": message}])
        return content


def media_type_of(headers: Headers) -> str:
    """Say what a body is, as its sender says, without parameters.

    Raises:
        Problem: it is no media type, or a form: a form's bytes are not the file's.
    """
    value = headers.get("content-type", _UNKNOWN_TYPE).strip()
    match = _MEDIA_TYPE.fullmatch(value)
    if match is None or match[1].lower().startswith("multipart/"):
        detail = f"the content type is '{value[:100]}'; send the file's bytes as the body, no form"
        raise Problem(DoorCode.UNSUPPORTED_MEDIA_TYPE, detail)
    return match[1].lower()
