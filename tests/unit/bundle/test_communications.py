"""Communications on the page and on paper: who said what to whom, and where the exact bytes are."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from pypdf import PdfReader

from holdfast.domain.events import EventKind
from holdfast.evidence.bundle.contents import BundleContents, BundledArtifact, Withheld
from holdfast.evidence.bundle.narrative import Narrative, narrate
from holdfast.evidence.bundle.page import index_page
from holdfast.evidence.bundle.page_words import visible
from holdfast.evidence.bundle.timeline_pdf import timeline_pdf
from tests.bundled import bundle_of, walked_events
from tests.hostile_texts import HOSTILE
from tests.log_in_memory import INCIDENT
from tests.statements import COMMANDER
from tests.told_communications import (
    LEGAL,
    TEXTS,
    ToldCommunication,
    message_to_clients,
    variants,
)
from tests.unit.bundle.test_page import assert_only_text


def told_twice() -> tuple[ToldCommunication, ToldCommunication]:
    """A statement that legal gave back once, and its correction, published both."""
    first = ToldCommunication(message_to_clients(INCIDENT))
    first.hand_in()
    first.answer(LEGAL, "returned", "Say less.")
    first.edit(variants=variants({**TEXTS, "en": ("Payments are late", "We work on it.")}))
    first.publish()
    corrected = variants({**TEXTS, "en": ("Payments are very late", "We still work on it.")})
    message = message_to_clients(INCIDENT, variants=corrected, supersedes=1)
    second = ToldCommunication(message, number=2)
    second.publish()
    return first, second


def bundled(
    *communications: ToldCommunication, withheld: Withheld | None = None
) -> tuple[BundleContents, Narrative]:
    """A bundle of these, their messages in it unless they are withheld."""
    events = [event for told in communications for event in told.events]
    contents, _ = bundle_of(events)
    messages = {m.digest: m.content for told in communications for m in told.messages}
    artifacts = [
        BundledArtifact(digest, "application/json", len(content), (0,), withheld)
        for digest, content in messages.items()
    ]
    contents = replace(
        contents,
        artifacts=sorted([*contents.artifacts, *artifacts], key=lambda each: each.digest),
        messages={} if withheld else messages,
    )
    return contents, narrate(contents)


def test_the_page_tells_every_communication() -> None:
    """Versions with their bytes, sign-offs, deliveries, texts as they left, corrections."""
    first, second = told_twice()
    contents, narrative = bundled(first, second)
    seen = assert_only_text(index_page(contents, narrative))
    section = seen.text.partition("Communication 1: holding statement to clients")[2]
    for words in (
        "superseded by communication 2",
        "Version 1 drafted by responder person-robin",
        f"artifacts/{first.messages[0].digest[7:]}",
        "Version 1 given back by legal person-ines",
        "Say less.",
        f"artifacts/{first.messages[1].digest[7:]}",
        "Version 2 approved by incident commander person-kim",
        "clients by mail (en): 3 sent",
        "public by status-page (de): 1 sent",
        "We work on it.",
        "Communication 2: holding statement to clients",
        "corrects communication 1",
        "We still work on it.",
    ):
        assert words in section, words
    assert seen.text.count("What was said, in de:") == 2
    # What was drafted and never left is not told as said.
    assert "We are working on it." not in seen.text


def test_an_incident_without_communications_has_no_such_section() -> None:
    """Neither in the page nor in its navigation."""
    events = [each for each in walked_events() if not each.kind.startswith("communication.")]
    contents, _ = bundle_of(events)
    assert 'id="communications"' not in index_page(contents, narrate(contents))
    assert "#communications" not in index_page(contents, narrate(contents))


@pytest.mark.parametrize("reason", [Withheld.DISPOSED, Withheld.REDACTED])
def test_a_message_that_is_withheld_is_named(reason: Withheld) -> None:
    """By its digest, and why; no text stands for it."""
    first, _ = told_twice()
    contents, narrative = bundled(first, withheld=reason)
    page = index_page(contents, narrative)
    assert f"withheld ({reason}): {first.latest.digest}" in page
    assert "What was said" not in page


def test_what_is_left_of_withheld_records_is_told() -> None:
    """Without the opening, purpose and audience are unknown; the rest stands."""
    first, _ = told_twice()
    contents, _ = bundle_of(first.events, withheld={EventKind.COMMUNICATION_OPENED})
    (told,) = narrate(contents).communications
    assert (told.title, len(told.versions)) == ("Communication 1", 2)
    assert told.versions[0].withheld is Withheld.MISSING


def test_a_cancelled_communication_says_why() -> None:
    """In its own words."""
    told = ToldCommunication(
        message_to_clients(INCIDENT, deliveries=message_to_clients(INCIDENT).deliveries[1:2])
    )
    told.approve()
    told.deliver(0, failed=1, because="no host")
    told.answer(COMMANDER, "given_up")
    contents, _ = bundled(told)
    (one,) = narrate(contents).communications
    assert one.state.endswith("UTC: no channel has taken it")
    assert one.deliveries[0].outcome == "1 failed (no host)"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_message_is_a_text(text: str) -> None:
    """On the page; on paper it is set, not run."""
    told = ToldCommunication(message_to_clients(INCIDENT))
    told.publish()
    contents, _ = bundled(told)
    document = json.loads(told.latest.content)
    document["variants"] = [{"language": "en", "subject": text, "body": text}]
    hostile = {told.latest.digest: json.dumps(document).encode()}
    contents = replace(contents, messages=hostile)
    narrative = narrate(contents)
    assert visible(text) in assert_only_text(index_page(contents, narrative)).text
    assert timeline_pdf(contents, narrative).startswith(b"%PDF")


def test_the_pdf_tells_every_communication() -> None:
    """With the digest of each version, and what was said."""
    first, second = told_twice()
    contents, narrative = bundled(first, second)
    pages = PdfReader(io.BytesIO(timeline_pdf(contents, narrative))).pages
    words = "".join("".join(page.extract_text().split()) for page in pages)
    for wanted in (
        "Communication1:holdingstatementtoclients",
        "Supersededbycommunication2.",
        "Westillworkonit.",
        "Version2approvedbyincidentcommanderperson-kim",
        first.messages[0].digest.replace("sha256:", "")[:30],
    ):
        assert wanted in words, wanted
