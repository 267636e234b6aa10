"""The financial entities that report: what their deadlines and duties depend on."""

from __future__ import annotations

from enum import StrEnum

from pydantic import StrictBool, field_validator
from pydantic_core.core_schema import ValidationInfo

from holdfast.domain.values import Frozen, Line
from holdfast.dora.register.codes import Lei, MemberState, Subdivision

__all__ = ["EntityType", "LegalEntity", "ParentUndertaking"]


class EntityType(StrEnum):
    """The 23 types of financial entity (Implementing Regulation (EU) 2025/302, field 1.4)."""

    CREDIT_INSTITUTION = "credit_institution"
    PAYMENT_INSTITUTION = "payment_institution"
    EXEMPTED_PAYMENT_INSTITUTION = "exempted_payment_institution"
    ACCOUNT_INFORMATION_SERVICE_PROVIDER = "account_information_service_provider"
    ELECTRONIC_MONEY_INSTITUTION = "electronic_money_institution"
    EXEMPTED_ELECTRONIC_MONEY_INSTITUTION = "exempted_electronic_money_institution"
    INVESTMENT_FIRM = "investment_firm"
    CRYPTO_ASSET_SERVICE_PROVIDER = "crypto-asset_service_provider"
    ISSUER_OF_ASSET_REFERENCED_TOKENS = "issuer_of_asset-referenced_tokens"
    CENTRAL_SECURITIES_DEPOSITORY = "central_securities_depository"
    CENTRAL_COUNTERPARTY = "central_counterparty"
    TRADING_VENUE = "trading_venue"
    TRADE_REPOSITORY = "trade_repository"
    MANAGER_OF_ALTERNATIVE_INVESTMENT_FUND = "manager_of_alternative_investment_fund"
    MANAGEMENT_COMPANY = "management_company"
    DATA_REPORTING_SERVICE_PROVIDER = "data_reporting_service_provider"
    INSURANCE_AND_REINSURANCE_UNDERTAKING = "insurance_and_reinsurance_undertaking"
    INSURANCE_INTERMEDIARY = (
        "insurance_intermediary_reinsurance_intermediary_and_ancillary_insurance_intermediary"
    )
    INSTITUTION_FOR_OCCUPATIONAL_RETIREMENT_PROVISION = (
        "institution_for_occupational_retirement_provision"
    )
    CREDIT_RATING_AGENCY = "credit_rating_agency"
    ADMINISTRATOR_OF_CRITICAL_BENCHMARKS = "administrator_of_critical_benchmarks"
    CROWDFUNDING_SERVICE_PROVIDER = "crowdfunding_service_provider"
    SECURITISATION_REPOSITORY = "securitisation_repository"


_NEVER_A_MICROENTERPRISE = frozenset(
    {
        EntityType.TRADING_VENUE,
        EntityType.CENTRAL_COUNTERPARTY,
        EntityType.TRADE_REPOSITORY,
        EntityType.CENTRAL_SECURITIES_DEPOSITORY,
    }
)

# Art. 16(1) also names institutions exempted under Directive 2013/36/EU; field 1.4 has no type for
# them, and a credit institution is not one.
_UNDER_THE_SIMPLIFIED_REGIME = frozenset(
    {
        EntityType.INVESTMENT_FIRM,
        EntityType.EXEMPTED_PAYMENT_INSTITUTION,
        EntityType.EXEMPTED_ELECTRONIC_MONEY_INSTITUTION,
        EntityType.INSTITUTION_FOR_OCCUPATIONAL_RETIREMENT_PROVISION,
    }
)


class ParentUndertaking(Frozen):
    """The ultimate parent undertaking (2025/302 fields 1.13 and 1.14)."""

    name: Line
    lei: Lei


class LegalEntity(Frozen):
    """A financial entity, and what DORA asks of it because of what it is.

    `nis2_essential_or_important` is Directive (EU) 2022/2555 Art. 3: such an entity has no relief
    on weekends for the first two reports (2025/301 Art. 5(5)). A `microenterprise` (Art. 3(60))
    and an entity under the `simplified_regime` (Art. 16(1)) need not look for recurring incidents
    (2024/1772 Art. 8(2)). `subdivision` is where its public holidays are those of a part of the
    state only.
    """

    name: Line
    lei: Lei
    type: EntityType
    home_member_state: MemberState
    subdivision: Subdivision | None = None
    competent_authority: Line
    nis2_essential_or_important: StrictBool
    microenterprise: StrictBool
    simplified_regime: StrictBool
    parent: ParentUndertaking | None = None

    @field_validator("subdivision")
    @classmethod
    def _lies_in_the_home_member_state(cls, value: str | None, info: ValidationInfo) -> str | None:
        home = info.data.get("home_member_state")
        if value is not None and home is not None and not value.startswith(f"{home}-"):
            message = f"'{value}' is no part of the home Member State {home}"
            raise ValueError(message)
        return value

    @field_validator("microenterprise")
    @classmethod
    def _may_be_a_microenterprise(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001
        kind = info.data.get("type")
        if value and kind in _NEVER_A_MICROENTERPRISE:
            message = f"a {kind} is never a microenterprise (DORA Art. 3(60))"
            raise ValueError(message)
        return value

    @field_validator("simplified_regime")
    @classmethod
    def _may_be_simplified(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001
        kind = info.data.get("type")
        if value and kind is not None and kind not in _UNDER_THE_SIMPLIFIED_REGIME:
            message = f"a {kind} cannot be under the simplified regime (DORA Art. 16(1))"
            raise ValueError(message)
        return value
