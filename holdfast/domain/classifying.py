"""Whether an incident is major: from what people have stated, and what the register knows.

Each financial entity that is hit is evaluated on its own, over its own services: the thresholds of
Delegated Regulation (EU) 2024/1772 are those of an entity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from holdfast.domain.classification_inputs import Moments, classification_facts
from holdfast.domain.facts import FactSheet
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, JsonObject
from holdfast.dora.classification import Classification, classify
from holdfast.dora.evaluation import evaluate as answer_all
from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.proof import ProofLine
from holdfast.dora.register import LegalEntity, Register
from holdfast.dora.scope import Scope, scope_of
from holdfast.dora.three_valued import Answer, all_of, any_of

__all__ = ["EntityEvaluation", "Evaluation", "evaluate", "services_of", "whether_major"]


class EntityEvaluation(Frozen):
    """The evaluation for one financial entity; `entity` is null where the register names none."""

    entity: Identifier | None
    in_scope: Answer
    major: Answer
    facts: ClassificationFacts
    classification: Classification
    scope_proof: tuple[ProofLine, ...] = Field(default=(), exclude_if=lambda proof: not proof)
    """Why Chapter III of DORA does not, or may not, apply; empty where it does."""


class Evaluation(Frozen):
    """What came out for all entities; `major` is yes as soon as it is for one of them."""

    evaluated_at: Instant
    facts_digest: Digest
    major: Answer
    entities: tuple[EntityEvaluation, ...] = Field(min_length=1)

    @property
    def outcome(self) -> JsonObject:
        """What was decided by the thresholds, without the values: news if it changes."""
        return {
            str(part.entity or ""): {
                "in_scope": str(part.in_scope),
                "major": str(part.major),
                "critical": str(part.classification.critical_services_affected),
                "thresholds": {
                    name: str(result) for name, result in part.classification.thresholds.items()
                },
            }
            for part in self.entities
        }


def evaluate(
    sheet: FactSheet, moments: Moments, policy: ClassificationPolicy, register: Register | None
) -> Evaluation:
    """Evaluate the facts for every entity that they hit."""
    parts = tuple(_evaluate_entity(hit, policy) for hit in _hits(sheet, moments, register))
    return Evaluation(
        evaluated_at=moments.at,
        facts_digest=sheet.digest,
        major=any_of(part.major for part in parts),
        entities=parts,
    )


def whether_major(
    sheet: FactSheet, moments: Moments, policy: ClassificationPolicy, register: Register | None
) -> Answer:
    """The answer of `evaluate` without its proof, for who asks of thousands of incidents."""
    return any_of(
        all_of((hit.scope.applies, answer_all(hit.facts, policy).tally.major()))
        for hit in _hits(sheet, moments, register)
    )


def services_of(sheet: FactSheet, register: Register | None, entity: str | None) -> tuple[str, ...]:
    """The affected services on which an entity is evaluated; none where it is not hit."""
    return _by_entity(sheet, register).get(entity, ())


@dataclass(frozen=True, slots=True)
class _Hit:
    """One financial entity that is hit, and by what."""

    entity: str | None
    scope: Scope
    facts: ClassificationFacts


def _evaluate_entity(hit: _Hit, policy: ClassificationPolicy) -> EntityEvaluation:
    classification = classify(hit.facts, policy)
    return EntityEvaluation(
        entity=hit.entity,
        in_scope=hit.scope.applies,
        major=all_of((hit.scope.applies, classification.major)),
        facts=hit.facts,
        classification=classification,
        scope_proof=() if hit.scope.applies is Answer.YES else hit.scope.proof,
    )


def _hits(sheet: FactSheet, moments: Moments, register: Register | None) -> Iterator[_Hit]:
    for name, services in _by_entity(sheet, register).items():
        entity: LegalEntity | None = register.entities[name] if register and name else None
        scope = scope_of(
            entity.type if entity else None,
            ict_related=_stated(sheet, "ict_related", otherwise=True),
            payment_related=_stated(sheet, "payment_related", otherwise=None),
        )
        home = entity.home_member_state if entity else None
        facts = classification_facts(sheet, moments, services, register, home)
        yield _Hit(name, scope, facts)


def _by_entity(sheet: FactSheet, register: Register | None) -> dict[str | None, tuple[str, ...]]:
    """The affected services by entity; those of none are the only entity's, if there is but one."""
    only = next(iter(register.entities)) if register and len(register.entities) == 1 else None
    services = dict[str | None, tuple[str, ...]]()
    for service in sheet.services:
        entity = (register.entity_of(service) if register else None) or only
        services[entity] = (*services.get(entity, ()), service)
    ordered = sorted(services, key=lambda entity: entity or "")
    return {entity: services[entity] for entity in ordered} or {only: ()}


def _stated(sheet: FactSheet, name: str, *, otherwise: bool | None) -> bool | None:
    fact = sheet.get(name)
    return bool(fact.value) if fact else otherwise
