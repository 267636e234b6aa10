"""The facts of an incident as its entries state them, each with the entry that stated it last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.domain.classification_inputs import Moments, classification_facts
from holdfast.domain.classifying import services_of
from holdfast.domain.events import EventKind
from holdfast.domain.facts import Fact, FactChange, FactSheet
from holdfast.domain.incident.state import Phase
from holdfast.domain.reporting.filling.sources import FillSources, ToldEntry, Wanted
from holdfast.domain.roles import Actor
from holdfast.domain.values import canonical_json
from holdfast.dora.facts import ClassificationFacts

__all__ = ["EntityFacts", "StatedFacts", "entity_facts", "stated_facts"]


@dataclass(slots=True)
class StatedFacts:
    """What is known, and by which entry; `aware_at` is None while the opening is not here."""

    sheet: FactSheet = field(default_factory=FactSheet)
    entries: dict[str, str] = field(default_factory=dict)
    aware_at: datetime | None = None
    recovered_at: datetime | None = None
    closed_at: datetime | None = None

    def fact(self, key: str) -> Fact | None:
        """The fact under that key; None while it is unknown."""
        return self.sheet.get(key)

    def behind(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The entries that state what stands under these keys, each once."""
        named = [self.entries[key] for key in keys if key in self.entries]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """What is known of one entity: the services of it that are hit, and what classification asks.

    Where nobody has stated a figure, the register's stands in `facts`, as it does there.
    """

    stated: StatedFacts
    services: tuple[str, ...]
    facts: ClassificationFacts


def stated_facts(entries: Iterable[ToldEntry]) -> StatedFacts:
    """Read the facts from the entries of one incident, in their order."""
    stated = StatedFacts()
    for entry in entries:
        payload = entry.event.payload
        match entry.event.kind:
            case EventKind.INCIDENT_OPENED:
                stated.aware_at = datetime.fromisoformat(payload["aware_at"])
                stated.sheet = stated.sheet.affecting(tuple(payload["services"]))
                _state(stated, entry, payload["facts"], Actor.model_validate(payload["reporter"]))
            case EventKind.ALERTS_JOINED:
                stated.sheet = stated.sheet.affecting(tuple(payload.get("services", ())))
            case EventKind.FACTS_CHANGED:
                _state(stated, entry, payload["changes"], entry.event.actor)
            case EventKind.PHASE_ENTERED if payload["phase"] == Phase.LEARN:
                stated.recovered_at = entry.occurred_at
            case EventKind.INCIDENT_CLOSED:
                stated.closed_at = entry.occurred_at
    return stated


def entity_facts(sources: FillSources, wanted: Wanted) -> EntityFacts:
    """Read what is known of the entity whose report is wanted."""
    stated = stated_facts(sources.entries)
    services = services_of(stated.sheet, sources.register, wanted.entity)
    entity = sources.entity(wanted)
    at = stated.closed_at or wanted.at
    moments = Moments(aware_at=stated.aware_at or at, recovered_at=stated.recovered_at, at=at)
    facts = classification_facts(
        stated.sheet,
        moments,
        services,
        sources.register,
        entity.home_member_state if entity else None,
    )
    return EntityFacts(stated=stated, services=services, facts=facts)


def _state(stated: StatedFacts, entry: ToldEntry, changes: object, by: Actor) -> None:
    for each in changes if isinstance(changes, list | tuple) else ():
        said = {name: value for name, value in each.items() if name in FactChange.model_fields}
        change = FactChange.model_validate_json(canonical_json(said))
        stated.sheet = stated.sheet.changed(change, by, entry.occurred_at)
        stated.entries[change.key] = entry.id
