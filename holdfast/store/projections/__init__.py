"""Projections: tables that people query, each a fold over the entries and nothing else.

What a projection writes may depend on the entry, its position and its recorded time only, so that
a rebuild gives the same rows, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.store.projections.changes import Changes
from holdfast.store.projections.clocks import project_clock
from holdfast.store.projections.decisions import project_decision
from holdfast.store.projections.incidents import project_incident
from holdfast.store.projections.receipts import project_receipt
from holdfast.store.projections.timeline import project_timeline
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project"]

_PROJECTIONS = (
    project_incident,
    project_decision,
    project_clock,
    project_timeline,
    project_receipt,
)


def project(entries: Iterable[StoredEntry]) -> Changes:
    """Say what these entries, which come in order, change in the projections."""
    changes = Changes()
    for stored in entries:
        for projection in _PROJECTIONS:
            projection(changes, stored)
    return changes
