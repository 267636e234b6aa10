"""The page of one escalation, as its provider sees it; and the page that says that a link is bad.

Every text is escaped, and isolated where it changes the direction of writing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from api.vendor.answers import HeardStatement, OwedTime, VendorEscalation
from api.vendor.page.forms import act_forms
from api.vendor.page.style import STYLE
from holdfast.domain.third_party.kinds import EscalationStage, Said
from holdfast.domain.third_party.links import LinkAct
from holdfast.domain.values import rfc3339
from holdfast.evidence.bundle.page_words import said, visible

__all__ = ["Told", "plain_page", "vendor_page"]

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{heading}</h1>
<p class="lead">{lead}</p>
</header>
<main>
{content}
</main>
<footer>
{footer}
</footer>
</body>
</html>
"""

_TIMES = {
    "acknowledge": "Acknowledge the call",
    "first_response": "Give a first response",
    "update": "Give the next update",
    "workaround": "Offer a workaround",
    "restore": "Restore the service",
}
_STATES = {
    "running": "due",
    "paused": "stands still",
    "met": "done in time",
    "met_late": "done, late",
    "missed": "overdue",
    "cancelled": "not waited for any more",
}
_STAGES = {
    EscalationStage.ASKED: "We wait for you.",
    EscalationStage.CLAIMED: "You say that the service is restored. We are checking it.",
    EscalationStage.RESTORED: "The service is restored. Thank you.",
    EscalationStage.REVIEW: "The service is restored. Thank you.",
    EscalationStage.WITHDRAWN: "We ask nothing of you any more.",
}
_SAID = {
    Said.ACKNOWLEDGEMENT: "Acknowledged",
    Said.UPDATE: "Update",
    Said.ESTIMATE: "Estimate",
    Said.WORKAROUND: "Workaround",
    Said.DOCUMENT: "Document",
    Said.RESTORATION: "Said to be restored",
}
_FIRST_FORMS = {"acknowledge": LinkAct.ACKNOWLEDGEMENT}
"""Which form stands open, by the first time that is due; else the one for an update."""
_WAITED_FOR = frozenset({"running", "missed"})


@dataclass(frozen=True, slots=True)
class Told:
    """What stands on top of the page: that something has arrived, or what is wrong with it.

    `act` is what was tried, and `filled` what was filled in, so that nothing has to be typed twice.
    """

    title: str
    lines: Sequence[str] = ()
    good: bool = False
    act: LinkAct | None = None
    filled: Mapping[str, str] = field(default_factory=dict)


def vendor_page(seen: VendorEscalation, told: Told | None = None) -> str:
    """Write the page."""
    reference = escape(seen.reference)
    content = [
        _told(told) if told else "",
        _section("asked", "What we ask", _asked(seen)),
        _section("times", "What is due when", _times(seen.times)) if seen.times else "",
        _section("answer", "Your answer", _answers(seen, told)),
        _section("said", "What you have said so far", _statements(seen.statements)),
    ]
    footer = (
        "<p>Who has the link to this page can answer for you: keep it among those who work on this."
        f" It works until {_time(seen.valid_until)}. Looking at this page tells us nothing.</p>\n"
        "<p>What you send is kept as evidence of the incident. Every form can be sent once;"
        " after that this page offers new ones.</p>"
    )
    lead = f"{reference} · {said(seen.provider)} · contract {said(seen.contract)}"
    return _PAGE.format(
        title=f"Call for support {reference}",
        heading="Call for support",
        style=STYLE,
        lead=lead,
        content="\n".join(part for part in content if part),
        footer=footer,
    )


def plain_page(title: str, *lines: str) -> str:
    """Write a page that says one thing, and nothing of any escalation."""
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    return _PAGE.format(
        title=escape(title),
        heading=escape(title),
        style=STYLE,
        lead="",
        content=f"<section>\n{paragraphs}\n</section>",
        footer="",
    )


def _told(told: Told) -> str:
    kind, role = ("notice", "status") if told.good else ("alert", "alert")
    lines = "".join(f"<p>{said(line)}</p>\n" for line in told.lines)
    return (
        f'<section class="{kind}" role="{role}" aria-labelledby="told">\n'
        f'<h2 id="told">{escape(told.title)}</h2>\n{lines}</section>'
    )


def _section(name: str, title: str, content: str) -> str:
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(title)}</h2>\n'
        f"{content}\n</section>"
    )


def _asked(seen: VendorEscalation) -> str:
    stage = _STAGES.get(EscalationStage(seen.stage), "")
    pairs = {
        "Our reference": said(seen.reference),
        "Your reference": said(seen.their_reference) if seen.their_reference else "",
        "Asked": _time(seen.asked_at),
        "Expected back": _time(seen.estimated_at) if seen.estimated_at else "",
        "Round": f"{seen.round}: it is broken again" if seen.round > 1 else "",
    }
    rows = "\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs.items() if value)
    words = f'<p class="said" dir="auto">{escape(visible(seen.because))}</p>'
    return f"{words}\n<p>{escape(stage)}</p>\n<dl>\n{rows}\n</dl>"


def _times(times: Sequence[OwedTime]) -> str:
    rows = "\n".join(
        f'<tr><th scope="row">{escape(_TIMES.get(each.time, each.time))}</th>'
        f"<td>{_time(each.due_at)}</td>"
        f'<td class="{escape(each.state)}">{escape(_STATES.get(each.state, each.state))}</td></tr>'
        for each in times
    )
    head = '<th scope="col">By the contract</th><th scope="col">Due</th><th scope="col">Now</th>'
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _answers(seen: VendorEscalation, told: Told | None) -> str:
    # A path alone: the page works under whatever name it was reached by.
    urls = {each.act: _path(each.url) for each in seen.acts}
    waited = [each.time for each in seen.times if each.state in _WAITED_FOR]
    opened = _FIRST_FORMS.get(waited[0] if waited else "", LinkAct.UPDATE)
    if told and told.act in urls and not told.good:
        opened = told.act
    return act_forms(urls, opened, told.filled if told else {})


def _path(url: str) -> str:
    """The address within its host; a proxy may serve us below a path of its own."""
    scheme, divided, rest = url.partition("://")
    return f"/{rest.partition('/')[2]}" if divided else scheme


def _statements(statements: Sequence[HeardStatement]) -> str:
    if not statements:
        return '<p class="soft">Nothing yet.</p>'
    return f"<ol>\n{''.join(_statement(each) for each in reversed(statements))}</ol>"


def _statement(heard: HeardStatement) -> str:
    own = "" if heard.source in {"link", "machine"} else f", taken down by us ({heard.source})"
    until = f" for {_time(heard.estimated_at)}" if heard.estimated_at else ""
    files = "".join(f"<br>Document: {said(each.name)}" for each in heard.documents)
    text = f'<div class="said" dir="auto">{escape(visible(heard.text))}</div>' if heard.text else ""
    kind = _SAID.get(Said(heard.said), heard.said)
    return (
        f"<li>{escape(kind)}{until}{files}{text}"
        f'<div class="soft">{_time(heard.said_at)}{escape(own)}</div></li>\n'
    )


def _time(instant: datetime) -> str:
    return f'<time datetime="{rfc3339(instant)}">{instant:%Y-%m-%d %H:%M} UTC</time>'
