"""The register that an incident is pinned to, and which contracts of it concern the incident."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from api.problem_catalogue import DoorCode
from api.problems import Problem
from api.third_parties.answers import ServingContract, ServingContracts
from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import REGISTER
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.third_party.serving import contracts_serving, services_carried
from holdfast.domain.values import JsonObject
from holdfast.dora.register import Register, register_from
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.incidents import fetch_incident

__all__ = ["incident_with_register", "provider_in_force", "provider_of", "serving_contracts"]


async def incident_with_register(
    connection: AsyncConnection, incident_id: str
) -> tuple[RowMapping, Register]:
    """Read an incident as it stands, and the register that it is pinned to.

    Raises:
        Problem: there is no such incident.
        NotFound: it is pinned to no register that is kept.
    """
    row = await fetch_incident(connection, incident_id)
    if row is None:
        detail = f"there is no incident {incident_id}"
        raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
    digests = [pin["digest"] for pin in row["policies"] if pin["name"] == REGISTER]
    if not digests:
        detail = f"{incident_id} is pinned to no register: re-pin it to the one in force"
        raise Problem(RefusalReason.UNKNOWN_CONTRACT, detail, incident_id=incident_id)
    return row, await _register(connection, digests[0])


async def provider_in_force(
    connection: AsyncConnection,
    pins: Sequence[PolicyPin],
    reference: str,
    services: Sequence[str],
) -> str:
    """The id of the provider of a contract, by the register that an incident will be pinned to.

    Raises:
        Problem: as `provider_of`.
    """
    (digest,) = [pin.digest for pin in pins if pin.name == REGISTER]
    return provider_of(services, await _register(connection, digest), reference)


def provider_of(services: Sequence[str], register: Register, reference: str) -> str:
    """The id of the provider of a contract; `services` are those that are affected.

    Raises:
        Problem: the register has no such contract, or does not say whose it is; the problem names
            those that serve what is affected.
    """
    contract = register.contracts.get(reference)
    if contract is not None and contract.provider is not None:
        return contract.provider
    serving: list[JsonObject] = [
        {"contract": found, "provider": provider}
        for found, provider in contracts_serving(register, services)
    ]
    lacks = "names no provider of" if contract is not None else "has no contract"
    detail = f"version {register.version} of the register {lacks} '{reference}'"
    raise Problem(RefusalReason.UNKNOWN_CONTRACT, detail, contracts=serving)


async def _register(connection: AsyncConnection, digest: str) -> Register:
    return register_from((await fetch_artifact(connection, digest)).decode())


def serving_contracts(
    incident: RowMapping, register: Register, escalations: Sequence[RowMapping]
) -> ServingContracts:
    """The contracts that carry what is affected, each with its escalations in the incident."""
    affected = {register.aliases.get(name, name) for name in incident["services"]}
    return ServingContracts(
        register_version=register.version,
        contracts=[
            _serving(
                register, found, affected, [row for row in escalations if row["contract"] == found]
            )
            for found, _ in contracts_serving(register, incident["services"])
        ],
    )


def _serving(
    register: Register, reference: str, affected: set[str], escalations: Sequence[RowMapping]
) -> ServingContract:
    contract = register.contracts[reference]
    provider = register.providers.get(contract.provider or "")
    return ServingContract(
        contract=reference,
        provider=str(contract.provider),
        provider_name=provider.name if provider else None,
        terms=contract.terms is not None,
        services=[name for name in services_carried(register, reference) if name in affected],
        third_parties=[row["number"] for row in escalations],
        open=next((row["number"] for row in escalations if not row["closed"]), None),
    )
