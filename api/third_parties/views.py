"""The views of third parties, put together from the register in force and from what stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import RowMapping

from api.third_parties.attainment_models import attained_quarter, attained_time
from api.third_parties.view_models import (
    NextClock,
    PastBreach,
    ProviderContract,
    ProviderEscalation,
    ProviderFunction,
    ProviderInFull,
    ProviderInShort,
    StatedOrigin,
    TheirIncident,
)
from holdfast.dora.register import Contract, Register
from holdfast.dora.register.reach import carried_services, contract_provider
from holdfast.store.third_parties.attainment import Attained, Window
from holdfast.store.third_parties.providers import ProviderStanding

__all__ = ["KnownOfProvider", "contracts_of", "in_full", "in_short", "their_incidents"]

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KnownOfProvider:
    """What the projections have of one provider: rows, and what was counted."""

    escalations: Sequence[RowMapping]
    breaches: Sequence[RowMapping]
    counted: Sequence[Attained]
    theirs: Sequence[RowMapping]
    origins: Sequence[RowMapping]


def in_short(
    register: Register,
    standings: dict[str, ProviderStanding],
    counted: Sequence[Attained],
    window: Window,
) -> list[ProviderInShort]:
    """Every provider that has a contract or was escalated to, those first that need attention."""
    contracts: dict[str, int] = {}
    for reference in register.contracts:
        if (provider := contract_provider(register, reference)) is not None:
            contracts[provider] = contracts.get(provider, 0) + 1
    attained = {(each.provider, each.quarter): each for each in counted}
    quarters = window.first.until(window.last)
    found = [
        _standing(register, name, standings.get(name), contracts.get(name, 0)).model_copy(
            update={
                "attainment": [
                    attained_quarter(attained.get((name, each)), each) for each in quarters
                ]
            }
        )
        for name in {**contracts, **standings}
    ]
    return sorted(found, key=_urgency)


def in_full(register: Register, provider: str, known_of: KnownOfProvider) -> ProviderInFull:
    """One provider; what the register does not know any more is told by its escalations."""
    known = register.providers.get(provider)
    named = (row["provider_name"] for row in known_of.escalations if row["provider_name"])
    return ProviderInFull(
        provider=provider,
        name=known.name if known else next(named, None),
        code_type=str(known.code_type) if known else None,
        code=known.code if known else None,
        ultimate_parent=known.ultimate_parent if known else None,
        contracts=contracts_of(register, provider),
        escalations=[ProviderEscalation.model_validate(row) for row in known_of.escalations],
        breaches=[PastBreach.model_validate(row) for row in known_of.breaches],
        attainment=[attained_time(each) for each in known_of.counted],
        theirs=their_incidents(known_of.theirs),
        origins=[StatedOrigin.model_validate(row) for row in known_of.origins],
    )


def their_incidents(rows: Iterable[RowMapping]) -> list[TheirIncident]:
    """Incidents of providers, each with those of ours."""
    return [
        TheirIncident(
            provider=row["provider"],
            provider_name=row["provider_name"],
            their_reference=row["reference"],
            since=row["since"],
            incidents=row["incidents"],
        )
        for row in rows
    ]


def contracts_of(register: Register, provider: str) -> list[ProviderContract]:
    """The contracts that a provider has, each with its terms in short."""
    carried = carried_services(register)
    return [
        _contract(register, reference, contract, carried[reference])
        for reference, contract in register.contracts.items()
        if contract_provider(register, reference) == provider
    ]


def _contract(
    register: Register, reference: str, contract: Contract, services: Sequence[str]
) -> ProviderContract:
    through = (each for name in services for each in register.services[name].functions)
    functions = dict.fromkeys((*contract.functions, *through))
    terms = contract.terms
    told = terms.model_dump(mode="json") if terms else None
    plan = terms.exit_plan if terms else None
    return ProviderContract(
        contract=reference,
        type=str(contract.type),
        overarching=contract.overarching,
        services=list(services),
        functions=[_function(register, name) for name in functions],
        times=told["times"] if told else None,
        service_hours=told["hours"] if told else None,
        pauses=list(terms.pauses) if terms else [],
        rungs=[rung.title for rung in terms.ladder] if terms else [],
        incident_assistance=terms.reporting.incident_assistance if terms else None,
        developments=terms.reporting.developments if terms else None,
        penalties=terms.penalties if terms else None,
        failover=terms.failover.action if terms and terms.failover else None,
        exit_plan=plan.reference if plan else None,
        exit_plan_tested_on=plan.tested_on if plan else None,
        subcontractors=told["subcontractors"] if told else [],
    )


def _function(register: Register, name: str) -> ProviderFunction:
    function = register.functions[name]
    return ProviderFunction(
        function=name,
        name=function.name,
        entity=function.entity,
        entity_name=register.entities[function.entity].name,
        critical_or_important=function.critical_or_important,
    )


def _standing(
    register: Register, name: str, standing: ProviderStanding | None, contracts: int
) -> ProviderInShort:
    known = register.providers.get(name)
    called = known.name if known else standing.name if standing else None
    if standing is None:
        nothing = {"escalations": 0, "open": 0, "overdue": 0, "breaches": 0}
        return ProviderInShort(
            provider=name,
            name=called,
            contracts=contracts,
            next_clock=None,
            attainment=[],
            **nothing,
        )
    following = standing.next_clock
    return ProviderInShort(
        provider=name,
        name=called,
        contracts=contracts,
        escalations=standing.escalations,
        open=standing.open,
        overdue=standing.overdue,
        breaches=standing.breaches,
        next_clock=NextClock.model_validate(following) if following else None,
        attainment=[],
    )


def _urgency(provider: ProviderInShort) -> tuple[bool, bool, datetime, int, str]:
    due_at = provider.next_clock.due_at if provider.next_clock else _NEVER
    return (not provider.overdue, not provider.open, due_at, -provider.breaches, provider.provider)
