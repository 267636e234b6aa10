"""The communications in index.html: each version with its bytes, who signed it off, who got it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.bundle.correspondence import (
    Communication,
    SaidText,
    ToldDelivery,
    ToldVersion,
)
from holdfast.evidence.bundle.page_words import place, said, when

__all__ = ["communications_section"]


def communications_section(communications: Iterable[Communication]) -> str:
    """Write the section; empty where there was no communication."""
    return "\n".join(map(_communication, communications))


def _communication(told: Communication) -> str:
    listed = "".join(f"<li>{_step(step)}</li>\n" for step in told.steps)
    ways = (told.deliveries[number] for number in sorted(told.deliveries))
    deliveries = "".join(f"<li>{_delivery(each)}</li>\n" for each in ways)
    parts = [f"<ul>\n{listed}</ul>"]
    parts += [f"<p>Deliveries:</p>\n<ul>\n{deliveries}</ul>"] if deliveries else []
    parts += map(_text, told.texts)
    return f"""<div class="decision">
<h3>{said(told.title)}</h3>
<p>{said(told.state)}{_relations(told)}</p>
{"".join(parts)}
</div>"""


def _relations(told: Communication) -> str:
    corrects = f" · corrects communication {told.supersedes}" if told.supersedes else ""
    corrected = (
        f" · <b>superseded by communication {told.superseded_by}</b>" if told.superseded_by else ""
    )
    return corrects + corrected


def _step(step: ToldVersion | str) -> str:
    return said(step) if isinstance(step, str) else _version(step)


def _version(version: ToldVersion) -> str:
    comment = f" ({said(version.comment)})" if version.comment else ""
    return (
        f"Version {version.version} drafted by {said(version.drafted_by)}, "
        f"{when(version.drafted_at)} UTC: <b>{said(version.subject)}</b>{comment}<br>"
        f'<span class="soft small"><code>{place(version.message, version.withheld)}</code></span>'
    )


def _delivery(delivery: ToldDelivery) -> str:
    way = f"{delivery.group} by {delivery.channel} ({delivery.language})"
    reported = f", {when(delivery.reported_at)} UTC" if delivery.reported_at else ""
    return f"{said(way)}: {said(delivery.outcome)}{reported}"


def _text(text: SaidText) -> str:
    return (
        f'<p class="soft small">What was said, in {escape(text.language)}:</p>\n'
        f"<pre><b>{said(text.subject)}</b>\n\n{said(text.body)}</pre>\n"
    )
