"""What is not known yet of the incident as a whole, and what follows from either way."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from holdfast.dora.evaluation import Evaluation
from holdfast.dora.facts import Access, AffectedService, DataLosses, Reputation
from holdfast.dora.incident_answers import IncidentAnswers, data_lost
from holdfast.dora.nearest.incident_developments import SOME_SERVICE, new_states
from holdfast.dora.nearest.turn import Change, Question
from holdfast.dora.tally import (
    CLIENTS,
    DATA_LOSSES,
    DURATION,
    ECONOMIC,
    GATE,
    GEOGRAPHY,
    MALICIOUS_ACCESS,
    REPUTATION,
    Criterion,
    Move,
)
from holdfast.dora.three_valued import Answer, all_of, answer_of

__all__ = ["incident_questions"]

_MINUTES_AN_HOUR = 60
_YES, _NO, _UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN

_REPUTATION = (
    ("media", "whether the incident is reflected in the media"),
    ("repetitive_complaints", "whether clients or financial counterparts complain repeatedly"),
    ("regulatory_requirements_unmet", "whether regulatory requirements can likely not be met"),
    (
        "loss_of_clients",
        "whether clients or counterparts will likely be lost, with material impact",
    ),
)
_FLAGS = (
    ("successful", "whether access to systems was successful"),
    ("malicious", "whether the access was malicious"),
    ("unauthorised", "whether the access was unauthorised"),
    ("may_cause_data_losses", "whether the access may result in data losses"),
)


def incident_questions(evaluation: Evaluation) -> Iterator[Question]:
    """Every open question about the incident as a whole."""
    facts, policy, answers = evaluation.facts, evaluation.policy, evaluation.incident
    if facts.services is None:
        yield _services()
    if answers.relevant is _UNKNOWN:
        path = "relevant_client_or_counterpart_affected"
        yield _whether(path, "whether a relevant client or counterpart is affected", 14, CLIENTS)
    reputation = facts.reputation or Reputation()
    for name, subject in _REPUTATION:
        if getattr(reputation, name) is None:
            yield _whether(f"reputation.{name}", subject, 15, REPUTATION)
    limit = policy.duration_hours * _MINUTES_AN_HOUR
    yield from _above("duration_minutes", facts.duration_minutes, limit, DURATION)
    if answers.geography is _UNKNOWN:
        yield _geography(evaluation)
    yield from _data_losses(facts.data_losses or DataLosses(), answers.data_losses)
    yield from _access(facts.access or Access(), answers)
    yield from _above("costs_eur", facts.costs_eur, policy.costs_eur, ECONOMIC)


def _whether(path: str, subject: str, place: int, criterion: Criterion) -> Question:
    return Question(
        *(place, "", subject, None),
        *(((criterion, _UNKNOWN, _YES),), ((criterion, _UNKNOWN, _NO),)),
        *(((path, True),), ((path, False),)),
    )


def _above(
    path: str, value: int | Decimal | None, limit: int, criterion: Criterion
) -> Iterator[Question]:
    if value is not None:
        return
    of_costs = criterion == ECONOMIC
    subject = "the gross costs and losses" if of_costs else "the duration of the incident"
    yield Question(
        *(24 if of_costs else 19, "", subject),
        f"above {limit:,} {'EUR' if of_costs else 'minutes'}",
        *(((criterion, _UNKNOWN, _YES),), ((criterion, _UNKNOWN, _NO),)),
        *(((path, limit + 1),), ((path, limit),)),
    )


def _services() -> Question:
    critical = AffectedService(id=SOME_SERVICE, supports_critical_function=True)
    return Question(
        *(5, "", "which services are affected"),
        "one that supports a critical or important function",
        ((GATE, _UNKNOWN, _YES),),
        tuple((criterion, _UNKNOWN, _NO) for criterion in (GATE, CLIENTS, DURATION)),
        *((("services", (critical,)),), (("services", ()),)),
    )


def _geography(evaluation: Evaluation) -> Question:
    facts, least = evaluation.facts, evaluation.policy.member_states
    moves: tuple[tuple[Move, ...], tuple[Move, ...]] = (
        ((GEOGRAPHY, _UNKNOWN, _YES),),
        ((GEOGRAPHY, _UNKNOWN, _NO),),
    )
    home = facts.home_member_state
    if facts.member_states is not None:
        elsewhere = new_states(facts.member_states, 1, None)
        (other,) = set(elsewhere) - set(facts.member_states)
        listed = ", ".join(facts.member_states)
        return Question(
            *(21, "", "the home Member State", f"one other than {listed}", *moves),
            (("home_member_state", other),),
            (("home_member_state", facts.member_states[0]),),
        )
    beside = "" if evaluation.policy.home_member_state_counts else " beside the home one"
    extra = 0 if evaluation.policy.home_member_state_counts or home else 1
    return Question(
        *(21, "", "the Member States with impact", f"{least} or more{beside}", *moves),
        (("member_states", new_states((), least + extra, home)),),
        (("member_states", new_states((), least - 1, home)),),
    )


def _data_losses(losses: DataLosses, answer: Answer) -> Iterator[Question]:
    if answer is not _UNKNOWN:
        return
    lost, adverse = data_lost(losses), answer_of(losses.adverse_impact)
    subjects = (
        (lost, adverse, "data_losses.some", "whether data is lost, in any way"),
        (
            *(adverse, lost, "data_losses.adverse_impact"),
            "whether data losses have an adverse impact on business or legal requirements",
        ),
    )
    for one, other, path, subject in subjects:
        if one is _UNKNOWN:
            met: tuple[Move, ...] = ((DATA_LOSSES, _UNKNOWN, _YES),) if other is _YES else ()
            yield Question(
                *(22, "", subject, None, met, ((DATA_LOSSES, _UNKNOWN, _NO),)),
                *(((path, True),), ((path, False),)),
            )


def _access(access: Access, answers: IncidentAnswers) -> Iterator[Question]:
    """Each flag decides over the access of Art. 6(c), of Art. 9(5)(b), or of both."""
    for name, subject in _FLAGS:
        if getattr(access, name) is not None:
            continue
        path = f"access.{name}"
        moves = tuple(
            _moves(access.model_copy(update={name: value}), answers) for value in (True, False)
        )
        change: Change = ((path, True),)
        yield Question(23, "", subject, None, moves[0], moves[1], change, ((path, False),))


def _moves(access: Access, answers: IncidentAnswers) -> tuple[Move, ...]:
    entered = all_of(map(answer_of, (access.successful, access.malicious, access.unauthorised)))
    decisive = all_of((entered, answer_of(access.may_cause_data_losses)))
    before_and_after = (
        (GATE, answers.access, entered),
        (MALICIOUS_ACCESS, answers.malicious_access, decisive),
    )
    return tuple(move for move in before_and_after if move[1] is not move[2])
