"""ICT third-party service providers, and the contractual arrangements with them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from holdfast.domain.values import Frozen, Identifier, Line
from holdfast.dora.register.codes import ContractReference, Country, is_euid, is_lei
from holdfast.dora.register.services import named_once
from holdfast.dora.register.terms import ContractTerms

__all__ = ["Contract", "ContractType", "PersonType", "Provider", "ProviderCodeType"]


class ProviderCodeType(StrEnum):
    """What kind of code identifies a provider (2024/2956 B_05.01.0020).

    The template's passport and national identity numbers are left out: a version of the register
    is kept as long as the evidence that stands on it, and no such number may be.
    """

    LEI = "LEI"
    EUID = "EUID"
    CORPORATE_REGISTRATION_NUMBER = "CRN"
    VAT_NUMBER = "VAT"


class PersonType(StrEnum):
    """Whether a provider is a company or an individual in business (2024/2956 B_05.01.0070)."""

    LEGAL_PERSON = "legal_person"
    INDIVIDUAL = "individual"


class ContractType(StrEnum):
    """What a contractual arrangement stands on (2024/2956 B_02.01.0020)."""

    STANDALONE = "standalone"
    OVERARCHING = "overarching"
    SUBSEQUENT = "subsequent"


def _fits(kind: object, code: str) -> bool:
    if kind is ProviderCodeType.LEI:
        return is_lei(code)
    return kind is not ProviderCodeType.EUID or is_euid(code)


class Provider(Frozen):
    """An ICT third-party service provider (2024/2956 template B_05.01).

    `country` is that of its headquarters, `issued_in` that of a code which is neither an LEI nor
    an EUID, `ultimate_parent` another provider of the register, or null where it is its own.
    """

    name: Line
    name_in_latin_alphabet: Line | None = None
    person: PersonType
    code_type: ProviderCodeType
    code: Annotated[Line, Field(max_length=120)]
    issued_in: Country | None = None
    additional_code_type: ProviderCodeType | None = None
    additional_code: Annotated[Line, Field(max_length=120)] | None = None
    country: Country
    ultimate_parent: Identifier | None = None

    @field_validator("code_type")
    @classmethod
    def _is_for_that_person(cls, kind: ProviderCodeType, info: ValidationInfo) -> ProviderCodeType:
        legal = info.data.get("person") is PersonType.LEGAL_PERSON
        if legal and kind not in {ProviderCodeType.LEI, ProviderCodeType.EUID}:
            message = f"a legal person has an LEI or an EUID, not a {kind} (2024/2956 Art. 3(5))"
            raise ValueError(message)
        return kind

    @field_validator("code", "additional_code")
    @classmethod
    def _is_of_its_type(cls, code: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get(f"{info.field_name}_type")
        if code is not None and not _fits(kind, code):
            message = f"'{code}' is no {kind}: its form or its check digits do not hold"
            raise ValueError(message)
        if code is not None and f"{info.field_name}_type" in info.data and kind is None:
            message = "an additional code needs its type"
            raise ValueError(message)
        return code


class Contract(Frozen):
    """A contractual arrangement, by its reference number (2024/2956 template B_02.01).

    `overarching` is the reference of the arrangement that a subsequent one belongs to; `terms` are
    what it promises at an incident.
    """

    type: ContractType
    overarching: ContractReference | None = None
    provider: Identifier | None = None
    functions: tuple[Identifier, ...] = ()
    terms: ContractTerms | None = None

    _once = field_validator("functions")(named_once)

    @field_validator("overarching")
    @classmethod
    def _belongs_to_a_subsequent_one(cls, value: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("type")
        if value is not None and kind not in {ContractType.SUBSEQUENT, None}:
            message = f"a {kind} arrangement has no overarching one (2024/2956 B_02.01.0030)"
            raise ValueError(message)
        return value
