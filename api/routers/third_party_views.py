"""The doors that look at third parties across incidents: standing, attainment, concentration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader
from api.platform import Doors
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.third_parties.view_models import (
    ConcentrationView,
    OpenEscalation,
    ProviderInFull,
    ProviderList,
    TheirIncidents,
)
from api.third_parties.views import KnownOfProvider, in_full, in_short, their_incidents
from holdfast.domain.third_party.quarters import quarter_of
from holdfast.domain.values import Identifier, Line
from holdfast.dora.register.concentration import concentration
from holdfast.store.third_parties.attainment import Window, count_attainment
from holdfast.store.third_parties.providers import (
    list_breaches,
    list_escalations_of,
    list_open_escalations,
    list_origins_of,
    list_theirs,
    provider_standings,
)
from holdfast.store.third_parties.register_in_force import fetch_register_in_force

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["third parties"], route_class=StrictRoute)

_A_YEAR = timedelta(days=365)
_QUARTERS_BACK = -3
_PROBLEMS = problems(401, 403, 422, 503)

# An id of the register may hold a slash.
ProviderId = Annotated[
    Identifier,
    Path(description="The provider's id in the register.", examples=["core-ledger"]),
]


class Lengths(BaseModel):
    """How much of each list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(
        default=100, ge=1, le=500, description="At most so many of each; the newest."
    )


class TheirQuery(BaseModel):
    """Which incidents of providers."""

    model_config = ConfigDict(extra="forbid")

    provider: Identifier | None = None
    their_reference: Line | None = Field(
        default=None, description="As the provider gave it, letter by letter."
    )
    limit: int = Field(default=100, ge=1, le=500)


@router.get(
    "/third-parties",
    summary="List the providers, with what needs attention",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_providers(doors: Doors) -> ProviderList:
    """List the providers that have a contract in the register in force, or were escalated to.

    Those come first whose times have passed; then those with something open, by the next deadline.
    """
    now = datetime.now(UTC)
    async with doors.reads.connect() as connection:
        register = await fetch_register_in_force(connection, now)
        standings = await provider_standings(connection, now - _A_YEAR)
        counted = await count_attainment(connection, _last_year(now), by_clock=False)
    return ProviderList(providers=in_short(register, standings, counted, _last_year(now)))


@router.get(
    "/third-parties/incidents",
    summary="Find our incidents by an incident of a provider",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_their_incidents(
    doors: Doors, query: Annotated[TheirQuery, Query()]
) -> TheirIncidents:
    """List the incidents of providers by their reference, each with those of ours it is behind."""
    async with doors.reads.connect() as connection:
        rows = await list_theirs(connection, query.provider, query.their_reference, query.limit)
    return TheirIncidents(incidents=their_incidents(rows))


@router.get(
    "/third-parties/{provider:path}/concentration",
    summary="Say what the failure of a provider hits",
    dependencies=[AnyReader],
    responses={**_PROBLEMS, **problems(404)},
)
async def get_concentration(provider: ProviderId, doors: Doors) -> ConcentrationView:
    """Say which services, functions and entities the failure of a provider hits (DORA Art. 29).

    Directly, as a subcontractor, and with its group; by the register in force.
    """
    async with doors.reads.connect() as connection:
        register = await fetch_register_in_force(connection, datetime.now(UTC))
        hit = concentration(register, provider)
        contracts = [each.contract for each in hit.contracts]
        rows = await list_open_escalations(connection, provider, contracts)
    if provider not in register.providers:
        detail = f"version {register.version} of the register has no provider '{provider}'"
        raise Problem(DoorCode.NOT_FOUND, detail, provider=provider)
    return ConcentrationView(
        register_version=register.version,
        concentration=hit,
        open=[OpenEscalation.model_validate(row) for row in rows],
    )


@router.get(
    "/third-parties/{provider:path}",
    summary="Read a provider",
    dependencies=[AnyReader],
    responses={**_PROBLEMS, **problems(404)},
)
async def get_provider(
    provider: ProviderId, doors: Doors, lengths: Annotated[Lengths, Query()]
) -> ProviderInFull:
    """Read a provider's contracts, escalations, breaches, attainment, incidents and origins."""
    now, limit = datetime.now(UTC), lengths.limit
    window = _last_year(now, provider)
    async with doors.reads.connect() as connection:
        register = await fetch_register_in_force(connection, now)
        known = KnownOfProvider(
            escalations=await list_escalations_of(connection, provider, limit),
            breaches=await list_breaches(connection, provider, limit),
            counted=await count_attainment(connection, window),
            theirs=await list_theirs(connection, provider, None, limit),
            origins=await list_origins_of(connection, provider, limit),
        )
    if provider not in register.providers and not known.escalations:
        detail = f"there is no provider '{provider}'"
        raise Problem(DoorCode.NOT_FOUND, detail, provider=provider)
    return in_full(register, provider, known)


def _last_year(now: datetime, provider: str | None = None) -> Window:
    """The quarter of that moment and the three before it."""
    quarter = quarter_of(now)
    return Window(quarter.later(_QUARTERS_BACK), quarter, provider)
