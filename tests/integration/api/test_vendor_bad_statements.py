"""Bad statements of providers: refused to people and programs, and nothing was said by them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from holdfast.domain.third_party.links import LinkAct
from tests.api_doors import Doors
from tests.recording_temporal import RecordingTemporal
from tests.vendor_at_doors import HTML, Provider, body_of, forms_of


@pytest_asyncio.fixture(scope="module")
async def provider(doors: Doors, recorded: RecordingTemporal) -> AsyncIterator[Provider]:
    """A provider that was called."""
    yield await Provider.called(doors, recorded)


_LONG = "a" * 10_001
_BAD: list[tuple[str, dict[str, object], str]] = [
    ("update", {"statement": None}, "/statement"),
    ("update", {"statement": _LONG}, "/statement"),
    ("update", {"statement": "a\x07"}, "/statement"),
    ("update", {"said_by": ""}, "/said_by"),
    ("update", {"said_by": "a\r\nBcc: x@y.example"}, "/said_by"),
    ("update", {"their_reference": "a\nb"}, "/their_reference"),
    ("update", {"said_at": 5}, "/said_at"),
    ("update", {"said_at": "2999-01-01T00:00:00Z"}, "/said_at"),
    ("update", {"odd": 1}, "/odd"),
    ("update", {"documents": []}, "/documents"),
    ("estimate", {}, "/estimated_at"),
    ("estimate", {"estimated_at": "2026-03-04T09:30:00"}, "/estimated_at"),
    ("document", {}, "/documents"),
    ("document", {"documents": [{"name": "x", "content": "%"}]}, "/documents/0/content"),
    ("document", {"documents": [{"name": "x", "content": ""}]}, "/documents/0/content"),
    ("document", {"documents": [{"name": "", "content": "QQ=="}]}, "/documents/0/name"),
]


@pytest.mark.parametrize(("act", "change", "pointer"), _BAD)
async def test_what_is_no_statement_is_refused_with_its_place(
    provider: Provider, act: str, change: dict[str, object], pointer: str
) -> None:
    """And the link is as good as before: nothing was said by it."""
    before = provider.recorded.calls
    link = provider.link(LinkAct(act))
    answer = await provider.say(link, LinkAct(act), body_of(**change))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert _LONG[:50] not in answer.text
    assert provider.recorded.calls == before


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("text/plain", b"x", 415),
        ("", b"{}", 415),
        ("application/json", b"{", 400),
        ("application/json", b'{"said_by": "a", "said_by": "b"}', 400),
        ("application/json", b'{"a":"' + b"a" * 140_000 + b'"}', 413),
        ("application/x-www-form-urlencoded", b"", 422),
        ("application/x-www-form-urlencoded", b"said_by=a&said_by=b", 400),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 40), 400),
        ("application/x-www-form-urlencoded", b"said_by=%ff", 400),
        ("application/x-www-form-urlencoded", b"said_by=a&statement=b&odd=c", 422),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno head", 400),
        ("multipart/mixed; boundary=x", b"--x--", 415),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", HTML["Accept"]])
async def test_what_is_no_body_is_refused_to_programs_and_people(
    provider: Provider, kind: str, content: bytes, status: int, accept: str
) -> None:
    """As a problem, or as a page; never as a defect."""
    path = f"/v1/vendor/{provider.link(LinkAct.UPDATE)}/update"
    headers = {"Content-Type": kind, "Accept": accept, "Prefer": "wait=0"}
    answer = await provider.doors.client.post(path, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    shown = "text/html" if accept == HTML["Accept"] else "application/problem+json"
    assert answer.headers["content-type"].startswith(shown)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_form_with_a_gap_comes_back_with_what_was_filled_in(provider: Provider) -> None:
    """Nothing has to be typed twice, and what was typed is only text."""
    link = provider.link(LinkAct.ESTIMATE)
    typed = '<script>"x"</script>'
    answer = await provider.send(link, LinkAct.ESTIMATE, {"said_by": typed, "statement": typed})
    assert answer.status_code == 422
    assert "It was not sent" in answer.text
    assert "Date and time: is missing" in answer.text
    assert "<script>" not in answer.text
    assert answer.text.count("&lt;script&gt;") == 2
    filled = {"said_by": "Jo", "estimated_local": "2999-01-01T10:00"}
    fresh = forms_of(answer.text)["estimate"]
    assert (await provider.send(fresh, LinkAct.ESTIMATE, filled)).status_code == 202


async def test_a_page_lets_nothing_in_and_nothing_out(provider: Provider) -> None:
    """No script, no frame, nothing from elsewhere, no trace on the way."""
    answers: list[httpx.Response] = [
        await provider.look(provider.link(), **HTML),
        await provider.look("forged", **HTML),
        await provider.send(provider.link(LinkAct.UPDATE), LinkAct.UPDATE, {}),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "form-action 'self'" in policy
        assert "<script" not in answer.text
        assert "http" not in answer.text.replace("http-equiv", "")
    plain = await provider.look(provider.link())
    for answer in [*answers, plain, await provider.look("forged")]:
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["x-content-type-options"] == "nosniff"
