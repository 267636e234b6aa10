"""Escalation triggers: by severity, duration, affected services and business impact, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from holdfast.domain.facts import FactSheet
from holdfast.domain.roles import Role
from holdfast.domain.severity import Node, Operator, Severity
from holdfast.domain.third_party.serving import contracts_serving
from holdfast.domain.values import Count, Duration, Frozen, Identifier, Line, Token
from holdfast.dora.register import Register
from holdfast.dora.register.codes import ContractReference

__all__ = [
    "EscalationPolicy",
    "FactCondition",
    "FiredContract",
    "Firing",
    "Situation",
    "Trigger",
]


class FactCondition(Frozen):
    """A fact against a limit; an unknown fact does not fire."""

    fact: Token
    operator: Operator
    limit: Count | None = None

    def met_by(self, facts: FactSheet) -> bool:
        """Whether the worst statement of the fact over all services meets the condition."""
        fact = facts.highest(self.fact)
        node = _node(self.fact, self.operator, self.limit)
        return node.answer(fact.value if fact else None) == "yes"


@lru_cache(maxsize=1_000)
def _node(fact: str, operator: Operator, limit: int | None) -> Node:
    return Node(
        question=fact,
        fact=fact,
        operator=operator,
        limit=limit,
        yes="yes",
        no="no",
        unknown="unknown",
    )


@dataclass(frozen=True, slots=True)
class Situation:
    """What triggers look at: severity and major as people have decided, and the facts."""

    severity: Severity | None
    major: bool | None
    facts: FactSheet


class Trigger(Frozen):
    """When all that it names holds, these roles are brought in and must acknowledge.

    With `escalate_vendors` the providers are called whose contracts carry the affected services.
    """

    because: Line
    roles: tuple[Role, ...] = Field(min_length=1)
    severity: Severity | None = None
    major: Literal[True] | None = None
    open_longer_than: Duration | None = None
    services: tuple[Identifier, ...] = ()
    facts: tuple[FactCondition, ...] = ()
    escalate_vendors: bool = Field(default=False, exclude_if=lambda escalate: not escalate)

    @model_validator(mode="after")
    def _names_a_condition(self) -> Trigger:
        if not (
            self.severity or self.major or self.open_longer_than or self.services or self.facts
        ):
            message = "a trigger without a condition would always fire"
            raise ValueError(message)
        return self

    def holds(self, situation: Situation) -> bool:
        """Whether everything but the duration holds."""
        severity, facts = situation.severity, situation.facts
        if self.severity and not (severity and severity.at_least(self.severity)):
            return False
        if self.major and not situation.major:
            return False
        if self.services and not set(self.services) & set(facts.services):
            return False
        return all(condition.met_by(facts) for condition in self.facts)


class FiredContract(Frozen):
    """A contract to whose provider a trigger escalates."""

    reference: ContractReference
    provider: Identifier


class Firing(Frozen):
    """A trigger that has just fired, and the contracts of the affected services if it wants them.

    The `contracts` are those of the register that the incident is pinned to.
    """

    trigger: Token
    because: Line
    roles: tuple[Role, ...]
    contracts: tuple[FiredContract, ...] = Field(default=(), exclude_if=lambda given: not given)


class EscalationPolicy(Frozen):
    """All triggers, by name."""

    name: Identifier
    version: Identifier
    triggers: dict[Token, Trigger]

    def fired(
        self,
        situation: Situation,
        opened_at: datetime,
        now: datetime,
        already: frozenset[str],
    ) -> tuple[Firing, ...]:
        """The triggers that fire now and have not fired before, in the policy's order."""
        return tuple(
            Firing(trigger=name, because=trigger.because, roles=trigger.roles)
            for name, trigger in self.triggers.items()
            if name not in already
            and trigger.holds(situation)
            and (trigger.open_longer_than is None or now >= opened_at + trigger.open_longer_than)
        )

    def with_contracts(
        self, firing: Firing, services: Sequence[str], register: Register | None
    ) -> Firing:
        """The firing with the contracts of these services, where its trigger escalates to vendors.

        Without a register it names none.
        """
        if register is None or not self.triggers[firing.trigger].escalate_vendors:
            return firing
        found = contracts_serving(register, services)
        contracts = tuple(
            FiredContract(reference=reference, provider=provider) for reference, provider in found
        )
        return firing.model_copy(update={"contracts": contracts})

    def next_look(
        self,
        situation: Situation,
        opened_at: datetime,
        now: datetime,
        already: frozenset[str],
    ) -> datetime | None:
        """When time alone would next make a trigger fire, or None."""
        moments = [
            opened_at + trigger.open_longer_than
            for name, trigger in self.triggers.items()
            if trigger.open_longer_than is not None
            and name not in already
            and trigger.holds(situation)
        ]
        return min((at for at in moments if at > now), default=None)
