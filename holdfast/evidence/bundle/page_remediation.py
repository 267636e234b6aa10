"""The remediation in index.html: each task as it stood in the end, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.bundle.page_words import said, when
from holdfast.evidence.bundle.remediation import ToldTask

__all__ = ["remediation_section"]

_NOTE = (
    '<p class="soft small">A task outlives its incident: this is how each stood when the bundle '
    "was made.</p>"
)


def remediation_section(tasks: Iterable[ToldTask]) -> str:
    """Write the section; empty where nothing is to be mended."""
    told = [_task(each) for each in tasks]
    return "\n".join([_NOTE, *told]) if told else ""


def _task(told: ToldTask) -> str:
    title = f": {said(told.title)}" if told.title else ""
    kept = "mandatory" if told.mandatory else "not mandatory"
    parts = [told.stage, told.priority, kept if told.priority else "", told.owner, told.basis]
    parts += [f"due {told.due_on}"] if told.due_on else []
    parts += [f"extended {told.extensions} time(s)"] if told.extensions else []
    short = " · ".join(escape(part) for part in parts if part)
    about = f"<p>{said(told.description)}</p>\n" if told.description else ""
    rows = "\n".join(
        f'<tr><td class="time">{when(at)}</td><td>{said(words)}</td></tr>'
        for at, words in told.happened
    )
    return f"""<h3>Remediation {told.number}{title}</h3>
<p class="soft small">{short}</p>
{about}<table>
<thead><tr><th>When (UTC)</th><th>What happened</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>"""
