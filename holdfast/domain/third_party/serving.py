"""Which contracts carry a service, and which services a contract carries, by the register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast.dora.register import Contract, Register

__all__ = ["contracts_serving", "services_carried"]


def contracts_serving(register: Register, services: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Say which contracts carry these services: reference and provider of each, once.

    The services may go by an alias; one that the register does not know has none. Of each, those
    contracts count whose terms name it. Where none does, those of its vendors that share one of its
    functions.
    """
    known = dict.fromkeys(_ids(register, services))
    found = dict.fromkeys(each for name in known for each in _carrying(register, name))
    return tuple(found)


def services_carried(register: Register, reference: str) -> tuple[str, ...]:
    """Say which services a contract of the register carries, by id.

    They are those that its terms name; without terms, those of its provider that share one of its
    functions and that no other terms name.
    """
    contract = register.contracts[reference]
    if contract.terms is not None:
        return contract.terms.services
    return tuple(
        name
        for name in register.services
        if (reference, contract.provider) in _carrying(register, name)
    )


def _ids(register: Register, services: Sequence[str]) -> Iterator[str]:
    aliases = register.aliases
    for name in services:
        if (found := aliases.get(name, name)) in register.services:
            yield found


def _carrying(register: Register, name: str) -> list[tuple[str, str]]:
    named = [
        (reference, contract)
        for reference, contract in register.contracts.items()
        if contract.terms is not None and name in contract.terms.services
    ]
    found = named or [
        (reference, contract)
        for reference, contract in register.contracts.items()
        if _shares_a_function(register, contract, name)
    ]
    return [(each, contract.provider) for each, contract in found if contract.provider is not None]


def _shares_a_function(register: Register, contract: Contract, name: str) -> bool:
    service = register.services[name]
    return contract.provider in service.vendors and not set(contract.functions).isdisjoint(
        service.functions
    )
