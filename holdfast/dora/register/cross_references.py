"""What one part of the register says of another: each contradiction, with the path to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from holdfast.dora.register.contracts import Contract, ContractType, Provider
from holdfast.dora.register.contradicting import Contradiction
from holdfast.dora.register.entities import LegalEntity
from holdfast.dora.register.promises import contradictions_of_terms
from holdfast.dora.register.service_hours import Calendar
from holdfast.dora.register.services import BusinessFunction, Service

__all__ = ["Sections", "contradictions"]


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a register, or as much of them as is right by itself."""

    entities: Mapping[str, LegalEntity] = field(default_factory=dict)
    functions: Mapping[str, BusinessFunction] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    providers: Mapping[str, Provider] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    time_zones: Mapping[str, str] = field(default_factory=dict)


def contradictions(sections: Sections) -> Iterator[Contradiction]:
    """Yield all that the sections say against one another, but for names of what there is not."""
    yield from _of_entities(sections.entities)
    for name, service in sections.services.items():
        yield from _of_service(name, service, sections.functions)
    yield from _of_aliases(sections.services)
    yield from _of_providers(sections.providers)
    yield from _of_contracts(sections.contracts)
    for reference, contract in sections.contracts.items():
        yield from contradictions_of_terms(
            reference, contract, sections.calendars, sections.time_zones
        )


def _of_entities(entities: Mapping[str, LegalEntity]) -> Iterator[Contradiction]:
    first: dict[str, str] = {}
    for name, entity in entities.items():
        other = first.setdefault(entity.lei, name)
        if other != name:
            words = f"'{other}' has this LEI already"
            yield Contradiction(("entities", name, "lei"), entity.lei, words)


def _of_service(
    name: str, service: Service, functions: Mapping[str, BusinessFunction]
) -> Iterator[Contradiction]:
    if service.supports_critical_function is False:
        path = ("services", name, "supports_critical_function")
        for function in service.functions:
            if function in functions and functions[function].critical_or_important:
                words = f"false, but its function '{function}' is critical or important"
                yield Contradiction(path, False, words)  # noqa: FBT003


def _of_aliases(services: Mapping[str, Service]) -> Iterator[Contradiction]:
    owner = {name: name for name in services}
    for name, service in services.items():
        for index, alias in enumerate(service.aliases):
            other = owner.setdefault(alias, name)
            if other != name or alias == name:
                words = (
                    f"'{alias}' is the id of this service itself"
                    if other == name
                    else f"'{alias}' already stands for the service '{other}'"
                )
                yield Contradiction(("services", name, "aliases", index), alias, words)


def _of_providers(providers: Mapping[str, Provider]) -> Iterator[Contradiction]:
    first: dict[tuple[str, str | None, str], str] = {}
    for name, provider in providers.items():
        code = (provider.code_type.value, provider.issued_in, provider.code)
        if (other := first.setdefault(code, name)) != name:
            words = f"'{other}' has this code already"
            yield Contradiction(("providers", name, "code"), provider.code, words)


def _of_contracts(contracts: Mapping[str, Contract]) -> Iterator[Contradiction]:
    for reference, contract in contracts.items():
        over, path = contract.overarching, ("contracts", reference, "overarching")
        if contract.type is ContractType.SUBSEQUENT and over is None:
            words = "a subsequent arrangement names its overarching one (2024/2956 B_02.01.0030)"
            yield Contradiction(path, None, words)
        found = contracts.get(over) if over is not None else None
        if found is not None and found.type is not ContractType.OVERARCHING:
            yield Contradiction(path, over, f"the contract '{over}' is not an overarching one")
