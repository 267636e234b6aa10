"""A walked reporting as the doors read it, folded in memory."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import RowMapping

from holdfast.store.decisions import StoredDecision, stored_decision
from holdfast.store.reporting.reading import StoredReporting
from holdfast.store.reporting.tables import (
    report_deadline,
    report_field,
    report_version,
    reporting,
)
from holdfast.store.tables import decision
from tests.folded import folded
from tests.reporting_walk import WalkedReporting

__all__ = ["asked_of", "stored_of", "supplied_of"]


def stored_of(reported: WalkedReporting) -> StoredReporting:
    """Its rows: what `list_reportings` reads of it."""
    entries, mine = reported.walk.entries(), reported.state.opening.id

    def rows(table: Any) -> list[RowMapping]:  # noqa: ANN401 - a table of the projections
        found = [row for row in folded(entries, table) if row["reporting_id"] == mine]
        return [cast("RowMapping", row) for row in found]

    return StoredReporting(rows(reporting)[0], rows(report_deadline), rows(report_version))


def supplied_of(reported: WalkedReporting) -> dict[str, RowMapping]:
    """What people have supplied, by field."""
    rows = folded(reported.walk.entries(), report_field)
    return {row["field"]: cast("RowMapping", row) for row in rows}


def asked_of(reported: WalkedReporting) -> list[StoredDecision]:
    """The questions of the incident that are open."""
    rows = folded(reported.walk.entries(), decision)
    return [stored_decision({**row, "entitled": []}) for row in rows if row["state"] == "open"]
