"""The tests of Art. 6 and 9 that look at one affected service, each answered in three values."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from holdfast.dora.facts import AffectedService
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.quantities import is_above_share
from holdfast.dora.three_valued import Answer, answer_of

__all__ = ["ServiceAnswers", "above", "answer_service"]

_MINUTES_AN_HOUR = 60
_YES, _NO, _UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


class ServiceAnswers(NamedTuple):
    """What one service meets; the fields follow the clauses."""

    clients_share: Answer
    """Art. 9(1)(a)."""
    clients: Answer
    """Art. 9(1)(b)."""
    counterparts: Answer
    """Art. 9(1)(c)."""
    transactions: Answer
    """Art. 9(1)(d)."""
    value: Answer
    """Art. 9(1)(e)."""
    downtime: Answer
    """Art. 9(3)(b): above the limit, and of a service that supports a critical function."""
    critical: Answer
    """Art. 6(a)."""
    regulated: Answer
    """Art. 6(b)."""


def answer_service(service: AffectedService, policy: ClassificationPolicy) -> ServiceAnswers:
    """Answer every test that looks at this service alone."""
    capped = service.affected_within_total
    return ServiceAnswers(
        _part_of_all(
            service.clients_affected, service.clients_total, policy.clients_percent, capped
        ),
        _clients(service, policy.clients),
        _part_of_all(
            service.counterparts_affected,
            service.counterparts_total,
            policy.counterparts_percent,
            capped,
        ),
        _part_of_average(
            service.transactions_affected,
            service.transactions_daily_average,
            policy.transactions_percent,
        ),
        _part_of_average(
            service.transactions_affected_value,
            service.transactions_daily_average_value,
            policy.transactions_value_percent,
        ),
        _downtime(service, policy.downtime_hours * _MINUTES_AN_HOUR),
        answer_of(service.supports_critical_function),
        answer_of(service.regulated_service),
    )


def above(value: int | Decimal | None, limit: int) -> Answer:
    """Whether a figure is above a limit; exactly the limit is not."""
    if value is None:
        return _UNKNOWN
    return _YES if value > limit else _NO


def _part_of_all(affected: int | None, total: int | None, percent: int, capped: bool) -> Answer:  # noqa: FBT001 - internal
    """The share of people, who are no more than there are: of nobody, nobody can be affected."""
    if affected is None and total == 0 and capped:
        return _NO
    return _part_of_average(affected, total, percent)


def _part_of_average(
    affected: int | Decimal | None, average: int | Decimal | None, percent: int
) -> Answer:
    """The share of an average day, which one day may exceed: more than none of none is above."""
    if affected == 0:
        return _NO
    if affected is None or average is None:
        return _UNKNOWN
    return _YES if is_above_share(affected, average, percent) else _NO


def _clients(service: AffectedService, limit: int) -> Answer:
    total = service.clients_total
    if service.clients_affected is None and total is not None and total <= limit:
        return _NO if service.affected_within_total else _UNKNOWN
    return above(service.clients_affected, limit)


def _downtime(service: AffectedService, limit: int) -> Answer:
    if service.supports_critical_function is False:
        return _NO
    longer = above(service.downtime_minutes, limit)
    if longer is _YES and service.supports_critical_function is None:
        return _UNKNOWN
    return longer
