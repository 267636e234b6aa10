"""Key figures as lines of CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from api.key_figures.models import Figure, FigureReduction, FigureSummary

__all__ = ["COLUMNS", "as_csv"]

_SUMMARY = (
    *("measured", "open", "oldest_open_at", "unmeasured", "median", "mean", "p90", "worst"),
    *("total", "judged", "marked", "share_basis_points"),
)
_REDUCTION = ("total_basis_points", "median_basis_points")
COLUMNS = ("name", "unit", "group", *_SUMMARY, "reduction_of_total", "reduction_of_median")
"""The names of the columns; a line without a group is about the whole period."""


def as_csv(figures: Iterable[Figure]) -> str:
    """Write a line for each figure, and one for each of its groups."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for figure in figures:
        head = (str(figure.name), str(figure.unit))
        writer.writerow([*head, "", *_cells(figure.summary, figure.reduction)])
        for group in figure.groups:
            name = "none" if group.name is None else _as_text(group.name)
            writer.writerow([*head, name, *_cells(group.summary, group.reduction)])
    return lines.getvalue()


def _cells(summary: FigureSummary, reduction: FigureReduction | None) -> list[object]:
    said = summary.model_dump(mode="json")
    fallen = reduction.model_dump() if reduction else {}
    return [*(said[name] for name in _SUMMARY), *(fallen.get(name) for name in _REDUCTION)]


def _as_text(name: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@")) else name
