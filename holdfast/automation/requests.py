"""One request as the configuration has it: where it goes, and where parameters have a place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

import httpx
from pydantic import AfterValidator, Field, StringConstraints

from holdfast.automation.parameters import filled, filled_body, texts_in
from holdfast.domain.values import JsonObject, canonical_json

__all__ = ["PLATFORM", "Method", "RequestSettings", "StatusCode", "WebAddress"]

PLATFORM = "{platform}"
"""At the beginning of an address: this installation's own API."""

_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
_STAND_IN = "http://localhost"
_OURS = {
    *("host", "content-length", "content-type", "transfer-encoding", "connection"),
    *("idempotency-key", "user-agent", "accept-encoding"),
}
_SECRET = {"authorization", "proxy-authorization", "cookie"}
_NOWHERE = {".", ".."}


class Method(StrEnum):
    """The methods of requests."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


def _web_address(value: str) -> str:
    ours = value.startswith(f"{PLATFORM}/")
    text = value.replace(PLATFORM, _STAND_IN, 1) if ours else value
    before_path = "/".join(text.split("/", 3)[:3])
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        message = "it is no URL"
        raise ValueError(message) from None
    if not url.host or url.scheme not in {"http", "https"} or "{" in before_path:
        message = "it is no URL of the web with a fixed host"
        raise ValueError(message)
    if url.userinfo or "?" in text or "#" in text:
        message = "no password, query or fragment belongs in it; there is `query` for queries"
        raise ValueError(message)
    if url.scheme == "http" and not ours and not _LOOPBACK.fullmatch(url.host):
        message = "https is needed: http is for this machine only"
        raise ValueError(message)
    return value


WebAddress = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_web_address)]
StatusCode = Annotated[int, Field(ge=200, le=299)]


@dataclass(frozen=True, slots=True)
class RequestSettings:
    """One request; parameters have places in its path, its query and its body."""

    method: Method
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: JsonObject | None
    expect: frozenset[int]

    @property
    def host(self) -> str | None:
        """Where it goes, in lower case; None for this installation's own API."""
        return None if self.url.startswith(PLATFORM) else httpx.URL(self.url).host.lower()

    @property
    def texts(self) -> Iterator[str]:
        """Every text in which a parameter may have its place."""
        yield from self._segments
        yield from self.query.values()
        yield from texts_in(self.body)

    def check(self, secret: set[str]) -> None:
        """See that its headers are its own; `secret` are those that come from files.

        Raises:
            ValueError: one of them is set by Holdfast, or is a secret.
        """
        for name in {*map(str.lower, self.headers), *secret}:
            if name in _OURS:
                message = f"headers: {name} is set by Holdfast itself"
                raise ValueError(message)
        for name in map(str.lower, self.headers):
            if name in _SECRET or name in secret:
                message = f"headers: {name} belongs in `secret_headers`, and its value in a file"
                raise ValueError(message)

    def address(self, platform: str, given: Mapping[str, str]) -> str:
        """Where it goes with these parameters, each in its segment of the path whatever it is.

        Raises:
            ValueError: a segment would lead elsewhere.
        """
        segments = [_segment(each, given) for each in self._segments]
        before = platform if self.host is None else self._before_path
        path = "/".join(segments)
        return f"{before}/{path}"

    def content(self, given: Mapping[str, str]) -> bytes | None:
        """The bytes of its body; None where it has none."""
        return None if self.body is None else canonical_json(filled_body(self.body, given))

    def asked(self, given: Mapping[str, str]) -> dict[str, str]:
        """Its query."""
        return {name: filled(value, given) for name, value in self.query.items()}

    @property
    def _before_path(self) -> str:
        return "/".join(self.url.split("/", 3)[:3])

    @property
    def _segments(self) -> list[str]:
        whole = self.url.replace(PLATFORM, _STAND_IN, 1)
        parts = whole.split("/", 3)
        return parts[3].split("/") if len(parts) > 3 else [""]  # noqa: PLR2004 - scheme and host


def _segment(text: str, given: Mapping[str, str]) -> str:
    word = filled(text, given)
    if word == text:
        return text
    if word in _NOWHERE:
        message = "a parameter would lead to another path"
        raise ValueError(message)
    return quote(word, safe="")
