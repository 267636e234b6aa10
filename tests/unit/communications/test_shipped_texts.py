"""The texts that are shipped: in three languages, with all values, with none, and with any."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.template_values import ValueKind
from holdfast.domain.values import Line
from holdfast.store.communications.known_values import KnownValue
from holdfast.store.communications.rendering import LONGEST_SUBJECT, Rendering
from tests.communication_texts import AT, LANGUAGES, POLICY, PURPOSES, everything, known
from tests.hostile_texts import HOSTILE

_EACH = pytest.mark.parametrize(
    ("purpose", "language"), [(purpose, code) for purpose in PURPOSES for code in LANGUAGES]
)
_OPENED = ("incident", "title", "phase", "opened_at", "aware_at", "drafted_at", "audience")
_PLAIN = {name: text for name, text in HOSTILE.items() if name not in {"long text", "long word"}}


def texts(
    purpose: Purpose, language: str, values: dict[str, KnownValue]
) -> tuple[str, str, set[str]]:
    """Subject, body, and the names of what is missing."""
    rendering, text = Rendering(POLICY, language, values, {}), POLICY.text(purpose, language)
    assert text is not None
    subject, body = rendering.subject(text.subject), rendering.body(text.body)
    return subject.text, body.text, {*subject.missing, *body.missing}


@_EACH
def test_with_all_values_a_text_is_whole(purpose: Purpose, language: str) -> None:
    """Nothing is missing, nothing of the template is left, no paragraph is torn apart."""
    for internal in (True, False):
        values = everything() | {"internal": known("internal", raw=internal)}
        subject, body, missing = texts(purpose, language, values)
        assert missing == set()
        for text in (subject, body):
            assert not re.search(r"\{\{|\{%|%\}|\}\}|missing|True|False|None", text)
        assert "\n\n\n" not in body
        assert body == body.strip()


@_EACH
def test_without_any_value_a_text_says_what_is_missing(purpose: Purpose, language: str) -> None:
    """By its name, where it would stand."""
    subject, body, missing = texts(purpose, language, {})
    assert set(re.findall(r"\[missing: (\w+)\]", f"{subject} {body}")) == missing
    assert missing <= set(POLICY.offered)
    optional = {name for name, ask in POLICY.asks.items() if not ask.required}
    assert not missing & optional


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", [Purpose.ESCALATION_BRIEF, Purpose.HOLDING_STATEMENT])
def test_what_cannot_wait_needs_nothing_that_is_typed(purpose: Purpose, language: str) -> None:
    """An incident that was just opened says enough."""
    values = {name: known(name) for name in _OPENED}
    assert texts(purpose, language, values)[2] == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_says_what_the_law_wants_of_it(language: str) -> None:
    """Art. 19(3): the incident and the measures; Art. 17(3)(e): impact, response, controls."""
    wanted = {
        Purpose.CLIENT_NOTICE: ("what_happened", "measures_taken", "protective_measures"),
        Purpose.MANAGEMENT_BRIEF: ("impact", "response", "additional_controls"),
        Purpose.ESCALATION_BRIEF: ("title", "impact_assessment", "recommended_actions"),
        Purpose.SITUATION_UPDATE: ("situation", "next_update_due"),
        Purpose.VENDOR_NOTICE: ("needed_from_vendor",),
        Purpose.MEDIA_STATEMENT: ("what_happened", "media_contact"),
        Purpose.ALL_CLEAR: ("recovered_at", "resolution"),
    }
    for purpose, names in wanted.items():
        values = everything()
        values.pop("recovered_at" if purpose is Purpose.SITUATION_UPDATE else "cause")
        for name in names:
            assert texts(purpose, language, values | _marked(name))[1].count(_mark(name)) >= 1


def _mark(name: str) -> str:
    return "2031" if POLICY.offered[name].kind is ValueKind.MOMENT else f"<{name}>"


def _marked(name: str) -> dict[str, KnownValue]:
    kind = POLICY.offered[name].kind
    raw = AT.replace(year=2031) if kind is ValueKind.MOMENT else f"<{name}>"
    return {name: known(name, raw)}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_no_text_for_outside_names_the_incident_by_its_id(purpose: Purpose) -> None:
    """How many there are is nobody else's affair; providers need it to answer."""
    if purpose in {
        Purpose.VENDOR_NOTICE,
        Purpose.MANAGEMENT_BRIEF,
        Purpose.ESCALATION_BRIEF,
    }:
        return
    values = everything() | {
        "incident": known("incident", "INC-2026-000001"),
        "internal": known("internal", raw=False),
    }
    for language in LANGUAGES:
        assert "INC-2026" not in "".join(texts(purpose, language, values)[:2])


def test_every_purpose_has_a_text_for_every_audience() -> None:
    """`other` is written by hand."""
    assert set(POLICY.templates) == set(PURPOSES)
    assert set(POLICY.audiences) == set(Audience)
    for template in POLICY.templates.values():
        assert set(template.texts) == set(LANGUAGES)


_VALUES = st.dictionaries(
    st.sampled_from(
        [name for name, offered in POLICY.offered.items() if offered.kind is ValueKind.TEXT]
    ),
    st.one_of(st.sampled_from(sorted(_PLAIN.values())), st.text(min_size=1, max_size=60)),
    min_size=3,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PURPOSES), st.sampled_from(LANGUAGES), _VALUES)
def test_values_stand_in_the_text_as_they_are(
    purpose: Purpose, language: str, stated: dict[str, str]
) -> None:
    """Whatever they hold: nothing of it is read as a template, as markup, or as a header."""
    outside = {"internal": known("internal", raw=False)}
    values = everything() | {name: known(name, text) for name, text in stated.items()} | outside
    subject, body, missing = texts(purpose, language, values)
    assert missing == set()
    text = POLICY.text(purpose, language)
    assert text is not None
    required = {name for name, ask in POLICY.asks.items() if ask.required}
    for name in required & stated.keys():
        # What has to be stated stands under no condition, for those outside.
        assert (stated[name].strip() in body) or f"{{{{ {name} }}}}" not in text.body
    assert len(subject) <= LONGEST_SUBJECT
    assert subject.splitlines() == [subject]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_plain_text(text: str) -> None:
    """As a title in a subject, and as what a person states in a body."""
    values = everything() | {"title": known("title", text), "response": known("response", text)}
    subject, body, _ = texts(Purpose.MANAGEMENT_BRIEF, "en", values)
    assert text.strip() in body
    assert subject.splitlines() == [subject]
    assert len(subject) <= LONGEST_SUBJECT


def test_a_subject_is_a_line_of_the_message() -> None:
    """Its bound is the one that the message has."""
    assert Line.__metadata__[0].max_length == LONGEST_SUBJECT  # type: ignore[attr-defined]
