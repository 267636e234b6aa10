"""The policy `playbooks`: which steps, in which order, done by whom, how fast, leaving what.

A procedure that was thought out beforehand goes better than one from memory (DORA Art. 11(2)(c)
asks for plans of containment, Art. 12(7) for checks after recovery).
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    StrictBool,
    ValidationError,
    model_validator,
)

from holdfast.domain.playbooks.kinds import EvidenceKind, IncidentType, StepKind, StepPhase
from holdfast.domain.playbooks.ordering import contradictions_of
from holdfast.domain.roles import Role
from holdfast.domain.values import Duration, Frozen, Identifier, Line, Text, Token
from holdfast.dora.register.contradicting import refuse_contradictions

__all__ = [
    "MOST_STEPS",
    "PLAYBOOKS",
    "Automation",
    "Playbook",
    "PlaybooksPolicy",
    "Step",
    "playbooks_policy",
]

PLAYBOOKS = "playbooks"
"""The name of the policy, and of its folder."""

MOST_STEPS = 100
"""Steps of one playbook, or of one that is carried out."""

_LONGEST_STEP = timedelta(days=30)
_NOBODYS = frozenset({Role.SYSTEM, Role.ALERT_SOURCE, Role.VENDOR, Role.AUDITOR})


def _of_people(role: Role) -> Role:
    if role in _NOBODYS:
        message = f"'{role}' carries out nothing: name a role of those who respond"
        raise ValueError(message)
    return role


def _whole_seconds(duration: timedelta) -> timedelta:
    if not timedelta(seconds=1) <= duration <= _LONGEST_STEP or duration.microseconds:
        message = "give whole seconds, from one second up to 30 days"
        raise ValueError(message)
    return duration


ExpectedDuration = Annotated[Duration, AfterValidator(_whole_seconds)]


class Automation(Frozen):
    """What the worker can do by itself: an automation of its configuration, in plain words."""

    name: Token
    parameters: dict[Token, Line] = Field(default_factory=dict, max_length=20)
    timeout: ExpectedDuration | None = None
    """After how long it is broken off: the expected duration of the step, where it is not said."""


class Step(Frozen):
    """One step; `after` are the steps that must be finished first.

    `expected` is how long it takes as a rule: once started, it is late after that. `check` is the
    recovery check that a step of validation answers.
    """

    id: Token
    title: Line
    phase: StepPhase
    kind: StepKind
    owner: Annotated[Role, AfterValidator(_of_people)]
    expected: ExpectedDuration
    after: tuple[Token, ...] = Field(default=(), max_length=MOST_STEPS)
    disruptive: StrictBool = False
    automation: Automation | None = None
    evidence: tuple[EvidenceKind, ...] = Field(default=(), max_length=3)
    check: Token | None = None
    service: Identifier | None = None
    """The service on which it acts, where it is one of several."""
    detail: Text | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.phase is not self.kind.phase:
            message = f"'kind' {self.kind} belongs to {self.kind.phase}, not to {self.phase}"
            raise ValueError(message)
        if self.phase is StepPhase.VALIDATION and self.disruptive:
            message = "a validation step looks on: it cannot be 'disruptive'"
            raise ValueError(message)
        if self.check is not None and self.phase is not StepPhase.VALIDATION:
            message = "'check' is answered by steps of validation only"
            raise ValueError(message)
        if self.automation is not None and EvidenceKind.REFERENCE in self.evidence:
            message = "'evidence' of a step with automation is no reference: it has its output"
            raise ValueError(message)
        return self

    @property
    def needs_approval(self) -> bool:
        """Whether it is an action that others have to approve first."""
        return self.disruptive or self.kind is StepKind.FAILOVER


class Playbook(Frozen):
    """One procedure; without types or services it is for any."""

    title: Line
    types: tuple[IncidentType, ...] = ()
    services: tuple[Identifier, ...] = Field(default=(), max_length=200)
    when: Text | None = None
    """By what one sees that it is the right one."""
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MOST_STEPS)

    def fits(self, services: frozenset[str]) -> bool:
        """Whether it is for one of these services, or for any."""
        return not self.services or bool(services & set(self.services))

    def is_for(self, kind: IncidentType) -> bool:
        """Whether it is for incidents of that type, or for any."""
        return not self.types or kind in self.types


class PlaybooksPolicy(Frozen):
    """All playbooks by id, and who is woken when a step takes longer than expected.

    A step is warned of when so many percent of its time are left; when it is late its owner is
    woken, and after so many percent of its time more the incident commander.
    """

    name: Literal["playbooks"]
    version: Identifier
    format: Literal[1] = 1
    warn_with_percent_left: int = Field(default=25, ge=1, le=99, strict=True)
    commander_after_percent: int = Field(default=50, ge=1, le=1000, strict=True)
    playbooks: dict[Token, Playbook] = Field(min_length=1, max_length=200)

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401 - as it was given
        """Tell what stands wrong together with what contradicts itself."""
        try:
            policy = handler(given)
        except ValidationError as error:
            refuse_contradictions("PlaybooksPolicy", contradictions_of(given), error)
            raise
        refuse_contradictions("PlaybooksPolicy", contradictions_of(given))
        return policy


@lru_cache(maxsize=64)
def playbooks_policy(content: str) -> PlaybooksPolicy:
    """Read the policy from its pinned content."""
    return PlaybooksPolicy.model_validate_json(content)
