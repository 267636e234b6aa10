"""What the failure of one provider hits, by the register: concentration risk (DORA Art. 29).

Art. 29(1) looks at several arrangements with the same provider or with closely connected ones, and
Art. 29(2) at chains of subcontracting. So a contract is hit directly, where the provider itself
has it; through a subcontractor, where it works in the chain of somebody else's; and through the
group, where either is done by another provider of the same ultimate parent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from holdfast.dora.register.hits import (
    Concentration,
    HitContract,
    HitEntity,
    HitFunction,
    HitService,
    Way,
    closest,
)
from holdfast.dora.register.reach import contracts_hit, same_group
from holdfast.dora.register.register import Register
from holdfast.dora.register.services import BusinessFunction

__all__ = ["concentration"]

_PER_MILLE = 1_000


def concentration(register: Register, provider: str) -> Concentration:
    """Say what the failure of a provider hits; one that the register does not know hits nothing."""
    group = same_group(register, provider)
    contracts = contracts_hit(register, provider, group)
    services = _services(register, provider, group, contracts)
    functions = _functions(register, contracts, services)
    entities = _entities(register, services, functions)
    critical = _critical(register.functions, register.functions)
    near = [each.function for each in functions if each.way is not Way.GROUP]
    hit = _critical(register.functions, near)
    with_group = _critical(register.functions, [each.function for each in functions])
    known = register.providers.get(provider)
    return Concentration(
        provider=provider,
        name=known.name if known else None,
        ultimate_parent=known.ultimate_parent if known else None,
        group=group,
        contracts=contracts,
        services=services,
        functions=functions,
        entities=entities,
        critical_functions=critical,
        critical_functions_hit=hit,
        critical_functions_hit_with_group=with_group,
        critical_share_per_mille=_share(hit, critical),
        critical_share_with_group_per_mille=_share(with_group, critical),
        contracts_without_exit_plan=tuple(
            each.contract
            for each in contracts
            if each.exit_plan is None and _critical(register.functions, each.functions)
        ),
    )


def _services(
    register: Register, provider: str, group: Sequence[str], contracts: Sequence[HitContract]
) -> tuple[HitService, ...]:
    """The services of the contracts, and those for which the register names a vendor only."""
    hit: dict[str, list[tuple[Way, str | None]]] = defaultdict(list)
    for contract in contracts:
        for name in contract.services:
            hit[name].append((contract.way, contract.contract))
    for name, service in register.services.items():
        if provider in service.vendors:
            hit[name].append((Way.DIRECT, None))
        elif not set(group).isdisjoint(service.vendors):
            hit[name].append((Way.GROUP, None))
    found = [
        HitService(
            service=name,
            name=register.services[name].name,
            entity=register.services[name].entity,
            supports_critical_function=register.services[name].supports_critical_function,
            way=closest(way for way, _ in ways),
            contracts=tuple(each for _, each in ways if each is not None),
        )
        for name, ways in hit.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.way.distance, each.service)))


def _functions(
    register: Register, contracts: Sequence[HitContract], services: Sequence[HitService]
) -> tuple[HitFunction, ...]:
    by_contract: dict[str, list[HitContract]] = defaultdict(list)
    for contract in contracts:
        for name in contract.functions:
            by_contract[name].append(contract)
    by_service: dict[str, list[HitService]] = defaultdict(list)
    for service in services:
        for name in register.services[service.service].functions:
            by_service[name].append(service)
    found = []
    for name in {**by_contract, **by_service}:
        function = register.functions[name]
        ways = [contract.way for contract in by_contract[name]]
        ways += [service.way for service in by_service[name]]
        found.append(
            HitFunction(
                function=name,
                name=function.name,
                entity=function.entity,
                critical_or_important=function.critical_or_important,
                way=closest(ways),
                contracts=tuple(each.contract for each in by_contract[name]),
                services=tuple(each.service for each in by_service[name]),
            )
        )
    return tuple(sorted(found, key=_weight))


def _entities(
    register: Register, services: Sequence[HitService], functions: Sequence[HitFunction]
) -> tuple[HitEntity, ...]:
    ways: dict[str, list[Way]] = defaultdict(list)
    for service in services:
        ways[service.entity].append(service.way)
    for function in functions:
        ways[function.entity].append(function.way)
    found = []
    for name, known in ways.items():
        own = [key for key, each in register.functions.items() if each.entity == name]
        hit = [each.function for each in functions if each.entity == name]
        found.append(
            HitEntity(
                entity=name,
                name=register.entities[name].name,
                way=closest(known),
                functions=len(own),
                functions_hit=len(hit),
                critical_functions=_critical(register.functions, own),
                critical_functions_hit=_critical(register.functions, hit),
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.critical_functions_hit, each.entity)))


def _weight(function: HitFunction) -> tuple[bool, int, str]:
    """Critical ones first, then the closest."""
    critical = function.critical_or_important is True
    return not critical, function.way.distance, function.function


def _critical(functions: Mapping[str, BusinessFunction], names: Iterable[str]) -> int:
    return sum(functions[name].critical_or_important is True for name in names)


def _share(part: int, whole: int) -> int | None:
    return _PER_MILLE * part // whole if whole else None
