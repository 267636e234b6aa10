"""The words of a mail as plain text, whatever its sender's program has made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from html import unescape

__all__ = ["header_text", "html_text", "readable"]

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"<(!--|/?[a-z][a-z0-9]*|[!?])")
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_BREAKING = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1"}
    | {"h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table"}
    | {"td", "th", "tr", "ul"}
)


def readable(text: str) -> str:
    """The text without characters that no text has: the replacement character takes their place."""
    return _UNREADABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def header_text(value: object, longest: int) -> str:
    """A header in clear (RFC 2047), in one line; what cannot be decoded stays as it came."""
    raw = str(value)[: 8 * longest]
    try:
        parts = [_decoded(part, charset) for part, charset in decode_header(raw)]
    except (HeaderParseError, ValueError):
        parts = [raw]
    return _SPACES.sub(" ", readable("".join(parts)).replace("\n", " ")).strip()[:longest]


def html_text(html: str) -> str:
    """What a reader of a page in HTML would see, as plain text."""
    seen = unescape("".join(_Scanner(html).seen()))
    lines = [_SPACES.sub(" ", line).strip() for line in seen.split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _decoded(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.decode(charset or "ascii")
    except (LookupError, ValueError):
        return part.decode("utf-8", "replace")


class _Scanner:
    """Goes through HTML once: what is searched for and not found is not searched for again.

    The parser of the standard library takes minutes for a page of tags that nobody has closed.
    """

    def __init__(self, html: str) -> None:
        self._html, self._lower = html, html.lower()
        self._absent = set[str]()

    def seen(self) -> Iterator[str]:
        """What stands between the tags, and a line break for each tag that makes one."""
        at = 0
        while (begin := self._html.find("<", at)) >= 0:
            yield self._html[at:begin].replace("\n", " ")
            tag = _TAG.match(self._lower, begin)
            if tag is None:
                yield "<"
                at = begin + 1
                continue
            at = self._end_of(tag)
            yield "\n" if tag[1].removeprefix("/") in _BREAKING else ""
        yield self._html[at:].replace("\n", " ")

    def _end_of(self, tag: re.Match[str]) -> int:
        """Where reading goes on: after the tag, or after all that it hides."""
        begin, name = tag.start(), tag[1]
        if name == "!--":
            return self._after("-->", begin)
        if name in _UNSEEN:
            begin = self._after(f"</{name}", begin)
        return self._after(">", begin)

    def _after(self, words: str, begin: int) -> int:
        """Behind the next of these words; just behind the tag's name where there is none."""
        found = -1 if words in self._absent else self._lower.find(words, begin)
        if found >= 0:
            return found + len(words)
        self._absent.add(words)
        return begin + 1
