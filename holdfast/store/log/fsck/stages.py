"""The stages of a check, and how it goes from one to the next."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.evidence.check_report import CheckStage, FindingCode, Progress
from holdfast.evidence.log.note import VerifierKey
from holdfast.store.log.fsck.artifacts import check_artifact_page, check_needed_artifacts
from holdfast.store.log.fsck.beginning import at_leaf, find_boundary
from holdfast.store.log.fsck.boundaries import end_of_log
from holdfast.store.log.fsck.disposals import Disposals
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.keys import KnownKeys, check_keys, read_keys
from holdfast.store.log.fsck.leaves import LeafCheck, Standing
from holdfast.store.log.fsck.neighbours import Writers
from holdfast.store.log.fsck.outside import OutsideCheckpoints, OutsideFile
from holdfast.store.log.fsck.unlogged import check_pending, check_unlogged
from holdfast.store.log.fsck.upper_tiles import find_unexpected_tiles
from holdfast.store.log.fsck.whole_log import check_chain_heads, check_ends, check_state

__all__ = ["Stages"]

_LEAVES_A_STEP = 2_048
"""Tens of milliseconds of work: so often it is said how far the check is."""


class Stages:
    """One run of a check, from where an earlier one was to its end."""

    def __init__(
        self,
        connection: AsyncConnection,
        driver: asyncpg.Connection,
        known: Sequence[VerifierKey],
        start: Progress,
        outside: OutsideFile | None,
        leaves: int | None = None,
    ) -> None:
        """Check what that connection sees; `driver` is the same connection underneath.

        `leaves` is how many are wanted, so that no step is longer than that.
        """
        self._leaves_a_step = min(_LEAVES_A_STEP, leaves or _LEAVES_A_STEP)
        self._connection = connection
        self._driver = driver
        self._known = known
        self._progress = start
        self._outside = outside
        self._findings = Findings(start.findings, start.count)
        self._disposals = Disposals(driver)

    async def steps(self) -> AsyncGenerator[Progress]:
        """Do what is left, and say after each step how far the check is."""
        keys = await read_keys(self._driver, self._known)
        while not self._progress.done:
            if self._progress.stage is CheckStage.LEAVES:
                async for standing in self._leaves(keys):
                    self._progress = at_leaf(self._progress, standing)
                    yield self._noted()
                self._enter(CheckStage.RECORDS if self._progress.whole else CheckStage.DONE)
            elif self._progress.stage is CheckStage.WHOLE:
                await self._whole(keys)
                self._enter(CheckStage.DONE)
            else:
                await self._page()
            yield self._noted()

    async def _leaves(self, keys: KnownKeys) -> AsyncIterator[Standing]:
        progress = self._progress
        end = await find_boundary(self._driver, progress.end)
        if end is None:
            if progress.end:
                name = f"checkpoint {progress.end}"
                words = f"{name} was there when the check began, and the log ends before it now"
                self._findings.add(FindingCode.LOG_ROLLED_BACK, name, words)
            return
        size = await self._size()
        outside = OutsideCheckpoints(self._outside, progress.next, self._findings)
        standing = Standing(progress.tree, progress.stands_at)
        check = LeafCheck(self._driver, standing, keys, self._findings)
        told = progress.next
        async for standing in check.run(end, outside):
            if standing.tree.size - told >= self._leaves_a_step:
                told = standing.tree.size
                yield standing
        await check.finish(whole=end.size == size)
        if progress.whole:
            outside.finish(end.size, size)
        yield check.standing

    async def _page(self) -> None:
        """Do a page of one of the stages that go page by page."""
        progress, findings = self._progress, self._findings
        if progress.stage is CheckStage.RECORDS:
            writers = Writers(self._driver, findings)
            cursor, waiting = await check_unlogged(self._driver, progress.cursor, writers, findings)
            changes = {"waiting": progress.waiting + waiting}
            self._progress = progress.model_copy(update=changes)
            following = CheckStage.CHAINS
        elif progress.stage is CheckStage.CHAINS:
            cursor = await check_chain_heads(self._driver, progress.cursor, findings)
            following = CheckStage.ARTIFACTS
        else:
            cursor = await check_artifact_page(
                self._connection, self._driver, progress.cursor, self._disposals, findings
            )
            following = CheckStage.WHOLE
        if cursor is None:
            self._enter(following)
        else:
            self._progress = self._progress.model_copy(update={"cursor": cursor})

    async def _whole(self, keys: KnownKeys) -> None:
        end = await end_of_log(self._driver)
        size = 0 if end is None else end.size
        check_keys(keys, None if end is None else end.note, self._findings)
        await check_state(self._driver, end, self._findings)
        await check_ends(self._driver, size, self._findings)
        await find_unexpected_tiles(self._driver, size, self._findings)
        await check_pending(self._driver, self._findings)
        await check_needed_artifacts(self._driver, self._findings)
        await self._disposals.check_counts(self._findings)
        self._progress = self._progress.model_copy(update={"size": size})

    async def _size(self) -> int:
        end = await end_of_log(self._driver)
        return 0 if end is None else end.size

    def _enter(self, stage: CheckStage) -> None:
        self._progress = self._progress.model_copy(update={"stage": stage, "cursor": ""})

    def _noted(self) -> Progress:
        """Return the progress with what was found so far."""
        changes = {"findings": tuple(self._findings.kept), "count": self._findings.count}
        self._progress = self._progress.model_copy(update=changes)
        return self._progress
