"""Bundles for those who ask at the door: made in a temporary file, a few at the same time."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, cast

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.evidence.bundle.writing import BundleZip
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.export.bundle_making import make_bundle
from holdfast.store.export.collecting import collect
from holdfast.store.log.publication import await_published

__all__ = ["ExportDesk", "MadeBundle"]

_AT_ONCE = 2
"""Each takes a core for some seconds, and memory for the records of one incident."""
_PUBLISHED_WITHIN = timedelta(seconds=10)
_IN_MEMORY = 16 * 1024 * 1024
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class MadeBundle:
    """A bundle in a file that ends with it; `size` is that of the log that it is as of."""

    file: BinaryIO
    length: int
    sha256: bytes
    size: int

    async def chunks(self) -> AsyncIterator[bytes]:
        """Read it from its beginning, then let go of the file."""
        try:
            self.file.seek(0)
            while chunk := await asyncio.to_thread(self.file.read, _CHUNK):
                yield chunk
        finally:
            self.file.close()


class ExportDesk:
    """Makes bundles of exports that are recorded."""

    def __init__(self, reads: AsyncEngine, keyring: KeyEncryptionKeys) -> None:
        """Read there; open the keys of personal data with those."""
        self._reads = reads
        self._keyring = keyring
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def make(self, manifest_id: str) -> MadeBundle:
        """Wait until the manifest is published, and make its bundle.

        Raises:
            Unavailable: the sequencer does not publish it.
            NotFound: there is no such export.
            Fatal: what is stored is not as it must be.
        """
        await await_published(self._reads, manifest_id, _PUBLISHED_WITHIN)
        async with self._room:
            # It outlives this call, and is closed by whoever has read it.
            file = cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
            try:
                size = await self._write(manifest_id, file)
                return await asyncio.to_thread(_measured, file, size)
            except BaseException:
                file.close()
                raise

    async def typeset(self, make: Callable[[], bytes]) -> bytes:
        """Let a document be set on paper, which takes a core just as well.

        Raises:
            Fatal: it cannot be set.
        """
        async with self._room:
            return await asyncio.to_thread(make)

    async def _write(self, manifest_id: str, file: BinaryIO) -> int:
        async with self._reads.connect() as connection:
            contents = await collect(connection, manifest_id, self._keyring)
            with contextlib.closing(BundleZip(file)) as archive:
                await make_bundle(connection, contents, archive)
        return contents.size


def _measured(file: BinaryIO, size: int) -> MadeBundle:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return MadeBundle(file, file.tell(), digest.digest(), size)
