"""With what an escalation begins, and the terms that it is held to."""

from __future__ import annotations

from pydantic import Field

from holdfast.domain.events import PolicyPin
from holdfast.domain.roles import Actor
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.kinds import Invocation, Source
from holdfast.domain.third_party.naming import escalation_id, escalation_workflow_id
from holdfast.domain.third_party.policy import ThirdPartyPolicy
from holdfast.domain.values import Count, Frozen, Identifier, Instant, Line, Text
from holdfast.dora.register.codes import ContractReference
from holdfast.dora.register.terms import Calendar, ContractTerms

__all__ = [
    "EscalationOpening",
    "OpenedEscalation",
    "ServedFunction",
    "TakenTerms",
    "TermsRead",
    "TermsRequest",
]


class EscalationOpening(Frozen):
    """With what an escalation begins; `opened` is the entry of the incident that opened it.

    The provider's times run from `asked_at`. `statement` is what it has told us by itself.
    """

    incident: Identifier
    number: int
    contract: ContractReference
    provider: Identifier
    invocation: Invocation
    because: Text
    opened: Identifier
    asked_at: Instant
    asked_by: Source | None = None
    register_of_information: PolicyPin
    severity: Severity | None = None
    their_reference: Line | None = None
    author: Actor | None = None
    notified_at: Instant | None = None
    pace: int = Field(default=1, ge=1, exclude_if=lambda pace: pace == 1)
    """How much faster time runs in it, where it belongs to a drill."""

    @property
    def id(self) -> str:
        """What entries call it."""
        return escalation_id(self.incident, self.number)

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return escalation_workflow_id(self.incident, self.number)


class TermsRequest(Frozen):
    """Which contract to look up in which register, and as of when our own policy."""

    contract: ContractReference
    register_of_information: PolicyPin
    at: Instant


class ServedFunction(Frozen):
    """A function that the contract supports, as the register has it."""

    id: Identifier
    name: Line
    entity: Identifier
    entity_name: Line
    critical_or_important: bool | None


class TakenTerms(Frozen):
    """What an escalation is held to, taken at its beginning and not read again.

    `terms` is None where the register has none for the contract: ours count then. `time_zones` and
    `calendar` are those that its service hours name.
    """

    contract: ContractReference
    provider: Identifier
    provider_name: Line
    provider_code_type: Line
    provider_code: Line
    terms: ContractTerms | None
    time_zones: dict[Identifier, str] = Field(default_factory=dict)
    calendar: Calendar | None = None
    functions: tuple[ServedFunction, ...] = ()
    services: tuple[Identifier, ...] = ()
    register_of_information: PolicyPin
    policy: PolicyPin
    rules: ThirdPartyPolicy

    @property
    def supports_critical_function(self) -> bool:
        """Whether a function that it supports is critical or important (DORA Art. 3(22))."""
        return any(function.critical_or_important for function in self.functions)


class TermsRead(Frozen):
    """The terms as they were found; without them, why there are none."""

    taken: TakenTerms | None = None
    because: Line | None = None


class OpenedEscalation(Frozen):
    """What an incident knows of an escalation that it has opened.

    `failover` is the action that a breach has proposed.
    """

    number: Count
    contract: ContractReference
    provider: Identifier
    failover: Identifier | None = None
    closed: bool = False
