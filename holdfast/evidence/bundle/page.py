"""index.html: the evidence for reading, in one file without scripts and without a network.

Every text of a record is escaped, and isolated where it changes the direction of writing. Attached
files are named and never linked: they come from outside, and a browser would open them.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from holdfast.evidence.bundle.contents import BundleContents
from holdfast.evidence.bundle.narrative import Decision, Line, Narrative
from holdfast.evidence.bundle.page_annexes import annexes
from holdfast.evidence.bundle.page_communications import communications_section
from holdfast.evidence.bundle.page_playbooks import playbooks_section
from holdfast.evidence.bundle.page_recovery import recovery_section
from holdfast.evidence.bundle.page_remediation import remediation_section
from holdfast.evidence.bundle.page_reporting import reporting_section
from holdfast.evidence.bundle.page_review import review_section
from holdfast.evidence.bundle.page_style import STYLE
from holdfast.evidence.bundle.page_third_parties import third_parties_section
from holdfast.evidence.bundle.page_words import definitions, said, when, who
from holdfast.evidence.bundle.people_in_words import role_in_words, whose
from holdfast.evidence.oversight.sheet_html import SHEET_STYLE

__all__ = ["index_page"]

# Were a text of a record ever to become markup, it could still load and run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Evidence of {incident}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_DRILL = "This is a drill: nothing that is told here has happened."

_SECTIONS = {
    "summary": "In short",
    "timeline": "Timeline",
    "decisions": "Decisions",
    "playbooks": "Playbooks",
    "recovery": "Recovery",
    "communications": "Communications",
    "providers": "Third parties",
    "reporting": "Reports to authorities",
    "review": "Post-incident review",
    "remediation": "Remediation",
    "policies": "Rules applied",
    "files": "Files",
    "verify": "How to verify",
    "fingerprints": "Fingerprints",
}


def index_page(contents: BundleContents, narrative: Narrative) -> str:
    """Write the page.

    Raises:
        InvalidInput: the checkpoint or a key of the bundle is none.
    """
    sections = {
        "summary": _summary(contents, narrative),
        "timeline": _timeline(narrative.lines),
        "decisions": _decisions(narrative.decisions),
        "playbooks": playbooks_section(narrative.plays),
        "recovery": recovery_section(narrative.recovery),
        "communications": communications_section(narrative.communications),
        "providers": third_parties_section(narrative.third_parties),
        "reporting": reporting_section(narrative.reportings),
        "review": review_section(narrative.review),
        "remediation": remediation_section(narrative.tasks),
        **annexes(contents, narrative),
    }
    there = {name: text for name, text in sections.items() if text}
    written = (_section(name, text) for name, text in there.items())
    body = "\n".join([_head(contents, narrative, there), *written])
    incident = escape(contents.incident)
    sheets = narrative.third_parties or narrative.review or narrative.reportings
    style = STYLE + SHEET_STYLE if sheets else STYLE
    return _PAGE.format(policy=escape(_POLICY), incident=incident, style=style, body=body)


def _section(name: str, text: str) -> str:
    return f'<section id="{name}">\n<h2>{_SECTIONS[name]}</h2>\n{text}\n</section>'


def _head(contents: BundleContents, narrative: Narrative, sections: Iterable[str]) -> str:
    severity = f'<span class="tag strong">{escape(narrative.severity)}</span>'
    tags = [severity] if narrative.severity else []
    tags += [f'<span class="tag">{said(name)}</span>' for name in narrative.services]
    tags += [f'<span class="tag">{escape(narrative.state)}</span>'] if narrative.state else []
    links = (f'<a href="#{name}">{_SECTIONS[name]}</a>' for name in sections)
    title = said(narrative.title) if narrative.title else "Title withheld"
    drill = f'<p class="note"><b>{_DRILL}</b></p>\n' if narrative.drill else ""
    return f"""<header>
{drill}<p class="id">Evidence of {escape(contents.incident)}</p>
<h1>{title}</h1>
<p>{"".join(tags)}</p>
<nav>{" ".join(links)}</nav>
</header>
<p class="note">This page was made from the records, for reading. What counts are the records
themselves; <a href="#verify">verify them</a> before you rely on it.</p>"""


def _summary(contents: BundleContents, narrative: Narrative) -> str:
    withheld = len(narrative.withheld)
    return definitions(
        {
            "Became aware": _utc(narrative.aware_at),
            "Opened": _utc(narrative.opened_at),
            "Severity": escape(narrative.severity),
            "Classified as": escape(narrative.classified),
            "State": escape(narrative.state),
            "Records": f"{len(contents.records)}, of which {withheld} withheld"
            if withheld
            else f"{len(contents.records)}, none withheld",
            "Log": f"<code>{escape(contents.origin)}</code>, as of size {contents.size}",
            "Exported": f"{_utc(narrative.exported.occurred_at)}, by {said(narrative.exported_by)}",
            "For": said(narrative.purpose),
        }
    )


def _utc(instant: str) -> str:
    return f"{when(instant)} UTC" if instant else ""


def _timeline(lines: Iterable[Line]) -> str:
    rows = "\n".join(map(_row, lines))
    return f"""<p class="soft small">All times are UTC. <b>Happened</b> is what the writer's clock
