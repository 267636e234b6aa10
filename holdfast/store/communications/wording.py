"""The texts of a draft: from the templates, from a person's own words, or from both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from holdfast.domain.communication.message import TracedValue, Variant
from holdfast.domain.communication.template_values import ValueKind
from holdfast.domain.communication.templates import CommunicationsPolicy
from holdfast.domain.communication.wishes import DraftWish, WrittenText
from holdfast.domain.values import MAX_SAFE_INTEGER, Instant
from holdfast.store.communications.invalid_draft import InvalidDraft
from holdfast.store.communications.known_values import KnownValue, traced
from holdfast.store.communications.rendering import (
    CannotRender,
    Rendered,
    Rendering,
    fits_a_header,
)

__all__ = ["Wording", "stated_values", "word"]

_INSTANT = TypeAdapter[datetime](Instant)
_MOST_DIGITS = len(str(MAX_SAFE_INTEGER))


@dataclass
class Wording:
    """The texts in all languages; what they lack, and which values templates took in.

    `templated` says whether any of it comes from a template.
    """

    variants: list[Variant] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)
    used: dict[str, KnownValue] = field(default_factory=dict)
    templated: bool = False

    @property
    def values(self) -> tuple[TracedValue, ...]:
        """The values that were taken in, by name, each with the entry that says it."""
        return tuple(one for name in sorted(self.used) for one in traced(name, self.used[name]))

    def take(self, rendered: Rendered) -> str:
        """Take in what was rendered, and return the text."""
        self.templated = True
        self.missing |= dict.fromkeys(rendered.missing)
        self.used |= rendered.used
        return rendered.text


def word(
    policy: CommunicationsPolicy,
    wish: DraftWish,
    languages: Sequence[str],
    known: Mapping[str, KnownValue],
) -> Wording:
    """Word a draft in these languages.

    Raises:
        InvalidDraft: a text or a value is wrong, or there is no template for a text.
    """
    for language in wish.texts:
        if language not in languages:
            message = f"nothing is delivered in '{language}': the languages are {_all(languages)}"
            raise InvalidDraft(message, f"texts.{language}")
    stated = stated_values(policy, wish, languages)
    wording = Wording()
    for language in languages:
        rendering = Rendering(policy, language, known, stated)
        wording.variants.append(_variant(wording, rendering, wish))
    return wording


def stated_values(
    policy: CommunicationsPolicy, wish: DraftWish, languages: Sequence[str]
) -> dict[str, KnownValue]:
    """The values that a person states, by `name` or `name.language`, each of its own kind.

    Raises:
        InvalidDraft: there is no such value, or it is of another kind or for no language here.
    """
    found = {}
    for key, text in wish.values.items():
        name, _, language = key.partition(".")
        offered, place = policy.offered.get(name), f"values.{key}"
        if offered is None:
            message = f"no template names it; people state {_all(list(policy.asks))}"
            raise InvalidDraft(message, place)
        if language and language not in languages:
            message = f"'{language}' is none of the draft's languages {_all(languages)}"
            raise InvalidDraft(message, place)
        found[key] = _stated(offered.kind, text, place)
    return found


def _stated(kind: ValueKind, text: str, place: str) -> KnownValue:
    if kind is ValueKind.BOOLEAN:
        message = "it follows from what the incident says: state or decide it there"
        raise InvalidDraft(message, place)
    if kind is ValueKind.COUNT:
        if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
            message = "it is a whole number, such as 1200"
            raise InvalidDraft(message, place)
        return KnownValue(kind, int(text))
    if kind is ValueKind.MOMENT:
        try:
            return KnownValue(kind, _INSTANT.validate_python(text))
        except ValidationError as error:
            message = "it is an RFC 3339 date-time with an offset, such as 2026-03-04T09:30:00Z"
            raise InvalidDraft(message, place) from error
    if kind is ValueKind.LIST:
        return KnownValue(kind, tuple(line.strip() for line in text.splitlines() if line.strip()))
    return KnownValue(kind, text)


def _variant(wording: Wording, rendering: Rendering, wish: DraftWish) -> Variant:
    language = rendering.language
    place = f"texts.{language}"
    written = wish.texts.get(language, WrittenText())
    subject, body = written.subject, written.body
    if subject is not None and not all(map(fits_a_header, subject)):
        message = "a subject has no control characters and no breaks of lines"
        raise InvalidDraft(message, f"{place}.subject")
    if subject is None or body is None:
        template = rendering.policy.text(wish.purpose, language)
        if template is None:
            message = f"there is no template for {wish.purpose} in it: write subject and body"
            raise InvalidDraft(message, place)
        part = "subject"
        try:
            subject = subject or wording.take(rendering.subject(template.subject))
            part = "body"
            body = body or wording.take(rendering.body(template.body))
        except CannotRender as error:
            raise InvalidDraft(str(error), f"{place}.{part}") from error
    try:
        return Variant(language=language, subject=subject, body=body)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InvalidDraft(message, place) from error


def _all(names: Sequence[str]) -> str:
    return ", ".join(names)
