"""The known facts of the incident as a whole on which the answer may rest."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from holdfast.dora.evaluation import Evaluation
from holdfast.dora.facts import Access, DataLosses, Reputation
from holdfast.dora.incident_answers import counted_member_states, data_lost
from holdfast.dora.nearest.figures import plain
from holdfast.dora.nearest.incident_developments import REPUTATION_WORDS
from holdfast.dora.nearest.turn import Ground
from holdfast.dora.quantities import exact
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
from holdfast.dora.three_valued import Answer, answer_of

__all__ = ["incident_grounds"]

_MINUTES_AN_HOUR = 60
_YES, _NO = Answer.YES, Answer.NO
_KINDS = ("availability", "authenticity", "integrity", "confidentiality", "some")
_ENTRY = ("successful", "malicious", "unauthorised")


def incident_grounds(evaluation: Evaluation) -> Iterator[Ground]:
    """Every fact of the incident as a whole that holds one of the tests up."""
    facts, policy, answers = evaluation.facts, evaluation.policy, evaluation.incident
    if answers.relevant is _YES:
        path = "relevant_client_or_counterpart_affected"
        words = "if no relevant client or financial counterpart were affected"
        yield _false(path, words, 14, ((CLIENTS, _YES, _NO),))
    reputation = facts.reputation or Reputation()
    for name, what in REPUTATION_WORDS.items():
        if getattr(reputation, name):
            moves = ((REPUTATION, _YES, _NO),)
            yield _false(f"reputation.{name}", f"without the {what}", 15, moves)
    limit = policy.duration_hours * _MINUTES_AN_HOUR
    yield from _below("duration_minutes", facts.duration_minutes, limit, DURATION)
    if answers.geography is _YES:
        yield from _geography(evaluation)
    if answers.data_losses is _YES:
        yield from _data_losses(facts.data_losses or DataLosses())
    yield from _access(facts.access or Access(), evaluation)
    yield from _below("costs_eur", facts.costs_eur, policy.costs_eur, ECONOMIC)


def _false(path: str, words: str, place: int, moves: tuple[Move, ...]) -> Ground:
    return Ground(1, place, "", words, moves, ((path, False),))


def _below(
    path: str, value: int | Decimal | None, limit: int, criterion: Criterion
) -> Iterator[Ground]:
    if value is None or value <= limit:
        return
    less = -int((limit - exact(value)) // 1)
    minutes = "minute" if less == 1 else "minutes"
    words = f"with {less:,} fewer {minutes} of the incident"
    if criterion == ECONOMIC:
        words = f"with costs and losses {less:,} EUR lower"
    change = ((path, plain(exact(value) - less)),)
    place = 24 if criterion == ECONOMIC else 19
    yield Ground(less / limit, place, "", words, ((criterion, _YES, _NO),), change)


def _geography(evaluation: Evaluation) -> Iterator[Ground]:
    facts, policy = evaluation.facts, evaluation.policy
    states = facts.member_states or ()
    fewer = (counted_member_states(facts, policy) or 0) - policy.member_states + 1
    countable = [
        state
        for state in states
        if policy.home_member_state_counts or state != facts.home_member_state
    ]
    left = tuple(state for state in states if state not in countable[:fewer])
    home_is_open = not policy.home_member_state_counts and facts.home_member_state is None
    after = Answer.UNKNOWN if home_is_open and len(left) >= policy.member_states else _NO
    number = "one Member State" if fewer == 1 else f"{fewer} Member States"
    beside = "" if policy.home_member_state_counts else ", other than the home one"
    words = f"with impact in {number} fewer{beside}"
    distance = fewer / policy.member_states
    moves = ((GEOGRAPHY, _YES, after),)
    yield Ground(distance, 21, "", words, moves, (("member_states", left),))


def _data_losses(losses: DataLosses) -> Iterator[Ground]:
    words = "if the data losses had no adverse impact on business or legal requirements"
    moves: tuple[Move, ...] = ((DATA_LOSSES, _YES, _NO),)
    yield _false("data_losses.adverse_impact", words, 22, moves)
    stated = [kind for kind in _KINDS if getattr(losses, kind)]
    if len(stated) == 1:
        kind = stated[0]
        after = data_lost(losses.model_copy(update={kind: False}))
        words = "if no data were lost" if kind == "some" else f"if no {kind} of data were lost"
        yield _false(f"data_losses.{kind}", words, 22, ((DATA_LOSSES, _YES, after),))


def _access(access: Access, evaluation: Evaluation) -> Iterator[Ground]:
    answers = evaluation.incident
    for flag in (*_ENTRY, "may_cause_data_losses"):
        if not getattr(access, flag):
            continue
        moves = list[Move]()
        if flag in _ENTRY and answers.access is not _NO:
            moves.append((GATE, answers.access, _NO))
        if answers.malicious_access is not _NO:
            moves.append((MALICIOUS_ACCESS, answers.malicious_access, _NO))
        words = (
            f"if the access were not {flag}"
            if flag in _ENTRY
            else "if the access could not result in data losses"
        )
        if answer_of(getattr(access, flag)) is _YES and moves:
            yield _false(f"access.{flag}", words, 23, tuple(moves))
