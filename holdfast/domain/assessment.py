"""One look at an incident as a whole: severity proposed, classification, escalations that fire.

Run as an activity, so that the judgement and its reasons stand in history and in evidence and a
later version of this code can never change them.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from holdfast.domain.classification_inputs import Moments, next_crossing
from holdfast.domain.classifying import Evaluation, evaluate
from holdfast.domain.escalation import EscalationPolicy, Firing, Situation
from holdfast.domain.events import PolicyPin
from holdfast.domain.facts import FactSheet
from holdfast.domain.registered_facts import with_registered
from holdfast.domain.severity import Severity, SeverityProposal, SeverityTree
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, Token
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.register import Register

__all__ = ["Assessment", "AssessmentRequest", "Rulebook", "assess"]


class AssessmentRequest(Frozen):
    """What is judged, as of when, under which pinned policies.

    Incidents of the first release are pinned to neither classification nor register: they are not
    classified.
    """

    incident_id: Identifier
    facts: FactSheet
    severity: Severity | None
    opened_at: Instant
    at: Instant
    already_fired: tuple[Token, ...]
    severity_tree: PolicyPin
    escalation: PolicyPin
    aware_at: Instant | None = None
    recovered_at: Instant | None = None
    major: bool | None = None
    dora_classification: PolicyPin | None = None
    register_of_information: PolicyPin | None = None


class Assessment(Frozen):
    """The judgement; `next_look_at` is when time alone would next change something."""

    proposal: SeverityProposal
    firings: tuple[Firing, ...]
    next_look_at: Instant | None
    facts_digest: Digest
    evaluation: Evaluation | None = Field(default=None, exclude_if=lambda value: value is None)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The policies of one incident, read."""

    severity_tree: SeverityTree
    escalation: EscalationPolicy
    classification: ClassificationPolicy | None = None
    register: Register | None = None


def assess(request: AssessmentRequest, rulebook: Rulebook) -> Assessment:
    """Judge the facts under the rulebook; a pure function of its arguments."""
    already = frozenset(request.already_fired)
    facts = with_registered(request.facts, rulebook.register)
    escalation = rulebook.escalation
    situation = Situation(request.severity, request.major, facts)
    firings = escalation.fired(situation, request.opened_at, request.at, already)
    behind = already | {firing.trigger for firing in firings}
    next_firing = escalation.next_look(situation, request.opened_at, request.at, behind)
    evaluation, crossing = None, None
    if rulebook.classification is not None:
        moments = Moments(
            aware_at=request.aware_at or request.opened_at,
            recovered_at=request.recovered_at,
            at=request.at,
        )
        evaluation = evaluate(request.facts, moments, rulebook.classification, rulebook.register)
        crossing = next_crossing(request.facts, moments, rulebook.classification)
    return Assessment(
        proposal=rulebook.severity_tree.propose(facts),
        firings=tuple(
            escalation.with_contracts(firing, facts.services, rulebook.register)
            for firing in firings
        ),
        next_look_at=min((at for at in (next_firing, crossing) if at is not None), default=None),
        facts_digest=request.facts.digest,
        evaluation=evaluation,
    )
