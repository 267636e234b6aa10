"""Texts that call a provider: each can be answered, leaves unasked, and says what it has to."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from holdfast.domain.communication.kinds import Purpose
from holdfast.domain.communication.message import ANSWER_LINK
from holdfast.domain.communication.template_values import (
    ALWAYS_SAID_BY_A_CALL,
    OF_A_CALL,
    OFFERED,
    TIMES_OF_A_CALL,
)
from holdfast.domain.communication.templates import CommunicationsPolicy
from holdfast.dora.register.terms import VendorClock
from holdfast.errors import InvalidInput
from holdfast.store.communications.call_texts import flaws_of_call
from holdfast.store.communications.known_values import KnownValue
from holdfast.store.communications.rendering import Rendering
from holdfast.store.communications.template_files import load_communications
from holdfast.store.policy_faults import InvalidPolicy
from tests.communication_texts import AT, FOLDER, LANGUAGES, POLICY, known

_CALLS = [Purpose.VENDOR_REQUEST, Purpose.VENDOR_CALL]
_EACH = pytest.mark.parametrize(
    ("purpose", "language"), [(purpose, code) for purpose in _CALLS for code in LANGUAGES]
)
_REFERENCE = "INC-2026-000001/third-party-1"
_GROUNDS = {
    "en": ("Article 30(2)(f)", "Article 30(3)(a)", "Article 30(3)(b)"),
    "de": (
        "Artikel 30 Absatz 2 Buchstabe f",
        "Artikel 30 Absatz 3 Buchstabe a",
        "Artikel 30 Absatz 3 Buchstabe b",
    ),
    "fr": (
        "article 30, paragraphe 2, point f)",
        "article 30, paragraphe 3, point a)",
        "article 30, paragraphe 3, point b)",
    ),
}
_NOT_DONE = {
    VendorClock.ACKNOWLEDGE: ("acknowledged our call", "bestätigt", "accusé réception"),
    VendorClock.FIRST_RESPONSE: ("first response", "erste Rückmeldung", "première réponse"),
    VendorClock.UPDATE: ("update that was due", "fällige Zwischenstand", "point de situation"),
    VendorClock.WORKAROUND: ("workaround", "Ausweichlösung", "contournement"),
    VendorClock.RESTORE: ("not restored", "nicht wiederhergestellt", "pas rétabli"),
}


def said(**more: object) -> dict[str, KnownValue]:
    """What every call says, and more."""
    texts = {name: known(name) for name in ALWAYS_SAID_BY_A_CALL}
    texts |= {
        "escalation": known("escalation", _REFERENCE),
        "provider": known("provider", "Nordcloud Beispiel"),
        "contract": known("contract", "NC-2024-001"),
        "title": known("title", "The gateway does not answer"),
        "call_reason": known("call_reason", "Payments stand still."),
        "answer_link": known("answer_link", ANSWER_LINK),
    }
    return texts | {name: known(name, raw) for name, raw in more.items()}  # type: ignore[arg-type]


def written(
    purpose: Purpose, language: str, values: dict[str, KnownValue]
) -> tuple[str, str, set[str]]:
    """Subject, body, and what is missing."""
    rendering, text = Rendering(POLICY, language, values, {}), POLICY.text(purpose, language)
    assert text is not None
    subject, body = rendering.subject(text.subject), rendering.body(text.body)
    return subject.text, body.text, {*subject.missing, *body.missing}


@_EACH
def test_a_call_needs_nothing_but_what_every_call_says(purpose: Purpose, language: str) -> None:
    """Who we are, which contract, what we see, on what grounds, and where to answer."""
    subject, body, missing = written(purpose, language, said())
    assert missing == set()
    assert subject.startswith(f"[{_REFERENCE}] ")
    assert "NC-2024-001" in subject
    assert ANSWER_LINK not in subject
    for words in ("Nordcloud Beispiel", "NC-2024-001", "The gateway does not answer", _REFERENCE):
        assert words in body
    for words in (*_GROUNDS[language], "2022/2554", "Payments stand still."):
        assert words in body
    assert f"\n{ANSWER_LINK}\n" in body
    assert body.count(ANSWER_LINK) == 1
    assert not re.search(r"\{|\}|missing|None|\n\n\n", body)


@_EACH
def test_whatever_more_is_known_stands_in_it(purpose: Purpose, language: str) -> None:
    """Services, severity, priority, their reference, and each time that runs, when it runs out."""
    times = {name: AT + timedelta(days=number) for number, name in enumerate(TIMES_OF_A_CALL, 1)}
    more = said(
        **times,
        services=("Instant payments",),
        entities=("Beispielbank AG",),
        severity="SEV1",
        priority="P1",
        their_reference="NCB-77",
    )
    _, body, missing = written(purpose, language, more)
    assert missing == set()
    for words in ("Instant payments", "Beispielbank AG", "SEV1, P1\n", "NCB-77"):
        assert words in body
    days = [int(each) for each in re.findall(r"(\d+)\.? (?:March|März|mars) 2026", body)]
    assert days == [5, 6, 7, 8, 9, 4]
    assert "\n\n\n" not in body


@pytest.mark.parametrize("clock", VendorClock)
def test_a_further_call_says_which_time_has_passed_and_when(clock: VendorClock) -> None:
    """And to which rung of the provider's own ladder it goes, in each language."""
    for number, language in enumerate(LANGUAGES):
        late = said(overdue_time=str(clock), overdue_since=AT, call_rung="Head of operations")
        subject, body, _ = written(Purpose.VENDOR_CALL, language, late)
        assert _NOT_DONE[clock][number] in body
        assert "09:30" in body
        assert "Head of operations" in body
        assert "Payments stand still." not in body
        assert subject != written(Purpose.VENDOR_CALL, language, said())[0]


