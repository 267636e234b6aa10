"""Which contracts the failure of a provider reaches, and what each of them carries.

Its own, those in whose chain it works, and those of its group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from holdfast.dora.register.contracts import Contract
from holdfast.dora.register.hits import HitContract, Way
from holdfast.dora.register.register import Register
from holdfast.dora.register.services import Service

__all__ = ["carried_services", "contract_provider", "contracts_hit", "same_group"]


def contract_provider(register: Register, reference: str) -> str | None:
    """The id of the provider of a contract of the register, from its overarching one if need be."""
    contract = register.contracts[reference]
    if contract.provider is not None or contract.overarching is None:
        return contract.provider
    return register.contracts[contract.overarching].provider


def same_group(register: Register, provider: str) -> tuple[str, ...]:
    """The other providers that have the same ultimate parent, or are it."""
    root = _root(register, provider)
    return tuple(
        name for name in register.providers if name != provider and _root(register, name) == root
    )


def _root(register: Register, provider: str) -> str:
    known = register.providers.get(provider)
    return provider if known is None else known.ultimate_parent or provider


def contracts_hit(
    register: Register, provider: str, group: Sequence[str]
) -> tuple[HitContract, ...]:
    """The contracts that the failure of a provider reaches, the closest first."""
    carried = carried_services(register)
    found = [
        _hit(register, reference, reached, carried[reference])
        for reference, contract in register.contracts.items()
        if (reached := _reached(_chain(register, reference, contract), provider, group))
    ]
    return tuple(sorted(found, key=lambda each: (each.way.distance, each.contract)))


def carried_services(register: Register) -> dict[str, tuple[str, ...]]:
    """Which services each contract carries: those of its terms; without, what the register implies.

    That is the services of its provider that share a function with it and that no terms name.
    """
    named = {
        one for each in register.contracts.values() if each.terms for one in each.terms.services
    }
    by_vendor: dict[str | None, list[str]] = defaultdict(list)
    for name, service in register.services.items():
        for vendor in service.vendors if name not in named else ():
            by_vendor[vendor].append(name)
    carried = {}
    for reference, contract in register.contracts.items():
        implied = by_vendor.get(contract_provider(register, reference), [])
        shared = [one for one in implied if _share(register.services[one], contract)]
        carried[reference] = contract.terms.services if contract.terms else tuple(shared)
    return carried


def _hit(
    register: Register, reference: str, reached: tuple[Way, str, int], services: tuple[str, ...]
) -> HitContract:
    (way, through, rank), contract = reached, register.contracts[reference]
    plan = contract.terms.exit_plan if contract.terms else None
    return HitContract(
        contract=reference,
        provider=contract_provider(register, reference) or through,
        way=way,
        through=through,
        rank=rank,
        has_terms=contract.terms is not None,
        services=services,
        functions=_supported(register, contract, services),
        exit_plan=plan.reference if plan else None,
        exit_plan_tested_on=plan.tested_on if plan else None,
        alternatives=plan.alternatives if plan else (),
    )


def _chain(register: Register, reference: str, contract: Contract) -> list[tuple[str, int]]:
    """Who works in a contract: each provider with its rank, the closest to us first."""
    own = contract_provider(register, reference)
    first = [] if own is None else [(own, 1)]
    others = contract.terms.subcontractors if contract.terms else ()
    return [*first, *sorted(((each.provider, each.rank) for each in others), key=lambda e: e[1])]


def _reached(
    chain: Iterable[tuple[str, int]], provider: str, group: Sequence[str]
) -> tuple[Way, str, int] | None:
    by_group = None
    for name, rank in chain:
        if name == provider:
            return (Way.DIRECT if rank == 1 else Way.SUBCONTRACTOR), name, rank
        if name in group and by_group is None:
            by_group = (Way.GROUP, name, rank)
    return by_group


def _share(service: Service, contract: Contract) -> bool:
    return not set(contract.functions).isdisjoint(service.functions)


def _supported(register: Register, contract: Contract, services: Iterable[str]) -> tuple[str, ...]:
    """The functions that a contract names, then those that its services support besides."""
    through = (each for name in services for each in register.services[name].functions)
    return tuple(dict.fromkeys((*contract.functions, *through)))
