"""Whether Chapter III of DORA applies to an incident at all (Regulation (EU) 2022/2554 Art. 23).

It applies to every ICT-related incident; and to operational or security payment-related incidents,
related to ICT or not, of credit institutions, payment institutions, account information service
providers and electronic money institutions; exempted ones are read as such (Art. 2(1)).
"""

from __future__ import annotations

from holdfast.domain.values import Frozen
from holdfast.dora.proof import ProofLine, Quality
from holdfast.dora.three_valued import FINDINGS, Answer, all_of, answer_of, any_of

__all__ = ["PAYMENT_ENTITIES", "Scope", "chapter_applies", "scope_of"]

PAYMENT_ENTITIES = frozenset(
    {
        "credit_institution",
        "payment_institution",
        "exempted_payment_institution",
        "account_information_service_provider",
        "electronic_money_institution",
        "exempted_electronic_money_institution",
    }
)
"""Types of entities whose payment-related incidents fall under it, related to ICT or not."""


def chapter_applies(
    entity_type: str | None, *, ict_related: bool | None, payment_related: bool | None
) -> Answer:
    """Whether the incident is related to ICT, or to payments at an entity of Art. 23.

    `entity_type` is a token of report field 1.4 (Implementing Regulation (EU) 2025/302); None where
    it is unknown.
    """
    of_payments = None if entity_type is None else entity_type in PAYMENT_ENTITIES
    return any_of(
        (
            answer_of(ict_related),
            all_of((answer_of(payment_related), answer_of(of_payments))),
        )
    )


class Scope(Frozen):
    """Whether the chapter applies, with its lines of proof."""

    applies: Answer
    proof: tuple[ProofLine, ...]


def scope_of(
    entity_type: str | None, *, ict_related: bool | None, payment_related: bool | None
) -> Scope:
    """What `chapter_applies` says, with the two tests that it rests on."""
    of_payments = all_of(
        (
            answer_of(payment_related),
            chapter_applies(entity_type, ict_related=False, payment_related=True),
        )
    )
    applies = any_of((answer_of(ict_related), of_payments))
    lines = (
        _line(
            "2022/2554 Art. 17(1)", "ICT-related incident", "ict_related", answer_of(ict_related)
        ),
        _line(
            "2022/2554 Art. 23",
            "payment-related incident of an entity that Art. 23 names",
            "payment_related",
            of_payments,
        ),
    )
    return Scope(applies=applies, proof=lines)


def _line(clause: str, criterion: str, fact: str, answer: Answer) -> ProofLine:
    unknown = answer is Answer.UNKNOWN
    value = None if unknown else answer is Answer.YES
    quality = Quality.UNKNOWN if unknown else Quality.ACTUAL
    return ProofLine(clause, criterion, None, fact, value, None, None, FINDINGS[answer], quality)
