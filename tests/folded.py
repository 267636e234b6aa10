"""Rows of projections, folded in memory from the entries of a walk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table

from holdfast.evidence.entry import Entry
from holdfast.store.projections import project
from holdfast.store.stored_entry import StoredEntry

__all__ = ["folded"]


def folded(entries: Sequence[Entry], table: Table) -> list[dict[str, Any]]:
    """The rows of a table after these entries, in the order in which they came to be."""
    stored = [StoredEntry(entry, n, entry.occurred_at) for n, entry in enumerate(entries, 1)]
    return project(stored).rows(table)