said; <b>in the log</b> is when the sequencer put the record into the log. What people claim about
times stands in the sentences. A number leads to the record's exact bytes.</p>
<table class="timeline">
<thead><tr><th>No.</th><th>Happened</th><th>In the log</th><th>Who</th><th>What</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>"""


def _row(line: Line) -> str:
    number = f'<tr id="r{line.seq}"'
    if line.withheld is not None:
        return (
            f'{number} class="withheld"><td class="number">{line.seq}</td><td></td>'
            f'<td class="time">{when(line.sequenced_at)}</td><td></td><td class="said">'
            f"Withheld: {line.withheld}. Its place and its hash are in the log: "
            f"<code>{escape(line.sha256)}</code></td></tr>"
        )
    small = [f"<code>{escape(line.kind)}</code>"]
    small += [f"by {said(line.policy)}"] if line.policy else []
    small += [f"sealed: {said(', '.join(line.sealed))}"] if line.sealed else []
    return (
        f'{number}><td class="number"><a href="records/{line.seq:06d}.json">{line.seq}</a></td>'
        f'<td class="time">{when(line.occurred_at)}</td>'
        f'<td class="time soft">{when(line.sequenced_at)}</td>'
        f'<td class="who">{who(line.role, line.actor)}</td>'
        f'<td class="said">{said(line.sentence)}<br>'
        f'<span class="soft small">{" · ".join(small)}</span></td></tr>'
    )


def _decisions(decisions: Iterable[Decision]) -> str:
    return "\n".join(map(_decision, decisions)) or '<p class="soft">None is here.</p>'


def _decision(decision: Decision) -> str:
    answers = "\n".join(
        f"<li>{when(answer.occurred_at)} · {said(whose(answer.role, answer.actor))}: "
        f"<b>{said(answer.option)}</b>"
        + (
            f" under exception <b>{said(answer.exception_code)}</b>"
            if answer.exception_code
            else ""
        )
        + (f" because: {said(answer.rationale)}" if answer.rationale else "")
        + "</li>"
        for answer in decision.answers
    )
    roles = said(", ".join(map(role_in_words, decision.roles)))
    asked = f"asked of {roles}, due {when(decision.due_at)}"
    if not decision.due_at:
        asked = "the question is withheld"
    return f"""<div class="decision">
<h3>{said(decision.question or decision.request)}</h3>
<p class="soft small"><code>{escape(decision.request)}</code> · {asked}</p>
<p>Outcome: <b>{said(decision.outcome)}</b></p>
<ul>{answers}</ul>
</div>"""
