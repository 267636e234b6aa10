"""The answers of every single test on one set of facts, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.dora.facts import AffectedService, ClassificationFacts
from holdfast.dora.incident_answers import IncidentAnswers, answer_incident
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.service_answers import ServiceAnswers, answer_service
from holdfast.dora.tally import Tally

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Facts, policy, and what came out of each test; services in the order of their ids."""

    facts: ClassificationFacts
    policy: ClassificationPolicy
    services: tuple[tuple[AffectedService, ServiceAnswers], ...]
    incident: IncidentAnswers
    tally: Tally
    holding: int
    """The criteria that hold, a bit each."""


def evaluate(facts: ClassificationFacts, policy: ClassificationPolicy) -> Evaluation:
    """Answer every test."""
    ordered = sorted(facts.services or (), key=lambda service: service.id)
    services = tuple((service, answer_service(service, policy)) for service in ordered)
    incident = answer_incident(facts, policy)
    tally = Tally(policy.thresholds_needed)
    for _, answers in services:
        tally.add_service(answers)
    if facts.services is None:
        tally.add_unknown_services()
    tally.add_incident(incident)
    return Evaluation(facts, policy, services, incident, tally, tally.holding)
