"""The status page and its feeds: the texts and nothing but the texts, whatever stands in them."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.status_page.feeds import FeedPlace, atom_feed, json_feed
from api.status_page.languages import best_variant, preferred_languages
from api.status_page.page import status_page
from api.status_page.representation import Representation, answered
from api.status_page.style import STYLE, STYLE_SOURCE
from holdfast.domain.communication.message import Variant
from holdfast.evidence.bundle.page_words import visible
from holdfast.store.communications.reading import StatusPost
from tests.hostile_texts import HOSTILE
from tests.told_communications import TEXTS, variants

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
FIRST, SECOND, OTHER = (uuid.UUID(int=number) for number in (1, 2, 3))
PLACE = FeedPlace("https://bank.example/status", "https://bank.example/status/feed", OTHER)

_TAGS = {
    *("html", "head", "meta", "title", "link", "style", "body", "header", "nav", "main", "footer"),
    *("section", "article", "details", "summary", "h1", "h2", "h3", "p", "div", "span", "time"),
    *("a", "ul", "li"),
}
_EMPTY = {"meta", "link"}


def post(
    post_id: uuid.UUID = FIRST,
    texts: Iterable[Variant] = variants(TEXTS),
    **changes: object,
) -> StatusPost:
    """A post of its own incident, unless something else is said."""
    fields: dict[str, object] = {
        "thread": post_id,
        "published_at": NOON,
        "supersedes": None,
        "superseded_by": None,
        "superseded_at": None,
    }
    return StatusPost(post_id=post_id, variants=tuple(texts), **(fields | changes))  # type: ignore[arg-type]


def corrected() -> tuple[StatusPost, StatusPost]:
    """A correction, and the post that it corrects."""
    later = NOON + timedelta(hours=1)
    second = post(SECOND, thread=FIRST, published_at=later, supersedes=FIRST)
    return second, post(FIRST, superseded_by=SECOND, superseded_at=later)


class _Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        """Read it to its end, where nothing may be open."""
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []
        assert set(self.tags) <= _TAGS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        assert not any(name.startswith("on") or name == "style" for name, _ in attrs)
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def handle_comment(self, data: str) -> None:
        message = f"a comment: {data}"
        raise AssertionError(message)

    handle_pi = unknown_decl = handle_comment


def _parsed(feed: bytes) -> ET.Element:
    return ET.fromstring(feed)  # noqa: S314 - our own


def test_the_page_shows_the_texts_and_links_to_itself_alone() -> None:
    """Corrections first, what they correct below them, each once."""
    seen = _Seen(status_page(corrected(), ("en",)))
    assert seen.text.count("Card payments are delayed") == 2
    assert seen.tags.count("section") == 1
    assert seen.tags.count("details") == 1
    assert "Correction" in seen.text
    assert "Superseded since 2026-03-04 13:00 UTC" in seen.text
    assert f"#post-{SECOND}" in seen.links
    assert all(re.match(r"(/status|#post-)", link) for link in seen.links)


def test_incidents_stand_apart_and_the_one_with_the_newest_post_first() -> None:
    """An older post of it comes right after, before the posts of others."""
    second, first = corrected()
    between = post(OTHER, published_at=NOON + timedelta(minutes=30))
    page = status_page((second, between, first), ("en",))
    order = re.findall(r'<article id="post-([0-9a-f-]+)"', page)
    assert order == [str(SECOND), str(FIRST), str(OTHER)]


def test_without_a_post_the_page_says_so() -> None:
    """In the reader's language."""
    assert "Es liegen keine Meldungen vor." in _Seen(status_page((), ("de",))).text


@pytest.mark.parametrize(("tag", "title"), [("en", "Service status"), ("fr", "État des services")])
def test_the_page_speaks_the_language_asked_for(tag: str, title: str) -> None:
    """And says so to screen readers; texts that are not there in it keep their own language."""
    page = status_page((post(texts=variants({"de": TEXTS["de"]})),), (tag,))
    assert f'<html lang="{tag}">' in page
    assert f"<h1>{title}</h1>" in page
    assert 'lang="de" dir="auto">Kartenzahlungen verzögern sich</h2>' in page


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_is_a_text(text: str) -> None:
    """In HTML, in XML and in JSON, as it was approved."""
    hostile = post(texts=[Variant.model_construct(language="en", subject=text, body=text)])
    assert _Seen(status_page((hostile,), ("en",))).text.count(visible(text)) == 2
    entry = _parsed(atom_feed(PLACE, (hostile,), ("en",))).find(f"{ATOM}entry")
    assert entry is not None
    content = entry.findtext(f"{ATOM}content") or ""
    wanted = re.sub("[\ufffe\uffff]", "\ufffd", text.replace("\r\n", "\n"))
    assert content == wanted
    (only,) = json.loads(json_feed(PLACE, (hostile,), ("en",)))["items"]
    assert (only["title"], only["content_text"]) == (text, text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_text_is_a_text(text: str) -> None:
    """Law of the above."""
    any_post = post(texts=[Variant.model_construct(language="en", subject=text, body=text)])
    assert visible(text) in _Seen(status_page((any_post,), ("en",))).text
    _parsed(atom_feed(PLACE, (any_post,), ("en",)))


def test_an_atom_feed_has_what_rfc_4287_asks_for() -> None:
    """Ids, titles, authors, times in order; corrections point to each other (RFC 5829)."""
    feed = _parsed(atom_feed(PLACE, corrected(), ("de",)))
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}id") == OTHER.urn
    assert feed.findtext(f"{ATOM}updated") == "2026-03-04T13:00:00.000000Z"
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": PLACE.feed, "alternate": PLACE.page}
    second, first = feed.findall(f"{ATOM}entry")
    for entry, own in ((second, SECOND), (first, FIRST)):
        assert entry.findtext(f"{ATOM}id") == own.urn
        assert entry.findtext(f"{ATOM}title") == "Kartenzahlungen verzögern sich"
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert (content.get("type"), content.text) == ("text", TEXTS["de"][1])
        assert entry.get(LANG) == "de"
    assert first.findtext(f"{ATOM}published") == "2026-03-04T12:00:00.000000Z"
    assert first.findtext(f"{ATOM}updated") == "2026-03-04T13:00:00.000000Z"
    assert _related(second)["predecessor-version"].endswith(f"#post-{FIRST}")
    assert _related(first)["successor-version"].endswith(f"#post-{SECOND}")
    assert [each.get("term") for each in first.findall(f"{ATOM}category")] == ["superseded"]
    assert first.findtext(f"{ATOM}summary") == "Überholt seit 2026-03-04 13:00 UTC"


