"""The posts of the status page, read once for all who ask in the same moment.

The page is public: however many people look at it during an incident, the database is asked once a
second at most, and the doors behind which people work stay open.
"""

from __future__ import annotations

import asyncio
import time

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.store.communications.reading import LeftOut, StatusPost, status_posts

__all__ = ["StatusDesk"]

_MOST_POSTS = 50
_HELD_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class StatusDesk:
    """Reads posts, and says in the log which of them cannot be shown."""

    def __init__(self, reads: AsyncEngine) -> None:
        """Read over that engine."""
        self._reads = reads
        self._turn = asyncio.Lock()
        self._posts: tuple[StatusPost, ...] = ()
        self._left_out: tuple[LeftOut, ...] = ()
        self._read_at: float | None = None

    async def posts(self) -> tuple[StatusPost, ...]:
        """Return the posts, the newest first, as they stood at most a second ago."""
        async with self._turn:
            now = time.monotonic()
            if self._read_at is None or now - self._read_at >= _HELD_SECONDS:
                await self._read()
                self._read_at = now
            return self._posts

    async def _read(self) -> None:
        async with self._reads.connect() as connection:
            found = await status_posts(connection, _MOST_POSTS)
        for post in found.left_out:
            if post not in self._left_out:
                _log.error(
                    "status_page.post_left_out",
                    incident_id=post.incident_id,
                    communication=post.number,
                    message=post.message,
                    because=post.because,
                )
        self._posts, self._left_out = found.posts, found.left_out
