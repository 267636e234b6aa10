"""The catalogue of facts: which there are, of which type, and whether each belongs to one service.

Those of classification follow Delegated Regulation (EU) 2024/1772; the article stands beside each
group. A name is never reused with another meaning: old evidence is read for as long as it is kept.
"""

from __future__ import annotations

from enum import StrEnum

from holdfast.domain.values import Frozen, Line, Token

__all__ = ["FACTS", "FactDefinition", "FactType"]


class FactType(StrEnum):
    """What values a fact takes."""

    BOOLEAN = "boolean"
    COUNT = "count"
    TEXT = "text"
    INSTANT = "instant"
    """An RFC 3339 date-time with an offset; kept in UTC, as text."""
    MEMBER_STATES = "member_states"
    """ISO 3166 alpha-2 codes of Member States of the EEA, separated by spaces; `none` for none."""


class FactDefinition(Frozen):
    """One fact of the catalogue: its type, its unit, and whether it belongs to one service.

    `follows_from` are facts any of which, when true, makes this one true; all false make it false.
    """

    type: FactType
    meaning: Line
    unit: Line | None = None
    per_service: bool = False
    follows_from: tuple[Token, ...] = ()


def _boolean(
    meaning: str, *, per_service: bool = False, follows_from: tuple[str, ...] = ()
) -> FactDefinition:
    return FactDefinition(
        type=FactType.BOOLEAN, meaning=meaning, per_service=per_service, follows_from=follows_from
    )


def _count(meaning: str, unit: str, *, per_service: bool = False) -> FactDefinition:
    return FactDefinition(type=FactType.COUNT, meaning=meaning, unit=unit, per_service=per_service)


def _instant(meaning: str, *, per_service: bool = False) -> FactDefinition:
    return FactDefinition(type=FactType.INSTANT, meaning=meaning, per_service=per_service)


def _text(meaning: str) -> FactDefinition:
    return FactDefinition(type=FactType.TEXT, meaning=meaning)


_KINDS_OF_LOSS = (
    "data_availability_lost",
    "data_authenticity_lost",
    "data_integrity_lost",
    "data_confidentiality_lost",
)

_OF_A_SERVICE: dict[str, FactDefinition] = {
    "service_unavailable": _boolean("The service cannot be used", per_service=True),
    "service_degraded": _boolean("The service is slow or partly failing", per_service=True),
    # Art. 6
    "supports_critical_function": _boolean(
        "The service supports a critical or important function", per_service=True
    ),
    "regulated_service": _boolean(
        "The service needs authorisation or registration, or is supervised", per_service=True
    ),
    # Art. 1 and 9(1)
    "clients_affected": _count("Clients affected", "clients", per_service=True),
    "clients_total": _count("Clients using the service", "clients", per_service=True),
    "counterparts_affected": _count(
        "Financial counterparts affected", "counterparts", per_service=True
    ),
    "counterparts_total": _count(
        "Financial counterparts with activities related to the service",
        "counterparts",
        per_service=True,
    ),
    "transactions_affected": _count("Transactions affected", "transactions", per_service=True),
    "transactions_daily_average": _count(
        "Transactions on an average day", "transactions", per_service=True
    ),
    "transactions_affected_value": _count(
        "Value of the transactions affected", "units of the service's currency", per_service=True
    ),
    "transactions_daily_average_value": _count(
        "Value of the transactions on an average day",
        "units of the service's currency",
        per_service=True,
    ),
    # Art. 3(2) and 9(3)(b)
    "downtime_minutes": _count("Service downtime", "minutes", per_service=True),
    "down_from": _instant(
        "Since when the service was fully or partly unavailable", per_service=True
    ),
    "restored_at": _instant(
        "When the service was as before again, a backlog delivered included", per_service=True
    ),
    "earlier_downtime_seconds": _count(
        "Downtime before the interruption that began at `down_from`", "seconds", per_service=True
    ),
}

_OF_THE_INCIDENT: dict[str, FactDefinition] = {
    # Art. 1(3)
    "relevant_client_or_counterpart_affected": _boolean(
        "A client or counterpart identified as relevant is affected"
    ),
    # Art. 2 and 9(2)
    "media_coverage": _boolean("It has been reflected in the media"),
    "repetitive_complaints": _boolean(
        "Different clients or counterparts have complained repeatedly"
    ),
    "regulatory_requirements_unmet": _boolean(
        "Regulatory requirements are not, or likely will not be, met"
    ),
    "loss_of_clients": _boolean("Clients or counterparts are lost, or likely will be"),
    # Art. 3(1) and 9(3)(a)
    "duration_minutes": _count("Duration of the incident", "minutes"),
    "occurred_at": _instant("When the incident occurred"),
    "resolved_at": _instant("When the incident was resolved"),
    # Art. 4 and 9(4)
    "member_states": FactDefinition(
        type=FactType.MEMBER_STATES, meaning="Member States with impact, the home state included"
    ),
    # Art. 5 and 9(5)
    "data_loss": _boolean(
        "Availability, authenticity, integrity or confidentiality of data lost",
        follows_from=_KINDS_OF_LOSS,
    ),
    "data_availability_lost": _boolean("Data is inaccessible or unusable, if only for a time"),
    "data_authenticity_lost": _boolean("The source of data is no longer trustworthy"),
    "data_integrity_lost": _boolean("Data was changed without authorisation"),
    "data_confidentiality_lost": _boolean("Data was disclosed to somebody unauthorised"),
    "data_loss_adverse": _boolean(
        "The loss of data is adverse to business objectives or to regulatory requirements"
    ),
    "malicious_access": _boolean("Successful, malicious and unauthorised access"),
    "access_may_cause_data_losses": _boolean("The malicious access may result in data losses"),
    # Art. 7 and 9(6)
    "costs_eur": _count("Gross costs and losses", "EUR"),
    # DORA Art. 19(3), report field 3.30
    "client_interests_affected": _boolean(
        "It has, or may have, an impact on the financial interests of clients"
    ),
    # Guidelines on costs and losses: never netted against the costs; report field 4.14
    "recoveries_eur": _count("Financial recoveries", "EUR"),
    # DORA Art. 23
    "payment_related": _boolean("It is an operational or security incident related to payments"),
    "ict_related": _boolean("It is related to information and communication technology"),
    # The entity's own severity tree: urgency and operational risk
    "impact_growing": _boolean("It is spreading or getting worse"),
    "cut_off_at_risk": _boolean("A settlement, payment or reporting cut-off will be missed"),
    "workaround_available": _boolean("There is a workaround that carries the business"),
    "controls_weakened": _boolean("A security control or the redundancy is out of force"),
    "third_party_origin": _boolean("It began at an ICT third-party service provider"),
    # DORA Art. 11(8)
    "business_continuity_activated": _boolean("A business continuity plan was formally activated"),
    # Art. 8(2)
    "root_cause": _text("The root cause as far as known"),
    "root_cause_fingerprint": _text(
        "A short name of the apparent root cause, the same for incidents that share it"
    ),
}

FACTS: dict[str, FactDefinition] = {**_OF_A_SERVICE, **_OF_THE_INCIDENT}
"""All facts, by name."""
