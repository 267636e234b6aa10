"""What a trial on the past has shown, as a table."""

from __future__ import annotations

import json

from rich.markup import escape
from rich.table import Table

from holdfast.domain.trial.report import TrialReport
from holdfast.domain.values import JsonObject

__all__ = ["changes_table", "summary_table"]

_NOT_SHOWN = {"candidate"}


def changes_table(report: TrialReport) -> Table:
    """What would have come out otherwise, a row for each judgement."""
    table = Table(box=None, pad_edge=False)
    for heading in ("incident", "from", "what", "was", "would be"):
        table.add_column(heading, overflow="fold")
    for incident in report.changes:
        for change in incident.changes:
            table.add_row(
                escape(incident.incident_id),
                f"{change.at:%Y-%m-%d %H:%M}",
                escape(f"{change.judged} {change.about}"),
                escape(change.was),
                escape(change.would_be),
            )
        if incident.left_out:
            table.add_row(escape(incident.incident_id), "", f"… {incident.left_out} more", "", "")
    return table


def summary_table(summary: JsonObject) -> Table:
    """The summary of a trial, a row for each figure."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in summary.items():
        if name in _NOT_SHOWN:
            continue
        words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        table.add_row(escape(name.replace("_", " ")), escape(words))
    return table
