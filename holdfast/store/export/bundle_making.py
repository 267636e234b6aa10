"""Making a bundle: its files written one after another into whatever takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.evidence.bundle.contents import BundleContents
from holdfast.evidence.bundle.writing import BundleSink, bundle_files, bundle_names
from holdfast.store.artifacts import fetch_artifact

__all__ = ["make_bundle"]


async def make_bundle(
    connection: AsyncConnection,
    contents: BundleContents,
    sink: BundleSink,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Write all files in the order of their names, with one artifact in memory at a time.

    `progress` is told how many files are written, of how many.

    Raises:
        Disposed: an artifact was disposed of in this moment; make it again.
        ContentDamaged: an artifact is not what it was.
        Fatal: the timeline cannot be typeset.
    """
    files = await asyncio.to_thread(bundle_files, contents)
    names = bundle_names(contents, files)
    ready: dict[str, bytes] = {}
    for done, name in enumerate(names, 1):
        if name in files:
            ready[name] = files.pop(name)
            continue
        await _flush(sink, ready)
        digest = f"sha256:{name.removeprefix('artifacts/')}"
        await _flush(sink, {name: await fetch_artifact(connection, digest)})
        progress(done, len(names))
    await _flush(sink, ready)
    progress(len(names), len(names))


async def _flush(sink: BundleSink, ready: dict[str, bytes]) -> None:
    """Write what is ready, on a thread, so that the loop goes on."""

    def write() -> None:
        for name, content in ready.items():
            sink.add(name, content)

    writing = asyncio.create_task(asyncio.to_thread(write))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        # A thread cannot be stopped: whoever closes the sink now must find it at rest.
        await writing
        raise
    ready.clear()
