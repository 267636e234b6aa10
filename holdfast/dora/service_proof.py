"""The lines of the proof that belong to affected services, one by one and taken together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from holdfast.dora.facts import AffectedService
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.proof import ProofLine, Quality
from holdfast.dora.quantities import exact, is_above_share, percentage, written
from holdfast.dora.service_answers import ServiceAnswers
from holdfast.dora.three_valued import FINDINGS, Answer, Finding

__all__ = ["aggregate_lines", "service_lines", "without_services"]

_ACTUAL, _ESTIMATE, _UNKNOWN = Quality.ACTUAL, Quality.ESTIMATE, Quality.UNKNOWN
_MINUTES_AN_HOUR = 60

_CLIENTS_SHARE = ("2024/1772 Art. 9(1)(a)", "affected share of all clients using the service")
_CLIENTS = ("2024/1772 Art. 9(1)(b)", "affected clients using the service")
_COUNTERPARTS = (
    "2024/1772 Art. 9(1)(c)",
    "affected share of all financial counterparts of the service",
)
_TRANSACTIONS = (
    "2024/1772 Art. 9(1)(d)",
    "affected transactions against the daily average number of the service",
)
_VALUE = (
    "2024/1772 Art. 9(1)(e)",
    "amount of affected transactions against the daily average value of the service",
)
_DOWNTIME = (
    "2024/1772 Art. 9(3)(b)",
    "downtime of a service that supports a critical or important function",
)
_CRITICAL = ("2024/1772 Art. 6(a)", "the service supports a critical or important function")
_REGULATED = (
    "2024/1772 Art. 6(b)",
    "a financial service that requires authorisation or is supervised",
)
_ALL = (
    *(_CLIENTS_SHARE, _CLIENTS, _COUNTERPARTS, _TRANSACTIONS, _VALUE),
    *(_DOWNTIME, _CRITICAL, _REGULATED),
)

_SHARES = (
    (_CLIENTS_SHARE, "clients_affected", "clients_total", "clients_percent", 0),
    (_COUNTERPARTS, "counterparts_affected", "counterparts_total", "counterparts_percent", 2),
    (
        *(_TRANSACTIONS, "transactions_affected", "transactions_daily_average"),
        *("transactions_percent", 3),
    ),
    (
        *(_VALUE, "transactions_affected_value", "transactions_daily_average_value"),
        *("transactions_value_percent", 4),
    ),
)
"""Each share: its clause, part, whole and limit, and its place among the answers of a service."""
_AGGREGATED = 3
"""Shares that are added up over services: amounts may be in different currencies."""

_Figure = int | Decimal | None


def service_lines(
    service: AffectedService,
    answers: ServiceAnswers,
    policy: ClassificationPolicy,
    estimated: frozenset[str],
) -> Iterator[ProofLine]:
    """The eight lines of one service."""
    name = service.id
    path = f"services.{name}."
    for (clause, criterion), part_name, whole_name, limit_name, place in _SHARES:
        part: _Figure = getattr(service, part_name)
        whole: _Figure = getattr(service, whole_name)
        limit: int = getattr(policy, limit_name)
        fact = path + part_name
        share, quality = None, _UNKNOWN
        if part is not None and whole is not None:
            share, quality = percentage(part, whole, limit), _ACTUAL
            if estimated and (fact in estimated or path + whole_name in estimated):
                quality = _ESTIMATE
        result = FINDINGS[answers[place]]
        yield ProofLine(clause, criterion, name, fact, share, "percent", limit, result, quality)
    fact = f"{path}clients_affected"
    clients = service.clients_affected
    clause, criterion = _CLIENTS
    result, quality = FINDINGS[answers.clients], _quality(clients, fact, estimated)
    yield ProofLine(
        clause, criterion, name, fact, clients, "clients", policy.clients, result, quality
    )
    yield _downtime_line(service, answers.downtime, policy, estimated)
    for (clause, criterion), flag, answer in (
        (_CRITICAL, "supports_critical_function", answers.critical),
        (_REGULATED, "regulated_service", answers.regulated),
    ):
        value, fact = getattr(service, flag), path + flag
        quality = _quality(value, fact, estimated)
        yield ProofLine(clause, criterion, name, fact, value, None, None, FINDINGS[answer], quality)


def _quality(value: object, fact: str, estimated: frozenset[str]) -> Quality:
    if value is None:
        return _UNKNOWN
    return _ESTIMATE if fact in estimated else _ACTUAL


def _downtime_line(
    service: AffectedService,
    answer: Answer,
    policy: ClassificationPolicy,
    estimated: frozenset[str],
) -> ProofLine:
    """Show what decides: the support where it is missing, else the downtime."""
    limit = policy.downtime_hours * _MINUTES_AN_HOUR
    minutes, supports = service.downtime_minutes, service.supports_critical_function
    name, path = service.id, f"services.{service.id}."
    longer = minutes is not None and minutes > limit
    if supports is False or (supports is None and longer):
        fact = f"{path}supports_critical_function"
        quality = _quality(supports, fact, estimated)
        return ProofLine(*_DOWNTIME, name, fact, supports, None, None, FINDINGS[answer], quality)
    fact = f"{path}downtime_minutes"
    value = None if minutes is None else written(minutes)
    quality = _quality(minutes, fact, estimated)
    return ProofLine(*_DOWNTIME, name, fact, value, "minutes", limit, FINDINGS[answer], quality)


def without_services(services: Sequence[AffectedService] | None) -> Iterator[ProofLine]:
    """The same eight clauses where no service is affected, or none is known yet."""
    if services is None:
        value, result, quality = None, Finding.UNKNOWN, _UNKNOWN
    else:
        value, result, quality = 0, Finding.NOT_MET, _ACTUAL
    for clause, criterion in _ALL:
        yield ProofLine(
            clause, criterion, None, "services", value, "services", None, result, quality
        )


def aggregate_lines(
    services: Sequence[AffectedService],
    policy: ClassificationPolicy,
    estimated: frozenset[str],
) -> Iterator[ProofLine]:
    """The shares over all services together, for information.

    A sum over a sum never exceeds the largest single share, so this can confirm an answer and never
    turn it. Clients of two services may be the same people. Amounts are left out: two services may
    have two currencies.
    """
    for (clause, criterion), part_name, whole_name, limit_name, _ in _SHARES[:_AGGREGATED]:
        limit: int = getattr(policy, limit_name)
        part = _sum(services, part_name)
        whole = _sum(services, whole_name)
        if part is None or not whole:
            continue
        guessed = bool(estimated) and any(
            f"services.{service.id}.{name}" in estimated
            for service in services
            for name in (part_name, whole_name)
        )
        yield ProofLine(
            clause,
            f"{criterion}, all affected services together (for information)",
            None,
            "services",
            percentage(part, whole, limit),
            "percent",
            limit,
            Finding.MET if is_above_share(part, whole, limit) else Finding.NOT_MET,
            _ESTIMATE if guessed else _ACTUAL,
        )


def _sum(services: Sequence[AffectedService], name: str) -> int | Fraction | None:
    total: int | Fraction = 0
    for service in services:
        figure: _Figure = getattr(service, name)
        if figure is None:
            return None
        total += exact(figure)
    return total
