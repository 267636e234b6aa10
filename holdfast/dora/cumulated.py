"""What several incidents have done together, as if they were one (Art. 8(2)(c)).

Affected figures, downtime, duration and costs are added up; whatever was true of one is true of
all; Member States and services are united. Totals and averages are those of the latest incident
that knows them. A client hit twice counts twice, so that more may be affected than there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from holdfast.domain.values import MAX_SAFE_INTEGER
from holdfast.dora.facts import (
    Access,
    AffectedService,
    ClassificationFacts,
    DataLosses,
    Reputation,
)
from holdfast.dora.incident_answers import data_lost
from holdfast.dora.quantities import exact
from holdfast.dora.three_valued import Answer, all_of, answer_of, any_of

__all__ = ["CumulatedFacts", "CumulatedService", "cumulate"]

_ADDED = (
    *("clients_affected", "counterparts_affected", "transactions_affected"),
    *("transactions_affected_value", "downtime_minutes"),
)
_OF_THE_LATEST = (
    *("clients_total", "counterparts_total"),
    *("transactions_daily_average", "transactions_daily_average_value"),
)
_FLAGS = ("supports_critical_function", "regulated_service")
_KINDS = ("availability", "authenticity", "integrity", "confidentiality")
_DECIMAL_PLACES = 18

_Figure = int | Decimal | None


class CumulatedService(AffectedService):
    """One service over several incidents: whoever was hit twice counts twice."""

    affected_within_total: ClassVar[bool] = False


class CumulatedFacts(ClassificationFacts):
    """The facts of a series; its affected figures may exceed the totals."""

    services: tuple[CumulatedService, ...] | None = None


def cumulate(incidents: Sequence[ClassificationFacts], *, unknown_counts: bool) -> CumulatedFacts:
    """Add up incidents that are given in the order of their occurrence.

    An unknown part makes the whole unknown; or, where `unknown_counts` is false, it adds nothing,
    so that the result is the least that is certain. Sums end at 2^53-1.
    """
    adding = _Adding(unknown_counts=unknown_counts)
    homes = [facts.home_member_state for facts in incidents if facts.home_member_state]
    services = adding.services([facts.services for facts in incidents])
    whole = CumulatedFacts(
        services=services,
        relevant_client_or_counterpart_affected=adding.any(
            facts.relevant_client_or_counterpart_affected for facts in incidents
        ),
        reputation=adding.reputation([facts.reputation for facts in incidents]),
        duration_minutes=adding.sum(facts.duration_minutes for facts in incidents),
        home_member_state=homes[-1] if homes else None,
        member_states=adding.union([facts.member_states for facts in incidents]),
        data_losses=adding.data_losses([facts.data_losses for facts in incidents]),
        access=adding.access([facts.access for facts in incidents]),
        costs_eur=adding.sum(facts.costs_eur for facts in incidents),
    )
    named = {service.id for service in services or ()}
    paths = {path for facts in incidents for path in facts.estimated if _is_of(path, named)}
    return whole.model_copy(update={"estimated": tuple(sorted(paths))})


def _is_of(path: str, services: set[str]) -> bool:
    if not path.startswith("services."):
        return True
    return path.removeprefix("services.").rpartition(".")[0] in services


class _Adding:
    """Adds one fact over incidents, with what is unknown as one wants it."""

    def __init__(self, *, unknown_counts: bool) -> None:
        self._unknown_counts = unknown_counts

    def sum(self, figures: Iterable[_Figure]) -> _Figure:
        given = list(figures)
        if self._unknown_counts and None in given:
            return None
        total = sum((exact(figure) for figure in given if figure is not None), start=Fraction(0))
        if total.denominator == 1 or total > MAX_SAFE_INTEGER:
            return min(int(total), MAX_SAFE_INTEGER)
        digits = tuple(map(int, str(int(total * 10**_DECIMAL_PLACES))))
        return Decimal((0, digits, -_DECIMAL_PLACES))

    def any(self, flags: Iterable[bool | None]) -> bool | None:
        given = list(flags)
        if True in given:
            return True
        return None if self._unknown_counts and None in given else False

    def union(self, lists: Sequence[tuple[str, ...] | None]) -> tuple[str, ...] | None:
        if self._unknown_counts and None in lists:
            return None
        return tuple(sorted({state for states in lists for state in states or ()}))

    def data_losses(self, parts: Sequence[DataLosses | None]) -> DataLosses:
        """Loss and harm belong together: those of two incidents make no harmful loss."""
        given = [part or DataLosses() for part in parts]
        harmful = any_of(
            all_of((data_lost(part), answer_of(part.adverse_impact))) for part in given
        )
        lost = any_of(map(data_lost, given))
        kinds = {kind: self.any(getattr(part, kind) for part in given) for kind in _KINDS}
        if lost is Answer.NO:
            kinds = dict.fromkeys(_KINDS, False)
        some = True if lost is Answer.YES else None
        return DataLosses(**kinds, some=some, adverse_impact=self._value(harmful))

    def access(self, parts: Sequence[Access | None]) -> Access:
        """The flags of one access belong together: those of two make no malicious access."""
        given = [part or Access() for part in parts]
        entered = [
            all_of(map(answer_of, (part.successful, part.malicious, part.unauthorised)))
            for part in given
        ]
        decisive = any_of(
            all_of((entry, answer_of(part.may_cause_data_losses)))
            for entry, part in zip(entered, given, strict=True)
        )
        entry = self._value(any_of(entered))
        return Access(
            successful=entry,
            malicious=entry,
            unauthorised=entry,
            may_cause_data_losses=self._value(decisive),
        )

    def _value(self, answer: Answer) -> bool | None:
        if answer is Answer.UNKNOWN and self._unknown_counts:
            return None
        return answer is Answer.YES

    def reputation(self, parts: Sequence[Reputation | None]) -> Reputation:
        given = [part or Reputation() for part in parts]
        return Reputation.model_validate(
            {
                name: self.any(getattr(part, name) for part in given)
                for name in Reputation.model_fields
            }
        )

    def services(
        self, lists: Sequence[tuple[AffectedService, ...] | None]
    ) -> tuple[CumulatedService, ...] | None:
        if self._unknown_counts and None in lists:
            return None
        by_id = dict[str, list[AffectedService]]()
        for services in lists:
            for service in services or ():
                by_id.setdefault(service.id, []).append(service)
        return tuple(self._service(name, by_id[name]) for name in sorted(by_id))

    def _service(self, name: str, parts: list[AffectedService]) -> CumulatedService:
        fields: dict[str, object] = {"id": name}
        for field in _ADDED:
            fields[field] = self.sum(getattr(part, field) for part in parts)
        for field in _FLAGS:
            fields[field] = self.any(getattr(part, field) for part in parts)
        for field in _OF_THE_LATEST:
            known = [value for part in parts if (value := getattr(part, field)) is not None]
            fields[field] = known[-1] if known else None
        return CumulatedService.model_validate(fields)
