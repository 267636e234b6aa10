"""Which kinds of policies can be tried on the past, and what each of them judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from holdfast.domain.escalation import EscalationPolicy
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.incident.classification_clocks import CLASSIFICATION_CLOCK, NOTIFICATION_CLOCK
from holdfast.domain.incident.communicating import UPDATE_CLOCKS
from holdfast.domain.incident.following import UPDATE_CLOCK
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    ESCALATION,
    RECOVERY,
    REGISTER,
    SEVERITY_TREE,
    PinnedPolicy,
    approval_matrix,
    classification_policy,
    recovery_policy,
    severity_tree,
)
from holdfast.domain.trial.report import Judged
from holdfast.dora.register import register_from

__all__ = ["READERS", "SCOPES", "Candidate", "CannotBeTried", "Scope", "candidate_from"]

DECISION_CLOCKS = "decision/"
CONTAINMENT_CLOCK = "containment"
REVIEW_CLOCK = "review"

READERS: dict[str, Callable[[str], BaseModel]] = {
    APPROVAL_MATRIX: approval_matrix,
    DORA_CLASSIFICATION: classification_policy,
    ESCALATION: EscalationPolicy.model_validate_json,
    RECOVERY: recovery_policy,
    REGISTER: register_from,
    SEVERITY_TREE: severity_tree,
}
"""How each policy of an incident is read from its pinned content."""


class CannotBeTried(ValueError):
    """A policy of this kind judges nothing about past incidents."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a candidate of one kind can change, and which policies that takes.

    `clocks` are ids of clocks, or how they begin. A candidate `assesses` where facts are judged
    under it.
    """

    judged: frozenset[Judged]
    needs: tuple[str, ...]
    clocks: tuple[str, ...] = ()

    @property
    def assesses(self) -> bool:
        """Whether the assessment of facts is made again."""
        return ESCALATION in self.needs

    @property
    def evaluates(self) -> bool:
        """Whether major or not is evaluated again."""
        return Judged.MAJOR in self.judged

    @property
    def by_severity_only(self) -> bool:
        """Whether a deadline of a decision moves only with the severity."""
        return Judged.DECISION not in self.judged

    @property
    def read(self) -> frozenset[EventKind]:
        """The kinds of entries whose content is needed."""
        kinds = {EventKind.INCIDENT_OPENED, EventKind.POLICY_REPINNED}
        if self.assesses:
            kinds |= _STATED
        for judged in self.judged:
            kinds |= _RECORDED[judged]
        return frozenset(kinds)

    @property
    def noted(self) -> frozenset[EventKind]:
        """The kinds of entries of which it is enough to know when they came."""
        return (_NOTED if self.assesses else frozenset({EventKind.INCIDENT_CLOSED})) - self.read


_STATED = frozenset(
    {
        EventKind.ALERTS_JOINED,
        EventKind.FACTS_CHANGED,
        EventKind.PHASE_ENTERED,
        EventKind.SEVERITY_ASSIGNED,
        EventKind.CLASSIFICATION_DECIDED,
    }
)
_NOTED = frozenset(
    {
        EventKind.INCIDENT_CLOSED,
        EventKind.INCIDENT_CONFIRMED,
        EventKind.SEVERITY_PROPOSED,
        EventKind.CLASSIFICATION_EVALUATED,
    }
)
_RECORDED: dict[Judged, frozenset[EventKind]] = {
    Judged.SEVERITY: frozenset({EventKind.SEVERITY_PROPOSED}),
    Judged.MAJOR: frozenset({EventKind.CLASSIFICATION_EVALUATED}),
    Judged.ESCALATION: frozenset({EventKind.ESCALATION_TRIGGERED}),
    Judged.DEADLINE: frozenset({EventKind.CLOCK_ARMED, EventKind.SEVERITY_ASSIGNED}),
    Judged.DECISION: frozenset({EventKind.DECISION_REQUESTED, EventKind.DECISION_ANSWERED}),
}

SCOPES: dict[str, Scope] = {
    APPROVAL_MATRIX: Scope(
        judged=frozenset({Judged.DEADLINE, Judged.DECISION}),
        needs=(APPROVAL_MATRIX,),
        clocks=(DECISION_CLOCKS,),
    ),
    DORA_CLASSIFICATION: Scope(
        judged=frozenset({Judged.MAJOR, Judged.ESCALATION, Judged.DEADLINE}),
        needs=(APPROVAL_MATRIX, DORA_CLASSIFICATION, ESCALATION, REGISTER, SEVERITY_TREE),
        clocks=(CLASSIFICATION_CLOCK, NOTIFICATION_CLOCK),
    ),
    ESCALATION: Scope(
        judged=frozenset({Judged.ESCALATION}),
        needs=(ESCALATION, REGISTER, SEVERITY_TREE),
    ),
    RECOVERY: Scope(
        judged=frozenset({Judged.DEADLINE}),
        needs=(RECOVERY,),
        clocks=(CONTAINMENT_CLOCK, REVIEW_CLOCK),
    ),
    REGISTER: Scope(
        judged=frozenset({Judged.SEVERITY, Judged.MAJOR, Judged.ESCALATION, Judged.DEADLINE}),
        needs=(APPROVAL_MATRIX, DORA_CLASSIFICATION, ESCALATION, REGISTER, SEVERITY_TREE),
        clocks=(DECISION_CLOCKS, NOTIFICATION_CLOCK, UPDATE_CLOCK, *UPDATE_CLOCKS),
    ),
    SEVERITY_TREE: Scope(
        judged=frozenset({Judged.SEVERITY, Judged.ESCALATION, Judged.DEADLINE}),
        needs=(APPROVAL_MATRIX, ESCALATION, REGISTER, SEVERITY_TREE),
        clocks=(DECISION_CLOCKS, UPDATE_CLOCK, *UPDATE_CLOCKS),
    ),
}
"""By name of the policy. Whoever lets a policy judge more adds it here."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that is tried, read."""

    pin: PolicyPin
    policy: BaseModel
    scope: Scope


def candidate_from(policy: PinnedPolicy) -> Candidate:
    """Read a candidate.

    Raises:
        CannotBeTried: no judgement about past incidents rests on policies of that name.
        ValidationError: it is no policy of its kind.
    """
    name = policy.pin.name
    if name not in SCOPES:
        message = f"a policy '{name}' cannot be tried: only {', '.join(SCOPES)} judge incidents"
        raise CannotBeTried(message)
    return Candidate(policy.pin, READERS[name](policy.content), SCOPES[name])
