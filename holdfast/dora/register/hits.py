"""What the failure of a provider hits, as it is told: contracts, services, functions, entities."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from holdfast.domain.values import Count, Frozen, Identifier, Line
from holdfast.dora.register.codes import ContractReference
from holdfast.dora.register.services import Day

__all__ = [
    "Concentration",
    "HitContract",
    "HitEntity",
    "HitFunction",
    "HitService",
    "Way",
    "closest",
]


class Way(StrEnum):
    """How the failure reaches something, the closest way first."""

    DIRECT = "direct"
    SUBCONTRACTOR = "subcontractor"
    GROUP = "group"

    @property
    def distance(self) -> int:
        """How far it is, 0 being the closest."""
        return tuple(Way).index(self)


class HitContract(Frozen):
    """A contract that the failure hits: which provider of the group works in it, at which rank.

    Rank 1 is the provider of the contract (2024/2956 B_05.02). Without an exit plan (Art. 28(8))
    `exit_plan` is null, and `alternatives` are those that it names.
    """

    contract: ContractReference
    provider: Identifier
    way: Way
    through: Identifier
    rank: int
    has_terms: bool
    services: tuple[Identifier, ...]
    functions: tuple[Identifier, ...]
    exit_plan: Line | None = None
    exit_plan_tested_on: Day | None = None
    alternatives: tuple[Line, ...] = ()


class HitService(Frozen):
    """A service that the failure hits; no `contracts` where the register only names the vendor."""

    service: Identifier
    name: Line
    entity: Identifier
    supports_critical_function: bool | None
    way: Way
    contracts: tuple[ContractReference, ...]


class HitFunction(Frozen):
    """A function that the failure hits, by contracts that name it or by services that it needs.

    `critical_or_important` (Art. 3(22)) is null while that was not assessed.
    """

    function: Identifier
    name: Line
    entity: Identifier
    critical_or_important: bool | None
    way: Way
    contracts: tuple[ContractReference, ...]
    services: tuple[Identifier, ...]


class HitEntity(Frozen):
    """A financial entity that the failure hits in any way, and how many of its functions."""

    entity: Identifier
    name: Line
    way: Way
    functions: Count
    functions_hit: Count
    critical_functions: Count
    critical_functions_hit: Count


class Concentration(Frozen):
    """All that the failure of one provider hits.

    `critical_functions_hit` are those hit directly or through a subcontractor; with the group, they
    are `critical_functions_hit_with_group`. The shares are whole per mille of all that the register
    has, rounded down; null where it has none. An exit plan is missing where a critical or important
    function is supported (Art. 28(8)).
    """

    provider: Identifier
    name: Line | None
    ultimate_parent: Identifier | None
    group: tuple[Identifier, ...] = Field(description="Other providers of the same parent.")
    contracts: tuple[HitContract, ...]
    services: tuple[HitService, ...]
    functions: tuple[HitFunction, ...]
    entities: tuple[HitEntity, ...]
    critical_functions: Count
    critical_functions_hit: Count
    critical_functions_hit_with_group: Count
    critical_share_per_mille: Count | None
    critical_share_with_group_per_mille: Count | None
    contracts_without_exit_plan: tuple[ContractReference, ...]


def closest(ways: Iterable[Way]) -> Way:
    """The closest of several ways, of which there is at least one."""
    return min(ways, key=lambda way: way.distance)
