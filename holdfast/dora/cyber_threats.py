"""Whether a cyber threat is significant (Delegated Regulation (EU) 2024/1772 Art. 10).

To notify one is voluntary (DORA Art. 19(2)); to record it is not (Art. 17(2)). The thresholds of
Art. 9(2), (3), (5) and (6) may be considered too; they fulfil no condition, and are not asked for.
"""

from __future__ import annotations

from pydantic import StrictBool

from holdfast.domain.values import Frozen
from holdfast.dora.proof import ProofLine, Quality
from holdfast.dora.three_valued import FINDINGS, Answer, all_of, answer_of, any_of

__all__ = ["CyberThreatFacts", "ThreatAssessment", "assess_threat"]


class CyberThreatFacts(Frozen):
    """What is judged of a cyber threat; None is unknown.

    `high_probability` is a judgement of people that weighs at least the three facts after it: those
    are shown, and decide nothing by themselves.
    """

    could_affect_critical_functions: StrictBool | None = None
    """Critical or important functions of the entity (Art. 10(a))."""
    could_affect_others: StrictBool | None = None
    """Other financial entities, third-party providers, clients or counterparts (Art. 10(a))."""
    high_probability: StrictBool | None = None
    """Of materialising, at the entity or at other financial entities (Art. 10(b))."""
    exploitable_vulnerabilities: StrictBool | None = None
    capable_and_intent_actors: StrictBool | None = None
    persistent_or_seen_before: StrictBool | None = None
    could_meet_critical_services: StrictBool | None = None
    """Art. 6, by Art. 10(c)(i)."""
    could_meet_clients_counterparts_transactions: StrictBool | None = None
    """Art. 9(1), by Art. 10(c)(ii)."""
    could_meet_geography: StrictBool | None = None
    """Art. 9(4), by Art. 10(c)(iii)."""


class ThreatAssessment(Frozen):
    """Whether the threat is significant, and the proof."""

    significant: Answer
    proof: tuple[ProofLine, ...]


_TESTS = (
    ("10(a)", "could affect critical or important functions", "could_affect_critical_functions"),
    ("10(a)", "could affect other entities, providers, clients", "could_affect_others"),
    ("10(b)", "high probability of materialisation", "high_probability"),
    ("10(b)(i)", "exploitable vulnerabilities (weighed)", "exploitable_vulnerabilities"),
    ("10(b)(ii)", "capability and intent of actors (weighed)", "capable_and_intent_actors"),
    ("10(b)(iii)", "persistence, and past incidents (weighed)", "persistent_or_seen_before"),
    ("10(c)(i)", "could affect critical services (Art. 6)", "could_meet_critical_services"),
    (
        *("10(c)(ii)", "could meet the threshold of Art. 9(1)"),
        "could_meet_clients_counterparts_transactions",
    ),
    ("10(c)(iii)", "could meet the threshold of Art. 9(4)", "could_meet_geography"),
)


def assess_threat(facts: CyberThreatFacts) -> ThreatAssessment:
    """Evaluate the three conditions, all of which are needed, and the article as the last line."""
    conditions = (
        any_of(map(answer_of, (facts.could_affect_critical_functions, facts.could_affect_others))),
        answer_of(facts.high_probability),
        any_of(
            map(
                answer_of,
                (
                    facts.could_meet_critical_services,
                    facts.could_meet_clients_counterparts_transactions,
                    facts.could_meet_geography,
                ),
            )
        ),
    )
    significant = all_of(conditions)
    lines = [_line(clause, words, name, getattr(facts, name)) for clause, words, name in _TESTS]
    quality = Quality.UNKNOWN if significant is Answer.UNKNOWN else Quality.ACTUAL
    met = conditions.count(Answer.YES)
    lines.append(
        ProofLine(
            "2024/1772 Art. 10",
            "all three conditions, (a), (b) and (c)",
            None,
            "conditions",
            met,
            "conditions",
            len(conditions),
            FINDINGS[significant],
            quality,
        )
    )
    return ThreatAssessment(significant=significant, proof=tuple(lines))


def _line(clause: str, words: str, name: str, value: bool | None) -> ProofLine:  # noqa: FBT001 - the fact
    quality = Quality.UNKNOWN if value is None else Quality.ACTUAL
    result = FINDINGS[answer_of(value)]
    return ProofLine(
        f"2024/1772 Art. {clause}", words, None, name, value, None, None, result, quality
    )