def test_each_clock_of_a_provider_has_its_value() -> None:
    """A new one would be left out of every call."""
    assert list(TIMES_OF_A_CALL.values()) == list(VendorClock)
    assert TIMES_OF_A_CALL.keys() < OF_A_CALL.keys() < OFFERED.keys()
    assert set(ALWAYS_SAID_BY_A_CALL) <= OFFERED.keys()


_LINK = "{{ answer_link }}"
_REFUSED = {
    "no link": ("body", _LINK, "", "a call is answered by its link"),
    "two links": ("body", _LINK, f"{_LINK} {_LINK}", "a call is answered by its link"),
    "link under a condition": (
        "body", _LINK, f"{{% if call_rung %}}{_LINK}{{% endif %}}", "a call is answered by its",
    ),
    "link that a filter changes": (
        "body", _LINK, "{{ answer_link | otherwise('x') }}", "a call is answered by its link",
    ),
    "place of the link": ("body", _LINK, ANSWER_LINK, "write {{ answer_link }} instead of"),
    "link in the subject": (
        "subject", "Eine Frist", _LINK, "the body of a call of a provider alone has a link",
    ),
    "no reference": ("subject", "[{{ escalation }}] ", "", "a subject begins with [{{ escal"),
    "reference at the end": ("subject", "[{{", "Call [{{", "a subject begins with [{{ escal"),
    "what may not be known": (
        "body", "{{ title }}", "{{ root_cause }}", "may not know 'root_cause': ask with {% if",
    ),
    "a moment that may not be known": (
        "body", "{{ title }}", "{{ restore_by | day }}", "may not know 'restore_by'",
    ),
    "a list that may not be known": (
        "body", "{{ title }}", "{% for one in services %}{{ one }}{% endfor %}", "know 'services'",
    ),
    "what nobody states": (
        "body", "{{ title }}", "{{ needed_from_vendor }}", "may not know 'needed_from_vendor'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("part", "old", "new", "told"), _REFUSED.values(), ids=_REFUSED)
def test_a_call_that_could_not_leave_or_be_answered_is_refused(
    part: Literal["subject", "body"], old: str, new: str, told: str
) -> None:
    """With the line in which somebody has to change something."""
    text = POLICY.text(Purpose.VENDOR_CALL, "de")
    assert text is not None
    source = text.subject if part == "subject" else text.body
    assert flaws_of_call(POLICY, Purpose.VENDOR_CALL, source, part=part) == []
    assert old in source
    line = source[: source.index(old)].count("\n") + 1 if new else 1
    (flaw,) = flaws_of_call(POLICY, Purpose.VENDOR_CALL, source.replace(old, new, 1), part=part)
    assert flaw.line == line
    assert told in flaw.message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that is shipped, as somebody may edit it."""
    return Path(shutil.copytree(FOLDER, tmp_path / "communications"))


def test_a_folder_with_such_a_call_is_refused(folder: Path) -> None:
    """With its file."""
    file = folder / "vendor_request.fr.j2"
    file.write_text(file.read_text().replace(_LINK, "").replace("[{{ escalation }}]", "Appel"))
    with pytest.raises(InvalidPolicy) as refused:
        load_communications(folder)
    assert [line.split(":")[:3] for line in refused.value.message.split("\n")] == [
        [f"communications/{file.name}", "1", " subject"],
        [f"communications/{file.name}", "3", " body"],
    ]


@pytest.mark.parametrize("words", [_LINK, ANSWER_LINK])
def test_no_other_text_has_a_link(words: str) -> None:
    """A client could answer for a provider."""
    (flaw,) = flaws_of_call(POLICY, Purpose.CLIENT_NOTICE, f"So:\n{words}", part="body")
    assert flaw.line == 2
    assert "link" in flaw.message


def test_what_may_be_left_out_may_be_printed() -> None:
    """An ask that is not required prints as nothing."""
    text = POLICY.text(Purpose.VENDOR_CALL, "de")
    assert text is not None
    source = f"{text.body}\n{{{{ cause }}}}"
    assert flaws_of_call(POLICY, Purpose.VENDOR_CALL, source, part="body") == []


def test_what_was_published_before_there_were_calls_is_still_read() -> None:
    """Without their texts, and with asks that have their names; it can only be replaced."""
    document = json.loads(load_communications(FOLDER).content)
    document["asks"]["provider"] = {"meaning": "Who provides the service"}
    newer = json.dumps(document)
    with pytest.raises(ValueError, match="'provider' is filled in from a call"):
        CommunicationsPolicy.model_validate_json(newer)
    document["format"] = 1
    for purpose in _CALLS:
        del document["templates"][str(purpose)]
    older = CommunicationsPolicy.model_validate_json(json.dumps(document))
    assert older.offered["provider"].meaning == "Who provides the service"
    assert older.text(Purpose.VENDOR_CALL, "en") is None
    document["format"] = 2
    del document["asks"]["provider"]
    with pytest.raises(ValueError, match="no template for vendor_request, vendor_call"):
        CommunicationsPolicy.model_validate_json(json.dumps(document))


def test_an_older_format_is_not_published_again(folder: Path) -> None:
    """It says which one is."""
    index = folder / "communications.yaml"
    index.write_text(index.read_text().replace("format: 2", "format: 1"))
    with pytest.raises(InvalidInput, match="format 1 is only for incidents"):
        load_communications(folder)
