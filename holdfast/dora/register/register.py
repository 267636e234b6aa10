"""The register as one policy: complete, without contradictions, and how a service is found in it.

What it holds comes from the register of information (Implementing Regulation (EU) 2024/2956) and
from the entity itself; it is pinned to an incident like every other policy.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator, model_validator

from holdfast.domain.time_zones import TimeZoneRule
from holdfast.domain.values import Count, Frozen, Identifier
from holdfast.dora.register.codes import ContractReference
from holdfast.dora.register.contracts import Contract, Provider
from holdfast.dora.register.contradicting import refuse_contradictions
from holdfast.dora.register.cross_references import Sections, contradictions
from holdfast.dora.register.entities import LegalEntity
from holdfast.dora.register.naming import unknown_names
from holdfast.dora.register.services import BusinessFunction, Service
from holdfast.dora.register.terms import Calendar

__all__ = ["FORMAT", "REGISTER", "Register", "register_from"]

REGISTER = "register"
"""The name of the policy."""

FORMAT = 1
"""The format of the document that this release reads."""


class Register(Frozen):
    """The entities, their functions and services, their providers and contracts, by id.

    Calendars and time zones are those that contracts count their times by.

    A contradiction between two sections is an error at the path where it stands, as a wrong field
    is; all of them are told at once, after the fields themselves are right.
    """

    name: Literal["register"]
    version: Identifier
    format: Count = FORMAT
    entities: dict[Identifier, LegalEntity]
    functions: dict[Identifier, BusinessFunction]
    services: dict[Identifier, Service]
    providers: dict[Identifier, Provider] = Field(default_factory=dict)
    contracts: dict[ContractReference, Contract] = Field(default_factory=dict)
    calendars: dict[Identifier, Calendar] = Field(default_factory=dict)
    time_zones: dict[Identifier, TimeZoneRule] = Field(default_factory=dict)

    @field_validator("format")
    @classmethod
    def _is_a_known_format(cls, value: int) -> int:
        if value != FORMAT:
            message = f"unknown format {value}: this release reads format {FORMAT}"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Register:
        sections = {each.name: getattr(self, each.name) for each in fields(Sections)}
        refuse_contradictions(
            type(self).__name__, (*unknown_names(sections), *contradictions(Sections(**sections)))
        )
        # The dictionary is this register's own, made when it was validated.
        for name, service in self.services.items():
            if service.supports_critical_function is None:
                derived = service.derived_from(self.functions)
                self.services[name] = service.model_copy(
                    update={"supports_critical_function": derived}
                )
        return self

    @property
    def aliases(self) -> dict[str, str]:
        """The ids of services by their other names."""
        return {alias: name for name, service in self.services.items() for alias in service.aliases}

    def service(self, name: str) -> Service | None:
        """The service of that id, or the one that has it as an alias; None if there is neither."""
        if name in self.services:
            return self.services[name]
        return next((one for one in self.services.values() if name in one.aliases), None)

    def entity_of(self, name: str) -> str | None:
        """The id of the entity whose service that is, by id or alias; None if there is none."""
        service = self.service(name)
        return None if service is None else service.entity


# Parsed once a process and shared by all that pin the same bytes: a pure function of its argument.
@lru_cache(maxsize=16)
def register_from(content: str) -> Register:
    """Read the register from its pinned content.

    Raises:
        ValidationError: it is no register, or contradicts itself.
    """
    return Register.model_validate_json(content)
