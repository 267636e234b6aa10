"""Taking the terms of a contract: what the register and our policy say, as one value to be kept."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.events import PolicyPin
from holdfast.domain.third_party.opening import ServedFunction, TakenTerms, TermsRead
from holdfast.domain.third_party.policy import ThirdPartyPolicy
from holdfast.domain.third_party.serving import services_carried
from holdfast.dora.register import Contract, Register

__all__ = ["taken_terms"]


def taken_terms(
    register: Register,
    register_pin: PolicyPin,
    reference: str,
    policy: ThirdPartyPolicy,
    policy_pin: PolicyPin,
) -> TermsRead:
    """Take the terms of the contract of that reference; say why where there are none to take."""
    contract = register.contracts.get(reference)
    if contract is None:
        return TermsRead(because=f"no such contract in the register {register_pin.version}")
    if contract.provider is None:
        return TermsRead(because=f"the register {register_pin.version} names no provider for it")
    provider, services = (
        register.providers[contract.provider],
        services_carried(register, reference),
    )
    hours = contract.terms.hours if contract.terms else None
    zones = {window.time_zone for window in hours.windows} if hours else set()
    taken = TakenTerms(
        contract=reference,
        provider=contract.provider,
        provider_name=provider.name,
        provider_code_type=provider.code_type.value,
        provider_code=provider.code,
        terms=contract.terms,
        time_zones={name: register.time_zones[name] for name in sorted(zones)},
        calendar=register.calendars[hours.calendar] if hours and hours.calendar else None,
        functions=tuple(_functions(register, contract, services)),
        services=services,
        register_of_information=register_pin,
        policy=policy_pin,
        rules=policy,
    )
    return TermsRead(taken=taken)


def _functions(
    register: Register, contract: Contract, services: tuple[str, ...]
) -> Iterator[ServedFunction]:
    """The functions that the contract names; where it names none, those of its services."""
    of_services = (each for name in services for each in register.services[name].functions)
    for name in dict.fromkeys(contract.functions or of_services):
        function = register.functions[name]
        yield ServedFunction(
            id=name,
            name=function.name,
            entity=function.entity,
            entity_name=register.entities[function.entity].name,
            critical_or_important=function.critical_or_important,
        )
