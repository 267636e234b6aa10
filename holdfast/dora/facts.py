"""The facts of one incident that Delegated Regulation (EU) 2024/1772 asks for.

None is unknown, never zero and never false; an empty list is known to hold nothing. All lists are
complete where they are given. Where an actual figure cannot be determined it is estimated, and its
path stands in `estimated` (Art. 1(5), 3(1), 7(3)).
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, StrictBool, field_validator, model_validator

from holdfast.domain.member_states import MEMBER_STATES
from holdfast.domain.values import Frozen, Identifier
from holdfast.dora.quantities import Quantity, WholeNumber

__all__ = ["Access", "AffectedService", "ClassificationFacts", "DataLosses", "Reputation"]


def _member_state(code: str) -> str:
    if code not in MEMBER_STATES:
        message = f"'{code[:20]}' is no Member State of the EEA (ISO 3166 alpha-2, capitals)"
        raise ValueError(message)
    return code


MemberState = Annotated[str, AfterValidator(_member_state)]
"""A Member State of the European Economic Area, by its ISO 3166 alpha-2 code."""


class AffectedService(Frozen):
    """One affected service; its figures are those of this service only (Art. 9(1))."""

    id: Identifier
    supports_critical_function: StrictBool | None = None
    """It supports a critical or important function (Art. 6(a), 9(3)(b))."""
    regulated_service: StrictBool | None = None
    """A financial service that needs an authorisation, or is supervised (Art. 6(b))."""
    clients_total: WholeNumber | None = None
    clients_affected: WholeNumber | None = None
    counterparts_total: WholeNumber | None = None
    counterparts_affected: WholeNumber | None = None
    transactions_daily_average: Quantity | None = None
    transactions_affected: Quantity | None = None
    transactions_daily_average_value: Quantity | None = None
    transactions_affected_value: Quantity | None = None
    """In the same currency as the average, whatever it is."""
    downtime_minutes: Quantity | None = None

    affected_within_total: ClassVar[bool] = True
    """Nobody is affected who does not use the service; cumulated figures count some twice."""

    @model_validator(mode="after")
    def _no_more_affected_than_there_are(self) -> AffectedService:
        if self.affected_within_total:
            self._check("clients", self.clients_affected, self.clients_total)
            self._check("counterparts", self.counterparts_affected, self.counterparts_total)
        return self

    @staticmethod
    def _check(who: str, affected: int | None, total: int | None) -> None:
        if affected is not None and total is not None and affected > total:
            message = f"{who}_affected ({affected}) is larger than {who}_total ({total})"
            raise ValueError(message)


class Reputation(Frozen):
    """Reputational impact, actual or likely, by the points of Art. 2(1)."""

    media: StrictBool | None = None
    repetitive_complaints: StrictBool | None = None
    regulatory_requirements_unmet: StrictBool | None = None
    loss_of_clients: StrictBool | None = None


class DataLosses(Frozen):
    """Impact on data (Art. 5), and whether it harms business or compliance (Art. 9(5)(a))."""

    availability: StrictBool | None = None
    authenticity: StrictBool | None = None
    integrity: StrictBool | None = None
    confidentiality: StrictBool | None = None
    adverse_impact: StrictBool | None = None
    some: StrictBool | None = None
    """Data is lost, of which kind is not known yet; false means that none is lost."""

    @property
    def kinds(self) -> tuple[bool | None, ...]:
        """What is known of the four kinds, in the order of the article."""
        return (self.availability, self.authenticity, self.integrity, self.confidentiality)

    @model_validator(mode="after")
    def _none_means_no_kind(self) -> DataLosses:
        if self.some is False and True in self.kinds:
            message = "some is false, though one kind of data loss is true"
            raise ValueError(message)
        return self


class Access(Frozen):
    """Access to network and information systems (Art. 6(c), 9(5)(b))."""

    successful: StrictBool | None = None
    malicious: StrictBool | None = None
    unauthorised: StrictBool | None = None
    may_cause_data_losses: StrictBool | None = None


class ClassificationFacts(Frozen):
    """Everything that decides whether an incident is major, as far as it is known."""

    services: tuple[AffectedService, ...] | None = None
    relevant_client_or_counterpart_affected: StrictBool | None = None
    reputation: Reputation | None = None
    duration_minutes: Quantity | None = None
    home_member_state: MemberState | None = None
    member_states: tuple[MemberState, ...] | None = None
    """Every Member State with impact, the home one included where it is hit (Art. 4)."""
    data_losses: DataLosses | None = None
    access: Access | None = None
    costs_eur: Quantity | None = None
    """Gross costs and losses, incurred or likely; nothing recovered is netted off (Art. 7)."""
    estimated: tuple[str, ...] = ()
    """Paths of the facts that are estimates: `costs_eur`, `services.<id>.clients_affected`."""

    @field_validator("member_states", "estimated")
    @classmethod
    def _in_one_order(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else tuple(sorted(set(values)))

    @model_validator(mode="after")
    def _services_are_named_once(self) -> ClassificationFacts:
        named = [service.id for service in self.services or ()]
        if len(set(named)) < len(named):
            twice = next(name for name in named if named.count(name) > 1)
            message = f"services: the id '{twice}' is given twice"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _estimates_are_of_facts(self) -> ClassificationFacts:
        for path in self.estimated:
            if not self._has(path):
                message = f"estimated: there is no fact '{path[:300]}'"
                raise ValueError(message)
        return self

    def _has(self, path: str) -> bool:
        head, _, rest = path.partition(".")
        if head == "services" and rest:
            service, _, name = rest.rpartition(".")
            known = any(service == one.id for one in self.services or ())
            return known and name in AffectedService.model_fields and name != "id"
        if rest:
            parts: dict[str, type[Frozen]] = {
                "reputation": Reputation,
                "data_losses": DataLosses,
                "access": Access,
            }
            return head in parts and rest in parts[head].model_fields
        return head in ClassificationFacts.model_fields and head != "estimated"
