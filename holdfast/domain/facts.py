"""What is known about an incident: typed facts, each with its source and whether it is estimated.

A fact that nobody has stated is unknown: never zero, never false.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, StrictBool, StrictInt, StrictStr, field_validator, model_validator

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


class FactType(StrEnum):
    """What values a fact takes."""

    BOOLEAN = "boolean"
    COUNT = "count"
    TEXT = "text"


class Quality(StrEnum):
    """Whether a value was measured or estimated (Delegated Regulation (EU) 2024/1772 Art. 1(5))."""

    ACTUAL = "actual"
    ESTIMATE = "estimate"


class FactDefinition(Frozen):
    """One fact of the catalogue: its type, its unit, and whether it belongs to one service."""

    type: FactType
    meaning: Line
    unit: Line | None = None
    per_service: bool = False


def _boolean(meaning: str, *, per_service: bool = False) -> FactDefinition:
    return FactDefinition(type=FactType.BOOLEAN, meaning=meaning, per_service=per_service)


def _count(meaning: str, unit: str, *, per_service: bool = False) -> FactDefinition:
    return FactDefinition(type=FactType.COUNT, meaning=meaning, unit=unit, per_service=per_service)


FACTS: dict[str, FactDefinition] = {
    "service_unavailable": _boolean("The service cannot be used", per_service=True),
    "service_degraded": _boolean("The service is slow or partly failing", per_service=True),
    "supports_critical_function": _boolean(
        "The service supports a critical or important function", per_service=True
    ),
    "clients_affected": _count("Clients affected", "clients", per_service=True),
    "clients_total": _count("Clients using the service", "clients", per_service=True),
    "counterparts_affected": _count(
        "Financial counterparts affected", "counterparts", per_service=True
    ),
    "transactions_affected": _count("Transactions affected", "transactions", per_service=True),
    "downtime_minutes": _count("Service downtime", "minutes", per_service=True),
    "duration_minutes": _count("Duration of the incident", "minutes"),
    "data_loss": _boolean("Availability, authenticity, integrity or confidentiality of data lost"),
    "malicious_access": _boolean("Successful, malicious and unauthorised access"),
    "third_party_origin": _boolean("It began at an ICT third-party service provider"),
    "media_coverage": _boolean("It has been reflected in the media"),
    "costs_eur": _count("Gross costs and losses", "EUR"),
    "root_cause": FactDefinition(type=FactType.TEXT, meaning="The root cause as far as known"),
}
"""The catalogue: which facts there are. A name is never reused with another meaning."""

_TYPES = {FactType.BOOLEAN: bool, FactType.COUNT: int, FactType.TEXT: str}


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
        return self

    @property
    def key(self) -> str:
        """Where the fact stands on the sheet: `fact`, or `fact@service`."""
        return self.fact if self.service is None else f"{self.fact}@{self.service}"


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
