"""Fields 3.13 to 3.30 as far as facts and register say them: reputation, data, services, clients.

What the register or a fact only points to is a suggestion; what nobody has stated is left open.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.reporting.filling.building import known
from holdfast.domain.reporting.filling.sources import FillSources
from holdfast.domain.reporting.filling.stated import EntityFacts
from holdfast.dora.report.content import FieldSource, FilledField

__all__ = ["impact_fields"]

_FACT = FieldSource.FACT

_REPUTATION = {
    "media_coverage": "the_major_ict-related_incident_has_been_reflected_in_the_media",
    "repetitive_complaints": (
        "the_major_ict-related_incident_has_resulted_in_repetitive_complaints_from_different_"
        "clients_or_financial_counterparts_on_client-facing_services_or_critical_business_"
        "relationships"
    ),
    "regulatory_requirements_unmet": (
        "the_financial_entity_will_not_be_able_to_or_is_likely_not_to_be_able_to_meet_regulatory_"
        "requirements_as_a_result_of_the_major_ict-related_incident"
    ),
    "loss_of_clients": (
        "the_financial_entity_will_or_is_likely_to_lose_clients_or_financial_counterparts_with_a_"
        "material_impact_on_its_business_as_a_result_of_the_major_ict-related_incident"
    ),
}

_DATA = {
    "data_availability_lost": "availability",
    "data_authenticity_lost": "authenticity",
    "data_integrity_lost": "integrity",
    "data_confidentiality_lost": "confidentiality",
}

_TYPES = {
    "malicious_access": "cybersecurity-related",
    "third_party_origin": "external_event",
    "payment_related": "payment-related",
}

_CLIENT_INTERESTS = "client_interests_affected"


def impact_fields(sources: FillSources, facts: EntityFacts) -> Iterator[FilledField]:
    """Fill them."""
    yield from _chosen(facts, "3.13", _REPUTATION, "the reputational impact, as stated")
    yield from _chosen(facts, "3.20", _DATA, "the losses of data, as stated")
    yield from _critical_services(sources, facts)
    because = "what is stated points to it: say of which types the incident is"
    yield from _chosen(facts, "3.23", _TYPES, because, suggestion=True)
    yield from _functions(sources, facts)
    fact = facts.stated.fact(_CLIENT_INTERESTS)
    if fact is not None:
        yield from known(
            "3.30",
            "yes" if fact.value is True else "no",
            _FACT,
            "whether financial interests of clients are, or may be, affected, as stated",
            facts.stated.behind([_CLIENT_INTERESTS]),
        )


def _chosen(
    facts: EntityFacts,
    number: str,
    words: dict[str, str],
    because: str,
    *,
    suggestion: bool = False,
) -> Iterator[FilledField]:
    """The choices whose fact is true; of the others nothing is said."""
    true = [name for name in words if (fact := facts.stated.fact(name)) and fact.value is True]
    yield from known(
        number,
        tuple(words[name] for name in true),
        _FACT,
        because,
        facts.stated.behind(true),
        suggestion=suggestion,
    )


def _critical_services(sources: FillSources, facts: EntityFacts) -> Iterator[FilledField]:
    """3.22: the affected services that support a critical or important function."""
    critical = [each.id for each in facts.facts.services or () if each.supports_critical_function]
    keys = [f"supports_critical_function@{name}" for name in critical]
    stated = facts.stated.behind(keys)
    lines = []
    for name in critical:
        service = sources.register.service(name)
        lines.append(f"{service.name} ({name})" if service else name)
    because = "the affected services that support a critical or important function"
    source = _FACT if stated else FieldSource.REGISTER
    yield from known("3.22", "\n".join(lines), source, because, stated)


def _functions(sources: FillSources, facts: EntityFacts) -> Iterator[FilledField]:
    """3.27: the functions of the register that the affected services support."""
    names = dict.fromkeys(
        function
        for name in facts.services
        if (service := sources.register.service(name)) is not None
        for function in service.functions
    )
    functions = [sources.register.functions[name] for name in names]
    lines = [f"{each.name} ({each.licensed_activity})" for each in functions]
    because = "the register's functions of the affected services: name areas and processes"
    yield from known("3.27", "\n".join(lines), FieldSource.REGISTER, because, suggestion=True)
