"""The page of key figures: one file, without scripts, and without anything fetched from elsewhere.

A table of the period, and a small chart of the course of each figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape

from api.key_figures.charts import chart
from api.key_figures.models import Figure
from api.key_figures.series import Series
from api.key_figures.style import STYLE, STYLE_SOURCE
from holdfast.domain.key_figures.kinds import Unit
from holdfast.domain.key_figures.words import in_words, share_in_words
from holdfast.domain.values import rfc3339
from holdfast.store.key_figures.reading import Asked

__all__ = ["HEADERS", "key_figures_page"]

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src '{STYLE_SOURCE}'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
"""Were a text ever to become markup, it could still load and run nothing."""

_HEADINGS = ("Figure", "Measured", "Open", "Median", "p90", "Worst", "Share", "Against before")

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Key figures</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>Key figures</h1>
<p class="lead">{period}</p>
</header>
<main>
<section>
<h2>The period</h2>
<div class="wide"><table>
<thead><tr>{headings}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
</section>
<section>
<h2>The course</h2>
<div class="charts">
{charts}
</div>
</section>
<section>
<h2>How they are defined</h2>
<p>Drills, false positives and duplicates never count. An observation belongs to the period in
which it began. What has not ended is open, and listed with its age.</p>
<dl>
{definitions}
</dl>
</section>
</main>
<footer>
<p>Computed {computed} from the entries of the evidence log. Which entries stand behind a number:
<code>/v1/kpis/…/observations</code>.</p>
</footer>
</body>
</html>
"""


def key_figures_page(asked: Asked, figures: Sequence[Figure], series: Sequence[Series]) -> str:
    """Write the page."""
    return _PAGE.format(
        style=STYLE,
        period=escape(_period(asked)),
        headings="".join(f'<th scope="col">{heading}</th>' for heading in _HEADINGS),
        rows="\n".join(map(_row, figures)),
        charts="\n".join(map(_chart, series)),
        definitions="\n".join(map(_definition, figures)),
        computed=f'<time datetime="{rfc3339(asked.now)}">{asked.now:%Y-%m-%d %H:%M} UTC</time>',
    )


def _period(asked: Asked) -> str:
    last = asked.window.until - timedelta(microseconds=1)
    only = {"severity": asked.severity, "service": asked.service, "entity": asked.entity}
    named = [f"{name} {value}" for name, value in only.items() if value is not None]
    whole = f"{asked.window.since:%Y-%m-%d} to {last:%Y-%m-%d}, UTC"
    return f"{whole}; only {', '.join(named)}" if named else whole


def _row(figure: Figure) -> str:
    summary = figure.summary
    cells = [
        f"{summary.measured:,}",
        f"{summary.open:,}",
        *(in_words(value, figure.unit) for value in (summary.median, summary.p90, summary.worst)),
        share_in_words(summary.share_basis_points),
    ]
    head = (
        f'<th scope="row"><strong>{escape(figure.title)}</strong>'
        f"<span>{escape(figure.meaning)}</span></th>"
    )
    return f"<tr>{head}{''.join(f'<td>{cell}</td>' for cell in cells)}{_fallen(figure)}</tr>"


def _fallen(figure: Figure) -> str:
    if figure.reduction is None or (points := figure.reduction.total_basis_points) is None:
        return "<td>-</td>"
    css, word = ("worse", "more") if points < 0 else ("better", "less")
    return f'<td class="{css}">{share_in_words(abs(points))} {word}</td>'


def _chart(series: Series) -> str:
    unit = "" if series.unit is Unit.NONE else series.what
    named = f'{escape(series.figure.title)} <span class="soft">{unit or "share"}</span>'
    return f"<article><h3>{named}</h3>{chart(series)}</article>"


def _definition(figure: Figure) -> str:
    said = [
        f"From {figure.begins} to {figure.ends}.",
        f"It falls into a period by {figure.falls_by}.",
        f"What has not ended: {figure.unfinished}.",
        f"Share: {figure.share_of}." if figure.share_of else "",
    ]
    words = escape(" ".join(filter(None, said))).replace("`", "")
    return f"<dt>{escape(figure.title)}</dt><dd>{words}</dd>"
