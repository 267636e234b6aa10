"""The recovery in index.html: downtime and duration, continuity plans, and standing down."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.bundle.page_words import said, when
from holdfast.evidence.bundle.recovery import ToldDowntime, ToldPlan, ToldRecovery

__all__ = ["recovery_section"]


def recovery_section(told: ToldRecovery) -> str:
    """Write the section; empty where nothing was told of a recovery."""
    if not told.anything:
        return ""
    parts = []
    if told.computed_at:
        parts.append(_figures(told))
    if told.plans:
        plans = "\n".join(map(_plan, told.plans.values()))
        parts.append(f"<p>Continuity plans activated:</p>\n<ul>\n{plans}\n</ul>")
    if told.stood_down_at:
        why = f": {said(told.stood_down_because)}" if told.stood_down_because else ""
        parts.append(f"<p>Those who respond stood down at {when(told.stood_down_at)} UTC{why}</p>")
    return "\n".join(parts)


def _figures(told: ToldRecovery) -> str:
    return f"""<p class="soft small">As computed at {when(told.computed_at)} UTC, in days, hours and
minutes; several interruptions add up.</p>
<table>
<thead><tr><th>Of</th><th>DD:HH:MM</th><th>From</th><th>Until</th><th></th></tr></thead>
<tbody>
{_rows(told.figures)}
</tbody>
</table>"""


def _rows(figures: Iterable[ToldDowntime]) -> str:
    return "\n".join(
        f"<tr><td>{said(each.name)}</td><td>{escape(each.length)}</td>"
        f'<td class="time">{when(each.since)}</td>'
        f'<td class="time">{when(each.until) if each.until else "goes on"}</td>'
        f"<td>{said(each.remark)}</td></tr>"
        for each in figures
    )


def _plan(plan: ToldPlan) -> str:
    ended = (
        f"until {when(plan.until)} UTC: {said(plan.statement)}" if plan.until else "still active"
    )
    return (
        f"<li><b>{said(plan.plan)}</b> from {when(plan.since)} UTC: {said(plan.because)} · "
        f"{ended}</li>"
    )
