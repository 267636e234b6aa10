"""Links of providers at the doors: good for one thing, refused alike, recorded, and never told."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.vendor.link_refusals import LinkRefusals
from holdfast.domain.third_party.links import LinkAct
from holdfast.settings import LogFormat, Settings
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.third_parties.refused_links import (
    MOST_REFUSALS,
    VENDOR_LINKS,
    LinkRefusal,
    RefusedLink,
)
from holdfast.telemetry import configure_logging
from tests.api_doors import Doors
from tests.recording_temporal import RecordingTemporal
from tests.vendor_at_doors import HTML, NOBODYS, Provider, body_of

_PAST = datetime(2026, 3, 4, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module")
async def provider(doors: Doors, recorded: RecordingTemporal) -> AsyncIterator[Provider]:
    """A provider that was called."""
    yield await Provider.called(doors, recorded)


def told(answer: httpx.Response) -> tuple[int, Any, dict[str, str]]:
    """All that an answer tells, but for the trace and how long it is."""
    if answer.headers["content-type"].startswith("text/html"):
        content: Any = answer.text
    else:
        content = {name: value for name, value in answer.json().items() if name != "trace_id"}
    headers = {k: v for k, v in answer.headers.items() if k not in {"content-length", "date"}}
    return answer.status_code, content, headers


async def test_every_bad_link_gets_the_same_answer(provider: Provider) -> None:
    """Whatever is wrong: nobody learns from it whether there is such an incident."""
    page, update = provider.link(), provider.link(LinkAct.UPDATE)
    looks = {
        "forged": page[:-1] + ("A" if page[-1] != "A" else "B"),
        "cut": page[:-9],
        "expired": provider.link(expires_at=_PAST),
        "wrong_act": update,
        "unknown": provider.link(escalation=NOBODYS),
        "no link": "hello",
    }
    for headers in ({}, HTML):
        answers = {why: await provider.look(link, **headers) for why, link in looks.items()}
        first = told(answers.pop("forged"))
        assert first[0] == 404
        for why, answer in answers.items():
            assert told(answer) == first, why
            assert looks[why] not in answer.text
            assert provider.incident_id not in answer.text
    said = [
        await provider.say(link, LinkAct.UPDATE, body_of())
        for link in (looks["forged"], looks["expired"], looks["unknown"], page, "x")
    ]
    assert {answer.status_code for answer in said} == {404}
    assert len({answer.json()["detail"] for answer in said}) == 1
    assert {answer.json()["type"] for answer in said} == {"urn:holdfast:problem:link_not_valid"}


async def test_a_refusal_is_recorded_where_it_belongs_and_holds_no_link(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """Signed, it stands on the incident's chain; else, or without an incident, on its own."""
    provider = await Provider.called(doors, recorded)
    expired, update = provider.link(expires_at=_PAST), provider.link(LinkAct.UPDATE)
    forged, nobodys = f"{provider.link()}A", provider.link(escalation=NOBODYS)
    await provider.look(expired)
    await provider.say(update, LinkAct.RESTORATION, body_of())
    await provider.look(forged)
    await provider.look(nobodys)
    mine = await provider.refused()
    assert mine == [
        {
            "reason": reason,
            "presented": digest_of_bytes(link.encode()),
            "act": act,
            "escalation": provider.reference,
            "unrecorded": 0,
        }
        for reason, link, act in (
            ("expired", expired, "page"),
            ("wrong_act", update, "restoration"),
        )
    ]
    others = (await provider.refused(VENDOR_LINKS))[-2:]
    assert [each["reason"] for each in others] == ["forged", "over"]
    assert {each["escalation"] for each in others} == {None}
    bodies = await doors.rows("SELECT convert_from(body, 'UTF8') AS body FROM evidence.record")
    for link in (expired, update, forged, nobodys):
        assert not any(link in row.body for row in bodies)


