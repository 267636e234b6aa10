"""What is known about an incident: typed facts, each with its source and whether it is estimated.

A fact that nobody has stated is unknown: never zero, never false.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field, StrictBool, StrictInt, StrictStr, field_validator, model_validator

from holdfast.domain.fact_catalogue import FACTS, FactDefinition, FactType
from holdfast.domain.member_states import MEMBER_STATES
from holdfast.domain.roles import Actor
from holdfast.domain.values import (
    MAX_SAFE_INTEGER,
    Digest,
    Frozen,
    Identifier,
    Instant,
    Line,
    Token,
    digest_of,
)

__all__ = [
    "FACTS",
    "Fact",
    "FactChange",
    "FactDefinition",
    "FactSheet",
    "FactType",
    "FactValue",
    "Quality",
]

FactValue = StrictBool | StrictInt | StrictStr


class Quality(StrEnum):
    """Whether a value was measured or estimated (Delegated Regulation (EU) 2024/1772 Art. 1(5))."""

    ACTUAL = "actual"
    ESTIMATE = "estimate"


_NO_MEMBER_STATE = "none"
_FIRST_YEAR, _LAST_YEAR = 1970, 2199

_TYPES = {
    FactType.BOOLEAN: bool,
    FactType.COUNT: int,
    FactType.TEXT: str,
    FactType.INSTANT: str,
    FactType.MEMBER_STATES: str,
}


class FactChange(Frozen):
    """One statement of a fact; `value` null takes an earlier statement back (unknown again)."""

    fact: Token
    service: Identifier | None = None
    value: FactValue | None
    quality: Quality
    source: Line

    @field_validator("value")
    @classmethod
    def _value_is_bounded(cls, value: FactValue | None) -> FactValue | None:
        if isinstance(value, str) and not 1 <= len(value) <= 1_000:  # noqa: PLR2004 - said below
            message = "a text fact has 1 to 1,000 characters"
            raise ValueError(message)
        if isinstance(value, int) and not 0 <= value <= MAX_SAFE_INTEGER:
            message = "a count is between 0 and 2^53-1"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _fits_the_catalogue(self) -> FactChange:
        definition = FACTS.get(self.fact)
        if definition is None:
            message = f"there is no fact '{self.fact}'; known: {', '.join(FACTS)}"
            raise ValueError(message)
        if definition.per_service and self.service is None:
            message = f"'{self.fact}' belongs to a service: name it"
            raise ValueError(message)
        if not definition.per_service and self.service is not None:
            message = f"'{self.fact}' belongs to the whole incident: name no service"
            raise ValueError(message)
        if self.value is not None and type(self.value) is not _TYPES[definition.type]:
            message = f"'{self.fact}' is a {definition.type}"
            raise ValueError(message)
        if isinstance(self.value, str):
            _check_text(self.fact, definition.type, self.value)
        return self

    @property
    def key(self) -> str:
        """Where the fact stands on the sheet: `fact`, or `fact@service`."""
        return self.fact if self.service is None else f"{self.fact}@{self.service}"


def _check_text(name: str, kind: FactType, value: str) -> None:
    if kind is FactType.INSTANT and not _is_instant(value):
        message = f"'{name}' is an RFC 3339 date-time in UTC, such as 2026-03-04T09:30:00Z"
        raise ValueError(message)
    if kind is FactType.MEMBER_STATES and value != _NO_MEMBER_STATE:
        unknown = [code for code in value.split(" ") if code not in MEMBER_STATES]
        if unknown:
            message = f"'{name}': {', '.join(map(repr, unknown))} is no Member State of the EEA"
            raise ValueError(message)


def _is_instant(value: str) -> bool:
    if not value.endswith("Z") or "T" not in value:
        return False
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    # Deadlines are counted from it: what is centuries away is a slip, and could not be added to.
    return _FIRST_YEAR <= moment.year <= _LAST_YEAR


class Fact(Frozen):
    """A stated fact as it stands: the change that stated it, by whom and when."""

    value: FactValue | None
    quality: Quality
    source: Line
    stated_by: Actor
    stated_at: Instant

    @property
    def estimate(self) -> bool:
        """Whether the value is an estimate."""
        return self.quality is Quality.ESTIMATE


class FactSheet(Frozen):
    """All facts of one incident, by key, and the services that it affects."""

    services: tuple[Identifier, ...] = ()
    facts: dict[str, Fact] = Field(default_factory=dict)

    @property
    def digest(self) -> Digest:
        """The digest of exactly what is known."""
        return digest_of(self.model_dump(mode="json"))

    def get(self, key: str) -> Fact | None:
        """The fact under that key, or None while it is unknown."""
        fact = self.facts.get(key)
        return fact if fact is not None and fact.value is not None else None

    def highest(self, name: str) -> Fact | None:
        """The worst statement of a fact over all services: true before false, more before less."""
        worst = self._worst(name)
        implied = (
            [self._worst(other) for other in FACTS[name].follows_from] if name in FACTS else []
        )
        if not implied or (worst is not None and worst.value is True):
            return worst
        if true := next((fact for fact in implied if fact and fact.value is True), None):
            return true
        return worst or (implied[0] if all(implied) else None)

    def moment(self, key: str) -> datetime | None:
        """The instant stated under that key, aware and in UTC; None while it is unknown."""
        fact = self.get(key)
        return datetime.fromisoformat(str(fact.value)) if fact else None

    def _worst(self, name: str) -> Fact | None:
        stated = [
            fact
            for service in (None, *self.services)
            if (fact := self.get(name if service is None else f"{name}@{service}"))
        ]
        return max(
            stated, key=lambda fact: (not isinstance(fact.value, str), fact.value), default=None
        )

    def changed(self, change: FactChange, stated_by: Actor, stated_at: Instant) -> FactSheet:
        """The sheet with one more statement on it; a service first named here becomes affected."""
        fact = Fact(
            value=change.value,
            quality=change.quality,
            source=change.source,
            stated_by=stated_by,
            stated_at=stated_at,
        )
        return FactSheet(
            services=self._with(change.service), facts={**self.facts, change.key: fact}
        )

    def affecting(self, services: tuple[str, ...]) -> FactSheet:
        """The sheet with these services among the affected ones."""
        sheet = self
        for service in services:
            sheet = FactSheet(services=sheet._with(service), facts=sheet.facts)
        return sheet

    def _with(self, service: str | None) -> tuple[str, ...]:
        if service is None or service in self.services:
            return self.services
        return (*self.services, service)
