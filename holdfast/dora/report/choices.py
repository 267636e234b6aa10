"""The choices of fields, in the words of the authorities' common JSON (`DORA_IR` 1.3.0)."""

from __future__ import annotations

from holdfast.dora.register.entities import EntityType
from holdfast.dora.root_causes import AdditionalCause, CauseCategory, DetailedCause

__all__ = [
    "ADDITIONAL_ROOT_CAUSES",
    "AUTHORITIES",
    "CRITERIA",
    "DATA_PROPERTIES",
    "DETAILED_ROOT_CAUSES",
    "DISCOVERIES",
    "ENTITY_TYPES",
    "FIGURE_QUALITIES",
    "IMPACTS_ELSEWHERE",
    "INCIDENT_TYPES",
    "MEMBER_STATE_CODES",
    "REPUTATIONAL_IMPACTS",
    "ROOT_CAUSES",
    "SUBMISSIONS",
    "TECHNIQUES",
    "TIME_QUALITIES",
    "YES_NO_UNKNOWN",
]

SUBMISSIONS = (
    *("initial_notification", "intermediate_report", "final_report"),
    "major_incident_reclassified_as_non-major",
)
ENTITY_TYPES = tuple(map(str, EntityType))
CRITERIA = (
    "clients_financial_counterparts_and_transactions_affected",
    *("reputational_impact", "duration_and_service_downtime", "geographical_spread"),
    *("data_losses", "critical_services_affected", "economic_impact"),
)
MEMBER_STATE_CODES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
DISCOVERIES = (
    *("it_security", "staff", "internal_audit", "external_audit", "clients"),
    *("financial_counterparts", "third-party_provider", "attacker", "monitoring_systems"),
    *("authority_agency_law_enforcement_body", "other"),
)
FIGURE_QUALITIES = tuple(
    word
    for group in ("clients", "financial_counterparts", "transactions")
    for word in (
        f"actual_figures_for_{group}_affected",
        f"estimates_for_{group}_affected",
        f"no_impact_on_{group}",
    )
)
_MAJOR = "the_major_ict-related_incident"
REPUTATIONAL_IMPACTS = (
    f"{_MAJOR}_has_been_reflected_in_the_media",
    (
        f"{_MAJOR}_has_resulted_in_repetitive_complaints_from_different_clients_or_financial"
        "_counterparts_on_client-facing_services_or_critical_business_relationships"
    ),
    (
        "the_financial_entity_will_not_be_able_to_or_is_likely_not_to_be_able_to_meet_regulatory"
        f"_requirements_as_a_result_of_{_MAJOR}"
    ),
    (
        "the_financial_entity_will_or_is_likely_to_lose_clients_or_financial_counterparts_with_a"
        f"_material_impact_on_its_business_as_a_result_of_{_MAJOR}"
    ),
)
TIME_QUALITIES = (
    *("actual_figures", "estimates", "actual_figures_and_estimates", "no_information_available"),
)
IMPACTS_ELSEWHERE = (
    *("clients", "financial_counterparts", "branch_of_the_financial_entity"),
    "financial_entities_within_the_group_carrying_out_activities_in_the_respective_member_state",
    "financial_market_infrastructure",
    "third-party_providers_that_may_be_common_to_other_financial_entities",
)
DATA_PROPERTIES = ("availability", "authenticity", "integrity", "confidentiality")
INCIDENT_TYPES = (
    *("cybersecurity-related", "process_failure", "system_failure", "external_event"),
    *("payment-related", "other"),
)
TECHNIQUES = (
    *("social_engineering_including_phishing", "ddos", "identity_theft"),
    *("data_encryption_for_impact_including_ransomware", "resource_hijacking"),
    # The description in Annex II excludes identity theft here, its list of options includes it.
    "data_exfiltration_and_manipulation_including_identity_theft",
    *("data_destruction", "defacement", "supply-chain_attack", "other"),
)
YES_NO_UNKNOWN = ("yes", "no", "information_not_available")
AUTHORITIES = (
    *("police_law_enforcement", "csirt", "data_protection_authority"),
    *("national_cybersecurity_agency", "none", "other"),
)
ROOT_CAUSES = tuple(map(str, CauseCategory))
DETAILED_ROOT_CAUSES = tuple(map(str, DetailedCause))
ADDITIONAL_ROOT_CAUSES = tuple(map(str, AdditionalCause))
