"""The policy `communications`: the texts of messages, and how each audience is reached.

A text is the source of a Jinja2 template; what it may hold is checked where it is read, since these
rules know no template engine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StringConstraints, model_validator

from holdfast.domain.communication.kinds import Audience, Language, Purpose
from holdfast.domain.communication.template_values import (
    OF_A_CALL,
    OFFERED,
    OfferedValue,
    ValueKind,
)
from holdfast.domain.roles import Role
from holdfast.domain.values import Frozen, Identifier, Line, Token

__all__ = [
    "COMMUNICATIONS",
    "LONGEST_BODY_SOURCE",
    "LONGEST_SUBJECT_SOURCE",
    "Ask",
    "AudiencePlan",
    "CommunicationsPolicy",
    "PlannedDelivery",
    "Template",
    "TemplateText",
    "communications_policy",
]

COMMUNICATIONS = "communications"
"""The name of the policy, and of its folder."""

LONGEST_SUBJECT_SOURCE = 1_000
"""Characters of the source of a subject."""

LONGEST_BODY_SOURCE = 20_000
"""Characters of the source of a body."""

_CALLS_SINCE = 2
_SINCE = {Purpose.VENDOR_REQUEST: _CALLS_SINCE, Purpose.VENDOR_CALL: _CALLS_SINCE}
"""Since which format there is a text for a purpose."""

_RESERVED = frozenset(
    {"and", "elif", "else", "false", "for", "if", "in", "is", "loop", "none", "not", "or", "true"}
)


def _is_no_word_of_templates(name: str) -> str:
    if name in _RESERVED:
        message = f"'{name}' is a word of the language of templates"
        raise ValueError(message)
    return name


def _is_told_apart(name: str) -> str:
    if name in OFFERED.keys() - OF_A_CALL.keys():
        message = f"'{name}' is filled in from the incident: ask under another name"
        raise ValueError(message)
    return name


ValueName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=80),
    AfterValidator(_is_no_word_of_templates),
    AfterValidator(_is_told_apart),
]
"""The name of a value that people state: lower case, digits and underscores."""


class Ask(Frozen):
    """A value that a person states with the draft.

    One that is required is missing where a text prints it and nobody has stated it; another is
    left out there.
    """

    meaning: Line
    required: StrictBool = True


class TemplateText(Frozen):
    """The sources of a subject and of a body, in one language."""

    subject: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SUBJECT_SOURCE)]
    body: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_BODY_SOURCE)]


class Template(Frozen):
    """The texts for one purpose, by language."""

    texts: dict[Language, TemplateText] = Field(min_length=1)


class PlannedDelivery(Frozen):
    """A delivery that is made where nobody says otherwise.

    Without a language it is made in each one of the message. `roles` are those whose contacts in
    the directory are the recipients; where none of them can be reached on this channel, the
    `alternative` is taken in its place, which needs no recipients.
    """

    channel: Token
    group: Token
    language: Language | None = None
    roles: tuple[Role, ...] = ()
    alternative: Token | None = None

    @model_validator(mode="after")
    def _addresses_people_once(self) -> PlannedDelivery:
        if self.roles and self.language is None:
            message = f"'{self.channel}' names roles: say in which language they are written to"
            raise ValueError(message)
        if self.alternative == self.channel:
            message = f"'{self.channel}' is no alternative to itself"
            raise ValueError(message)
        return self


class AudiencePlan(Frozen):
    """How one audience is reached by default; the first language is the one where none is said."""

    languages: tuple[Language, ...] = Field(min_length=1, max_length=12)
    deliveries: tuple[PlannedDelivery, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> AudiencePlan:
        if len(set(self.languages)) != len(self.languages):
            message = "a language is named twice"
            raise ValueError(message)
        for delivery in self.deliveries:
            if delivery.language is not None and delivery.language not in self.languages:
                message = (
                    f"'{delivery.language}' is none of the languages {', '.join(self.languages)}"
                )
                raise ValueError(message)
        places = [(each.channel, each.group, each.language) for each in self.deliveries]
        if len(set(places)) != len(places):
            message = "a channel, group and language are named twice"
            raise ValueError(message)
        return self


class CommunicationsPolicy(Frozen):
    """All templates by purpose, the values that people state, and a plan for each audience.

    Format 2 has the texts of calls of providers; one of format 1 may still be in force.
    """

    name: Literal["communications"]
    version: Identifier
    format: Literal[1, 2] = 1
    asks: dict[ValueName, Ask] = Field(default_factory=dict)
    audiences: dict[Audience, AudiencePlan]
    templates: dict[Purpose, Template]

    @model_validator(mode="after")
    def _is_complete(self) -> CommunicationsPolicy:
        if missing := [each.value for each in Audience if each not in self.audiences]:
            message = f"no plan for {', '.join(missing)}"
            raise ValueError(message)
        wanted = [
            each
            for each in Purpose
            if each is not Purpose.OTHER and _SINCE.get(each, 1) <= self.format
        ]
        if missing := [each.value for each in wanted if each not in self.templates]:
            message = f"no template for {', '.join(missing)}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _asks_for_nothing_that_a_call_says(self) -> CommunicationsPolicy:
        if self.format >= _CALLS_SINCE and (
            both := [name for name in self.asks if name in OF_A_CALL]
        ):
            message = f"'{both[0]}' is filled in from a call: ask under another name"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _speaks_every_language(self) -> CommunicationsPolicy:
        planned = {code: name for name, plan in self.audiences.items() for code in plan.languages}
        for purpose, template in self.templates.items():
            if lost := [code for code in planned if code not in template.texts]:
                message = (
                    f"'{purpose}' has no text in {lost[0]}, which {planned[lost[0]]} are written in"
                )
                raise ValueError(message)
        return self

    @property
    def offered(self) -> dict[str, OfferedValue]:
        """All values that a template may name: those of the incident, and those that are asked."""
        asked = {
            name: OfferedValue(kind=ValueKind.TEXT, meaning=ask.meaning)
            for name, ask in self.asks.items()
        }
        return {**OFFERED, **asked}

    def text(self, purpose: Purpose, language: str) -> TemplateText | None:
        """The template of a purpose in a language; None where there is none."""
        template = self.templates.get(purpose)
        return template.texts.get(language) if template else None


# Parsed once a process: a pure function of its argument.
@lru_cache(maxsize=8)
def communications_policy(content: str) -> CommunicationsPolicy:
    """Read the policy from its pinned content."""
    return CommunicationsPolicy.model_validate_json(content)
