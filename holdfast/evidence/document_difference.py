"""The difference of two versions of a document as a page: one file, no scripts, no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from holdfast.domain.process_documents.life import DocumentVersion
from holdfast.evidence.bundle.page_style import STYLE
from holdfast.evidence.bundle.page_words import said, visible
from holdfast.evidence.oversight.page import PAGE_POLICY

__all__ = ["PAGE_POLICY", "difference_page"]

_STYLE = """
pre span { display: block; white-space: pre-wrap; min-height: 1.45em; }
pre .added { background: #e2f4e4; color: #0f4d1b; }
pre .removed { background: #fce6e4; color: #7a1710; }
pre .place { color: var(--soft); margin-top: .6rem; }
"""
_MARKS = {"+": "added", "-": "removed", "@": "place"}

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{name}</title>
<style>{style}</style>
</head>
<body>
<main>
<header>
<p class="id">{name}</p>
<h1>{title}</h1>
<p><span class="tag strong">{versions}</span><span class="tag">{kind}</span>{cause}</p>
</header>
<h2>What has changed</h2>
<p>{reason}</p>
{elements}
{lines}
</main>
</body>
</html>
"""


def difference_page(
    version: DocumentVersion,
    before: DocumentVersion | None,
    lines: Sequence[str],
    elements: Sequence[str] = (),
) -> str:
    """Write the page of a difference's lines; the same versions give the same page.

    `elements` say what became of the elements of a BPMN file.
    """
    cause = f'<span class="tag">{escape(version.caused_by)}</span>' if version.caused_by else ""
    body = "".join(map(_line, lines[2:]))
    listed = "".join(f"<li>{said(each)}</li>" for each in elements)
    return _PAGE.format(
        policy=escape(PAGE_POLICY),
        style=STYLE + _STYLE,
        name=escape(version.document),
        title=said(version.title),
        versions=escape(f"{before.version if before else 'nothing'} → {version.version}"),
        kind=escape(str(version.kind)),
        cause=cause,
        reason=said(version.reason),
        elements=f"<ul>{listed}</ul>" if listed else "",
        lines=f"<pre>{body}</pre>" if body else "<p>No line is different.</p>",
    )


def _line(line: str) -> str:
    mark = _MARKS.get(line[0])
    named = f' class="{mark}"' if mark else ""
    return f"<span{named}>{escape(visible(line))}</span>"
