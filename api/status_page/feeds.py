"""The posts as feeds: Atom (RFC 4287) and JSON Feed 1.1, each text exactly as it was approved.

A post keeps its id for ever; one that was corrected says so beside its text, which stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree as ET

from api.status_page.languages import best_variant
from api.status_page.page import anchor
from api.status_page.words import Words, words_for
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.store.communications.reading import StatusPost

__all__ = ["FeedPlace", "atom_feed", "json_feed"]

_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# XML 1.0 section 2.2 has no place for these two, whatever their spelling.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
_SUPERSEDED = "superseded"
_CORRECTION = "correction"


class FeedPlace:
    """Where a feed is: its own address, that of the page, and its id for ever."""

    def __init__(self, page: str, feed: str, feed_id: UUID) -> None:
        """Take absolute addresses."""
        self.page = page
        self.feed = feed
        self.feed_id = feed_id.urn

    def of_post(self, post_id: UUID) -> str:
        """The address of a post on the page."""
        return f"{self.page}#{anchor(post_id)}"


def atom_feed(place: FeedPlace, posts: Sequence[StatusPost], preferred: Sequence[str]) -> bytes:
    """Write the posts, the newest first, as Atom: a UTF-8 document."""
    words = words_for(preferred)
    feed = ET.Element("feed", {"xmlns": _ATOM, _LANG: words.language})
    updated = max((post.updated_at for post in posts), default=_NEVER)
    _texts(feed, {"id": place.feed_id, "title": words.title, "updated": rfc3339(updated)})
    _texts(ET.SubElement(feed, "author"), {"name": words.title})
    self_type = {"rel": "self", "type": "application/atom+xml", "href": place.feed}
    ET.SubElement(feed, "link", self_type)
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": place.page})
    for post in posts:
        _entry(feed, place, post, preferred)
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def json_feed(place: FeedPlace, posts: Sequence[StatusPost], preferred: Sequence[str]) -> bytes:
    """Write the posts, the newest first, as JSON Feed 1.1."""
    words = words_for(preferred)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": words.title,
        "home_page_url": place.page,
        "feed_url": place.feed,
        "language": words.language,
        "items": [_of_json(place, post, preferred, words) for post in posts],
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def _entry(feed: ET.Element, place: FeedPlace, post: StatusPost, preferred: Sequence[str]) -> None:
    variant, words = best_variant(post.variants, preferred), words_for(preferred)
    entry = ET.SubElement(feed, "entry", {_LANG: variant.language})
    _texts(
        entry,
        {
            "id": post.post_id.urn,
            "title": variant.subject,
            "published": rfc3339(post.published_at),
            "updated": rfc3339(post.updated_at),
        },
    )
    html = {"type": "text/html", "href": place.of_post(post.post_id)}
    ET.SubElement(entry, "link", {"rel": "alternate", **html})
    for relation, other in _relations(post).items():
        ET.SubElement(entry, "link", {"rel": relation, "href": place.of_post(other)})
    for term in _terms(post):
        ET.SubElement(entry, "category", {"term": term})
    if said := _standing(post, words):
        ET.SubElement(entry, "summary", {_LANG: words.language}).text = said
    ET.SubElement(entry, "content", {"type": "text"}).text = _as_xml(variant.body)


def _of_json(
    place: FeedPlace, post: StatusPost, preferred: Sequence[str], words: Words
) -> JsonObject:
    variant = best_variant(post.variants, preferred)
    related = {
        relation.replace("-", "_"): other.urn for relation, other in _relations(post).items()
    }
    return {
        "id": post.post_id.urn,
        "url": place.of_post(post.post_id),
        "title": variant.subject,
        "content_text": variant.body,
        "language": variant.language,
        "date_published": rfc3339(post.published_at),
        "date_modified": rfc3339(post.updated_at),
        **({"summary": said} if (said := _standing(post, words)) else {}),
        **({"tags": terms} if (terms := _terms(post)) else {}),
        **({"_versions": related} if related else {}),
    }


def _relations(post: StatusPost) -> dict[str, UUID]:
    """The posts that this one corrects, and is corrected by, as RFC 5829 names them."""
    others = {"predecessor-version": post.supersedes, "successor-version": post.superseded_by}
    return {relation: other for relation, other in others.items() if other is not None}


def _terms(post: StatusPost) -> list[str]:
    terms = [_CORRECTION] if post.supersedes else []
    return [*terms, _SUPERSEDED] if post.superseded_at else terms


def _standing(post: StatusPost, words: Words) -> str:
    """Say in words of the page's own that a post is a correction, or was corrected."""
    said = [words.correction] if post.supersedes else []
    if post.superseded_at is not None:
        said.append(f"{words.superseded_since} {post.superseded_at:%Y-%m-%d %H:%M} UTC")
    return "; ".join(said)


def _texts(parent: ET.Element, texts: dict[str, str]) -> None:
    for tag, text in texts.items():
        ET.SubElement(parent, tag).text = _as_xml(text)


def _as_xml(text: str) -> str:
    return _NO_CHARACTERS.sub("\ufffd", text)
