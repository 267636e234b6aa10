"""A template and what is known become a text: plain, bounded, and saying itself what is missing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Template, TemplateError

from holdfast.domain.communication.templates import CommunicationsPolicy
from holdfast.store.communications.known_values import KnownValue, ShownValue
from holdfast.store.communications.language_forms import forms_of
from holdfast.store.communications.template_language import ENVIRONMENT, names_in

__all__ = [
    "LONGEST_BODY",
    "LONGEST_SUBJECT",
    "CannotRender",
    "Rendered",
    "Rendering",
    "fits_a_header",
]

LONGEST_SUBJECT = 200
"""Characters of a subject; a longer one is cut."""

LONGEST_BODY = 10_000
"""Characters of a body; a longer one is refused."""

_UNFIT = frozenset({"Cc", "Zl", "Zp"})
"""Categories of Unicode that have no place in a header: controls, and breaks of lines."""


class CannotRender(ValueError):
    """A template that does not become a text; says why."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, the names of what it lacks, in order, and the values that it took in, by name."""

    text: str
    missing: tuple[str, ...]
    used: dict[str, KnownValue]


@dataclass(frozen=True, slots=True)
class Rendering:
    """One language: what is known, and what a person has stated, which goes before that.

    What is stated for the language (`name.de`) goes before what is stated for all.
    """

    policy: CommunicationsPolicy
    language: str
    known: Mapping[str, KnownValue]
    stated: Mapping[str, KnownValue]

    def subject(self, source: str) -> Rendered:
        """Render a subject: one line that fits a header, cut where it is too long.

        Raises:
            CannotRender: nothing is left of it, or it is no template that this release lets in.
        """
        rendered = self._render(source)
        fit = "".join(each if fits_a_header(each) else " " for each in rendered.text)
        return Rendered(_cut(" ".join(fit.split())), rendered.missing, rendered.used)

    def body(self, source: str) -> Rendered:
        """Render a body.

        Raises:
            CannotRender: it is too long, nothing is left of it, or it is no template that this
                release lets in.
        """
        return self._render(source)

    def _render(self, source: str) -> Rendered:
        noted: dict[str, None] = {}
        used: dict[str, KnownValue] = {}
        values: dict[str, ShownValue] = {}
        try:
            names = sorted(names_in(source) & self.policy.offered.keys())
            for name in names:
                found_as, value = self._find(name)
                if value is not None:
                    used[found_as] = value
                values[name] = self._shown(name, value, noted)
            text = "".join(_bounded(_compiled(source), values)).strip()
        except TemplateError as error:
            message = f"the template is refused: {error}"
            raise CannotRender(message) from error
        if not text:
            message = "nothing is left of the text"
            raise CannotRender(message)
        return Rendered(text, tuple(noted), used)

    def _find(self, name: str) -> tuple[str, KnownValue | None]:
        own = f"{name}.{self.language}"
        if own in self.stated:
            return own, self.stated[own]
        return name, self.stated.get(name) or self.known.get(name)

    def _shown(self, name: str, value: KnownValue | None, noted: dict[str, None]) -> ShownValue:
        ask = self.policy.asks.get(name)
        # Where other languages have it, it is this one's that is missing.
        elsewhere = any(each.startswith(f"{name}.") for each in self.stated)
        called = f"{name}.{self.language}" if elsewhere else name
        optional = ask is not None and not ask.required
        return ShownValue(called, value, forms_of(self.language), noted, optional=optional)


def fits_a_header(character: str) -> bool:
    """Whether a character may stand in a subject: no control, and no break of a line."""
    return unicodedata.category(character) not in _UNFIT


def _bounded(template: Template, values: Mapping[str, ShownValue]) -> Iterator[str]:
    length = 0
    for part in template.generate(values):
        length += len(part)
        if length > LONGEST_BODY:
            message = f"the text has more than {LONGEST_BODY} characters"
            raise CannotRender(message)
        yield part


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    return ENVIRONMENT.from_string(source)


def _cut(subject: str) -> str:
    if len(subject) <= LONGEST_SUBJECT:
        return subject
    return f"{subject[: LONGEST_SUBJECT - 1].rstrip()}…"
