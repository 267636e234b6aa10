"""Who answers for what: the entities, functions, services, providers and contracts, as data.

One register is one version of a policy. An incident pins the one that it began under.
"""

from __future__ import annotations

from holdfast.dora.register.codes import is_lei
from holdfast.dora.register.contracts import (
    Contract,
    ContractType,
    PersonType,
    Provider,
    ProviderCodeType,
)
from holdfast.dora.register.entities import EntityType, LegalEntity, ParentUndertaking
from holdfast.dora.register.register import FORMAT, REGISTER, Register, register_from
from holdfast.dora.register.services import BusinessFunction, Service

__all__ = [
    "FORMAT",
    "REGISTER",
    "BusinessFunction",
    "Contract",
    "ContractType",
    "EntityType",
    "LegalEntity",
    "ParentUndertaking",
    "PersonType",
    "Provider",
    "ProviderCodeType",
    "Register",
    "Service",
    "is_lei",
    "register_from",
]
