"""What providers say over links: by form and by program, once a link, sealed, with its receipt."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from holdfast.domain.events import EventKind
from holdfast.domain.third_party.asking import VendorStatement
from holdfast.domain.third_party.links import LinkAct
from holdfast.store.artifacts import digest_of_bytes
from tests.api_doors import Doors
from tests.integration.api.test_personal_data_doors import tables_that_hold
from tests.recording_temporal import Failure, RecordingTemporal
from tests.vendor_at_doors import HTML, Provider, body_of, forms_of

_PDF = b"%PDF-1.7\r\n--x\r\n\x00\xff analysis"


@pytest_asyncio.fixture(scope="module")
async def provider(doors: Doors, recorded: RecordingTemporal) -> AsyncIterator[Provider]:
    """A provider that was called."""
    yield await Provider.called(doors, recorded)


def statements(provider: Provider) -> list[VendorStatement]:
    """What was sent to its escalation, in order."""
    sent = provider.recorded.sent[provider.escalation.state.opening.workflow_id]
    bodies = [one.signed.submission.body for one in sent]
    return [body for body in bodies if isinstance(body, VendorStatement)]


async def test_a_person_answers_from_the_page_of_the_message(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """Page, form, thanks with new forms, and the next; each is on record as of when it was said."""
    provider = await Provider.called(doors, recorded)
    page = await provider.look(provider.link(), **HTML)
    assert page.status_code == 200
    assert provider.reference in page.text
    forms = forms_of(page.text)
    assert list(forms) == [act for act in LinkAct if act is not LinkAct.PAGE]
    form = {"said_by": "Jo", "statement": "Line one\r\nline two", "their_reference": "CS-1"}
    thanks = await provider.send(forms["acknowledgement"], LinkAct.ACKNOWLEDGEMENT, form)
    assert thanks.status_code == 202, thanks.text
    await provider.hear()
    again = await provider.send(forms["acknowledgement"], LinkAct.ACKNOWLEDGEMENT, form)
    assert again.status_code == 200
    assert "Thank you, it has arrived" in again.text
    assert "CS-1" in again.text
    assert "Line one\nline two" in again.text
    more = forms_of(again.text)
    assert not set(more.values()) & set(forms.values())
    estimate = {
        "said_by": "Jo",
        "estimated_local": "2999-03-04T14:30",
        "estimated_offset": "+01:00",
    }
    assert (await provider.send(more["estimate"], LinkAct.ESTIMATE, estimate)).status_code == 202
    await provider.hear()
    seen = (await provider.look(provider.link())).json()
    assert seen["estimated_at"] == "2999-03-04T13:30:00.000000Z"
    assert [each["said"] for each in seen["statements"]] == ["acknowledgement", "estimate"]
    states = {each["time"]: each["state"] for each in seen["times"]}
    assert (states["acknowledge"], states["first_response"]) == ("met", "met")
    assert states["update"] == "running"
    first, second = statements(provider)
    assert (first.source, first.text) == ("link", "Line one\nline two")
    assert first.link == digest_of_bytes(forms["acknowledgement"].encode())
    assert second.said_at > first.said_at


async def test_a_program_gets_a_receipt_and_the_next_links(provider: Provider) -> None:
    """Everything that a person can say it says as JSON, each over a link of its own."""
    seen = (await provider.look(provider.link())).json()
    links = {each["act"]: each["url"].split("/v1/vendor/")[1] for each in seen["acts"]}
    document = {"name": "Analysis", "media_type": "text/plain", "content": "QUJD"}
    extra: dict[str, dict[str, Any]] = {
        "estimate": {"estimated_at": "2999-03-04T14:30:00+01:00"},
        "document": {"documents": [document]},
    }
    answer = None
    for act in ("acknowledgement", "update", "estimate", "workaround", "document", "restoration"):
        body = body_of(**extra.get(act, {}))
        link = links[act].split("/")[0]
        assert (await provider.say(link, LinkAct(act), body)).status_code == 202, act
        await provider.hear()
        answer = await provider.say(link, LinkAct(act), body)
        assert answer.status_code == 200, answer.text
        receipt = answer.json()["receipt"]
        assert receipt["recorded"] is True
        assert receipt["entry_id"].startswith("third-party/INC-")
    assert {body.source for body in statements(provider)} == {"machine"}
    assert answer is not None
    stood = answer.json()["escalation"]
    assert stood["stage"] == "claimed"
    assert [each["act"] for each in stood["acts"]] == ["update", "workaround", "document"]
    assert len(stood["statements"]) == 6
    actors = await provider.doors.rows(
        "SELECT DISTINCT entry->'actor' AS actor FROM (SELECT convert_from(body, 'UTF8')::jsonb"
        " AS entry FROM evidence.record WHERE incident_id = :incident"
        " AND kind = 'third_party.stated') AS stated",
        incident=provider.incident_id,
    )
    assert [row.actor for row in actors] == [{"id": "vendor/core-ledger", "role": "vendor"}]


async def test_the_same_over_a_link_is_one_statement_and_other_content_a_bad_link(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """At once or later, by whichever way it is repeated; only its digest is on record."""
    provider = await Provider.called(doors, recorded)
    link, body = provider.link(LinkAct.UPDATE), body_of()
    answers = await asyncio.gather(*(provider.say(link, LinkAct.UPDATE, body) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    sent = statements(provider)
    assert all(each == sent[0] for each in sent), "its workflow takes the same bytes once"
    await provider.hear()
    first = await provider.say(link, LinkAct.UPDATE, body)
    assert (await provider.say(link, LinkAct.UPDATE, body)).json()["receipt"] == first.json()[
        "receipt"
    ]
    for other in (body_of(statement="No."), body_of(said_by="Al"), body_of(their_reference="x")):
        refused = await provider.say(link, LinkAct.UPDATE, other)
        assert refused.status_code == 404
        assert refused.json()["type"].endswith(":link_not_valid")
    refusals = await provider.refused()
    assert [(each["reason"], each["act"]) for each in refusals] == [("used", "update")] * 3
    assert {each["presented"] for each in refusals} == {digest_of_bytes(link.encode())}
    assert provider.escalation.kinds().count(EventKind.THIRD_PARTY_STATED) == 1


async def test_who_spoke_stands_in_clear_nowhere(provider: Provider) -> None:
    """Neither in a table, nor in what was sent to Temporal."""
    name = "Robin Provider-Person"
    await provider.say(provider.link(LinkAct.UPDATE), LinkAct.UPDATE, body_of(said_by=name))
    await provider.hear()
    assert await tables_that_hold(provider.doors, name) == set()
    last = statements(provider)[-1]
    assert name not in last.model_dump_json()
    assert list(last.sealed) == ["from"]


async def test_a_document_is_taken_into_custody_byte_for_byte(provider: Provider) -> None:
    """From a form and as JSON: the same bytes, the media type without a file name."""
    link = provider.link(LinkAct.DOCUMENT)
    path = f"/v1/vendor/{link}/document"
    form = {"said_by": "Jo", "name": "Analysis of the cause"}
    files = {"file": ("jo-doe.pdf", _PDF, "application/pdf; name=jo-doe.pdf")}
    answer = await provider.doors.client.post(
        path, data=form, files=files, headers=HTML | {"Prefer": "wait=0"}
    )
    assert answer.status_code == 202, answer.text
    machine = provider.link(LinkAct.DOCUMENT)
    content = base64.b64encode(_PDF).decode()
    documents = [{"name": f"D{number}", "content": content} for number in (1, 2)]
    body = {"said_by": "Jo", "documents": documents}
    assert (await provider.say(machine, LinkAct.DOCUMENT, body)).status_code == 202
    by_form, by_machine = statements(provider)[-2:]
    digest = digest_of_bytes(_PDF)
    assert [each.model_dump() for each in by_form.documents] == [
        {"name": "Analysis of the cause", "media_type": "application/pdf", "digest": digest}
    ]
    assert [each.digest for each in by_machine.documents] == [digest, digest]
    listed = await provider.doors.call(
        "GET", f"/v1/incidents/{provider.incident_id}/attachments", "auditor"
    )
    kept = [each for each in listed.json()["attachments"] if each["digest"] == digest]
    assert len(kept) == 3
    assert kept[0]["description"] == f"{provider.reference}: Analysis of the cause"
    assert kept[0]["collected_by"] == {"id": "vendor/core-ledger", "role": "vendor"}
    where = f"/v1/incidents/{provider.incident_id}/attachments/{kept[0]['attachment_id']}"
    read = await provider.doors.call("GET", f"{where}?purpose=Look", "responder")
    assert read.content == _PDF
    assert "jo-doe" not in json.dumps(listed.json())


async def test_nothing_is_lost_while_temporal_is_away(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """The provider is asked to send it again; it is the same statement, of the first moment."""
    provider = await Provider.called(doors, recorded)
    link, form = provider.link(LinkAct.UPDATE), {"said_by": "Jo", "statement": "On it"}
    recorded.failure = Failure.TAKEN_BUT_REPORTED_FAILED
    try:
        away = await provider.send(link, LinkAct.UPDATE, form)
    finally:
        recorded.failure = None
    assert away.status_code == 503
    assert "send it once more in a minute" in away.text
    assert (await provider.send(link, LinkAct.UPDATE, form)).status_code == 202
    first, second = statements(provider)
    assert first == second


async def test_what_the_escalation_refuses_is_told(provider: Provider) -> None:
    """Said before the provider was asked: the reason is the escalation's own."""
    link = provider.link(LinkAct.UPDATE)
    body = body_of(said_at="2020-03-04T09:00:00Z")
    assert (await provider.say(link, LinkAct.UPDATE, body)).status_code == 202
    await provider.hear()
    refused = await provider.say(link, LinkAct.UPDATE, body)
    assert (refused.status_code, refused.json()["type"][-12:]) == (422, "data_invalid")
    page = await provider.say(link, LinkAct.UPDATE, body, **HTML)
    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")


async def test_an_earlier_moment_counts_from_then(provider: Provider) -> None:
    """A program may send late what it said in time."""
    at = datetime.now(UTC) - timedelta(seconds=5)
    body = body_of(said_at=at.isoformat())
    link = provider.link(LinkAct.WORKAROUND)
    assert (await provider.say(link, LinkAct.WORKAROUND, body)).status_code == 202
    assert statements(provider)[-1].said_at == at
