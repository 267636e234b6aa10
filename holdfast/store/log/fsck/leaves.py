"""The leaves of a range, batch after batch, up to the signed root of each: the heart of a check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg

from holdfast.evidence.log.growing_tree import GrowingTree
from holdfast.store.log.fsck.batch import Batch
from holdfast.store.log.fsck.blame import Blame
from holdfast.store.log.fsck.boundaries import Boundary, boundaries, judge
from holdfast.store.log.fsck.candidates import Verdict
from holdfast.store.log.fsck.disposals import Disposals
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.keys import KnownKeys
from holdfast.store.log.fsck.neighbours import Chains, Writers
from holdfast.store.log.fsck.outside import OutsideCheckpoints
from holdfast.store.log.fsck.recomputation import Recomputation
from holdfast.store.log.fsck.rows import Block, read_block
from holdfast.store.log.fsck.upper_tiles import UpperTiles

__all__ = ["LeafCheck", "Standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a check stands: the tree as recomputed, and when its last batch was logged."""

    tree: GrowingTree
    at: str | None


class LeafCheck:
    """Walks over the leaves from where it stands to an end."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        standing: Standing,
        keys: KnownKeys,
        findings: Findings,
    ) -> None:
        """Check through that connection, believing those keys."""
        self._connection = connection
        self._keys = keys
        self._findings = findings
        self._recomputation = Recomputation(standing.tree)
        self._at = standing.at
        self._blame = Blame(findings)
        self._chains = Chains(connection, self._recomputation.heads, findings)
        self._writers = Writers(connection, findings)
        self._disposals = Disposals(connection)
        self._upper = UpperTiles(connection, findings)
        self._block = Block(0, 0, (), {})

    @property
    def standing(self) -> Standing:
        """Where it stands, between two batches."""
        return Standing(self._recomputation.tree, self._at)

    async def run(self, end: Boundary, outside: OutsideCheckpoints) -> AsyncIterator[Standing]:
        """Check all batches up to `end`, and say after each where it stands."""
        reached = self._recomputation.tree.size
        async for stored in boundaries(self._connection, reached, end.size):
            outside.compare(stored)
            boundary = judge(stored, self._keys, self._findings)
            if boundary is not None:
                await self._batch(boundary, end.size)
                yield self.standing
        if self._recomputation.tree.size < end.size:
            await self._batch(end, end.size)
            yield self.standing

    async def finish(self, *, whole: bool) -> None:
        """Hold the open tiles against the tree; `whole` if the log ends here."""
        await self._upper.compare_edges(self._recomputation.tree, whole=whole)

    async def _batch(self, boundary: Boundary, end: int) -> None:
        batch = Batch(self._recomputation, boundary, self._blame)
        at = self._recomputation.tree.size
        while at < boundary.size:
            block = await self._block_at(at, end)
            stop = min(boundary.size, block.end)
            batch.take(block, at, stop)
            await self._disposals.judge(self._recomputation.emptied, self._findings)
            self._recomputation.emptied.clear()
            at = stop
        verdict = batch.settle(self._at)
        self._at = batch.logged_at
        if verdict is not Verdict.NEITHER:
            await self._upper.compare(self._recomputation.tree)

    async def _block_at(self, index: int, end: int) -> Block:
        """Return the block that the leaf is in, read with all that it stands on."""
        if not self._block.first <= index < self._block.end:
            self._block = await read_block(self._connection, index, end)
            rows = self._block.rows
            await self._chains.prepare(index, rows)
            await self._writers.check(row.entry_id for row in rows)
            self._blame.overlong(self._block.tiles)
        return self._block
