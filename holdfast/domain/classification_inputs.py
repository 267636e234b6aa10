"""What the regulation asks for, drawn from what people have stated and what the register knows.

A stated fact comes before the register. A duration that has not ended counts up to now, so that
time alone can make an incident major (Delegated Regulation (EU) 2024/1772 Art. 3).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.facts import Fact, FactSheet
from holdfast.domain.values import Frozen, Instant
from holdfast.dora.facts import (
    Access,
    AffectedService,
    ClassificationFacts,
    DataLosses,
    Reputation,
)
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.register import Register

__all__ = ["Moments", "classification_facts", "next_crossing"]

_MINUTE = timedelta(minutes=1)
_JUST_BEYOND = timedelta(seconds=1)
"""Limits are strictly exceeded: a moment later they are."""

_MOST_SECONDS = 100 * 366 * 24 * 3_600
"""A hundred years: no downtime is longer, and more cannot be counted back from every moment."""

_TOTALS = {"clients_total": "clients_affected", "counterparts_total": "counterparts_affected"}


class Moments(Frozen):
    """When the organisation became aware, when the recovery was validated if it was, and now."""

    aware_at: Instant
    recovered_at: Instant | None
    at: Instant


def next_crossing(
    sheet: FactSheet, moments: Moments, policy: ClassificationPolicy
) -> datetime | None:
    """When time alone would next exceed a limit of duration or downtime, or None."""
    limits = list[datetime]()
    if moments.recovered_at is None and _is_open(sheet, "duration_minutes", "resolved_at"):
        began = sheet.moment("occurred_at") or moments.aware_at
        limits.append(began + timedelta(hours=policy.duration_hours))
    for service in sheet.services:
        down_from = sheet.moment(f"down_from@{service}")
        if down_from is not None and _is_open(
            sheet, f"downtime_minutes@{service}", f"restored_at@{service}"
        ):
            before = _earlier_downtime(sheet, service)
            limits.append(down_from + timedelta(hours=policy.downtime_hours) - before)
    return min((at + _JUST_BEYOND for at in limits if at >= moments.at), default=None)


def classification_facts(
    sheet: FactSheet,
    moments: Moments,
    services: tuple[str, ...],
    register: Register | None,
    home_member_state: str | None,
) -> ClassificationFacts:
    """What the regulation asks for, of these services: stated, else registered, else unknown."""
    reader = _Reader(sheet, moments, register)
    return ClassificationFacts(
        services=tuple(reader.service(service) for service in services),
        relevant_client_or_counterpart_affected=reader.boolean(
            "relevant_client_or_counterpart_affected"
        ),
        reputation=Reputation(
            media=reader.boolean("media_coverage", "reputation.media"),
            repetitive_complaints=reader.boolean(
                "repetitive_complaints", "reputation.repetitive_complaints"
            ),
            regulatory_requirements_unmet=reader.boolean(
                "regulatory_requirements_unmet", "reputation.regulatory_requirements_unmet"
            ),
            loss_of_clients=reader.boolean("loss_of_clients", "reputation.loss_of_clients"),
        ),
        duration_minutes=reader.duration(),
        home_member_state=home_member_state,
        member_states=reader.member_states(),
        data_losses=reader.data_losses(),
        access=reader.access(),
        costs_eur=reader.count("costs_eur"),
        estimated=tuple(sorted(reader.estimated)),
    )


def _is_open(sheet: FactSheet, stated: str, ended: str) -> bool:
    return sheet.get(stated) is None and sheet.get(ended) is None


class _Reader:
    """Reads one sheet, and notes which of the values are estimates."""

    def __init__(self, sheet: FactSheet, moments: Moments, register: Register | None) -> None:
        self._sheet = sheet
        self._moments = moments
        self._register = register
        self.estimated: set[str] = set()

    def boolean(self, name: str, path: str | None = None) -> bool | None:
        fact = self._note(self._sheet.get(name), path or name)
        return bool(fact.value) if fact else None

    def count(self, name: str) -> int | None:
        fact = self._note(self._sheet.get(name), name)
        return _number(fact)

    def service(self, service: str) -> AffectedService:
        figures = {
            name: self._figure(service, name)
            for name in (
                *("clients_total", "clients_affected"),
                *("counterparts_total", "counterparts_affected"),
                *("transactions_daily_average", "transactions_affected"),
                *("transactions_daily_average_value", "transactions_affected_value"),
            )
        }
        # More affected than the register knows of: it is the register that is behind.
        for total, affected in _TOTALS.items():
            if (figures[affected] or 0) > (figures[total] or 0) and figures[total] is not None:
                figures[total] = figures[affected]
        return AffectedService(
            id=service,
            supports_critical_function=self._flag(service, "supports_critical_function"),
            regulated_service=self._flag(service, "regulated_service"),
            downtime_minutes=self._downtime(service),
            **figures,
        )

    def duration(self) -> int | None:
        if fact := self._note(self._sheet.get("duration_minutes"), "duration_minutes"):
            return _number(fact)
        # Art. 3(1): where the occurrence is unknown, from the detection.
        began = self._sheet.moment("occurred_at") or self._moments.aware_at
        ended = self._sheet.moment("resolved_at")
        if ended is None:
            self.estimated.add("duration_minutes")
        return _minutes(began, ended or self._moments.recovered_at or self._moments.at)

    def member_states(self) -> tuple[str, ...] | None:
        fact = self._note(self._sheet.get("member_states"), "member_states")
        if fact is None:
            return None
        return () if fact.value == "none" else tuple(str(fact.value).split(" "))

    def data_losses(self) -> DataLosses:
        some = self.boolean("data_loss", "data_losses.some")
        kinds = {
            kind: self.boolean(f"data_{kind}_lost", f"data_losses.{kind}")
            for kind in ("availability", "authenticity", "integrity", "confidentiality")
        }
        if some is False:
            kinds = {kind: lost or False for kind, lost in kinds.items()}
        return DataLosses(
            **kinds,
            some=some or None,
            adverse_impact=self.boolean("data_loss_adverse", "data_losses.adverse_impact"),
        )

    def access(self) -> Access:
        # The catalogue asks for the three together: one of them missing is enough for a no.
        malicious = self.boolean("malicious_access", "access.malicious")
        return Access(
            successful=malicious,
            malicious=malicious,
            unauthorised=malicious,
            may_cause_data_losses=self.boolean(
                "access_may_cause_data_losses", "access.may_cause_data_losses"
            ),
        )

    def _figure(self, service: str, name: str) -> int | None:
        fact = self._sheet.get(f"{name}@{service}")
        if self._note(fact, f"services.{service}.{name}"):
            return _number(fact)
        figure = self._registered(service, name)
        return figure if isinstance(figure, int) else None

    def _flag(self, service: str, name: str) -> bool | None:
        fact = self._sheet.get(f"{name}@{service}")
        if self._note(fact, f"services.{service}.{name}"):
            return bool(fact.value) if fact else None
        flag = self._registered(service, name)
        return flag if isinstance(flag, bool) else None

    def _registered(self, service: str, name: str) -> object:
        known = self._register.service(service) if self._register else None
        return getattr(known, name, None)

    def _downtime(self, service: str) -> int | None:
        path = f"services.{service}.downtime_minutes"
        if fact := self._note(self._sheet.get(f"downtime_minutes@{service}"), path):
            return _number(fact)
        down_from = self._sheet.moment(f"down_from@{service}")
        if down_from is None:
            return None
        restored_at = self._sheet.moment(f"restored_at@{service}")
        if restored_at is None:
            self.estimated.add(path)
        # Several interruptions add up; the facts tell the last one, and how long the others were.
        before = _earlier_downtime(self._sheet, service)
        return _minutes(down_from - before, restored_at or self._moments.at)

    def _note(self, fact: Fact | None, path: str) -> Fact | None:
        if fact is not None and fact.estimate:
            self.estimated.add(path)
        return fact


def _earlier_downtime(sheet: FactSheet, service: str) -> timedelta:
    earlier = sheet.get(f"earlier_downtime_seconds@{service}")
    # Whatever people state: a length beyond that could not be counted back from any moment.
    return timedelta(seconds=min(_number(earlier) or 0, _MOST_SECONDS))


def _number(fact: Fact | None) -> int | None:
    return int(fact.value) if fact is not None and fact.value is not None else None


def _minutes(began: datetime, ended: datetime) -> int:
    """Minutes begun: a second beyond a limit is beyond it."""
    return max(0, -((began - ended) // _MINUTE))
