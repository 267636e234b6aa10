"""What one part of the register says of another: each contradiction, with the path to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from holdfast.dora.register.contracts import Contract, ContractType, Provider
from holdfast.dora.register.entities import LegalEntity
from holdfast.dora.register.services import BusinessFunction, Service

__all__ = ["Contradiction", "contradictions"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction: where it stands in the document, what stands there, and the words."""

    path: tuple[str | int, ...]
    value: object
    words: str


def contradictions(
    entities: Mapping[str, LegalEntity],
    functions: Mapping[str, BusinessFunction],
    services: Mapping[str, Service],
    providers: Mapping[str, Provider],
    contracts: Mapping[str, Contract],
) -> Iterator[Contradiction]:
    """Yield everything that the sections say against one another, in the order of the document."""
    yield from _of_entities(entities)
    for name, function in functions.items():
        yield from _missing(("functions", name, "entity"), function.entity, "entity", entities)
    for name, service in services.items():
        yield from _of_service(name, service, (entities, functions, providers))
    yield from _of_aliases(services)
    yield from _of_providers(providers)
    yield from _of_contracts(contracts, providers, functions)


def _missing(
    path: tuple[str | int, ...], name: str | None, kind: str, known: Collection[str]
) -> Iterator[Contradiction]:
    if name is not None and name not in known:
        yield Contradiction(path, name, f"no such {kind} '{name}'")


def _each_missing(
    path: tuple[str, ...], names: tuple[str, ...], kind: str, known: Collection[str]
) -> Iterator[Contradiction]:
    for index, name in enumerate(names):
        yield from _missing((*path, index), name, kind, known)


def _of_entities(entities: Mapping[str, LegalEntity]) -> Iterator[Contradiction]:
    first: dict[str, str] = {}
    for name, entity in entities.items():
        other = first.setdefault(entity.lei, name)
        if other != name:
            words = f"'{other}' has this LEI already"
            yield Contradiction(("entities", name, "lei"), entity.lei, words)


def _of_service(
    name: str,
    service: Service,
    known: tuple[Collection[str], Mapping[str, BusinessFunction], Collection[str]],
) -> Iterator[Contradiction]:
    entities, functions, providers = known
    at = ("services", name)
    yield from _missing((*at, "entity"), service.entity, "entity", entities)
    yield from _each_missing((*at, "functions"), service.functions, "function", functions)
    yield from _each_missing((*at, "vendors"), service.vendors, "provider", providers)
    if service.supports_critical_function is False:
        for function in service.functions:
            if function in functions and functions[function].critical_or_important:
                words = f"false, but its function '{function}' is critical or important"
                yield Contradiction((*at, "supports_critical_function"), False, words)  # noqa: FBT003


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
        at = ("providers", name)
        code = (provider.code_type.value, provider.issued_in, provider.code)
        if (other := first.setdefault(code, name)) != name:
            words = f"'{other}' has this code already"
            yield Contradiction((*at, "code"), provider.code, words)
        parent = provider.ultimate_parent
        yield from _missing((*at, "ultimate_parent"), parent, "provider", providers)


def _of_contracts(
    contracts: Mapping[str, Contract],
    providers: Collection[str],
    functions: Collection[str],
) -> Iterator[Contradiction]:
    for reference, contract in contracts.items():
        at = ("contracts", reference)
        yield from _missing((*at, "provider"), contract.provider, "provider", providers)
        yield from _each_missing((*at, "functions"), contract.functions, "function", functions)
        over = contract.overarching
        path = (*at, "overarching")
        if contract.type is ContractType.SUBSEQUENT and over is None:
            words = "a subsequent arrangement names its overarching one (2024/2956 B_02.01.0030)"
            yield Contradiction(path, None, words)
        yield from _missing(path, over, "contract", contracts)
        found = contracts.get(over) if over is not None else None
        if found is not None and found.type is not ContractType.OVERARCHING:
            yield Contradiction(path, over, f"the contract '{over}' is not an overarching one")
