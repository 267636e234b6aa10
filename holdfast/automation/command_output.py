"""What a command or an answer says, as far as it is kept: cut, readable, without secrets."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable

from holdfast.automation.automation import MOST_OUTPUT
from holdfast.automation.secret_files import without_secrets

__all__ = ["CutOutput"]

_CHUNK = 16 * 1024
_SLACK = 16 * 1024
"""Read beyond the cut, so that no secret is cut in two and then not known any more."""


class CutOutput:
    """The beginning of an output; `size` counts all of it that has come, in bytes."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept = bytearray()
        self.size = 0

    @property
    def full(self) -> bool:
        """Whether nothing more of it is kept."""
        return len(self._kept) >= MOST_OUTPUT + _SLACK

    def add(self, chunk: bytes) -> None:
        """Take in what has come."""
        self.size += len(chunk)
        self._kept += chunk[: MOST_OUTPUT + _SLACK - len(self._kept)]

    async def read(self, end: int) -> None:
        """Take in what comes out of a pipe to its end, so that whoever writes is never held up."""
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(end, "rb", buffering=0)
        )
        try:
            while chunk := await stream.read(_CHUNK):
                self.add(chunk)
        finally:
            transport.close()

    def text(self, secrets: Iterable[str]) -> bytes | None:
        """What is kept: UTF-8 in which every secret is hidden; None where nothing was said."""
        if not self.size:
            return None
        clean = without_secrets(bytes(self._kept), secrets)
        text = (
            clean[:MOST_OUTPUT].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        )
        if self.size > MOST_OUTPUT:
            text += f"\n[cut: {self.size} bytes were said, or more]\n"
        return text.encode()