def _related(entry: ET.Element) -> dict[str, str]:
    links = entry.findall(f"{ATOM}link")
    return {str(link.get("rel")): str(link.get("href")) for link in links}


def test_an_empty_feed_is_a_feed() -> None:
    """A reader may subscribe before anything happened."""
    feed = _parsed(atom_feed(PLACE, (), ("en",)))
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00.000000Z"
    assert json.loads(json_feed(PLACE, (), ("en",)))["items"] == []


def test_a_json_feed_has_what_version_1_1_asks_for() -> None:
    """And says beside the text that it was superseded."""
    feed = json.loads(json_feed(PLACE, corrected(), ("en",)))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (PLACE.page, PLACE.feed)
    second, first = feed["items"]
    assert (second["id"], second["tags"]) == (SECOND.urn, ["correction"])
    assert first["_versions"] == {"successor_version": SECOND.urn}
    assert first["content_text"] == TEXTS["en"][1]
    assert first["date_modified"] == "2026-03-04T13:00:00.000000Z"
    assert first["summary"] == "Superseded since 2026-03-04 13:00 UTC"
    assert not set(second) - {
        *("id", "url", "title", "content_text", "language", "summary", "tags", "_versions"),
        *("date_published", "date_modified"),
    }


@pytest.mark.parametrize(
    ("asked", "accepted", "preferred"),
    [
        (None, None, ()),
        ("de", "fr", ("de", "fr")),
        (None, "fr;q=0.5, de-at, en;q=0.7", ("de-AT", "en", "fr")),
        (None, "de;q=0, en", ("en",)),
        (None, "*, zh-Hant-TW;q=0.3,, x;y, 12, de;q=2, en;q=0.1", ("zh", "en")),
        (None, "de-CH-1996", ("de-CH",)),
        (None, "a" * 5_000 + ", de", ()),
    ],
)
def test_languages_are_taken_in_the_order_of_preference(
    asked: str | None, accepted: str | None, preferred: tuple[str, ...]
) -> None:
    """What is no language range is passed over."""
    assert preferred_languages(asked, accepted) == preferred


@given(st.text(max_size=200))
def test_any_header_gives_languages(header: str) -> None:
    """Whatever a client sends, tags come out."""
    for tag in preferred_languages(None, header):
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", tag)


def test_the_nearest_text_is_chosen() -> None:
    """Exactly the tag, else its language, else the message's first."""
    texts = variants({"en": ("a", "a"), "de": ("b", "b"), "de-CH": ("c", "c")})
    assert best_variant(texts, ("de-CH",)).language == "de-CH"
    assert best_variant(texts, ("de-AT",)).language == "de"
    assert best_variant(texts, ("es", "de")).language == "de"
    assert best_variant(texts, ("es",)).language == "en"


def test_the_style_that_may_apply_is_the_one_that_is_there() -> None:
    """Byte for byte between the tags, as the browser hashes it."""
    page = status_page((), ())
    assert f"<style>{STYLE}</style>" in page
    made = Representation(page.encode(), "text/html", "en", (), STYLE_SOURCE)
    policy = answered(made, {}).headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src '{STYLE_SOURCE}';")


MADE = Representation(b"x", "text/plain", "en", (post(),))
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"if-none-match": "{tag}"}, 304),
        ({"if-none-match": '"other", W/{tag}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"other"'}, 200),
        ({"if-modified-since": "Wed, 04 Mar 2026 12:00:00 GMT"}, 304),
        ({"if-modified-since": "Wed, 04 Mar 2026 11:59:59 GMT"}, 200),
        ({"if-modified-since": "no date"}, 200),
        ({"if-modified-since": "Wed, 04 Mar 2026 12:00:00 -0000"}, 200),
        ({"if-none-match": '"other"', "if-modified-since": "Wed, 04 Mar 2027 12:00:00 GMT"}, 200),
    ],
)
def test_what_a_caller_has_is_not_sent_again(headers: dict[str, str], status: int) -> None:
    """RFC 9110: the entity tag counts before the date."""
    tag = answered(MADE, {}, LATER).headers["etag"]
    given_headers = {name: value.replace("{tag}", tag) for name, value in headers.items()}
    answer = answered(MADE, given_headers, LATER)
    assert answer.status_code == status
    assert answer.headers["etag"] == tag
    assert answer.body == (b"x" if status == 200 else b"")


def test_a_date_that_may_still_cover_a_later_change_is_not_given() -> None:
    """It is to the second, and rounded up."""
    assert "last-modified" not in answered(MADE, {}, NOON + timedelta(seconds=5)).headers
    half = NOON + timedelta(microseconds=500_000)
    made = Representation(b"x", "text/plain", "en", (post(published_at=half),))
    assert answered(made, {}, LATER).headers["last-modified"] == "Wed, 04 Mar 2026 12:00:01 GMT"
