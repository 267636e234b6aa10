"""Where a check begins and ends: ranges are widened to whole batches, which a root covers."""

from __future__ import annotations

import base64

import asyncpg

from holdfast.domain.values import rfc3339
from holdfast.errors import InvalidInput
from holdfast.evidence.check_report import Progress
from holdfast.evidence.log.growing_tree import GrowingTree
from holdfast.evidence.log.tiles import TILE_HEIGHT, TILE_WIDTH
from holdfast.store.log.fsck.boundaries import (
    Boundary,
    boundary_around,
    boundary_of_size,
    end_of_log,
)
from holdfast.store.log.fsck.leaves import Standing
from holdfast.store.log.fsck.rows import read_tiles

__all__ = ["at_leaf", "begin", "find_boundary"]

_HASH_BYTES = 32


async def begin(connection: asyncpg.Connection, first: int, end: int | None) -> Progress:
    """Lay out the check of leaves `first` to before `end`; None is the end, and all else besides.

    Raises:
        InvalidInput: there is no such range in this log.
    """
    last = await end_of_log(connection)
    size = 0 if last is None else last.size
    if not 0 <= first <= (size if end is None else end) or (end is not None and end > size):
        message = f"the log has {size} leaves: give a range of those"
        raise InvalidInput(message, size=size)
    begins, since, stop = await boundary_around(connection, first, size if end is None else end)
    standing = Standing(GrowingTree(), None)
    tree = await _tree_from_tiles(connection, begins)
    if tree is not None and since is not None:
        standing = Standing(tree, rfc3339(since))
    blank = Progress(
        first=standing.tree.size, end=min(stop, size), whole=end is None, next=0, size=size
    )
    return at_leaf(blank, standing)


def at_leaf(progress: Progress, standing: Standing) -> Progress:
    """Say that a check stands there."""
    edges = tuple(base64.b64encode(edge).decode() for edge in standing.tree.edges)
    changes = {"next": standing.tree.size, "edges": edges, "stands_at": standing.at}
    return progress.model_copy(update=changes)


async def find_boundary(connection: asyncpg.Connection, size: int) -> Boundary | None:
    """Find the boundary at the end of a check; None if the log does not reach it any more."""
    last = await end_of_log(connection)
    if last is None or last.size <= size:
        return last if last is not None and last.size == size else None
    return await boundary_of_size(connection, size) or last


async def _tree_from_tiles(connection: asyncpg.Connection, size: int) -> GrowingTree | None:
    """Stand on the stored tiles; None where they do not give what was signed for that size."""
    edges, level, count = [], 0, size
    while count:
        number, width = divmod(count, TILE_WIDTH)
        stored = await read_tiles(connection, [(level, number)]) if width else {}
        edges.append(stored.get((level, number), b"")[: width * _HASH_BYTES])
        level, count = level + 1, count >> TILE_HEIGHT
    try:
        tree = GrowingTree.standing_on(size, edges)
    except ValueError:
        return None
    boundary = await boundary_of_size(connection, size)
    return tree if boundary is not None and boundary.root == tree.root else None
