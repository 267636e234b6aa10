"""The page of a provider: whole without scripts, and no text of anybody is markup."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from api.vendor.answers import ActLink, HeardDocument, HeardStatement, OwedTime, VendorEscalation
from api.vendor.filled import content_of
from api.vendor.forms import FormFile, SentForm
from api.vendor.page.page import Told, plain_page, vendor_page
from api.vendor.statements import Documents
from api.vendor.view import offered_acts
from holdfast.domain.third_party.kinds import EscalationStage, Said
from holdfast.domain.third_party.links import LinkAct
from holdfast.dora.register.terms import VendorClock

_AT = datetime(2026, 3, 4, 9, 40, tzinfo=UTC)
_HOSTILE = "</p></textarea>\"'><script>alert(1)</script><img src=x onerror=y>\u202e"
_VOID = {"meta", "input", "br"}


class _Page(HTMLParser):
    """What of a page is markup; every element has to be closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def every(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of the elements of that name."""
        return [attributes for name, attributes in self.tags if name == tag]


def seen(**changes: Any) -> VendorEscalation:  # noqa: ANN401 - any field
    """An escalation with everything in it."""
    given: dict[str, Any] = {
        "reference": "INC-2026-000001/third-party-1",
        "provider": "Nimbus",
        "contract": "CTR-1",
        "their_reference": "CS-1",
        "stage": "asked",
        "round": 2,
        "asked_at": _AT,
        "because": "Payments are down.",
        "estimated_at": _AT,
        "times": [OwedTime(time=clock, due_at=_AT, state="running") for clock in VendorClock],
        "statements": [
            HeardStatement(
                said="update",
                said_at=_AT,
                recorded_at=_AT,
                source="link",
                text="On it.",
                estimated_at=_AT,
                documents=[HeardDocument(name="D", media_type="a/b", digest="sha256:0")],
            )
        ],
        "acts": [
            ActLink(act=act, url=f"https://bank.example/holdfast/v1/vendor/t-{act}/{act}")
            for act in LinkAct
            if act is not LinkAct.PAGE
        ],
        "page": "https://bank.example/holdfast/v1/vendor/t",
        "valid_until": _AT,
    }
    return VendorEscalation(**(given | changes))


def test_a_page_is_well_formed_and_every_field_has_its_label() -> None:
    """So that a screen reader tells what is asked; and an id stands once."""
    page = _Page(vendor_page(seen(), Told("Thank you", ["It is there."], good=True)))
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    fields = [f for tag in ("input", "select", "textarea") for f in page.every(tag)]
    assert {field["id"] for field in fields} == {label["for"] for label in page.every("label")}
    labelled = [section["aria-labelledby"] for section in page.every("section")]
    assert set(labelled) <= set(ids)
    assert [form["action"] for form in page.every("form")] == [
        f"/holdfast/v1/vendor/t-{act}/{act}" for act in LinkAct if act is not LinkAct.PAGE
    ]
    assert {form["method"] for form in page.every("form")} == {"post"}
    assert "round" not in page.text.lower() or "2: it is broken again" in page.text


def test_no_text_of_anybody_is_markup() -> None:
    """In any field, in what is told, and in what was filled in; nor does it turn what is beside."""
    hostile = dict.fromkeys(("provider", "contract", "their_reference", "because"), _HOSTILE)
    statement = (
        seen()
        .statements[0]
        .model_copy(
            update={
                "text": _HOSTILE,
                "documents": [HeardDocument(name=_HOSTILE, media_type="", digest="")],
            }
        )
    )
    filled = dict.fromkeys(("said_by", "statement", "name", "estimated_local"), _HOSTILE)
    for act in LinkAct:
        told = Told(_HOSTILE, [_HOSTILE], act=act, filled=filled)
        html = vendor_page(seen(**hostile, statements=[statement]), told)
        page = _Page(html)
        assert page.open == []
        assert not {"script", "img"} & {tag for tag, _ in page.tags}
        assert not any(name.startswith("on") for _, found in page.tags for name in found)
        assert "[U+202E]" in html
    assert "<script" not in plain_page(_HOSTILE, _HOSTILE)


def test_the_form_that_is_due_stands_open() -> None:
    """The acknowledgement first, then the update; and what was tried, where it was not taken."""

    def opened(page: str) -> list[str]:
        return [
            part.split("/v1/vendor/t-")[1].split("/")[0]
            for part in page.split("<details open>")[1:]
        ]

    assert opened(vendor_page(seen())) == ["acknowledgement"]
    done = [OwedTime(time="acknowledge", due_at=_AT, state="met"), *seen().times[1:]]
    assert opened(vendor_page(seen(times=done))) == ["update"]
    tried = Told("It was not sent", act=LinkAct.ESTIMATE)
    assert opened(vendor_page(seen(), tried)) == ["estimate"]


def test_an_overdue_time_is_told_in_words() -> None:
    """Not by its colour alone."""
    late = [OwedTime(time="restore", due_at=_AT, state="missed")]
    assert "overdue" in _Page(vendor_page(seen(times=late))).text


def test_what_we_took_down_shows_without_its_words() -> None:
    """They are ours."""
    own = seen().statements[0].model_copy(update={"source": "telephone", "text": None})
    assert "taken down by us (telephone)" in _Page(vendor_page(seen(statements=[own]))).text


@pytest.mark.parametrize("stage", [stage for stage in EscalationStage if stage != "closed"])
def test_every_stage_offers_what_can_still_be_said(stage: EscalationStage) -> None:
    """A document can be brought at any time: an analysis of the cause comes late."""
    offered = offered_acts(stage)
    assert LinkAct.DOCUMENT in offered
    assert LinkAct.PAGE not in offered
    assert (LinkAct.RESTORATION in offered) is (stage is EscalationStage.ASKED)


@pytest.mark.parametrize(
    ("local", "offset", "at"),
    [
        ("2026-03-04T10:30", "+01:00", "2026-03-04T09:30:00+00:00"),
        ("2026-03-04T10:30:15", "-03:30", "2026-03-04T14:00:15+00:00"),
        ("2026-03-04T10:30", None, "2026-03-04T10:30:00+00:00"),
    ],
)
def test_a_moment_of_a_form_is_on_the_clock_that_was_chosen(
    local: str, offset: str | None, at: str
) -> None:
    """No script knows the browser's zone, so the form asks for it."""
    fields = {"said_by": "Jo", "estimated_local": local}
    fields |= {"estimated_offset": offset} if offset else {}
    read = content_of(Said.ESTIMATE, SentForm(fields, {}))
    assert read.estimated_at == datetime.fromisoformat(at)


def test_a_file_of_a_form_is_a_document() -> None:
    """Under the name that says what it is."""
    files = {"file": FormFile("application/pdf", b"\x00"), "other": FormFile("a/b", b"x")}
    read = content_of(Said.DOCUMENT, SentForm({"said_by": "Jo", "name": "Cause"}, files))
    assert isinstance(read, Documents)
    assert [(each.name, each.bytes) for each in read.documents] == [("Cause", b"\x00")]
