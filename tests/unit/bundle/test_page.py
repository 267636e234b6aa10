"""index.html: says what the records say, and is nothing but text to a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.domain.events import EventKind
from holdfast.evidence.bundle.narrative import narrate
from holdfast.evidence.bundle.page import index_page
from holdfast.evidence.bundle.page_words import visible
from tests.bundled import bundle_of, told_events, walked_events
from tests.hostile_texts import HOSTILE

_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "nav", "section"),
    *("p", "h1", "h2", "h3", "a", "b", "br", "span", "bdi", "code", "pre", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td", "time", "div", "ul", "li"),
}
_EMPTY = {"meta", "br"}
_ATTRIBUTES = {
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "id",
    "class",
    "href",
    "datetime",
}


class _Seen(HTMLParser):
    """Everything that a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.others: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def page_of(text: str) -> str:
    """A page on which that text stands wherever people may write one."""
    contents, _ = bundle_of(told_events(text))
    return index_page(contents, narrate(contents))


def assert_only_text(page: str) -> _Seen:
    """Nothing in the page is active, and nothing is fetched."""
    seen = _Seen(page)
    assert seen.open == []
    assert set(seen.tags) <= _TAGS
    assert {name for name, _ in seen.attributes} <= _ATTRIBUTES
    assert seen.others == []
    for name, value in seen.attributes:
        if name == "href":
            assert re.fullmatch(r"#[a-z]+|records/[0-9]{6}\.json", value or "")
    return seen


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_is_a_text(text: str) -> None:
    """As it was written, wherever it stands."""
    seen = assert_only_text(page_of(text))
    assert seen.text.count(visible(text)) >= 8


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_text_is_a_text(text: str) -> None:
    """Law of the above."""
    assert visible(text) in assert_only_text(page_of(text)).text


def test_every_text_of_a_record_is_isolated() -> None:
    """What turns the direction of writing ends where its text ends."""
    text = HOSTILE["right to left"]
    page = page_of(text)
    assert not set(page) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    text = visible(text)
    isolated = "".join(re.findall("<bdi>(.*?)</bdi>", page, re.DOTALL))
    assert page.count(text) == isolated.count(text)


def test_the_page_tells_the_incident() -> None:
    """Title, severity, outcome, decisions with who decided, rules, every record with its times."""
    contents, _ = bundle_of(walked_events())
    page = index_page(contents, narrate(contents))
    seen = assert_only_text(page)
    for words in (
        "Payment gateway does not answer",
        "SEV2",
        "closed: resolved",
        "Classified as",
        "not major",
        f"{len(contents.records)}, none withheld",
        "the annual audit",
        "Which severity does the incident have?",
        "incident commander person-kim",
        "approval-matrix",
        "In the log",
    ):
        assert words in seen.text
    assert seen.tags.count("tr") >= len(contents.records)
    assert (
        page.count('<time datetime="2026-03-04T12:00:01.000000Z">2026-03-04 12:00:01</time>') == 1
    )


def test_a_withheld_record_is_marked() -> None:
    """Its number, its hash and the reason are there, and nothing else of it."""
    # Standing down repeats the reason of the decision that it follows from.
    withheld = {EventKind.DECISION_ANSWERED, EventKind.RESPONSE_STOOD_DOWN}
    contents, _ = bundle_of(walked_events(), withheld=withheld)
    page = index_page(contents, narrate(contents))
    assert page.count('class="withheld"') == len([r for r in contents.records if r.withheld])
    assert "Withheld: redacted" in page
    assert "For the reasons discussed." not in page
    assert "incident.confirmation-1 answered" not in page


def test_the_page_is_the_same_every_time() -> None:
    """Byte for byte."""
    contents, _ = bundle_of(walked_events())
    assert index_page(contents, narrate(contents)) == index_page(contents, narrate(contents))


def test_a_browser_is_told_to_load_and_run_nothing() -> None:
    """Should a text ever become markup, it stays without effect."""
    page = page_of("x")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src &#x27;none&#x27;" in policy[1]
    assert '<meta charset="utf-8">' in page
