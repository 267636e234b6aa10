"""The playbooks in index.html: of each its steps, how they stood in the end, and what happened."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.bundle.page_words import said, when
from holdfast.evidence.bundle.playbooks import ToldPlay, ToldStep

__all__ = ["playbooks_section"]


def playbooks_section(plays: Iterable[ToldPlay]) -> str:
    """Write the section; empty where no playbook was carried out."""
    return "\n".join(map(_play, plays))


def _play(told: ToldPlay) -> str:
    rows = "\n".join(map(_step, told.steps.values()))
    ended = f"finished {when(told.finished_at)} UTC" if told.finished_at else "not finished"
    title = f": {said(told.title)}" if told.title else ""
    return f"""<h3>Play {told.number}{title}</h3>
<p class="soft small">Started {when(told.started_at)} UTC, {ended}</p>
<table>
<thead><tr><th>Step</th><th>Owner</th><th>In the end</th><th>What happened</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>"""


def _step(told: ToldStep) -> str:
    title = f"{said(told.title)}<br>" if told.title else ""
    added = ", added on the spot" if told.added else ""
    happened = "<br>".join(f"{when(at)} {said(words)}" for at, words in told.happened)
    return (
        f'<tr><td>{title}<span class="soft small"><code>{escape(told.step)}</code>{added}</span>'
        f'</td><td>{escape(told.owner)}</td><td class="time">{escape(told.outcome)}</td>'
        f'<td class="small">{happened}</td></tr>'
    )
