"""The lines of the proof that belong to the incident as a whole, and the last one, Art. 8(1)."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.incident_answers import IncidentAnswers, counted_member_states
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.proof import ProofLine, Quality
from holdfast.dora.quantities import written
from holdfast.dora.three_valued import FINDINGS, Answer

__all__ = ["decision_line", "incident_lines"]

_MINUTES_AN_HOUR = 60

_REPUTATION = (
    ("media", "media", "reflected in the media"),
    ("repetitive_complaints", "complaints", "repetitive complaints of clients or counterparts"),
    (
        "regulatory_requirements_unmet",
        "requirements",
        "regulatory requirements cannot, or likely cannot, be met",
    ),
    ("loss_of_clients", "loss_of_clients", "loss of clients or counterparts with material impact"),
)
_ACCESS = ("successful", "malicious", "unauthorised")


def incident_lines(
    facts: ClassificationFacts,
    answers: IncidentAnswers,
    policy: ClassificationPolicy,
    estimated: frozenset[str],
) -> Iterator[ProofLine]:
    """One line for each test that does not look at a single service, in the law's order."""

    def line(
        test: tuple[str, str, str],
        value: bool | int | str | None,  # noqa: FBT001 - what the line shows
        answer: Answer,
        measure: tuple[str | None, int | None] = (None, None),
        quality: Quality | None = None,
    ) -> ProofLine:
        clause, criterion, fact = test
        if quality is None:
            quality = _quality(value is not None, fact in estimated)
        unit, limit = measure
        result = FINDINGS[answer]
        clause = f"2024/1772 Art. {clause}"
        return ProofLine(clause, criterion, None, fact, value, unit, limit, result, quality)

    fact = "relevant_client_or_counterpart_affected"
    test = ("9(1)(f)", "relevant clients or financial counterparts affected", fact)
    yield line(test, facts.relevant_client_or_counterpart_affected, answers.relevant)
    for name, answer_name, criterion in _REPUTATION:
        value = getattr(facts.reputation, name) if facts.reputation else None
        test = ("9(2)", criterion, f"reputation.{name}")
        yield line(test, value, getattr(answers, answer_name))
    test = ("9(3)(a)", "duration of the incident", "duration_minutes")
    duration = None if facts.duration_minutes is None else written(facts.duration_minutes)
    limit = policy.duration_hours * _MINUTES_AN_HOUR
    yield line(test, duration, answers.duration, ("minutes", limit))
    yield _geography_line(facts, answers.geography, policy, estimated)
    yield from _data_lines(facts, answers, estimated)
    costs = None if facts.costs_eur is None else written(facts.costs_eur)
    test = ("9(6)", "gross costs and losses, incurred or likely", "costs_eur")
    yield line(test, costs, answers.costs, ("EUR", policy.costs_eur))
    words = "successful, malicious and unauthorised access to systems"
    yield _access_line(("6(c)", words), facts, _ACCESS, answers.access, estimated)


def decision_line(major: Answer, met: int, policy: ClassificationPolicy) -> ProofLine:
    """The last line: Art. 8(1) itself; its value is how many countable thresholds are met."""
    return ProofLine(
        "2024/1772 Art. 8(1)",
        "critical services affected, and either Art. 9(5)(b) or so many other thresholds, or more",
        None,
        "thresholds",
        met,
        "thresholds",
        policy.thresholds_needed,
        FINDINGS[major],
        Quality.UNKNOWN if major is Answer.UNKNOWN else Quality.ACTUAL,
    )


def _quality(known: bool, estimate: bool) -> Quality:  # noqa: FBT001 - two facts about a fact
    if not known:
        return Quality.UNKNOWN
    return Quality.ESTIMATE if estimate else Quality.ACTUAL


def _geography_line(
    facts: ClassificationFacts,
    answer: Answer,
    policy: ClassificationPolicy,
    estimated: frozenset[str],
) -> ProofLine:
    which = "with impact" if policy.home_member_state_counts else "with impact, the home one aside"
    return ProofLine(
        "2024/1772 Art. 9(4)",
        f"Member States {which} (so many, or more)",
        None,
        "member_states",
        counted_member_states(facts, policy),
        "Member States",
        policy.member_states,
        FINDINGS[answer],
        _quality(answer is not Answer.UNKNOWN, "member_states" in estimated),
    )


def _data_lines(
    facts: ClassificationFacts, answers: IncidentAnswers, estimated: frozenset[str]
) -> Iterator[ProofLine]:
    answer = answers.data_losses
    estimate = any(path.startswith("data_losses") for path in estimated)
    yield ProofLine(
        "2024/1772 Art. 9(5)(a)",
        "impact on data, with an adverse impact on business objectives or legal requirements",
        None,
        "data_losses",
        _value_of(answer),
        None,
        None,
        FINDINGS[answer],
        _quality(answer is not Answer.UNKNOWN, estimate),
    )
    words = "successful, malicious and unauthorised access that may result in data losses"
    flags = (*_ACCESS, "may_cause_data_losses")
    yield _access_line(("9(5)(b)", words), facts, flags, answers.malicious_access, estimated)


def _access_line(
    test: tuple[str, str],
    facts: ClassificationFacts,
    flags: tuple[str, ...],
    answer: Answer,
    estimated: frozenset[str],
) -> ProofLine:
    """Show the one flag that rules it out, where a flag does; else the access as a whole."""
    clause, criterion = test
    fact = "access"
    if facts.access and answer is Answer.NO:
        fact = next(f"access.{flag}" for flag in flags if getattr(facts.access, flag) is False)
    estimate = any(f"access.{flag}" in estimated for flag in flags)
    quality = _quality(answer is not Answer.UNKNOWN, estimate)
    clause, value, result = f"2024/1772 Art. {clause}", _value_of(answer), FINDINGS[answer]
    return ProofLine(clause, criterion, None, fact, value, None, None, result, quality)


def _value_of(answer: Answer) -> bool | None:
    return None if answer is Answer.UNKNOWN else answer is Answer.YES
