"""Escalation triggers: by severity, duration, affected services and business impact, as data."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, model_validator

from holdfast.domain.facts import FactSheet
from holdfast.domain.roles import Role
from holdfast.domain.severity import Node, Operator, Severity
from holdfast.domain.values import Count, Duration, Frozen, Identifier, Line, Token

__all__ = ["EscalationPolicy", "FactCondition", "Firing", "Trigger"]


class FactCondition(Frozen):
    """A fact against a limit; an unknown fact does not fire."""

    fact: Token
    operator: Operator
    limit: Count | None = None

    def met_by(self, facts: FactSheet) -> bool:
        """Whether the worst statement of the fact over all services meets the condition."""
        fact = facts.highest(self.fact)
        node = Node(
            question=self.fact,
            fact=self.fact,
            operator=self.operator,
            limit=self.limit,
            yes="yes",
            no="no",
            unknown="unknown",
        )
        return node.answer(fact.value if fact else None) == "yes"


class Trigger(Frozen):
    """When all that it names holds, these roles are brought in and must acknowledge."""

    because: Line
    roles: tuple[Role, ...] = Field(min_length=1)
    severity: Severity | None = None
    open_longer_than: Duration | None = None
    services: tuple[Identifier, ...] = ()
    facts: tuple[FactCondition, ...] = ()

    @model_validator(mode="after")
    def _names_a_condition(self) -> Trigger:
        if not (self.severity or self.open_longer_than or self.services or self.facts):
            message = "a trigger without a condition would always fire"
            raise ValueError(message)
        return self

    def holds(self, severity: Severity | None, facts: FactSheet) -> bool:
        """Whether everything but the duration holds."""
        if self.severity and not (severity and severity.at_least(self.severity)):
            return False
        if self.services and not set(self.services) & set(facts.services):
            return False
        return all(condition.met_by(facts) for condition in self.facts)


class Firing(Frozen):
    """A trigger that has just fired."""

    trigger: Token
    because: Line
    roles: tuple[Role, ...]


class EscalationPolicy(Frozen):
    """All triggers, by name."""

    name: Identifier
    version: Identifier
    triggers: dict[Token, Trigger]

    def fired(
        self,
        severity: Severity | None,
        facts: FactSheet,
        opened_at: datetime,
        now: datetime,
        already: frozenset[str],
    ) -> tuple[Firing, ...]:
        """The triggers that fire now and have not fired before, in the policy's order."""
        return tuple(
            Firing(trigger=name, because=trigger.because, roles=trigger.roles)
            for name, trigger in self.triggers.items()
            if name not in already
            and trigger.holds(severity, facts)
            and (trigger.open_longer_than is None or now >= opened_at + trigger.open_longer_than)
        )

    def next_look(
        self,
        severity: Severity | None,
        facts: FactSheet,
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
            and trigger.holds(severity, facts)
        ]
        return min((at for at in moments if at > now), default=None)
