"""What is different between two versions of a communication."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.communication.differences import Change, difference
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import (
    Attached,
    Delivery,
    Message,
    OnCommand,
    Variant,
)
from holdfast.domain.values import digest_of

_LIST = digest_of("a list")


def _delivery(channel: str = "mail", language: str = "en", **changes: Any) -> Delivery:  # noqa: ANN401
    given: dict[str, Any] = {"group": "clients", "recipients": _LIST, "count": 2} | changes
    return Delivery(channel=channel, kind=ChannelKind.MAIL, language=language, **given)


def _message(**changes: Any) -> Message:  # noqa: ANN401
    given: dict[str, Any] = {
        "variants": (Variant(language="en", subject="Delayed", body="One.\nTwo.\nThree."),),
        "deliveries": (_delivery(),),
    } | changes
    return Message(
        incident="INC-2026-000001", purpose=Purpose.OTHER, audience=Audience.CLIENTS, **given
    )


def test_a_text_is_compared_line_by_line() -> None:
    """As a unified difference, with the subject as its first line."""
    after = _message(
        variants=(Variant(language="en", subject="Still delayed", body="One.\nTwo!\nThree."),)
    )
    (text,) = difference(_message(), after).texts
    assert text.change is Change.CHANGED
    assert text.lines == (
        "--- before",
        "+++ after",
        "@@ -1,5 +1,5 @@",
        "-Delayed",
        "+Still delayed",
        " ",
        " One.",
        "-Two.",
        "+Two!",
        " Three.",
    )


def test_a_language_comes_and_goes_whole() -> None:
    """Its delivery with it."""
    german = Variant(language="de", subject="Verzögert", body="Eins.")
    before = _message()
    after = _message(
        variants=(*before.variants, german), deliveries=(_delivery(), _delivery(language="de"))
    )
    there, back = difference(before, after), difference(after, before)
    assert [(each.language, each.change) for each in there.texts] == [("de", Change.ADDED)]
    assert [(each.language, each.change) for each in back.texts] == [("de", Change.REMOVED)]
    assert [(each.change, each.before, each.after) for each in there.deliveries] == [
        (Change.ADDED, None, 2)
    ]
    assert [(each.change, each.before, each.after) for each in back.deliveries] == [
        (Change.REMOVED, 2, None)
    ]


def test_other_recipients_and_another_alternative_are_changes() -> None:
    """Of the same channel, group and language."""
    after = _message(
        deliveries=(
            _delivery(
                recipients=digest_of("another"),
                count=3,
                alternative="notices",
                alternative_kind=ChannelKind.FILES,
            ),
        )
    )
    (change,) = difference(_message(), after).deliveries
    assert (change.change, change.before, change.after) == (Change.CHANGED, 2, 3)
    assert (change.alternative_before, change.alternative_after) == (None, "notices")


def test_attachments_are_compared_by_name() -> None:
    """Other bytes under a name are a change of it."""

    def attached(name: str, content: str) -> Attached:
        return Attached(name=name, media_type="text/plain", size=1, digest=digest_of(content))

    before = _message(attachments=(attached("a.txt", "1"), attached("b.txt", "1")))
    after = _message(attachments=(attached("a.txt", "2"), attached("c.txt", "1")))
    assert [(each.name, each.change) for each in difference(before, after).attachments] == [
        ("a.txt", Change.CHANGED),
        ("b.txt", Change.REMOVED),
        ("c.txt", Change.ADDED),
    ]


def test_another_time_of_release_is_told() -> None:
    """Both, before and after."""
    told = difference(_message(), _message(release=OnCommand())).release
    assert told is not None
    assert (told.before.when, told.after.when) == ("on_approval", "on_command")


_BODIES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.just("\n"), min_size=1
).filter(str.strip)


@given(_BODIES, _BODIES)
def test_what_is_the_same_differs_in_nothing_and_else_something_is_told(
    one: str, other: str
) -> None:
    """Of any texts."""
    before = _message(variants=(Variant(language="en", subject="S", body=one),))
    after = _message(variants=(Variant(language="en", subject="S", body=other),))
    found = difference(before, after)
    assert bool(found.texts) == (before.variants != after.variants)
    assert all(text.lines for text in found.texts)
