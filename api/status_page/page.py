"""The status page as HTML: one file, without scripts, and without anything fetched from elsewhere.

Every text of a message is escaped, and isolated where it changes the direction of writing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from uuid import UUID

from api.status_page.languages import best_variant
from api.status_page.style import STYLE
from api.status_page.words import Words, words_for
from holdfast.domain.values import rfc3339
from holdfast.evidence.bundle.page_words import visible
from holdfast.store.communications.reading import StatusPost

__all__ = ["anchor", "status_page"]

_NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "it": "Italiano"}

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="alternate" type="application/atom+xml" title="Atom" href="/status/feed.atom{query}">
<link rel="alternate" type="application/feed+json" title="JSON" href="/status/feed.json{query}">
<style>{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
{languages}
</header>
<main>
{messages}
</main>
<footer>
<p>{times}</p>
<ul><li>{feeds}:</li><li><a href="/status/feed.atom{query}">Atom</a></li>
<li><a href="/status/feed.json{query}">JSON Feed</a></li></ul>
</footer>
</body>
</html>
"""


def status_page(
    posts: Sequence[StatusPost], preferred: Sequence[str], asked: str | None = None
) -> str:
    """Write the page in the best of the `preferred` languages; `asked` is the one chosen by hand.

    The posts come the newest first; those of one incident stand together.
    """
    words = words_for(preferred)
    threads = _threads(posts)
    sections = "\n".join(_section(thread, preferred, words) for thread in threads)
    return _PAGE.format(
        language=words.language,
        title=escape(words.title),
        query=f"?language={asked}" if asked else "",
        style=STYLE,
        languages=_languages(posts, preferred, words),
        messages=sections or f'<p class="nothing">{escape(words.nothing)}</p>',
        times=escape(words.times),
        feeds=escape(words.feeds),
    )


def anchor(post_id: UUID) -> str:
    """The name under which a post stands on the page."""
    return f"post-{post_id}"


def _threads(posts: Sequence[StatusPost]) -> list[list[StatusPost]]:
    """Put the posts of each incident together, the incident with the newest post first."""
    order = list(dict.fromkeys(post.thread for post in posts))
    # Sorting keeps the order of equals.
    ordered = sorted(posts, key=lambda post: order.index(post.thread))
    return [list(thread) for _, thread in groupby(ordered, key=lambda post: post.thread)]


def _languages(posts: Sequence[StatusPost], preferred: Sequence[str], words: Words) -> str:
    there = sorted({variant.language for post in posts for variant in post.variants})
    if not there[1:]:
        return ""
    chosen = best_variant(posts[0].variants, preferred).language
    current = {chosen: ' aria-current="true"'}
    links = "\n".join(
        f'<li><a href="/status?language={tag}" hreflang="{tag}"{current.get(tag, "")}>'
        f"{_NAMES.get(tag, tag)}</a></li>"
        for tag in there
    )
    return f'<nav aria-label="{escape(words.languages)}"><ul>\n{links}\n</ul></nav>'


def _section(posts: Sequence[StatusPost], preferred: Sequence[str], words: Words) -> str:
    articles = [
        _article(post, preferred, words, level=2 if post is posts[0] else 3) for post in posts
    ]
    label = f"{anchor(posts[0].post_id)}-title"
    return f'<section aria-labelledby="{label}">\n{"".join(articles)}</section>'


def _article(post: StatusPost, preferred: Sequence[str], words: Words, *, level: int) -> str:
    variant = best_variant(post.variants, preferred)
    name, language = anchor(post.post_id), escape(variant.language)
    tags = _tag(words.correction) if post.supersedes else ""
    title = f'id="{name}-title" lang="{language}" dir="auto"'
    heading = f"<h{level} {title}>{_text(variant.subject)}</h{level}>"
    published = f"{tags}{escape(words.published)} {_time(post.published_at)}"
    body = f'<div class="text" lang="{language}" dir="auto">{_text(variant.body)}</div>'
    if post.superseded_at is None:
        meta = f'<p class="meta">{published}</p>'
        return f'<article id="{name}">\n{heading}\n{meta}\n{body}\n</article>\n'
    since = f"{escape(words.superseded_since)} {_time(post.superseded_at)}"
    leads = ""
    if post.superseded_by is not None:
        link = f'href="#{anchor(post.superseded_by)}"'
        leads = f" · <a {link}>{escape(words.see_correction)}</a>"
    return (
        f'<article id="{name}" class="superseded">\n<details>\n<summary>'
        f"{_tag(words.superseded)}{heading}</summary>\n"
        f'<p class="meta">{published} · {since}{leads}</p>\n{body}\n</details>\n</article>\n'
    )


def _tag(word: str) -> str:
    return f'<span class="tag">{escape(word)}</span>'


def _text(text: str) -> str:
    return escape(visible(text))


def _time(instant: datetime) -> str:
    return f'<time datetime="{rfc3339(instant)}">{instant:%Y-%m-%d %H:%M} UTC</time>'
