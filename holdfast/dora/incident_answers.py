"""The tests of Art. 6 and 9 that look at the incident as a whole, answered in three values."""

from __future__ import annotations

from typing import NamedTuple

from holdfast.dora.facts import Access, ClassificationFacts, DataLosses, Reputation
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.service_answers import above
from holdfast.dora.three_valued import Answer, all_of, answer_of, any_of

__all__ = ["IncidentAnswers", "answer_incident", "counted_member_states", "data_lost"]

_MINUTES_AN_HOUR = 60
_NOTHING_KNOWN_OF_REPUTATION = Reputation()
_NOTHING_KNOWN_OF_DATA = DataLosses()
_NOTHING_KNOWN_OF_ACCESS = Access()


class IncidentAnswers(NamedTuple):
    """What the incident as a whole meets; the fields follow the clauses."""

    relevant: Answer
    """Art. 9(1)(f)."""
    media: Answer
    """Art. 2(1)(a), for Art. 9(2)."""
    complaints: Answer
    """Art. 2(1)(b), for Art. 9(2)."""
    requirements: Answer
    """Art. 2(1)(c), for Art. 9(2)."""
    loss_of_clients: Answer
    """Art. 2(1)(d), for Art. 9(2)."""
    duration: Answer
    """Art. 9(3)(a)."""
    geography: Answer
    """Art. 9(4)."""
    data_losses: Answer
    """Art. 9(5)(a)."""
    malicious_access: Answer
    """Art. 9(5)(b)."""
    costs: Answer
    """Art. 9(6)."""
    access: Answer
    """Art. 6(c)."""


def answer_incident(facts: ClassificationFacts, policy: ClassificationPolicy) -> IncidentAnswers:
    """Answer every test that does not look at a single service."""
    reputation = facts.reputation or _NOTHING_KNOWN_OF_REPUTATION
    losses = facts.data_losses or _NOTHING_KNOWN_OF_DATA
    access = facts.access or _NOTHING_KNOWN_OF_ACCESS
    entered = all_of(map(answer_of, (access.successful, access.malicious, access.unauthorised)))
    return IncidentAnswers(
        relevant=answer_of(facts.relevant_client_or_counterpart_affected),
        media=answer_of(reputation.media),
        complaints=answer_of(reputation.repetitive_complaints),
        requirements=answer_of(reputation.regulatory_requirements_unmet),
        loss_of_clients=answer_of(reputation.loss_of_clients),
        duration=above(facts.duration_minutes, policy.duration_hours * _MINUTES_AN_HOUR),
        geography=_geography(facts, policy),
        data_losses=all_of((data_lost(losses), answer_of(losses.adverse_impact))),
        malicious_access=all_of((entered, answer_of(access.may_cause_data_losses))),
        costs=above(facts.costs_eur, policy.costs_eur),
        access=entered,
    )


def data_lost(losses: DataLosses) -> Answer:
    """Whether data is lost in any of the four ways of Art. 5."""
    if losses.some is False:
        return Answer.NO
    if losses.some:
        return Answer.YES
    return any_of(map(answer_of, losses.kinds))


def counted_member_states(facts: ClassificationFacts, policy: ClassificationPolicy) -> int | None:
    """How many Member States with impact count for certain, or None while none is known of.

    Where the home one does not count and is not known, one of those listed may be it.
    """
    if facts.member_states is None:
        return None
    if policy.home_member_state_counts:
        return len(facts.member_states)
    if facts.home_member_state is None:
        return max(0, len(facts.member_states) - 1)
    return sum(state != facts.home_member_state for state in facts.member_states)


def _geography(facts: ClassificationFacts, policy: ClassificationPolicy) -> Answer:
    counted = counted_member_states(facts, policy)
    if counted is None or facts.member_states is None:
        return Answer.UNKNOWN
    if counted >= policy.member_states:
        return Answer.YES
    home_is_open = not policy.home_member_state_counts and facts.home_member_state is None
    if home_is_open and len(facts.member_states) >= policy.member_states:
        return Answer.UNKNOWN
    return Answer.NO
