"""Whether an incident is major under Delegated Regulation (EU) 2024/1772, with its proof.

Major is what has affected critical services (Art. 6) and meets either Art. 9(5)(b) or two of the
other thresholds of Art. 9(1) to (6); each is met where any of its conditions is (Art. 8(1)).
"""

from __future__ import annotations

from holdfast.domain.values import Frozen
from holdfast.dora.evaluation import evaluate
from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.incident_proof import decision_line, incident_lines
from holdfast.dora.nearest import nearest_to_turning
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.proof import ProofLine
from holdfast.dora.service_proof import aggregate_lines, service_lines, without_services
from holdfast.dora.tally import CRITERIA, GATE
from holdfast.dora.three_valued import FINDINGS, Answer, Finding

__all__ = ["CLAUSES", "Classification", "classify"]

CLAUSES = tuple(
    f"2024/1772 Art. {clause}"
    for clause in (
        *("6(a)", "6(b)", "6(c)"),
        *("9(1)(a)", "9(1)(b)", "9(1)(c)", "9(1)(d)", "9(1)(e)", "9(1)(f)"),
        *("9(2)", "9(3)(a)", "9(3)(b)", "9(4)", "9(5)(a)", "9(5)(b)", "9(6)"),
        "8(1)",
    )
)
"""Every clause of a proof, in the order of its lines."""

_PLACES = {clause: place for place, clause in enumerate(CLAUSES)}


class Classification(Frozen):
    """One evaluation: the answer, what it rests on, and what would turn it."""

    major: Answer
    critical_services_affected: Answer
    thresholds: dict[str, Finding]
    """The seven thresholds by name; `malicious_access` is Art. 9(5)(b), which is not counted."""
    proof: tuple[ProofLine, ...]
    nearest: tuple[str, ...]
    """What would turn the answer, nearest first, in plain words; at most ten lines."""


def classify(facts: ClassificationFacts, policy: ClassificationPolicy) -> Classification:
    """Evaluate the facts, whatever is unknown of them, and in whatever order services stand."""
    evaluation = evaluate(facts, policy)
    tally = evaluation.tally
    major = tally.major()
    estimated = frozenset(facts.estimated)
    lines = list[ProofLine]()
    for service, answers in evaluation.services:
        lines.extend(service_lines(service, answers, policy, estimated))
    if len(evaluation.services) > 1:
        services = [service for service, _ in evaluation.services]
        lines.extend(aggregate_lines(services, policy, estimated))
    if not evaluation.services:
        lines.extend(without_services(facts.services))
    lines.extend(incident_lines(facts, evaluation.incident, policy, estimated))
    lines.append(decision_line(major, tally.met, policy))
    lines.sort(key=lambda line: _PLACES[line.clause])
    # Everything in it was made here: to check it again would take longer than to make it.
    return Classification.model_construct(
        major=major,
        critical_services_affected=tally.answer(GATE),
        thresholds={
            name: FINDINGS[tally.answer(criterion)]
            for criterion, name in enumerate(CRITERIA)
            if criterion != GATE
        },
        proof=tuple(lines),
        nearest=nearest_to_turning(evaluation),
    )