async def test_a_flood_of_bad_links_does_not_fill_the_log(
    doors: Doors, recorded: RecordingTemporal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty an hour are recorded; of the rest the next one says how many there were."""
    provider = await Provider.called(doors, recorded)
    chain = provider.incident_id
    refusals = LinkRefusals(doors.platform.engine, doors.platform.metrics)
    refused = RefusedLink(LinkRefusal.EXPIRED, digest_of_bytes(b"x"), "page", provider.reference)
    for _ in range(MOST_REFUSALS + 5):
        await refusals.record(chain, refused)
    assert len(await provider.refused()) == MOST_REFUSALS
    again = LinkRefusals(doors.platform.engine, doors.platform.metrics)
    await again.record(chain, refused)
    assert len(await provider.refused()) == MOST_REFUSALS, "a restart begins no new hour"
    for module in ("api.vendor.link_refusals", "holdfast.store.third_parties.refused_links"):
        monkeypatch.setattr(f"{module}.REFUSALS_WITHIN", timedelta(0))
    await refusals.record(chain, refused)
    assert (await provider.refused())[-1]["unrecorded"] == 5
    shown = (await doors.client.get("/metrics")).text
    assert 'vendor_links_refused_total{outcome="counted",reason="expired"}' in shown


async def test_looking_changes_nothing(provider: Provider) -> None:
    """Programs that check mails open every link; the page is the same the next time."""
    link, count = provider.link(), "SELECT count(*) FROM evidence.record"
    before = (await provider.doors.rows(count))[0][0]
    calls = provider.recorded.calls
    for headers in ({}, HTML, {"Accept": "*/*"}):
        assert (await provider.look(link, **headers)).status_code == 200
    assert (await provider.doors.client.head(f"/v1/vendor/{link}")).status_code == 405
    assert (await provider.doors.rows(count))[0][0] == before
    assert provider.recorded.calls == calls


async def test_a_closed_escalation_has_no_good_link(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """Once it is over, its links say no more than a forged one."""
    provider = await Provider.called(doors, recorded)
    link, update = provider.link(), provider.link(LinkAct.UPDATE)
    assert (await provider.look(link)).status_code == 200
    provider.escalation.restore()
    provider.escalation.review()
    await provider.keep()
    assert (await provider.look(link)).status_code == 404
    assert (await provider.say(update, LinkAct.UPDATE, body_of())).status_code == 404
    assert [each["reason"] for each in await provider.refused()] == ["over", "over"]


async def test_a_workflow_that_is_gone_makes_its_links_bad(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """An operator has terminated it: the provider is told as of any escalation that is over."""
    provider = await Provider.called(doors, recorded)
    recorded.ended.add(provider.escalation.state.opening.workflow_id)
    answer = await provider.say(provider.link(LinkAct.UPDATE), LinkAct.UPDATE, body_of())
    assert answer.json()["type"].endswith(":link_not_valid")
    assert [each["reason"] for each in await provider.refused()] == ["over"]


async def test_no_trace_holds_a_link(provider: Provider, spans: InMemorySpanExporter) -> None:
    """Neither in the attributes of a span, nor in its name; a mistyped address neither."""
    link = provider.link()
    for path in (f"/v1/vendor/{link}", f"/v1/vendor/{link}/update", f"/V1/vendors/{link}"):
        await provider.doors.client.get(path, headers={"Accept": "text/html"})
    await provider.say(link, LinkAct.UPDATE, body_of())
    written = [span.to_json() for span in spans.get_finished_spans()]
    assert any("[link]" in each for each in written)
    assert not any(link in each or link.partition(".")[2] in each for each in written)


async def test_no_log_line_holds_a_link(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where the door itself fails; nor a server that would write its accesses down."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = root.handlers, root.level
    configure_logging(Settings(log_format=LogFormat.JSON, log_level="DEBUG"), "api")
    link = provider.link()
    try:
        monkeypatch.setattr("api.routers.vendor.view_of", _fail)
        answer = await provider.look(link)
        monkeypatch.undo()
        access = logging.getLogger("uvicorn.access")
        # A server that ran before in this process may have turned it off or aside.
        monkeypatch.setattr(access, "disabled", False)
        monkeypatch.setattr(access, "propagate", True)
        monkeypatch.setattr(access, "level", logging.NOTSET)
        access.warning('%s - "%s %s" %d', "127.0.0.1", "GET", f"/v1/vendor/{link}?a=1", 500)
    finally:
        root.handlers, root.level = before
    assert answer.status_code == 500
    assert "request.failed" in stream.getvalue()
    assert stream.getvalue().count("/v1/vendor/[link]") >= 2
    assert link not in stream.getvalue()


async def _fail(*_: object) -> None:
    message = "as a defect would"
    raise RuntimeError(message)


async def test_links_are_good_until_they_expire(provider: Provider) -> None:
    """To the moment; what they expire with, the links of the page do too."""
    until = datetime.now(UTC) + timedelta(seconds=30)
    seen = (await provider.look(provider.link(expires_at=until))).json()
    assert datetime.fromisoformat(seen["valid_until"]) == until
    read = provider.doors.platform.vendor_links.read
    links = [each["url"].split("/v1/vendor/")[1].split("/")[0] for each in seen["acts"]]
    assert {read(link).expires_at for link in links} == {until}
    assert len({read(link).nonce for link in links}) == len(links) == 6
